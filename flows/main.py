"""The command: `python flows/main.py --corpus URL`."""

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
gc.set_threshold(100_000)  # Imports and the keys of code make many objects that stay; the default searches them often.

from flows.cli.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
