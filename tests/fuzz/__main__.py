"""Feed charflow with generated and mutated inputs: texts, archives, HTTP answers, command lines, config files.

    python -m tests.fuzz --inputs 100000

Only errors that tell of a bad input may come out, each input has some seconds, and no memory may grow. What is wrong is
printed with the words that give that input once more, and the exit code is 1.
"""

import argparse
import sys
import warnings

from tests.fuzz.harness import MEGABYTE, fuzzed
from tests.fuzz.targets import TARGETS


def main(words=None):
    """As said above; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--inputs", type=int, default=1000, help="of all targets together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0, help="of processor time that one input may take")
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--only", metavar="TARGET:NUMBER", help="one input alone")
    given = parser.parse_args(words)
    if given.only:
        name, _, number = given.only.partition(":")
        chosen = {name: range(int(number), int(number) + 1)}
    else:
        parts = sum(TARGETS[name][1] for name in given.targets)
        chosen = {name: range(-(-given.inputs * TARGETS[name][1] // parts)) for name in given.targets}
    warnings.simplefilter("ignore")
    wrong = []
    for name, numbers in chosen.items():
        found = fuzzed(name, TARGETS[name][0](), numbers, seed=given.seed, limit=given.seconds)
        wrong += found.wrong
        rate = found.inputs / max(found.seconds, 1e-9)
        print(
            f"{name:10} {found.inputs:8,} inputs, {found.refused:8,} refused, {len(found.wrong):4,} wrong, "
            f"{rate:8,.0f} a second, {found.growth / MEGABYTE:+6.1f} MB",
            flush=True,
        )
        print("".join(f"\n{one}" for one in found.wrong[:5]), file=sys.stderr, end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
