"""What runs again after a change: a row of the promise each."""

import json
import shutil
from dataclasses import replace

import pytest

from tests.corpus.server import Document, running_server
from tests.flows.project import copy_project, corpus_text

SAMPLES = ["sample[0.5]", "sample[1.0]"]
AFTER_SAMPLING = ["score", "review"]
AFTER_TRAINING = [*SAMPLES, "reference", *AFTER_SAMPLING]
AFTER_DATA = ["train", *AFTER_TRAINING]
ALL = ["download", "normalise", "encode", "shard", *AFTER_DATA]


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """A project that was run once."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    assert project.run().ran == ALL
    return project


@pytest.fixture
def project(warm, tmp_path):
    """A copy of it, to change at will."""
    shutil.copytree(warm.folder, tmp_path / "project", symlinks=True)
    return replace(warm, folder=tmp_path / "project")


def test_nothing_runs_again_when_nothing_changed_and_tensorflow_is_not_imported(warm):
    done = warm.run_alone()

    assert set(done.states.values()) == {"cached"}
    assert not done.imported_tensorflow


def test_another_working_folder_and_hash_seed_change_nothing(warm, tmp_path):
    assert warm.run_alone(cwd=tmp_path, hash_seed="7").ran == []


def test_the_same_bytes_from_elsewhere_run_only_the_download(project):
    shutil.copy(project.corpus, project.folder / "elsewhere.txt")

    assert project.run(data={"corpus": [str(project.folder / "elsewhere.txt")]}).ran == ["download"]


def test_an_unchanged_validator_runs_nothing_and_fetches_no_body(project):
    with running_server() as server:
        server.answer = Document(body=corpus_text().encode(), etag='"1"')
        data = {"corpus": [server.url]}
        assert project.run(data=data).ran == ["download"]
        fetched = server.sent_bytes

        done = project.run(data=data)

        assert done.ran == []
        assert len(server.requests) == 2
        assert server.sent_bytes == fetched


def test_new_bytes_at_the_same_address_run_everything(project):
    with running_server() as server:
        server.answer = Document(body=corpus_text().encode(), etag='"1"')
        project.run(data={"corpus": [server.url]})
        server.answer = Document(body=corpus_text(seed=2).encode(), etag='"2"')

        assert project.run(data={"corpus": [server.url]}).ran == ALL


@pytest.mark.parametrize(
    ("rewritten", "told_of"),
    [
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), ["review"], id="CRLF"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), [], id="byte order mark"),
    ],
)
def test_the_same_text_in_other_bytes_runs_what_tells_of_it_and_nothing_else_after_normalising(
    project, rewritten, told_of
):
    other = project.folder / "rewritten.txt"
    other.write_bytes(rewritten(corpus_text()))

    assert project.run(data={"corpus": [str(other)]}).ran == ["download", "normalise", *told_of]


def test_an_added_temperature_runs_its_sample_the_scores_and_the_review(project):
    assert project.run(sampling={"temperatures": [0.5, 1.0, 0.7]}).ran == ["sample[0.7]", *AFTER_SAMPLING]


def test_reordered_temperatures_run_nothing(project):
    assert project.run(sampling={"temperatures": [1.0, 0.5]}).ran == []


@pytest.mark.parametrize("changed", [{"samples_per_temperature": 3}, {"seed": 2}], ids=str)
def test_a_sampling_parameter_runs_the_samples_the_scores_and_the_review(project, changed):
    assert project.run(sampling=changed).ran == [*SAMPLES, *AFTER_SAMPLING]


@pytest.mark.parametrize(
    "changed", [{"sample_length": 30}, pytest.param({"prompt": ["the"]}, marks=pytest.mark.slow)], ids=str
)
def test_longer_samples_or_prompts_run_the_reference_too(project, changed):
    assert project.run(sampling=changed).ran == AFTER_TRAINING


@pytest.mark.parametrize(
    "changed",
    [
        {"seq_length": 24},
        pytest.param({"learning_rate": 0.01}, marks=pytest.mark.slow),
        pytest.param({"layers": 2}, marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_a_training_parameter_runs_training_and_what_follows(project, changed):
    done = project.run(training=changed)

    assert done.ran == AFTER_DATA
    ((name, value),) = changed.items()
    assert name in done.reasons["train"]
    assert str(value) in done.reasons["train"]


def test_another_split_runs_the_shards_and_what_follows(project):
    assert project.run(data={"corpus": [str(project.corpus)], "validation_fraction": 0.2}).ran == ["shard", *AFTER_DATA]


def test_comments_docstrings_and_formatting_of_every_module_run_nothing(project):
    for path in [*project.folder.glob("tasks/**/*.py"), *project.folder.glob("flows/*.py")]:
        source = path.read_text()
        path.write_text("# a comment\n" + source.replace('"""', '"""Reworded: ', 1) + "\n\n\n# the end\n")

    assert project.run().ran == []


def test_code_that_only_sampling_reaches_runs_the_samples_the_scores_and_the_review(project):
    project.edit("tasks/kernels/choice.py", "mark = total * uniform", "mark = total * (1.0 - uniform)")

    done = project.run()

    assert done.ran == [*SAMPLES, *AFTER_SAMPLING]
    assert "tasks.kernels.choice:Choice changed" in done.reasons["sample[0.5]"]


def test_code_that_only_scoring_reaches_runs_the_scores_and_the_review(project):
    project.edit("tasks/quality/matches.py", "NOVEL_CHARACTERS = 8", "NOVEL_CHARACTERS = 9")

    assert project.run().ran == AFTER_SAMPLING


def test_code_that_encoding_reaches_runs_it_and_nothing_after_it_when_the_output_is_equal(project):
    project.edit("tasks/text/token_ids.py", "counts = first + second.result()", "counts = second.result() + first")

    assert project.run().ran == ["encode"]


def test_code_that_encoding_reaches_runs_what_follows_as_far_as_outputs_differ(project):
    project.edit(
        "tasks/text/token_ids.py", "tuple(characters.values())", "tuple(count + 1 for count in characters.values())"
    )

    # The model is trained again, but counts play no part in it: it comes out equal, and so do its samples.
    assert project.run().ran == ["encode", "shard", "train", "reference", *AFTER_SAMPLING]


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def delete(path):
    path.unlink()


def truncate(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("stage", "name", "damage"),
    [
        ("download", "corpus", flip_a_bit),
        ("encode", "ids-00000.parquet", delete),
        ("encode", "ids-00000.parquet", truncate),
        ("encode", "ids-00000.parquet", flip_a_bit),
        ("shard", "floors.json", flip_a_bit),
        ("train", "model.keras", flip_a_bit),
        ("score", "samples.parquet", truncate),
        ("review", "review.html", delete),
    ],
)
def test_a_damaged_file_is_made_again_and_what_follows_stays(project, stage, name, damage):
    manifest = json.loads(next((project.store / "manifests" / stage).glob("*.json")).read_text())
    sha256 = manifest["files"][name]["sha256"]
    path = project.store / "blobs" / sha256[:2] / sha256
    path.chmod(0o644)
    damage(path)

    # The page tells how long the training took, which is another time now.
    assert project.run().ran == ([stage, "score", "review"] if stage == "train" else [stage])
