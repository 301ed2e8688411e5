import pytest

from tasks.page.words import further, meaning, measured, sentence, verdict

FLOORS = {"uniform": 6.0, "unigram": 4.8, "bzip2": 2.4, "xz": 2.6}


def a_finding(code, interval=None, **numbers):
    return {"code": code, "severity": "note", "numbers": numbers, "interval": interval}


LOSS = a_finding("floors-beaten", bits=2.1, standard_error=0.0123, floor="bzip2", saved=0.125)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (LOSS, "better than every floor: 12 % fewer bits than bzip2."),
        (a_finding("floor-ahead", ahead={}, level={"bzip2": 2.4}), "but bzip2 needs about as few bits."),
        (
            a_finding("floor-ahead", bits=2.5, ahead={"ppmd": 2.0, "xz": 2.4}, level={}),
            "but PPMd and xz still need 0.50 and 0.10 bits fewer.",
        ),
        (
            a_finding("learned-frequencies", bits=4.8, ahead={"xz": 2.4}),
            "how often each character occurs (unigram) serves",
        ),
        (
            a_finding("learned-frequencies", bits=5.47, ahead={"xz": 2.4, "unigram": 4.76}),
            "next to nothing, and guessing by frequency (unigram) does better: it needs 0.71 bits fewer.",
        ),
        (a_finding("learned-nothing", bits=6.0, ahead={}), "no better than blind guessing (uniform)."),
        (
            a_finding("learned-nothing", bits=6.0, ahead={"xz": 2.4, "unigram": 4.8}),
            "no better than blind guessing (uniform), and guessing by frequency (unigram) needs 1.20 bits fewer.",
        ),
        (
            a_finding("learned-nothing", bits=6.5, ahead={"uniform": 6.0}),
            "learned nothing, and blind guessing (uniform) does better: it needs 0.50 bits fewer.",
        ),
        (
            a_finding("learned-nothing", bits=6.5, ahead={"unigram": 4.8, "uniform": 6.0}),
            "(uniform) and guessing by frequency (unigram) do better: they need 0.50 and 1.70 bits fewer.",
        ),
        (
            a_finding("overfitted", best_step=20, best_bits=2.2, last_bits=2.6, kept_step=30),
            "at step 20 (2.20), and the model is the later one of step 30 (2.60).",
        ),
        (
            a_finding("overfitting-avoided", best_step=20, best_bits=2.2, last_bits=2.6, kept_step=20),
            "From step 20 on it began to overfit: the loss on held-out text rose from 2.20 to 2.60.",
        ),
        (a_finding("known-by-heart", gap=1.2, training_bits=1.0), "predicts 1.20 bits better (1.00)"),
        (a_finding("unfinished"), "still getting better"),
        (
            a_finding("makes-up-words", [0.5, 0.7], share=0.6, real=0.95, temperature=1.0),
            "1.0 it makes words up: the training text has 60 % (50 % to 70 %) of its words, of held-out text 95.0 %.",
        ),
        (
            a_finding("copies", [0.2, 0.4], share=0.3, real=0.01, temperature=0.8),
            "stand in the training text in passages of 27 or more, of held-out text 1.0 %.",
        ),
        (a_finding("loops", [0.2, 0.4], share=0.3, real=0.0, temperature=0.8), "30 % (20 % to 40 %) of its characters"),
        (
            a_finding("floor-ahead", bits=2.4, ahead={"ppmd": 2.0}, level={"xz": 2.4, "bzip2": 2.4}),
            "but PPMd still needs 0.40 bits fewer, and xz and bzip2 need about as many.",
        ),
        (
            a_finding("too-little-held-out", bits=2.1, floor="xz", floor_bits=2.6),
            "it needs 2.10 bits per character there, xz 2.60, but that may be chance.",
        ),
        (
            a_finding("too-little-held-out", bits=6.1, floor="xz", floor_bits=2.6, uniform_bits=6.0),
            "it has learned nothing: it needs 6.10 bits per character there, blind guessing (uniform) 6.00.",
        ),
        (
            a_finding("monotonous", [0.1, 0.2], share=0.15, real=0.84, temperature=0.2),
            "15 % (10 % to 20 %) of its sequences of 4 characters are distinct ones, of held-out text 84 %.",
        ),
        (a_finding("copies-untold", quoted=0.0, least=14, length=6), "samples have 6 characters on average, and only"),
        (
            a_finding("copies-untold", quoted=0.0, least=14, length=6, lines=20, known=3),
            "by chance. Of 20 samples that are whole lines, 3 are in the training text already.",
        ),
        (
            a_finding("copies-untold", quoted=0.0, least=14, length=1, lines=1, known=0),
            "by chance. Of 1 sample that is a whole line, none is in the training text already.",
        ),
        (a_finding("copies-untold", quoted=0.0, least=14, length=1), "samples have 1 character on average, and only"),
        (a_finding("copies-untold", quoted=0.6, least=14, length=500), "cannot be told here: this text repeats itself"),
        (a_finding("too-few-to-tell", temperature=0.5), "At temperature 0.5 there is too little text"),
    ],
    ids=lambda one: one["code"] if isinstance(one, dict) else "",
)
def test_each_finding_is_worded_with_its_numbers(finding, said):
    assert said in sentence(finding, 27)


def test_the_measures_are_named_with_the_standard_error():
    assert measured(LOSS["numbers"], FLOORS) == (
        "On held-out text the model needs 2.10 bits per character (standard error 0.012); the floors: xz 2.60, "
        "bzip2 2.40, unigram (frequencies alone) 4.80, uniform (blind guessing) 6.00."
    )
    assert (
        measured({"bits": 2.1, "standard_error": None}, {})
        == "On held-out text the model needs 2.10 bits per character."
    )


def test_bits_are_told_as_a_choice():
    assert "among 8.0 equally likely" in meaning(3)


def test_the_verdict_has_the_loss_first_and_then_each_further_finding():
    said = verdict({"findings": [LOSS, a_finding("unfinished")], "least_copy": 20}, FLOORS)

    assert said.headline == sentence(LOSS)
    assert said.sentences == [measured(LOSS["numbers"], FLOORS), meaning(2.1), sentence(a_finding("unfinished"))]


def test_the_verdict_on_a_model_of_bytes_speaks_of_bytes():
    copies = a_finding("copies", [0.2, 0.4], share=0.3, real=0.01, temperature=0.8)
    said = verdict({"findings": [LOSS, copies], "least_copy": 20}, FLOORS, "byte")

    assert "bits per byte" in said.sentences[0]
    assert "at each byte" in said.sentences[1]
    assert "character" not in " ".join([said.headline, *said.sentences])


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({"validation_seen": 0.0}, ", which was not trained on the held-out text."),
        (
            {"validation_seen": 0.25},
            ". But that was trained on 25 % of the held-out text: the loss is lower than on text that is new to it.",
        ),
        (
            {"validation_seen": 0.0, "test_seen": 0.021},
            (
                ". But that was trained on 0 % of the held-out text, and 2.1 % of that held out to the end: "
                "the loss is lower than on text that is new to it."
            ),
        ),
        (
            {"validation_seen": None},
            ". But how much of the held-out text that was trained on is not known: the loss may be too low.",
        ),
    ],
)
def test_what_the_earlier_model_had_seen_of_the_held_out_text_is_told(seen, said):
    initial = {"sha256": "0123456789abcdef", "validation_bits_per_character": 2.508, **seen}

    assert further({"initial": initial}, [], "byte") == [
        f"Training went on from an earlier model (0123456789ab){said}",
        "That model needed 2.51 bits per byte of the held-out text.",
    ]
    assert further({}, []) == []
