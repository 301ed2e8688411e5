import json
import zipfile

import numpy as np
import pytest

from flows.cli.options import DataOptions, Options, TrainingOptions
from flows.errors import UsageError
from flows.runs import search
from flows.runs.provenance import command_of
from flows.runs.start import SCRATCH, named_start, newest_start, refuse_replaced
from tasks.caching import Artifact
from tasks.caching.manifest import Manifest
from tasks.network.saved_model import SKETCH
from tests.flows.cli.commands.run_folders import write_run_folder
from tests.tiny_models import VOCABULARY

SHAPE = {"cell": "lstm", "layers": 1, "units": 64, "embedding_dim": 256}


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "ARTIFACTS", tmp_path)
    return tmp_path / "runs"


def a_run(folder, day, encoded="first", weights=b"1", url="a.txt", **shape):
    """A run folder whose model has weights that nothing is computed with."""
    write_run_folder(folder, f"2030-01-{day:02}T00:00:00+00:00", url=url, **{**SHAPE, **shape})
    run = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**run, "stages": [{"name": "encode", "output": encoded}]}))
    with zipfile.ZipFile(folder / "model/model.keras", "w") as archive:
        archive.writestr("model.weights.h5", weights)
    (folder / "model/vocabulary.json").write_text(VOCABULARY.to_json())
    np.save(folder / "model" / SKETCH, np.zeros(1, np.uint64))


def options(init_from, units=64, **data):
    return Options(
        data=DataOptions(corpus=["a.txt"], **data), training=TrainingOptions(units=units, init_from=init_from)
    )


def newest(encoded, **changed):
    text = Artifact(Manifest(stage="encode", name="encode", digest=encoded), {})
    return newest_start(options("auto", **changed), text, [])


def test_without_the_option_training_starts_from_scratch(runs):
    assert named_start(options(None)) == SCRATCH
    assert named_start(options("auto")) is None


def test_a_model_is_named_by_its_run_or_folder_and_told_apart_by_its_content_alone(runs):
    a_run(runs / "one", 1)
    a_run(runs / "same", 2)
    a_run(runs / "other", 3, weights=b"2")

    starts = {given: named_start(options(given)) for given in ("one", "same", "other", "latest", str(runs / "one"))}

    digests = {given: start.model.digest for given, start in starts.items()}
    assert digests["one"] == digests["same"] == digests[str(runs / "one")] != digests["other"] == digests["latest"]
    assert starts["latest"].said == "training starts from the model of run other"
    assert command_of(options("latest"), starts["latest"].name).endswith("--init-from=other")


def test_a_run_does_not_start_from_the_one_that_it_replaces_however_that_is_named(runs, tmp_path):
    a_run(runs / "one", 1)
    (tmp_path / "link").symlink_to(runs / "one")

    for given in ("one", "latest", str(runs / "one"), str(runs / "one/model"), str(tmp_path / "link")):
        start = named_start(options(given))
        with pytest.raises(UsageError) as refused:
            refuse_replaced(start, "one")
        assert str(refused.value) == (
            "--init-from: training would start from the model of run one, which --run-name one replaces, "
            "so that the run could not be repeated; give another --run-name"
        )
        refuse_replaced(start, "two")
    refuse_replaced(named_start(options(None)), "one")


def test_a_model_of_another_shape_is_refused_with_what_where_and_what_to_do(runs):
    a_run(runs / "one", 1, layers=2)

    with pytest.raises(UsageError) as refused:
        named_start(options("one", units=32))

    assert str(refused.value) == (
        f"--init-from one: the model in {runs}/one/model is of another shape: layers 2 where this run has 1, "
        "units 64 where this run has 32; pass --layers 2 --units 64, or name another model"
    )


def test_a_model_of_bytes_is_none_for_characters(runs):
    a_run(runs / "one", 1)

    with pytest.raises(UsageError, match="level character where this run has byte; pass --level character, or"):
        named_start(options("one", level="byte"))


@pytest.mark.parametrize("damaged", ["config.json", "vocabulary.json", "model.keras", SKETCH])
def test_a_model_that_cannot_be_read_is_refused_and_passed_over_by_auto(runs, damaged):
    a_run(runs / "one", 1)
    (runs / "one/model" / damaged).write_text("[]")

    with pytest.raises(UsageError, match=f"--init-from one: cannot read the model in {runs}/one/model"):
        named_start(options("one"))
    assert newest("second").model is None


def test_auto_takes_the_newest_run_of_a_former_version_with_a_model_of_this_shape(runs):
    a_run(runs / "old", 1)
    a_run(runs / "former", 2, weights=b"2")
    a_run(runs / "wide", 3, units=65)
    a_run(runs / "elsewhere", 4, url="b.txt")

    assert newest("second").name == "former"


def test_auto_takes_no_run_that_held_out_another_part_of_the_text(runs):
    a_run(runs / "blocks", 1)
    record = json.loads((runs / "blocks/run.json").read_text())
    (runs / "blocks/run.json").write_text(json.dumps({**record, "options": {"hold-out": "blocks"}}))

    assert newest("second").model is None
    assert newest("second", validation_fraction=0.2).model is None


def test_before_all_sources_were_fetched_a_part_of_them_is_not_taken_for_a_former_corpus(runs):
    a_run(runs / "one", 1)
    record = json.loads((runs / "one/run.json").read_text())
    stages = [{"name": "download", "key": "k"}, *record["stages"]]
    (runs / "one/run.json").write_text(json.dumps({**record, "stages": stages}))
    pending = Artifact(Manifest(stage="download", name="download", digest="", key=""), {})
    fetched = Artifact(Manifest(stage="download", name="download", digest="d", key="k"), {})
    both = Options(data=DataOptions(corpus=["a.txt", "b.txt"]), training=TrainingOptions(units=64, init_from="auto"))
    text = Artifact(Manifest(stage="encode", name="encode", digest="second"), {})

    assert newest_start(both, text, [fetched, pending]).model is None
    assert newest_start(options("auto"), text, [fetched]).name == "one"


def test_auto_starts_a_run_that_is_repeated_from_what_it_started_from_before(runs):
    assert newest("first").model is None
    a_run(runs / "first night", 1)
    assert newest("first").model is None
    a_run(runs / "second night", 2, encoded="second", weights=b"2")

    assert newest("second").name == "first night"
    assert newest("third").name == "second night"


def test_auto_says_why_it_starts_from_scratch(runs):
    a_run(runs / "one", 1)

    assert newest("first").said == (
        "training starts from scratch: there is no finished run of a former version of this corpus "
        "with a model of this shape"
    )
    assert "--hold-out blocks draws anew" in newest("second", hold_out="blocks").said
