import pydantic
import pytest

from flows.cli.app import main
from flows.cli.options import DataOptions, TrainingOptions


def test_a_mark_that_ends_documents_is_never_too_rare():
    assert DataOptions().folding("\x03") == {"max_vocabulary": None, "min_count": 1}
    assert DataOptions(min_count=3).folding(None) == {"max_vocabulary": None, "min_count": 3}
    assert DataOptions(min_count=3).folding("\x03")["always"] == "\x03"
    assert DataOptions(max_vocabulary=90).folding("\n")["always"] == "\n"


def test_the_state_is_reset_at_the_documents_of_the_corpus_and_only_where_there_are_some(capsys):
    assert DataOptions(documents="lines", reset_state=True).reset_at == "lines"
    assert DataOptions(documents="lines").reset_at is None
    assert TrainingOptions().resolved("quick", "lines").reset_at == "lines"
    assert main(["--documents", "none", "--reset-state"]) == 2
    assert capsys.readouterr().err.startswith("charflow: --reset-state means nothing with --documents none")


@pytest.mark.parametrize(
    "option",
    [
        {"encoding": "utf-8"},
        {"on_damage": "drop"},
        {"markup": "extract"},
        {"strip_gutenberg": True},
        {"max_vocabulary": 90},
        {"min_count": 2},
    ],
    ids=str,
)
def test_what_is_of_characters_means_nothing_at_the_level_of_bytes(option):
    with pytest.raises(pydantic.ValidationError, match="means nothing with --level byte"):
        DataOptions(level="byte", **option)
    assert DataOptions(**option)
    assert DataOptions(level="byte", field="text", encoding="latin-1").encoding == "latin-1"


def test_a_seed_of_what_is_not_drawn_is_refused():
    with pytest.raises(pydantic.ValidationError, match="means nothing with --hold-out tail"):
        DataOptions(hold_out_seed=2)
    assert DataOptions(hold_out="blocks", hold_out_seed=2).splitting()["hold_out_seed"] == 2
