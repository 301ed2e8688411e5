"""Compiles emitted functions and runs them, in several threads at once."""

from ctypes import CFUNCTYPE, c_int64, c_void_p

import numpy as np
from llvmlite import binding

from tasks.kernels.team import TEAM


class Compiled:
    """A function of emitted code whose first two arguments say which thread of how many runs it."""

    def __init__(self, name: str, text: str, *, passes: bool = True) -> None:
        """Compile the function of this name for the processor that runs this.

        Args:
            name: of the function.
            text: of the module that has it, in LLVM's language.
            passes: whether LLVM's optimising passes run first; they take half of the time, and a plain loop needs none.
        """
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        module = binding.parse_assembly(text)
        machine = binding.Target.from_default_triple().create_target_machine(
            cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten(), opt=3
        )
        if passes:
            builder = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options(speed_level=3))
            builder.getModulePassManager().run(module, builder)
        self._engine = binding.create_mcjit_compiler(module, machine)
        self._engine.finalize_object()
        self._address = self._engine.get_function_address(name)

    def run(self, threads: int, steps: int, *arrays: np.ndarray) -> None:
        """Run it in so many threads at most.

        Raises:
            ValueError: an array is not whole, or not in the order of its axes.
        """
        if not all(array.flags.c_contiguous for array in arrays):
            raise ValueError("arrays must be contiguous, in the order of their axes")
        held = np.zeros(1, np.int64), *arrays
        function = CFUNCTYPE(None, *[c_int64] * 3, *[c_void_p] * len(held))(self._address)

        def job(thread: int, count: int) -> None:
            function(thread, count, steps, *(array.ctypes.data for array in held))

        if threads == 1:
            job(0, 1)
        else:
            TEAM.run(threads, job)
