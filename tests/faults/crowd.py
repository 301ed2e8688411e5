"""Several runs at once on one store: `python -m tests.faults.crowd FOLDER RUNS ROUNDS same|different [kill]`.

Each round they start together, on keys that nobody made before. Prints JSON: how often each key was made, and what
each run ended with. With `kill`, the first to hold a lock is killed while it works.
"""

import functools
import json
import os
import signal
import sys
import time
from pathlib import Path

from tasks.caching import Outcome, Session, Store, leased, stage
from tasks.caching.running.execute import execute
from tests.faults.forking import start, wait


@stage()
def shared(out: Path, number: int) -> Outcome:
    worked(out, f"shared {number}")
    (out / "file").write_text(f"shared {number}" * 1000)
    return Outcome()


@stage(label="label")
def own(out: Path, label: str, before: str) -> Outcome:
    worked(out, label)
    (out / "file").write_text(f"{label} {before}")
    return Outcome()


def worked(out: Path, what: str) -> None:
    """Note, outside the store, that this was made; or die of it."""
    root = out.parents[2]
    with (root.parent / "worked").open("a") as log:
        log.write(f"{what}\n")
    time.sleep(0.01)
    mark = root.parent / "kill"
    if mark.exists():
        mark.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def run(root: Path, number: int, label: str, begin: float) -> list:
    """Two stages, one of which all others want too."""
    time.sleep(max(0.0, begin - time.time()))
    with leased(root, label) as store, Session(store=store, answer=execute).active() as session:
        first = shared(number=number)
        second = own(label=label, before=first.digest)
    return [[artifact.path("file").read_text() for artifact in (first, second)], [r.state for r in session.reports]]


def main(place: str, runs: str, rounds: str, keys: str, kills: str = "") -> None:
    """As said above."""
    folder, problems = Path(place), []
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(int(rounds)):
        (folder / "worked").unlink(missing_ok=True)
        if kills:
            (folder / "kill").touch()
        labels = [f"{number}" if keys == "same" else f"{number}-{n}" for n in range(int(runs))]
        begin = time.time() + 0.02
        started = [start(functools.partial(run, folder / "store", number, label, begin)) for label in labels]
        ended = [wait(one) for one in started]
        worked_on = sorted((folder / "worked").read_text().splitlines())
        whole = [one for one in ended if not one.killed]
        made = sorted({f"shared {number}", *labels})
        if kills and sum(one.killed for one in ended) != 1:
            problems.append(f"{number}: {ended}")
        if len(whole) + bool(kills) < len(ended) or any(one.error for one in whole):
            problems.append(f"{number}: {ended}")
        elif any(one.result[0][0] != f"shared {number}" * 1000 for one in whole):
            problems.append(f"{number}: wrong content")
        if not kills and worked_on != made:
            problems.append(f"{number}: made {worked_on}")
        if kills and keys == "same" and worked_on != sorted([*made, f"shared {number}"]):
            problems.append(f"{number}: made {worked_on}")
        Store(folder / "store").scratch.sweep()
        left = [path.name for part in ("locks", "scratch") for path in (folder / "store" / part).glob("*")]
        if left:
            problems.append(f"{number}: left {left}")
    sys.stdout.write(json.dumps({"rounds": int(rounds), "problems": problems}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
