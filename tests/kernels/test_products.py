import re

import ml_dtypes
import numpy as np
import pytest
from llvmlite import binding

from tasks.kernels.emitting import Code
from tasks.kernels.processor import this_processor
from tasks.kernels.products import Product
from tasks.kernels.running import Compiled
from tasks.kernels.values import FLOAT, INT
from tests.kernels.tiles import emulated

LANES = 16
HAS = {"tiles": ["pairs", "tiles"], "pairs": ["pairs"]}.get(this_processor().bfloat16, [])


def emitted(product):
    code = Code("product", ["thread", "threads", "steps"], ["counter", "weights", "inputs", "results"])
    width = product.vectors * product.lanes
    weights, inputs = (code.memory(name, INT, *strides).at(0) for name, strides in laid_out(product))
    product.emit(code, weights, inputs, code.memory("results", FLOAT, width, product.lanes, 1))
    return code.finish()


def laid_out(product):
    return ("weights", product.weight_strides), ("inputs", product.input_strides)


def factors(product):
    """Inputs by row, weights by column, as they are multiplied; then both as they are laid out."""
    random, each = np.random.default_rng(product.rows), 1 if product.method == "float32" else 2
    dtype = np.float32 if each == 1 else ml_dtypes.bfloat16
    inputs = random.normal(size=(product.rows, product.items * each)).astype(dtype)
    weights = random.normal(size=(product.items * each, product.vectors * product.lanes)).astype(dtype)
    if product.method != "tiles":
        return inputs, weights, inputs, weights.reshape(product.items, each, -1).transpose(0, 2, 1)
    padded = np.pad(inputs, ((0, -product.rows % 16), (0, 0)))
    in_tiles = padded.reshape(-1, 16, product.items // 16, 32).transpose(0, 2, 1, 3)
    return inputs, weights, in_tiles, weights.reshape(-1, 16, 2, product.vectors, LANES).transpose(0, 3, 1, 4, 2)


def check(product, text):
    inputs, weights, *packed = factors(product)
    results = np.full((product.rows + 1, product.vectors * product.lanes), 7, np.float32)

    Compiled("product", text).run(1, 1, *map(np.ascontiguousarray, reversed(packed)), results)

    np.testing.assert_allclose(results[:-1], inputs.astype(float) @ weights.astype(float), rtol=1e-4, atol=1e-4)
    assert set(results[-1]) == {7}


@pytest.mark.parametrize("rows", [3, 16, 53, 100])
@pytest.mark.parametrize(("items", "vectors"), [(48, 4), (64, 2), (160, 1)])
@pytest.mark.parametrize("method", ["float32", "widened", *HAS])
def test_a_product_is_that_of_its_factors_and_writes_nothing_else(method, items, vectors, rows):
    product = Product(rows, items, vectors, LANES, method, rows_at_once=5)

    check(product, emitted(product))


@pytest.mark.parametrize("rows", [3, 16, 53, 100])
@pytest.mark.parametrize(("items", "vectors"), [(16, 4), (48, 4), (160, 1)])
def test_products_with_tiles_are_right_where_each_instruction_does_what_the_manual_says(items, vectors, rows):
    product = Product(rows, items, vectors, LANES, "tiles", rows_at_once=5)
    text, functions = emulated(emitted(product))

    check(product, text)

    assert functions


@pytest.mark.parametrize("lanes", [4, 8])
@pytest.mark.parametrize("method", ["float32", "widened"])
def test_vectors_may_be_shorter(method, lanes):
    product = Product(7, 24, 4, lanes, method, rows_at_once=3)

    check(product, emitted(product))


@pytest.mark.parametrize(
    ("cpu", "lanes", "rows", "method"),
    [("haswell", 8, 3, "float32"), ("skylake-avx512", 16, 5, "float32"), ("sapphirerapids", 16, 5, "pairs")],
)
def test_sums_and_factors_stay_in_registers(cpu, lanes, rows, method):
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    machine = binding.Target.from_triple("x86_64-linux-gnu").create_target_machine(cpu=cpu, opt=3)
    module = binding.parse_assembly(emitted(Product(rows, 512, 4, lanes, method, rows_at_once=rows)))
    passes = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options(speed_level=3))
    passes.getModulePassManager().run(module, passes)

    lines = machine.emit_assembly(module).splitlines()

    products = [number for number, line in enumerate(lines) if re.search(r"\bv(fmadd|dpbf16)", line)]
    assert len(products) % (4 * rows) == 0
    assert not any("rsp" in line for line in lines[products[0] : products[-1]])
