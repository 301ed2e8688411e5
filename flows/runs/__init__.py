"""The folders of runs: written, found, indexed, compared."""
