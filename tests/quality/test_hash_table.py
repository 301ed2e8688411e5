import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.quality.hash_table import slots_of

NUMBERS = st.one_of(st.integers(1, 2**64 - 1), st.integers(1, 30))


@given(st.sets(NUMBERS, max_size=60))
def test_every_number_is_found_from_where_its_upper_bits_say_before_any_free_slot(numbers):
    numbers = np.array(sorted(numbers), np.uint64)
    size, slots = slots_of(numbers)
    table = dict(zip(slots.tolist(), numbers.tolist(), strict=True))

    assert len(table) == len(numbers) <= size // 2
    for number in numbers.tolist():
        slot = number * size >> 64
        while table.get(slot) != number:
            assert slot in table
            slot = (slot + 1) % size
