import contextlib
import random
import subprocess
import sys
import time

import pytest

from tasks.corpus.errors import CorpusError
from tests.fuzz.harness import ROOM
from tests.fuzz.mutation import mutated
from tests.fuzz.seeds import archives
from tests.fuzz.targets import TARGETS

INPUTS = {"texts": 120, "archives": 80, "answers": 8, "words": 30, "config": 15}


def test_a_few_hundred_inputs_of_every_kind_give_nothing_but_errors_that_tell_of_them():
    # In one process of its own, since a signal ends what takes too long, and pytest has that signal.
    script = "import sys; from tests.fuzz.__main__ import main; sys.exit(max(map(main, {!r})))"
    words = [["--targets", name, "--inputs", str(count), "--seconds", "60"] for name, count in INPUTS.items()]

    done = subprocess.run([sys.executable, "-c", script.format(words)], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(TARGETS)


def refuse(number, chance):
    raise CorpusError("this is no text")


def fail(number, chance):
    return [][number]


def hang(number, chance):
    with contextlib.suppress(Exception):
        time.sleep(60)


def swell(number, chance):
    assert b"x" * (ROOM + (64 << 20))


@pytest.mark.parametrize(
    ("target", "said"),
    [(fail, "IndexError"), (hang, "took more than 0.1 seconds"), (swell, "\ntook "), (refuse, None)],
)
def test_what_is_wrong_is_told_with_the_words_that_give_that_input_once_more(target, said):
    limit = 0.1 if target is hang else 60.0
    script = (
        f"import contextlib; from tests.fuzz.harness import fuzzed; from tests.fuzz.test_fuzz import {target.__name__};"
        f"given = contextlib.nullcontext({target.__name__});"
        f"print(*fuzzed('one', given, range(3, 4), seed=7, limit={limit}).wrong)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    if said is None:
        assert done.stdout == "\n"
    else:
        assert done.stdout.startswith("--seed 7 --only one:3\n")
        assert said in done.stdout


def test_an_input_depends_on_its_number_alone():
    seeds = archives()
    once, again = ([mutated(seeds[0], seeds, random.Random(f"1 {n}")) for n in range(50)] for _ in range(2))

    assert once == again
    assert len(set(once)) > 25
