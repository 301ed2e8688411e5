import json
from pathlib import Path

import pytest

from flows.cli.app import main
from tests.page.test_hostile_texts import HOSTILE


def export(path, rater, *rated, **changed):
    ratings = [
        {"temperature": t, "prompt": "P", "seed": 1, "index": index, "rating": rating, "comment": comment, "text": text}
        for t, index, rating, comment, text in rated
    ]
    content = {"format": "charflow ratings 1", "rater": rater, "run": "one", "ratings": ratings, **changed}
    path.write_text(json.dumps(content))
    return str(path)


@pytest.fixture
def files(tmp_path):
    ada = export(tmp_path / "ada.json", "Ada", (0.5, 0, 5, "fine", "best\ntext"), (0.8, 1, 2, "", "worse"))
    bob = export(tmp_path / "bob.json", None, (0.5, 0, 4, "", "best\ntext"), (0.8, 1, None, "what?", "worse"))
    return ada, bob


def test_the_best_rated_come_first_with_their_comments(files, capsys):
    assert main(["ratings", *files]) == 0
    said = capsys.readouterr().out

    assert said.splitlines()[0] == "2 samples, rated by Ada, bob"
    assert "temperature 0.5: 4.50 of 5, 2 ratings" in said
    first = said.split("\n\n")[1]
    assert first.splitlines() == [
        "4.5 of 5 · temperature 0.5, sample 0, seed 1",
        "  “fine” (Ada)",
        "  Pbest",
        "  text",
    ]
    assert "“what?” (bob)" in said


@pytest.mark.parametrize(
    ("raters", "called"),
    [
        ((None, None), "ada/ratings, bob/ratings"),
        (("Ada", None), "Ada, ratings"),
        (("ratings", None), "bob/ratings, ratings"),
        (("Ada", "Ada"), "Ada"),
    ],
)
def test_two_raters_with_files_of_the_same_name_stay_two(tmp_path, capsys, raters, called):
    for folder in ("ada", "bob"):
        (tmp_path / folder).mkdir()
    ada = export(tmp_path / "ada" / "ratings.json", raters[0], (0.5, 0, 5, "", "text"))
    bob = export(tmp_path / "bob" / "ratings.json", raters[1], (0.5, 0, 1, "", "text"))
    main(["ratings", ada, bob])
    said = capsys.readouterr().out

    assert said.splitlines()[0] == f"1 samples, rated by {called}"
    assert f"{len(called.split(', '))} ratings" in said


def test_a_file_that_is_named_twice_counts_once(tmp_path, capsys):
    ada = export(tmp_path / "ada.json", None, (0.5, 0, 5, "", "text"))
    main(["ratings", ada, str(tmp_path / "." / "ada.json")])

    assert "1 ratings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ratings", "guesses", "is_said"),
    [((5, 5), (True, True), False), ((5, 4), (True, True), True), ((5, 5), (True, False), True)],
)
def test_files_of_a_name_that_differ_over_a_sample_are_told_of(tmp_path, capsys, ratings, guesses, is_said):
    names = [
        export(
            tmp_path / f"{right}{rating}{n}.json", "A\x1bda", (0.5, 0, rating, "", "text"), samples="1f", guesses=[told]
        )
        for n, (rating, right) in enumerate(zip(ratings, guesses, strict=True))
        for told in [{"prompt": "P", "right": right, "among": 4}]
    ]
    other = export(tmp_path / "other.json", "Ada", (0.5, 0, 1, "", "text"))
    more = export(
        tmp_path / "more.json", "A\x1bda", samples="2f", guesses=[{"prompt": "P", "right": False, "among": 3}]
    )
    main(["ratings", *names, other, more])

    assert capsys.readouterr().err.startswith("ratings: two files of A\\x1bda differ") is is_said


def test_who_told_the_real_text_how_often_is_said(tmp_path, capsys):
    guesses = [{"right": right, "among": 4} for right in (True, True, False)]
    main(["ratings", export(tmp_path / "r.json", "Ada", (0.5, 0, 5, "", "text"), guesses=guesses)])

    score = "which one is real: Ada was right 2 of 3 times, 67 % (95 % interval 21 to 94 %); by chance 25 %"
    assert score in capsys.readouterr().out.splitlines()


def test_only_the_best_few_are_shown(files, capsys):
    main(["ratings", *files, "--top", "1"])

    assert "worse" not in capsys.readouterr().out


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_commands_no_terminal(tmp_path, capsys, text):
    main(["ratings", export(tmp_path / "r.json", text, (0.5, 0, 5, text, text))])
    said = capsys.readouterr().out

    assert [c for c in said if not c.isprintable() and c != "\n"] == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "is no export of ratings"),
        ('{"format": "charflow ratings 1", "ratings": [{"rating": 9}]}', "holds a rating that is none"),
        ('{"format": "charflow ratings 1", "ratings": "x"}', "holds a rating that is none"),
        ('{"format": "charflow ratings 1"}', "holds a rating that is none"),
        ('{"format": "charflow ratings 1", "ratings": 5}', "holds a rating that is none"),
        ('{"format": "charflow ratings 1", "ratings": null}', "holds a rating that is none"),
        ('{"format": "charflow ratings 1", "ratings": [], "rater": 1}', "names its rater"),
        ('{"format": "charflow ratings 1", "ratings": [], "guesses": [{"right": 1}]}', "that is none"),
        ("[" * 200_000, "is no JSON"),
    ],
)
def test_a_file_that_is_no_export_is_told_in_a_line(tmp_path, capsys, content, said):
    (tmp_path / "r.json").write_text(content)

    assert main(["ratings", str(tmp_path / "r.json")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        *({"rating": one} for one in (True, 4.5, "5", 0)),
        *({"temperature": one} for one in (float("nan"), float("inf"), True, -1, 10**400)),
        *({"seed": True}, {"index": 0.5}, {"blind": 1}),
    ],
    ids=str,
)
def test_a_rating_with_a_value_of_another_kind_is_refused(tmp_path, capsys, wrong):
    path = Path(export(tmp_path / "r.json", "Ada", (0.5, 0, 5, "", "text")))
    content = json.loads(path.read_text())
    content["ratings"][0] |= wrong
    path.write_text(json.dumps(content))

    assert main(["ratings", str(path)]) == 2
    assert "holds a rating that is none" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["absent.json"]])
def test_without_a_file_it_says_what_to_name(capsys, words):
    assert main(["ratings", *words]) == 2
    assert capsys.readouterr().err.startswith("charflow: ratings:")
