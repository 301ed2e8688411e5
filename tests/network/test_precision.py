import pytest

from tasks.network.precision import fastest_precision

COMMON = "processor\t: 0\nmodel name\t: Made Up\nvmx flags\t: avx512_bf16 amx_bf16\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"{COMMON}flags\t\t: fpu sse2 avx512_bf16\n", "bfloat16"),
        (f"{COMMON}flags\t\t: fpu amx_tile amx_bf16 amx_int8\n", "bfloat16"),
        (f"{COMMON}flags\t\t: fpu avx2 avx512f avx512_bf16_other\n", "float32"),
        (f"{COMMON}flags\t\t:\n", "float32"),
        (f"{COMMON}Features\t: fp asimd bf16\n", "float32"),
        ("", "float32"),
    ],
    ids=["avx512", "amx", "neither", "no flags", "another processor", "empty"],
)
def test_the_processors_flags_decide(tmp_path, content, expected):
    (tmp_path / "cpuinfo").write_text(content)

    assert fastest_precision(tmp_path / "cpuinfo") == expected


def test_a_system_that_does_not_tell_gets_float32(tmp_path):
    assert fastest_precision(tmp_path / "missing") == "float32"
