import pytest

from tasks.page.judgements import judgements
from tests.page.reviews import a_sample, scores_of


def judged(reference=None, words=True, **measures):
    scores = scores_of([a_sample(temperature=t, **measures) for t in (0.5, 0.8)], 0.8, reference, words)
    return {one.name: one for one in judgements(scores, 84)}


def test_the_recommended_temperature_comes_first_with_its_reason_as_a_sentence():
    one = next(iter(judged().values()))

    assert one == ("recommended temperature", "0.8", "Its samples cost the model what real text does.")


@pytest.mark.parametrize(
    ("share", "real", "said"),
    [
        (0.3, 0.02, "More than real text: of held-out text it is 2.0 %."),
        (0.02, 0.02, "No more than real text"),
        (0.005, 0.0, "No more than real text"),
    ],
)
def test_copying_is_judged_beside_held_out_text(share, real, said):
    one = judged({"copied_share": real}, copied_share=share, longest_copy=84)["copied from the training text"]

    assert one.sentence.startswith(said)
    assert "the longest of any sample has 84." in one.sentence


@pytest.mark.parametrize(("share", "said"), [(0.4, "It says things over and over"), (0.0, "No more than real text")])
def test_loops_are_judged(share, said):
    assert judged({"looped_share": 0.0}, looped_share=share)["in loops"].sentence.startswith(said)


@pytest.mark.parametrize(("share", "said"), [(0.94, "As in real text"), (0.6, "It makes words up")])
def test_words_are_judged(share, said):
    assert judged({"known_words": 0.95}, known_words=share)["known words"].sentence.startswith(said)


def test_a_script_without_words_is_not_judged_by_them_and_that_is_said():
    one = judged(words=False, known_words=None)["known words"]

    assert one.figure == "–"
    assert one.sentence.startswith("None are looked up")
