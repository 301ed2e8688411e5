"""Time, memory and disk of each stage, of the whole command on a corpus of any size.

The command runs in a process of its own, with an empty store. Memory is the most that the process has by itself at any
time of a stage, files that it has mapped apart (RssAnon, on Linux alone); disk is what the stage adds to the store, and
what the run's folder adds at the end, files that they share counted once.

    python benchmarks/stage_costs.py --corpus big.txt --folder /tmp/costs --json costs.json -- --units 64

What follows `--` goes to the command.
"""

import argparse
import json
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import machine

PROJECT = Path(__file__).resolve().parents[1]
REPORTED = re.compile(r"(\w+(?:\[\S+\])?) +(?:ran|resumed|cached) +([\d.]+) s ")
POLL_SECONDS = 0.2


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a stage took."""

    stage: str
    seconds: float
    peak_mb: float
    disk_mb: float


def costs(corpus: str, folder: Path, words: list[str]) -> list[Cost]:
    """Run the command, and watch it.

    Raises:
        CalledProcessError: the command failed.
    """
    store = folder / "store"
    command = [sys.executable, str(PROJECT / "flows" / "main.py"), "--corpus", corpus, "--store", str(store), *words]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    watch = _Watch(running.pid)
    watch.start()
    found: list[Cost] = []
    before = 0.0
    assert running.stderr
    assert running.stdout
    for line in running.stderr:
        sys.stderr.write(line)
        if match := REPORTED.match(line):
            disk = _disk_mb(store)
            found.append(Cost(stage=match[1], seconds=float(match[2]), peak_mb=watch.taken(), disk_mb=disk - before))
            before = disk
    page = running.stdout.read().strip()
    if running.wait():
        raise subprocess.CalledProcessError(running.returncode, command)
    whole = time.monotonic() - watch.started
    disk = _disk_mb(store, Path(page).parent)
    return [*found, Cost(stage="whole", seconds=whole, peak_mb=watch.highest, disk_mb=disk)]


class _Watch(threading.Thread):
    """Notes the most memory that a process has by itself, since it was last asked and ever."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.started = time.monotonic()
        self.highest = self._peak = 0.0
        self._status = Path(f"/proc/{pid}/status")

    def run(self) -> None:
        while (now := self._megabytes()) is not None:
            self._peak, self.highest = max(self._peak, now), max(self.highest, now)
            time.sleep(POLL_SECONDS)

    def taken(self) -> float:
        """The most since the last time, from which on it is counted anew."""
        peak, self._peak = self._peak, 0.0
        return peak

    def _megabytes(self) -> float | None:
        try:
            own = re.search(r"RssAnon:\s+(\d+) kB", self._status.read_text())
        except OSError:
            return None
        return int(own[1]) * 1024 / 1e6 if own else None


def _disk_mb(*folders: Path) -> float:
    """What the files below take on the disk, each once."""
    blocks: dict[tuple[int, int], int] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                stat = path.lstat()
            except OSError:
                continue
            blocks[stat.st_dev, stat.st_ino] = stat.st_blocks * 512
    return sum(blocks.values()) / 1e6


def main() -> None:
    """Run the command and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder for the store")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("words", nargs="*", help="what follows -- goes to the command")
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty")
    rows = costs(options.corpus, options.folder, options.words)
    corpus = Path(options.corpus)
    size = corpus.stat().st_size / 1e6 if corpus.exists() else None
    sys.stdout.write(f"{machine()}\n{options.corpus}, {size:,.0f} MB\n\n" if size else f"{machine()}\n\n")
    sys.stdout.write(f"{'stage':<14}{'s':>9}{'MB of memory':>15}{'MB on disk':>13}\n")
    for row in rows:
        sys.stdout.write(f"{row.stage:<14}{row.seconds:>9,.1f}{row.peak_mb:>15,.0f}{row.disk_mb:>13,.0f}\n")
    if options.json:
        figures = {f"{row.stage}_{name}": value for row in rows for name, value in vars(row).items() if name != "stage"}
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
