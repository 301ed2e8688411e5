import pytest

from tasks.kernels import processor
from tasks.network.precision import fastest_precision

AVX512 = {"avx": True, "avx512f": True}


@pytest.mark.parametrize(
    ("features", "tiles", "expected"),
    [
        ({**AVX512, "avx512bf16": True}, False, "bfloat16"),
        ({**AVX512, "avx512bf16": True, "amx-bf16": True}, True, "bfloat16"),
        ({**AVX512, "amx-bf16": True}, False, "float32"),
        (AVX512, True, "float32"),
        ({"avx": True}, True, "float32"),
        ({"neon": True, "bf16": True}, True, "float32"),
        ({}, True, "float32"),
    ],
    ids=["avx512", "amx", "amx that the system keeps", "no bfloat16", "avx alone", "ARM", "a processor of no features"],
)
def test_bfloat16_is_chosen_where_kernels_have_instructions_for_it(monkeypatch, features, tiles, expected):
    monkeypatch.setattr(processor.binding, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(processor, "_gives_tiles", lambda: tiles)
    monkeypatch.setattr(processor, "this_processor", processor.this_processor.__wrapped__)

    assert fastest_precision() == expected
