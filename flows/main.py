"""The command: `python flows/main.py --corpus URL`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flows.cli.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
