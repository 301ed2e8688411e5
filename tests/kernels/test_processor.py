import pytest

from tasks.kernels import processor as module
from tasks.kernels.processor import Processor, this_processor

AVX512 = {"avx": True, "avx512f": True}


@pytest.mark.parametrize(
    ("features", "tiles", "expected"),
    [
        ({"avx": True}, True, Processor(8, 2, "widened")),
        ({"avx": True, "fma": True}, True, Processor(8, 3, "widened")),
        ({"neon": True}, True, Processor(4, 5, "widened")),
        (AVX512, True, Processor(16, 5, "widened")),
        ({**AVX512, "avx512bf16": True}, True, Processor(16, 5, "pairs")),
        ({**AVX512, "avx512bf16": True, "amx-bf16": True}, True, Processor(16, 5, "tiles")),
        ({**AVX512, "avx512bf16": True, "amx-bf16": True}, False, Processor(16, 5, "pairs")),
        ({**AVX512, "avx512bf16": True, "amx-bf16": False}, True, Processor(16, 5, "pairs")),
    ],
)
def test_the_widest_instructions_are_used_that_processor_and_system_give(monkeypatch, features, tiles, expected):
    monkeypatch.setattr(module.binding, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(module, "_gives_tiles", lambda: tiles)

    assert this_processor.__wrapped__() == expected


def test_tiles_are_given_only_where_the_system_knows_them(monkeypatch):
    monkeypatch.setattr(module.sys, "platform", "darwin")

    assert not module._gives_tiles()
