"""Runs the peers of a benchmark in turn, each time in a process of its own, and reports medians."""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Peer = Callable[[argparse.Namespace], dict[str, float]]


def arguments(description: str, rounds: int) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--corpus", type=Path, help="text file; none: the embedded default corpus")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how often each peer runs; default: {rounds}")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    return parser


def run(
    options: argparse.Namespace, peers: Mapping[str, Peer], ratios: Callable[[Mapping[str, Any]], dict[str, float]]
) -> None:
    """Measure every peer in turn, round after round; print a table of medians and the ratios made of them."""
    if options.peer:
        sys.stdout.write(json.dumps(peers[options.peer](options)) + "\n")
        return
    results: dict[str, list[dict[str, float]]] = {name: [] for name in peers}
    for number in range(options.rounds):
        for name in peers:
            sys.stderr.write(f"round {number + 1}/{options.rounds}: {name}\n")
            results[name].append(_in_a_process(name))
            sys.stderr.write(f"{_shown(results[name][-1])}\n")
    medians = {name: _medians(rows) for name, rows in results.items()}
    compared = ratios(medians)
    _print_table(medians, compared)
    if options.json:
        figures = {"machine": machine(), "median": medians, "all": results, **compared}
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def machine() -> str:
    """The processor, the number of its cores and the system, in a line."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    flags = next((set(line.split(":")[1].split()) for line in lines if line.startswith("flags")), set())
    wide = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    return f"{model}, {os.cpu_count()} cores, {' '.join(wide)}, {platform.system()}"


def text_of(options: argparse.Namespace) -> str:
    """The corpus to measure on."""
    from tasks.corpus.default_corpus import default_corpus

    return options.corpus.read_text(encoding="utf-8") if options.corpus else default_corpus()


def median_seconds(call: Callable[[], Any], warm_up: int, times: int) -> float:
    """What the median call takes, once so many have warmed it up."""
    seconds = []
    for _ in range(warm_up + times):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[warm_up:])


def peak_mb() -> float:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def _in_a_process(name: str) -> dict[str, float]:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, *sys.argv, "--peer", name]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _medians(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def _shown(row: Mapping[str, float]) -> str:
    return "   ".join(f"{figure} {value:,.4g}" for figure, value in row.items())


def _print_table(medians: Mapping[str, Mapping[str, float]], ratios: Mapping[str, float]) -> None:
    sys.stdout.write(f"{machine()}\n\n")
    width = max(map(len, (*medians, *ratios))) + 2
    for name, row in medians.items():
        sys.stdout.write(f"{name:<{width}}{_shown(row)}\n")
    sys.stdout.write("\n")
    for name, value in ratios.items():
        sys.stdout.write(f"{name:<{width}}{value:.3f}\n")
