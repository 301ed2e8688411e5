import pytest

from tasks.text import character_sets


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ISO-8859-1", "windows-1252"),
        ("latin1", "windows-1252"),
        ("us-ascii", "windows-1252"),
        ("iso-8859-9", "windows-1254"),
        ("tis-620", "windows-874"),
        ("gb2312", "gb18030"),
        ("x-gbk", "gb18030"),
        ("shift_jis", "cp932"),
        ("x-sjis", "cp932"),
        ("windows-31j", "cp932"),
        ("big5", "big5hkscs"),
        ("ks_c_5601-1987", "cp949"),
        ("utf8mb4", "utf-8"),
        ('"UTF-8"', "utf-8"),
        ("utf-8,gbk", "utf-8"),
        ("none; gbk", "gb18030"),
        ("iso-8559-1", "windows-1252"),
        ("cp850", "cp850"),
        ("koi8-r", "koi8-r"),
        ("x-mac-roman", "macintosh"),
    ],
)
def test_a_servers_label_means_what_it_means_on_the_web(label, name):
    assert character_sets.declared(label) == name


@pytest.mark.parametrize("label", ["", " ", "none", "binary", "x-user-defined", "rot13", "idna", "utf-8\0", "ü" * 99])
def test_a_label_that_nobody_knows_means_nothing(label):
    allowed = (None, "utf-8") if "\0" in label else (None,)
    assert character_sets.declared(label) in allowed


@pytest.mark.parametrize(
    ("typed", "name"),
    [("latin-1", "latin-1"), ("GB2312", "gb2312"), ("x-sjis", "shift_jis"), ("utf8mb4", "utf-8"), ("cp037", "cp037")],
)
def test_what_a_user_types_means_the_set_of_that_very_name(typed, name):
    assert character_sets.typed(typed) == name


@pytest.mark.parametrize("typed", ["no-such-set", "rot13", "base64", "punycode", "unicode_escape", "\0", ""])
def test_what_is_no_character_set_can_not_be_typed(typed):
    assert character_sets.typed(typed) is None


@pytest.mark.parametrize(
    ("name", "wider"),
    [
        ("latin-1", "windows-1252"),
        ("ascii", "windows-1252"),
        ("gb2312", "gb18030"),
        ("euc_kr", "cp949"),
        ("cp850", None),
        ("utf-8", None),
    ],
)
def test_a_set_has_the_superset_that_the_web_reads_it_as(name, wider):
    assert character_sets.superset(name) == wider


@pytest.mark.parametrize("name", ["utf-8", "windows-1252", "cp932", "gb18030", "big5hkscs", "euc-jp", "windows-874"])
def test_ascii_is_itself_in_most_sets(name):
    assert character_sets.keeps_ascii(name)


@pytest.mark.parametrize("name", ["utf-16-le", "utf-32-be", "utf-7", "hz", "iso2022_jp", "cp037"])
def test_ascii_is_something_else_in_some_sets(name):
    assert not character_sets.keeps_ascii(name)


def test_every_superset_holds_what_the_smaller_set_holds():
    for name, wider in character_sets.SUPERSETS.items():
        if not name.startswith("iso"):
            continue
        narrow, wide = character_sets.codec_of(name), character_sets.codec_of(wider)
        for byte in [*range(0x20, 0x7F), *range(0xA0, 0x100)]:
            character = bytes([byte]).decode(narrow, "ignore")
            assert not character or bytes([byte]).decode(wide) == character, (name, byte)
