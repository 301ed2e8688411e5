from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.text import tally
from tasks.text.tally import Tally

TEXTS = st.text(st.sampled_from("ab\n é字😀\0\U0010ffff"), max_size=60)


@pytest.mark.parametrize("least", [tally.LEAST_BYTES, 4])
@given(text=TEXTS, times=st.integers(1, 4), size=st.integers(1, 50))
@settings(deadline=None, max_examples=50)
def test_every_character_is_counted_however_its_bytes_are_cut(least, text, times, size):
    content = (text * times).encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tally, "LEAST_BYTES", least)
        counted = Tally()
        for at in range(0, len(content), size):
            counted.add(content[at : at + size])
        points, counts = counted.result()

    assert points.tolist() == sorted(map(ord, set(text)))
    assert dict(zip(map(chr, points.tolist()), counts.tolist(), strict=True)) == Counter(text * times)
