import csv
import dataclasses
import gzip
import io
import json
import math

import numpy as np
import pytest

from flows.cli.app import main
from tasks.network.files import save_model
from tests.byte_level import byte_vocabulary, inside
from tests.corpus.archives import zipped
from tests.flows.cli.commands.conftest import CARD
from tests.tiny_models import VOCABULARY, losses, random_network

TEXT = "the lazy fox\nover the dog.\n" * 12


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    return str(path)


def bits(text):
    """The stock model's bits for each character, after a new line."""
    return losses(random_network(), VOCABULARY.encode("\n" + text)) / math.log(2)


def test_the_bits_per_character_are_those_of_the_stock_model(model, text, capsys):
    assert main(["score", str(model), text]) == 0

    assert capsys.readouterr().out == f"{bits(TEXT).mean():.4f} bits per character, {len(TEXT):,} characters\n"


def test_json_tells_each_characters_surprise_and_what_was_likelier(model, text, capsys):
    main(["score", str(model), text, "--json", "--alternatives", "3"])

    shown = capsys.readouterr()
    lines = [json.loads(line) for line in shown.out.splitlines()]
    assert "".join(line["character"] for line in lines) == TEXT
    assert [line["offset"] for line in lines] == list(range(len(TEXT)))
    assert [line["bits"] for line in lines] == pytest.approx(bits(TEXT), abs=1e-3)
    for line in lines:
        named = dict(line["alternatives"])
        assert sorted(named.values(), reverse=True) == list(named.values())
        assert len(named) == 3
        if line["character"] in named:
            assert named[line["character"]] == pytest.approx(2 ** -line["bits"], rel=1e-3)
        else:
            assert 2 ** -line["bits"] <= min(named.values()) + 1e-4
    assert "bits per character" in shown.err


def test_csv_has_a_row_for_each_character(model, text, capsys):
    main(["score", str(model), text, "--csv", "--alternatives", "1"])

    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert "".join(chr(int(point[2:], 16)) for _, point, *_ in rows) == TEXT
    assert np.array([row[2] for row in rows], float) == pytest.approx(bits(TEXT), abs=1e-3)
    assert {len(row) for row in rows} == {5}


def test_a_terminal_shows_the_text_redder_where_it_surprises(model, text, capsys, terminal):
    main(["score", str(model), text])

    shown = capsys.readouterr().out
    assert "\x1b[48;5;" in shown
    plain = "".join(part.split("m", 1)[-1] for part in shown.split("\x1b[")).replace("↵", "")
    assert plain.startswith(TEXT)


def test_alternatives_are_a_line_for_each_character(model, text, capsys):
    main(["score", str(model), text, "--alternatives", "2"])

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(TEXT) + 1
    assert lines[0].startswith("t\t")
    assert lines[0].count("%") == 2


def test_a_terminal_obeys_nothing_that_a_text_holds(tmp_path, hostile_model, capsys, terminal):
    (tmp_path / "text.txt").write_text("a\x1b\u202e\x07b\t\n")

    main(["score", str(hostile_model), str(tmp_path / "text.txt"), "--unknown-characters", "drop"])

    shown = capsys.readouterr().out
    assert "\\x1b" in shown
    assert not {"\u202e", "\x07"} & set(shown)
    assert set(shown.split("\x1b")[1:]) <= {part for part in shown.split("\x1b")[1:] if part.startswith("[")}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "text.txt: there is no such file"),
        ("the Ω", "{model}, the text has characters that the corpus lacks: 'Ω'"),
        ("", "text.txt holds no characters that the model {model} knows"),
    ],
)
def test_what_cannot_be_scored_gets_one_line(tmp_path, model, capsys, content, said):
    path = tmp_path / "text.txt"
    if content is not None:
        path.write_text(content)

    assert main(["score", str(model), str(path)]) == 2

    err = capsys.readouterr().err
    assert said.format(model=model) in err
    assert err.count("\n") == 1


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PNG, "text: it is an image, not text; read the text out of it"),
        (
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
            "text: it is a PDF document, not text; make plain text of it (pdftotext)",
        ),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(50), "text: it is a 7z archive, not text; unpack it and give the text"),
        (zipped({"a.txt": b"the fox", "b.txt": b"the dog"}), "text: it is an archive of several files; unpack it"),
        (
            zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<T/>"}),
            "text: it is a DOCX document",
        ),
        (gzip.compress(b"the lazy fox " * 99)[:40], "text: it cannot be read: it is compressed"),
    ],
    ids=["image", "PDF", "7z", "zip of two", "DOCX", "half of gzip"],
)
def test_what_is_no_text_is_told_as_of_a_corpus(tmp_path, model, capsys, content, said):
    (tmp_path / "text").write_bytes(content)

    assert main(["score", str(model), str(tmp_path / "text")]) == 2

    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PNG, "it is an image, not text; read the text out of it (tesseract) and give that"),
        (zipped({"a.png": PNG}), "a.png is an image, not text; read the text out of it (tesseract) and give that"),
        (
            zipped({"a.pdf": b"%PDF-1.7\n1 0 obj\n"}),
            "a.pdf is a PDF document, not text; make plain text of it (pdftotext)",
        ),
        (
            "the lazy fox é ".encode() * 9 + b"\xff\xfe",
            "the first in line 1, offset 144; mend it, or convert it to UTF-8 first",
        ),
        (
            b"the fox\0" + b"the lazy fox " * 9,
            "1 NUL in 125 characters, the first in line 1; remove them (tr -d '\\000')",
        ),
        (
            bytes(range(128, 256)),
            "no character set that can be told: perhaps mac_greek, x-mac-cyrillic, cp737; convert it to UTF-8 first",
        ),
    ],
    ids=["image", "packed image", "packed PDF", "damaged", "NUL", "no set"],
)
def test_the_advice_names_no_option_that_there_is_not(tmp_path, model, capsys, content, said):
    (tmp_path / "text").write_bytes(content)

    assert main(["score", str(model), str(tmp_path / "text")]) == 2

    assert capsys.readouterr().err.endswith(f"{said}\n")


def test_a_text_for_a_model_of_bytes_may_be_packed(tmp_path, byte_model, capsys):
    content = "für König\n".encode()
    for name, packed in (("gz", gzip.compress(content)), ("zip", zipped({"a.txt": content}))):
        (tmp_path / name).write_bytes(packed)

        assert main(["score", str(byte_model), str(tmp_path / name)]) == 0
        assert f"{len(content)} bytes\n" in capsys.readouterr().out


def test_a_text_may_be_packed(tmp_path, model, capsys):
    for name, content in (("gz", gzip.compress(b"the fox")), ("zip", zipped({"a.txt": b"the fox"}))):
        (tmp_path / name).write_bytes(content)

        assert main(["score", str(model), str(tmp_path / name)]) == 0
        assert "7 characters\n" in capsys.readouterr().out


def test_a_text_may_come_from_standard_input(model, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"the fox")))

    assert main(["score", str(model), "-"]) == 0

    assert capsys.readouterr().out == f"{bits('the fox').mean():.4f} bits per character, 7 characters\n"


def test_a_text_in_another_script_is_refused_in_few_words(model, tmp_path, capsys):
    (tmp_path / "zh.txt").write_text("".join(map(chr, range(0x4E00, 0x4E00 + 2000))) + "\n", encoding="utf-8")

    assert main(["score", str(model), str(tmp_path / "zh.txt")]) == 2

    said = capsys.readouterr().err
    assert "2,000 of its 2,001 distinct ones, for example '一' (U+4E00), '丁' (U+4E01)" in said
    assert len(said) < 1000


def test_a_text_is_normalised_as_a_corpus_is(model, tmp_path, capsys):
    scored = []
    for number, content in enumerate([TEXT.encode(), TEXT.replace("\n", "\r\n").encode("utf-8-sig")]):
        (tmp_path / str(number)).write_bytes(content)
        main(["score", str(model), str(tmp_path / str(number))])
        scored.append(capsys.readouterr().out)
    assert scored[0] == scored[1]


def test_what_a_model_lacks_is_scored_as_its_unknown_character(tmp_path, capsys):
    vocabulary = dataclasses.replace(VOCABULARY, unknown_character="q")
    save_model(tmp_path, random_network(), vocabulary, {"card": CARD})
    (tmp_path / "text.txt").write_text("the fΩx é\n")

    assert main(["score", str(tmp_path), str(tmp_path / "text.txt")]) == 0

    said = (
        f"{bits('the fqx q' + chr(10)).mean():.4f} bits per character, 10 characters, 2 of them unknown to the model\n"
    )
    assert capsys.readouterr().out == said
    assert main(["score", str(tmp_path), str(tmp_path / "text.txt"), "--unknown-characters", "drop"]) == 0
    assert "8 characters\n" in capsys.readouterr().out


def test_a_model_of_bytes_scores_any_bytes_and_sums_them_over_characters(tmp_path, byte_model, capsys):
    content = "für König\n".encode() + b"\xc3\xb6\xb6"
    (tmp_path / "text").write_bytes(content)

    assert main(["score", str(byte_model), str(tmp_path / "text"), "--json", "--alternatives", "2"]) == 0

    shown = capsys.readouterr()
    lines = [json.loads(line) for line in shown.out.splitlines()]
    vocabulary = byte_vocabulary("für den König\n")
    network = random_network(size=vocabulary.size)
    expected = losses(network, vocabulary.encode("\n" + inside(content))) / math.log(2)
    assert "".join(line["character"] for line in lines) == "für König\nö\ufffd"
    assert [line["bits"] for line in lines[:3]] == pytest.approx(
        [expected[0], expected[1] + expected[2], expected[3]], abs=1e-3
    )
    assert {name for line in lines for name, _ in line["alternatives"]} <= {*"\n defginrK", "\\xb6", "\\xbc", "\\xc3"}
    assert shown.err == f"{expected.mean():.4f} bits per byte, {len(content)} bytes\n"
    main(["score", str(byte_model), str(tmp_path / "text"), "--csv", "--alternatives", "13"])
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert [row[1] for row in rows[:2]] == ["U+0066", "U+00FC"]
    assert {"U+000A", "\\xc3"} <= set(rows[0])
