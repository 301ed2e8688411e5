import io

import pytest

from tasks.corpus.errors import CorpusError
from tasks.corpus.rows import rows
from tests.corpus.tables import TEXTS, as_json_lines


def test_fields_are_named_from_all_rows_that_were_seen_and_not_from_one_that_lacks_them():
    content = b'{"id": 1, "text": "a", "title": "t"}\n{"id": 2, "notes": null}\n{"id": 3, "author": "b"}\n'

    with pytest.raises(CorpusError, match=r"; fields with text are 'text', 'title', 'author'$"):
        list(rows(io.BytesIO(content), "body"))
    with pytest.raises(CorpusError, match=r"; there is no field with text$"):
        list(rows(io.BytesIO(b'{"id": 1}\n{"id": 2}\n'), "body"))


def test_rows_of_json_lines_without_text_are_passed_over_and_counted_up_to_a_tenth():
    notes = []
    lines = [*as_json_lines(["a"] * 8 + [None] + ["b"] * 10).splitlines(), b'{"id": 2}']
    content = b"\n\n".join(lines)

    assert list(rows(io.BytesIO(content), "text", note=notes.append)) == ["a"] * 8 + ["b"] * 10
    assert notes == ["2 of 20 rows lack 'text' or hold null, the first in line 17: passed over"]


@pytest.mark.parametrize("lacking", [b'{"text": null, "title": "t"}', b'{"title": "t"}'])
def test_more_rows_of_json_lines_without_text_are_refused_with_their_count_and_the_first(lacking):
    content = b'{"text": "a"}\n' * 8 + lacking

    with pytest.raises(
        CorpusError, match="there is no field 'text', or null in it, in 1 of 9 rows, the first in line 9; fields"
    ):
        list(rows(io.BytesIO(content), "text"))


def test_a_field_that_the_first_ten_thousand_rows_lack_is_refused_there():
    lines = iter([b'{"title": "t"}\n'] * 10_000 + [b"never read"])

    class Lines(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            line = next(lines)
            assert line != b"never read"
            buffer[: len(line)] = line
            return len(line)

    with pytest.raises(
        CorpusError, match=r"in 10,000 of 10,000 rows, the first in line 1; fields with text are 'title'"
    ):
        list(rows(Lines(), "text"))


def test_a_byte_order_mark_and_blank_lines_are_no_part_of_json_lines():
    assert list(rows(io.BytesIO(b'\xef\xbb\xbf\n{"text": "a"}\r\n\n{"text": "b"}'), "text")) == ["a", "b"]


def test_half_a_pair_of_surrogates_is_damage_and_a_whole_one_a_character():
    assert list(rows(io.BytesIO(rb'{"text": "a\ud83d\ude00b\ud83dc"}'), "text")) == ["a\U0001f600b\ufffdc"]


def test_json_lines_are_utf_8_whatever_the_encoding_and_say_so():
    assert list(rows(io.BytesIO(as_json_lines()), "text", encoding="UTF8")) == TEXTS
    with pytest.raises(CorpusError, match="JSON Lines, which is UTF-8 and not cp1252; leave out --encoding"):
        list(rows(io.BytesIO(as_json_lines()), "text", encoding="cp1252"))
