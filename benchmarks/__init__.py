"""Benchmarks: charflow beside its peers, in one run on one machine."""
