import json

import pyarrow.parquet as pq
import pytest

from flows.cli.app import main
from flows.runs import search
from tasks.learning.presets import PRESETS
from tests.flows.cli.commands.run_folders import write_run_folder


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Three runs, the second of another corpus, and the way to write a comparison."""
    monkeypatch.setattr(search, "ARTIFACTS", tmp_path)
    write_run_folder(tmp_path / "runs/one", "2030-01-01T00:00:00+00:00", "once upon a time", bits=2.2)
    write_run_folder(tmp_path / "runs/other", "2030-01-02T00:00:00+00:00", url="b.txt")
    write_run_folder(tmp_path / "runs/two", "2030-01-03T00:00:00+00:00", "once upon a mat", units=128)
    (tmp_path / "latest").symlink_to("runs/two")
    return tmp_path


def compared(runs, capsys, *words):
    assert main(["compare", *words, "--page", str(runs / "compare.html")]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("given", [(), ("previous", "latest"), ("one", "two"), ("runs/one", "latest")])
def test_runs_are_named_in_any_way(runs, capsys, given):
    said = compared(runs, capsys, *given)

    assert said.splitlines()[0] == "two beside one"


def test_the_terminal_tells_what_changed(runs, capsys):
    said = compared(runs, capsys)

    assert "The model is better than before: 2.00 bits per character on held-out text, after 2.20." in said
    assert "  units  64 → 128\n" in said
    assert "  train  2.2 → 2.0\n" in said
    assert "samples of the same seed: 4, of which 0 are equal" in said
    assert "samples at temperature 0.5: all measures the same" in said


def test_what_only_one_run_was_given_stands_beside_the_default(runs, capsys):
    record = json.loads((runs / "runs/two/run.json").read_text())
    record["options"] |= {"hold-out": "blocks", "top-p": 0.5, "end-mark": True, "sample-length": 50, "member": ["a"]}
    (runs / "runs/two/run.json").write_text(json.dumps(record))

    said = compared(runs, capsys)

    assert "  hold out       tail → blocks\n" in said
    assert "  end mark       no → yes\n" in said
    assert f"  sample length  {PRESETS['quick'].sampling['sample_length']:,} → 50\n" in said
    assert "  top p          1 → 0.5\n" in said
    assert "  member         none → a\n" in said
    assert "–" not in said.partition("the model:")[0]


def test_long_lists_of_an_option_are_told_by_what_differs(runs, capsys):
    members = [f"a folder/and in it the file {number}.txt" for number in range(12)]
    for name, listed in (("one", members), ("two", [*members, "b.txt"])):
        record = json.loads((runs / "runs" / name / "run.json").read_text())
        record["options"] |= {"member": listed} | ({"other": listed, "field": "x" * 200} if name == "two" else {})
        (runs / "runs" / name / "run.json").write_text(json.dumps(record))

    said = compared(runs, capsys)

    assert "  member  12 → 13 in all: 'b.txt' new\n" in said
    assert "  other   – → ['a folder/and in it the file 0.txt', " in said
    assert "  field   none → 'xxx" in said


def test_samples_that_share_no_prompt_are_said_to(runs, capsys):
    path = runs / "runs/one/samples.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.schema.get_field_index("prompt"), "prompt", [["other"] * len(table)]), path)

    said = compared(runs, capsys)

    assert said.split("\n\n")[-2] == "the two runs have no samples of the same temperature, prompt, seed and number"


def test_the_page_leads_to_both_runs_from_where_it_lies(runs, capsys):
    assert main(["compare", "--page", str(runs / "deep/er/compare.html")]) == 0
    page = (runs / "deep/er/compare.html").read_text()

    assert 'href="../../runs/one/review.html"' in page
    assert 'href="../../runs/two/review.html"' in page
    assert "<del>time</del>" in page
    assert "<ins>mat</ins>" in page


def test_another_corpus_is_told_before_anything_else(runs, capsys):
    said = compared(runs, capsys, "other", "latest")

    assert "corpus  b.txt → a.txt" in said


def test_a_run_from_before_there_were_scores_is_compared_by_the_rest(runs, capsys):
    (runs / "runs/one/scores.json").unlink()
    said = compared(runs, capsys)

    assert "units  64 → 128" in said
    assert "temperature 0.5" not in said


def test_a_hostile_run_commands_no_terminal(runs, capsys):
    write_run_folder(runs / "runs/\x1b[2J\u202e", url="\x1b]0;pwned\x07", **{"\x1b[31m": "\x9b1m"})
    said = compared(runs, capsys, "one", "\x1b[2J\u202e")

    assert not set(said) & set("\x1b\x07\x9b\u202e")
    assert "\\x1b[31m" in said


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda runs: (runs / "runs/one/samples.parquet").unlink(), "cannot be read"),
        (lambda runs: (runs / "runs/one/metrics.jsonl").write_text("{"), "cannot be read"),
        (lambda runs: (runs / "runs/one/metrics.jsonl").write_text("[]\n"), "cannot be read"),
        (lambda runs: (runs / "runs/one/metrics.jsonl").write_text('{"step": 1}\n'), "cannot be read"),
        (lambda runs: (runs / "runs/one/samples.parquet").write_bytes(b"PAR1"), "cannot be read"),
        (lambda runs: (runs / "runs/one/scores.json").write_text("[[]]"), "cannot be read"),
        (lambda runs: (runs / "runs/two/floors.json").write_text("7"), "cannot be read"),
        (lambda runs: (runs / "runs/one/model/config.json").write_text("{}"), "cannot be read"),
        (lambda runs: (runs / "runs/one/run.json").write_text("[]"), "run.json holds no record of a run"),
        (lambda runs: (runs / "runs/one/run.json").write_text('{"corpus": {}}'), "run.json: started: Field required"),
        (lambda runs: (runs / "runs/one/run.json").unlink(), "there is no run one"),
    ],
)
def test_a_run_that_is_not_whole_is_told_in_a_line(runs, capsys, damage, said):
    damage(runs)

    assert main(["compare", "one", "two", "--page", str(runs / "compare.html")]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not (runs / "compare.html").exists()


def test_without_a_run_before_the_latest_there_is_nothing_to_compare(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(search, "ARTIFACTS", tmp_path)
    write_run_folder(tmp_path / "runs/one")
    (tmp_path / "latest").symlink_to("runs/one")

    assert main(["compare"]) == 2
    assert "there is no run before the latest one" in capsys.readouterr().err
