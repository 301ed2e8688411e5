"""The command line: its options, its errors, its sub-commands."""
