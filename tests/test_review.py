import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.caching import Artifact
from tasks.caching.keys.code import code_of
from tasks.data.blocks import write_ids
from tasks.data.continuations import write_continuations
from tasks.data.scores import SCORED
from tasks.page.rendering import with_run
from tasks.page.script import REVIEW_SCRIPTS
from tasks.page.style import REVIEW_STYLES
from tasks.review import review
from tasks.text.vocabulary import vocabulary_of
from tests.page.reviews import FLOORS, RUN, TRAINING, a_continuation, a_sample, scores_of

CORPUS = "It was the best of times, it was the worst of times.\n" * 20


@pytest.fixture
def artifacts(tmp_path):
    """What the stages before leave, as small as can be."""
    vocabulary = vocabulary_of(CORPUS)
    lengths = {"train": 900, "validation": len(CORPUS) - 900}

    def folder(name):
        (tmp_path / name).mkdir()
        return tmp_path / name

    text, dataset, model = folder("text"), folder("dataset"), folder("model")
    (text / "text.txt").write_text(CORPUS, encoding="utf-8")
    (dataset / "vocabulary.json").write_text(vocabulary.to_json(), encoding="ascii")
    (dataset / "floors.json").write_text(json.dumps(FLOORS), encoding="ascii")
    write_ids(dataset / "train-00000-of-00001.parquet", vocabulary.encode(CORPUS[:900]), offset=0, metadata={})
    (model / "training.json").write_text(
        json.dumps({**TRAINING, "findings": ["the corpus is short"], "previews": [{"step": 0, "text": "zz"}]})
    )
    logged = {"step": 20, "train_loss_nats": 1.5, "validation_loss_nats": float(np.log(4))}
    (model / "metrics.jsonl").write_text(json.dumps(logged) + "\n")
    scores = folder("scores")
    rows = [
        a_sample(f"at {temperature}", temperature, n, copied=[(0, 2, 30)])
        for temperature in (0.5, 1.0)
        for n in range(3)
    ]
    pq.write_table(pa.Table.from_pylist(rows, SCORED), scores / "samples.parquet")
    (scores / "scores.json").write_text(json.dumps(scores_of(rows)), encoding="ascii")
    real = folder("real")
    write_continuations(real / "continuations.parquet", [a_continuation(prompt=prompt) for prompt in ("ROMEO:\n", "x")])
    return {
        "text": Artifact.of_folder(
            text, {"characters": len(CORPUS), "documents": 20, "divided_by": "lines", "findings": ["UTF-8"]}
        ),
        "continuations": Artifact.of_folder(real),
        "encoded": Artifact.of_folder(folder("encoded"), {"findings": ["2 characters became one"]}),
        "dataset": Artifact.of_folder(
            dataset, {"characters": lengths, "compressed_characters": lengths, "findings": []}
        ),
        "training": Artifact.of_folder(model),
        "scores": Artifact.of_folder(scores, {"findings": []}),
    }


def made(folder, artifacts):
    folder.mkdir()
    return review.function(folder, **artifacts)


def test_the_page_holds_what_the_artifacts_say(tmp_path, artifacts):
    outcome = made(tmp_path / "out", artifacts)

    assert outcome.facts == {"samples": 6}
    page = (tmp_path / "out/review.html").read_text(encoding="utf-8")
    data = json.loads(page.split('id="review">')[1].split("</script>")[0])
    assert [row[6] for row in data["samples"]["rows"]] == ["at 0.5", "at 1.0"] * 3
    assert data["samples"]["rows"][0][8] == [[0, 2, 30, CORPUS[:30], CORPUS[32:152]]]
    assert [row[:3] for row in data["continuations"]] == [[0, "Is the day so young?", 2.0]]
    assert data["opening"] == CORPUS[:250]
    assert "".join(data["vocabulary"][number][0] for number in data["window"]) == CORPUS[:11]
    assert "best 2.00 at step 20" in page
    assert "<li>UTF-8</li>" in page
    assert "<li>2 characters became one</li>" in page
    assert "<li>the corpus is short</li>" in page
    assert "Each line is a document, 20 in all; the model&#39;s state goes on" in page
    assert with_run(page, RUN) != page


def test_equal_inputs_give_equal_bytes(tmp_path, artifacts):
    for name in ("one", "two"):
        made(tmp_path / name, artifacts)

    assert (tmp_path / "one/review.html").read_bytes() == (tmp_path / "two/review.html").read_bytes()


def test_templates_style_sheets_and_scripts_count_in_the_stage_s_code():
    read = [path.name for path in code_of(review.function).files if path.suffix != ".py"]

    assert set(read) == {"base.html.jinja", "review.html.jinja", *REVIEW_SCRIPTS, *REVIEW_STYLES}


def test_a_change_of_the_training_code_makes_no_new_page():
    reached = code_of(review.function).definitions

    assert "tasks.page.curve:curve_svg" in reached
    assert not any(name.startswith(("tasks.network", "tasks.learning", "tasks.sampling")) for name in reached)
