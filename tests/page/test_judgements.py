import itertools

import pytest

from tasks.page.judgements import judgements, recommendation
from tasks.quality.recommending import recommend
from tasks.quality.verdict import faults_of, of_samples
from tests.page.reviews import a_sample, scores_of


def scores(reference=None, words=True, temperatures=(0.5, 0.8), recommended=0.8, **measures):
    return scores_of([a_sample(temperature=t, **measures) for t in temperatures], recommended, reference, words)


def judged(reference=None, words=True, **measures):
    return {one.name: one for one in judgements(scores(reference, words, **measures), 84)}


def test_the_recommended_temperature_comes_first_with_its_reason():
    one = next(iter(judged().values()))

    assert (one.name, one.figure) == ("recommended temperature", "0.8")
    assert one.sentence == (
        "By 1 sample no fault is clear even at the highest temperature. Of those sampled it is nearest to real text "
        "in surprise: 2.00 bits per character, held-out text 2.10 in passages as long."
    )


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (
            {"temperature": 0.5, "faultless": 0.5, "nearest": 0.8, "told": True},
            "The highest without a clear fault; 0.8 has loops. Nearest to real text in surprise is 0.8: 2.00 bits per ",
        ),
        (
            {"temperature": 0.8, "faultless": None, "nearest": 0.8, "told": True},
            "Each temperature has a clear fault; this one has the least: loops. Of those sampled it is nearest",
        ),
    ],
)
def test_the_reason_names_the_faults_that_it_avoids_or_has(chosen, said):
    given = scores({"looped_share": 0.0}, looped_share=0.5)

    assert recommendation({**given, "recommended": chosen}).startswith(said)


def test_a_temperature_alone_is_said_to_be():
    assert recommendation(scores(temperatures=(0.8,))) == (
        "The only one sampled; by 1 sample no fault is clear. Its samples have 2.00 bits per character, held-out text "
        "2.10 in passages as long."
    )


def estimates(bits, known, looped):
    """Measures of samples, the shares as (low, value, high)."""
    measures = {"bits_per_character": (bits, bits, bits), "known_words": known, "looped_share": looped}
    return {name: {"low": low, "value": value, "high": high} for name, (low, value, high) in measures.items()}


REAL = estimates(2.0, (0.94, 0.95, 0.96), (0.0, 0.0, 0.01))
SURE, UNSURE = (0.0, 0.0, 0.02), (0.0, 0.0, 0.7)  # of loops
SAMPLES = {
    "faultless": estimates(2.0, (0.9, 0.95, 1.0), SURE),
    "made-up words": estimates(2.1, (0.03, 0.05, 0.25), SURE),
    "untold": estimates(2.2, (0.3, 0.9, 1.0), UNSURE),
    "made-up words, loops untold": estimates(2.3, (0.03, 0.05, 0.25), UNSURE),
    "loops": estimates(2.4, (0.3, 0.9, 1.0), (0.2, 0.9, 1.0)),
    "one sample": estimates(2.5, (None, 0.0, None), (None, 0.0, None)),
    "empty": dict.fromkeys(REAL),
}


@pytest.mark.parametrize("kinds", [*itertools.product(SAMPLES, repeat=2)], ids=", then ".join)
def test_no_fault_is_clear_where_there_is_said_to_be_too_little_text_for_any(kinds):
    by_temperature = {0.5: SAMPLES[kinds[0]], 1.0: SAMPLES[kinds[1]]}
    rows = [
        {"temperature": t, "samples": 8, "faults": faults_of(measures, REAL), "measures": measures}
        for t, measures in by_temperature.items()
    ]
    chosen = recommend(by_temperature, REAL)
    rule = {"copies_told": True}
    codes = [one["code"] for one in of_samples(0.5, by_temperature[chosen["temperature"]], REAL, rule)]
    why = recommendation({"recommended": chosen, "temperatures": rows, "reference": {"measures": REAL}})

    (faults,) = (row["faults"] for row in rows if row["temperature"] == chosen["temperature"])
    assert codes == (faults if chosen["told"] else ["too-few-to-tell"])
    assert ("too little text to call one absent" in why) == (not chosen["told"] and any(row["faults"] for row in rows))
    assert ("too little text to tell faults by" in why) == (
        not chosen["told"] and not any(row["faults"] for row in rows)
    )
    assert ("Each temperature has a clear fault" in why) == bool(faults)


@pytest.mark.parametrize(
    ("share", "real", "said"),
    [
        (0.3, 0.02, "Clearly more than in real text: of held-out text it is 2.0 %."),
        (0.02, 0.02, "Not clearly other than in real text"),
        (0.005, 0.0, "Not clearly other than in real text"),
    ],
)
def test_copying_is_judged_beside_held_out_text(share, real, said):
    one = judged({"copied_share": real}, copied_share=share, longest_copy=84)["copied from the training text"]

    assert one.sentence.startswith(said)
    assert "the longest of any sample has 84." in one.sentence


def test_where_copying_cannot_be_told_it_is_said():
    numbers = {"length": 500, "least": 5, "quoted": 0.6}
    given = {**scores(), "findings": [{"code": "copies-untold", "numbers": numbers, "interval": None}]}
    one = next(one for one in judgements(given, 84) if one.name == "copied from the training text")

    assert one.figure == "–"
    assert one.sentence.startswith("Whether it copies cannot be told here: this text repeats itself so much")


def test_too_little_text_is_said_to_be():
    given = scores()
    for row in given["temperatures"]:
        row["measures"]["looped_share"] = {"value": 0.5, "low": None, "high": None}
    one = next(one for one in judgements(given, 84) if one.name == "in loops")

    assert one.sentence.startswith("Too little text to tell")


@pytest.mark.parametrize(("share", "said"), [(0.4, "Clearly more than in real text"), (0.0, "Not clearly other")])
def test_loops_are_judged(share, said):
    assert judged({"looped_share": 0.0}, looped_share=share)["in loops"].sentence.startswith(said)


@pytest.mark.parametrize(("share", "said"), [(0.94, "Not clearly other"), (0.6, "Clearly fewer than in real text")])
def test_words_are_judged(share, said):
    assert judged({"known_words": 0.95}, known_words=share)["known words"].sentence.startswith(said)


def test_a_script_without_words_is_not_judged_by_them_and_that_is_said():
    one = judged(words=False, known_words=None)["known words"]

    assert one.figure == "–"
    assert one.sentence.startswith("None are looked up")
