import re

import numpy as np
import pytest
from llvmlite import binding

from tasks.kernels import gru, lstm
from tasks.kernels.emitting import Code
from tasks.kernels.layer import Layer
from tasks.kernels.processor import Processor
from tasks.kernels.running import Compiled
from tasks.kernels.values import INT

OTHERS = [
    ("x86_64-linux-gnu", "x86-64", Processor(4, 5, "widened")),
    ("x86_64-linux-gnu", "haswell", Processor(8, 3, "widened")),
    ("x86_64-linux-gnu", "skylake-avx512", Processor(16, 5, "widened")),
    ("x86_64-linux-gnu", "sapphirerapids", Processor(16, 5, "tiles")),
    ("aarch64-linux-gnu", "neoverse-n1", Processor(4, 5, "widened")),
]

EMITTERS = [(lstm.emit_forward, 4), (lstm.emit_backward, 4), (gru.emit_forward, 3), (gru.emit_backward, 3)]


@pytest.mark.parametrize(("triple", "cpu", "processor"), OTHERS)
@pytest.mark.parametrize("bfloat16", [False, True])
def test_for_any_processor_the_code_calls_nothing_but_the_system(triple, cpu, processor, bfloat16):
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    machine = binding.Target.from_triple(triple).create_target_machine(
        cpu=cpu, opt=3, reloc="static", codemodel="small"
    )
    passes = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options(speed_level=3))
    for emit, gates in EMITTERS:
        module = binding.parse_assembly(emit(Layer(64, bfloat16, processor, gates=gates), 7))
        module.triple = triple
        passes.getModulePassManager().run(module, passes)
        called = re.findall(r"^\s(?:callq?|bl)\s+([^\s@]+)", machine.emit_assembly(module), re.MULTILINE)
        assert set(called) == {"sched_yield"}


def test_arrays_in_another_order_are_refused():
    with pytest.raises(ValueError, match="contiguous"):
        counting().run(1, 1, np.zeros((2, 2), np.int32).T, np.zeros(1, np.int32))


def counting():
    """Code that adds one to its thread's place, meets the others, and adds up all places."""
    code = Code("counting", ["thread", "threads", "steps"], ["counter", "places", "totals"])
    places, totals = (code.memory(name, INT, 1) for name in ("places", "totals"))
    thread = code.number("thread")
    with code.loop(0, code.number("steps")):
        mine = places.at(thread)
        mine.store(mine.load(1) + 1)
        code.barrier("counter", "threads")
        with code.loop(0, code.number("threads")) as other:
            totals.at(thread).store(totals.at(thread).load(1) + places.at(other).load(1))
        code.barrier("counter", "threads")
    return Compiled("counting", code.finish())


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_wait_for_each_other_before_they_go_on(threads):
    steps, places, totals = 2000, np.zeros(threads, np.int32), np.zeros(threads, np.int32)

    counting().run(threads, steps, places, totals)

    assert set(places) == {steps}
    assert set(totals) == {threads * steps * (steps + 1) // 2}
