"""Compiles emitted functions and runs them, in several threads at once."""

from concurrent.futures import ThreadPoolExecutor
from ctypes import CFUNCTYPE, c_int64, c_void_p

import numpy as np
from llvmlite import binding


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
        """Run it in so many threads on arrays that are whole and in the order of their axes."""
        counter = np.zeros(1, np.int64)
        pointers = [array.ctypes.data for array in (counter, *arrays)]
        function = CFUNCTYPE(None, *[c_int64] * 3, *[c_void_p] * len(pointers))(self._address)
        if threads == 1:
            function(0, 1, steps, *pointers)
            return
        with ThreadPoolExecutor(threads) as pool:
            runs = [pool.submit(function, thread, threads, steps, *pointers) for thread in range(threads)]
            for run in runs:
                run.result()
