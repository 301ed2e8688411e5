import pytest

from tasks.text.dos_tables import set_of_tables

LIGHT = "┌────────┬──────┐\n│ name   │ size │\n├────────┼──────┤\n│ a.txt  │  12  │\n└────────┴──────┘\n"
DOUBLE = "╔═════╦═════╗\n║ one ║ two ║\n╚═════╩═════╝\n"
ENGLISH = "The ferry left before dawn, and nobody on the quay waved to it.\n"


@pytest.mark.parametrize("table", [LIGHT, DOUBLE, "─" * 40 + "\n", "█▓▒░ " * 3 + DOUBLE])
def test_tables_in_plain_english_are_in_cp437(table):
    assert set_of_tables((ENGLISH * 5 + table * 3 + ENGLISH).encode("cp437")) == "cp437"


def test_letters_in_tables_tell_which_set_it_is():
    assert set_of_tables((LIGHT.replace("name", "имя ") * 9).encode("cp866")) == "cp866"
    assert set_of_tables((LIGHT.replace("name", "één ") * 9).encode("cp850")) in ("cp437", "cp850")
    assert set_of_tables((LIGHT.replace("name", "ďáže") * 9).encode("cp852")) == "cp852"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("ÄÄÄÄh, sagte er. ÜÜÜ! " * 30, "cp1252"),
        ("Der König ÄRGERTE sich ÜBER das Öl. " * 30, "cp1252"),
        ("哪里哪里，哪个人来了？" * 60, "gb18030"),
        ("Съешь ещё этих мягких французских булок. " * 30, "cp1251"),
        ("СЪЕШЬ ЕЩЁ ЭТИХ МЯГКИХ БУЛОК. " * 30, "koi8-r"),
        ("カタカナ ヒラガナ " * 40, "euc-jp"),
    ],
)
def test_other_text_draws_no_tables(text, charset):
    assert set_of_tables(text.encode(charset)) is None
