"""What charflow's presets need of held-out text of several kinds, in bits per character, beside PPMd.

Each text is split as nanoGPT splits it, the first nine tenths to train on and the last to validate; PPMd, of order 6,
has read the same nine tenths, and its last tenth whole. A preset's bits are those with the state carried on, as PPMd
reads.

    python benchmarks/text_kinds.py --texts prose.txt verse.txt source.txt --presets quick best --json kinds.json
"""

import argparse
import functools
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import Peer, Row, arguments, run
from benchmarks.time_to_quality import preset_on

if TYPE_CHECKING:
    from tasks.learning.presets import PresetName


def ppmd(_: argparse.Namespace, path: Path) -> Row:
    """Its bits per character of the last tenth."""
    from tasks.quality.floors import Window, growth_by_ppmd

    text = path.read_text(encoding="utf-8")
    place = int(0.9 * len(text))
    count = len(text) - place
    window = Window(text[:place].encode(), text[place:].encode(), {"train": place, "validation": count})
    return {"bits": 8 * growth_by_ppmd(window) / count, "characters": len(text), "alphabet": len(set(text))}


def charflow(_: argparse.Namespace, path: Path, preset: "PresetName") -> Row:
    """A preset's bits per character, and its seconds."""
    row = preset_on(path.read_text(encoding="utf-8"), preset)
    return {"bits": row["carried"] / math.log(2), "cold": row["cold"] / math.log(2), "seconds": row["all_seconds"]}


def peers_of(options: argparse.Namespace) -> dict[str, Peer]:
    """PPMd and each preset, text after text."""
    peers: dict[str, Peer] = {}
    for path in options.texts:
        peers[f"PPMd, {path}"] = functools.partial(ppmd, path=path)
        for preset in options.presets:
            peers[f"{preset}, {path}"] = functools.partial(charflow, path=path, preset=preset)
    return peers


def more_than_ppmd(medians: Mapping[str, Row]) -> dict[str, float | str]:
    """By which share a preset needs more bits than PPMd of the same text; below zero it needs fewer."""
    floor = {name.partition(", ")[2]: row["bits"] for name, row in medians.items() if name.startswith("PPMd")}
    others = {name: row["bits"] for name, row in medians.items() if not name.startswith("PPMd")}
    return {f"{name}: more than PPMd": bits / floor[name.partition(", ")[2]] - 1 for name, bits in others.items()}


if __name__ == "__main__":
    parser = arguments(__doc__.splitlines()[0], rounds=1, of_one_text=False)
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="files of text, a kind each")
    parser.add_argument("--presets", nargs="+", default=["quick"], choices=["quick", "best"])
    chosen = parser.parse_args()
    run(chosen, peers_of(chosen), more_than_ppmd)
