import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli.app import main
from flows.cli.commands.sample import SampleOptions
from tasks.network.parameters import SamplingParameters
from tasks.network.precision import fastest_precision
from tasks.sampling.finished_model import FinishedModel

ROOT = Path(__file__).parents[4]


def drawn(model, *prompts, **options):
    return [(one.prompt, one.text) for one in FinishedModel.load(model).samples(*prompts, **options)]


def test_samples_are_written_after_their_prompts(model, capsys):
    assert (
        main(["sample", str(model), "--prompt", "the ", "a", "-n", "2", "--length", "30", "--temperature", "0.5"]) == 0
    )

    expected = drawn(model, "the ", "a", samples=2, length=30, temperature=0.5)
    assert capsys.readouterr().out == "".join(f"{prompt}{text}\n" for prompt, text in expected)
    assert [prompt for prompt, _ in expected] == ["the ", "the ", "a", "a"]


def test_a_terminal_is_shown_the_same_as_it_is_drawn(model, capsys, terminal):
    assert main(["sample", str(model), "--prompt", "the ", "-n", "3", "--length", "30", "--stop", "o"]) == 0

    expected = drawn(model, "the ", samples=3, length=30, stop="o")
    assert capsys.readouterr().out == "\n\n".join(prompt + text for prompt, text in expected) + "\n"


def test_characters_come_as_they_are_drawn(model):
    pieces = list(FinishedModel.load(model).stream("the ", length=40))

    assert len(pieces) == 10
    assert "".join(characters for _, characters in pieces) == drawn(model, "the ", length=40)[0][1]


def test_a_model_of_bytes_goes_on_from_text_and_writes_what_its_bytes_are(byte_model, capsys):
    main(["sample", str(byte_model), "--prompt", "für ", "-n", "8", "--length", "200", "--json", "--stop", "Kö"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    model = FinishedModel.load(byte_model)
    found = list(model.samples("für ", samples=8, length=200, stop="Kö"))
    assert [(line["prompt"], line["text"]) for line in lines] == [("für ", one.text) for one in found]
    for line, one in zip(lines, found, strict=True):
        assert bytes.fromhex(line["bytes"]) == one.content
        assert one.text == model.vocabulary.outside(one.content.decode("latin-1"))
        assert len(one.surprise) == len(one.text) <= len(one.content) <= 200
        assert line["bits_per_character"] == pytest.approx(one.surprise.sum() / len(one.content), abs=1e-3)
    assert {"ö", "ü"} & {*"".join(one.text for one in found)}


def test_a_model_of_bytes_shows_whole_characters_as_they_are_drawn(byte_model, capsys, terminal):
    model = FinishedModel.load(byte_model)
    pieces = list(model.stream("für ", samples=2, length=61))

    texts = [one.text for one in model.samples("für ", samples=2, length=61)]
    assert ["".join(t for place, t in pieces if place.index == n) for n in range(2)] == texts
    assert {place.prompt for place, _ in pieces} == {"für "}
    assert main(["sample", str(byte_model), "--prompt", "ß"]) == 2
    assert "characters whose bytes the corpus lacks: 'ß'" in capsys.readouterr().err


def test_a_terminal_obeys_nothing_that_a_model_writes(hostile_model, capsys, terminal):
    assert main(["sample", str(hostile_model), "--prompt", "\x1b\u202e", "--length", "300"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("\\x1b\\u202e")
    assert {c for c in out if not c.isprintable()} <= {"\n", "\t"}
    assert {"\\x07", "\\x1b", "\\u202e"} <= set(re.findall(r"\\x..|\\u....", out))


@pytest.mark.parametrize(("trained_in", "same_as"), [("float32", "float32"), (fastest_precision(),) * 2])
def test_it_computes_as_training_did_unless_told_otherwise(tmp_path, model, capsys, trained_in, same_as):
    for path in model.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "config.json").write_text(json.dumps({"training": {"precision": trained_in}}))
    words = ["--prompt", "the ", "-n", "20", "--length", "200"]

    main(["sample", str(tmp_path), *words])
    untold = capsys.readouterr().out
    main(["sample", str(model), *words, "--precision", same_as])

    assert capsys.readouterr().out == untold


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        (
            b"the ",
            [],
            "charflow: standard input is not read; give a beginning by --prompt, or a file of some by --prompts\n",
        ),
        (b"the ", ["--prompt", "a"], ""),
        (b"", [], ""),
    ],
)
def test_of_text_on_standard_input_it_says_that_it_is_not_read_and_leaves_it(
    model, capsys, monkeypatch, content, words, said
):
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    with os.fdopen(reader) as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        assert main(["sample", str(model), "--length", "5", *words]) == 0
        assert piped.read() == content.decode()

    assert capsys.readouterr().err == said


def test_json_has_a_line_for_each_sample(model, capsys):
    main(["sample", str(model), "--prompt", "the ", "-n", "2", "--length", "30", "--json"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["prompt"], line["text"]) for line in lines] == drawn(model, "the ", samples=2, length=30)
    assert [list(line) for line in lines] == [
        ["temperature", "prompt", "seed", "index", "text", "bits_per_character"]
    ] * 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--prompt", "Ω"], "'Ω' (U+03A9)"),
        (["--length", "0"], "--length must be greater than or equal to 1"),
        (["--temperature", "-1"], "--temperature must be greater than or equal to 0"),
    ],
)
def test_what_cannot_be_drawn_gets_one_line(model, capsys, words, said):
    assert main(["sample", str(model), *words]) == 2

    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_a_damaged_model_gets_one_line(tmp_path, model, capsys):
    (tmp_path / "model.keras").write_bytes(b"no zip")
    (tmp_path / "vocabulary.json").write_bytes((model / "vocabulary.json").read_bytes())

    assert main(["sample", str(tmp_path)]) == 2
    assert "cannot read the model in" in capsys.readouterr().err


def test_every_field_of_sampling_can_be_given_but_what_the_model_tells_and_how_a_run_shares_its_samples():
    assert SamplingParameters.model_fields.keys() - SampleOptions.model_fields.keys() == {"reset_at", "shared"}


def test_in_a_terminal_it_goes_on_from_what_is_typed_until_the_end_of_input(model):
    mine, its = pty.openpty()
    command = [sys.executable, str(ROOT / "flows/main.py"), "sample", str(model), "--length", "20"]
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env={**os.environ, "TERM": "dumb"}) as running:
        os.close(its)
        read_until(mine, "> ")
        os.write(mine, b"the q\n")
        first = read_until(mine, "\r\n> ")
        os.write(mine, "Ω\n".encode())
        refused = read_until(mine, "\r\n> ")
        os.write(mine, b"the q\n")
        second = read_until(mine, "\r\n> ")
        os.write(mine, b"\x04")
    os.close(mine)

    assert running.returncode == 0
    texts = [text for _, text in drawn(model, "the q", samples=3, length=20)]
    for shown, text in ((first, texts[0]), (second, texts[2])):
        assert f"the q{text}".replace("\n", "\r\n") in shown
    assert "characters that the corpus lacks: 'Ω'" in refused


def read_until(terminal, end):
    shown = b""
    while not shown.endswith(end.encode()):  # a read may end within a character
        shown += os.read(terminal, 4096)
    return shown.decode()
