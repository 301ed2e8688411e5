"""Runs the peers of a benchmark in turn, each time in a process of its own, and reports medians with their ranges."""

import argparse
import json
import os
import platform
import re
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, float]
Peer = Callable[[argparse.Namespace], Row]
Ratios = Callable[[Mapping[str, Any]], Mapping[str, float | str]]

ERROR = re.compile(r"[\w.]+(Error|Exception): ")


def arguments(
    description: str, rounds: int, limit: float | None = None, *, of_one_text: bool = True
) -> argparse.ArgumentParser:
    """The options that every benchmark has; a peer that takes longer than the limit, in seconds, is stopped."""
    parser = argparse.ArgumentParser(description=description)
    if of_one_text:
        parser.add_argument("--corpus", type=Path, help="text file; none: the embedded default corpus")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how often each peer runs; default: {rounds}")
    parser.add_argument("--limit", type=float, default=limit, help=f"seconds that a peer may take; default: {limit}")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--measured", type=json.loads, default={}, help=argparse.SUPPRESS)
    return parser


def run(options: argparse.Namespace, peers: Mapping[str, Peer], ratios: Ratios, optional: Collection[str] = ()) -> None:
    """Measure every peer in turn, round after round; print a table of medians and the ratios made of them.

    A peer finds in `options.measured` what those before it gave in the same round. One that is optional may fail: it is
    left out from then on, and listed with the reason.

    Raises:
        CalledProcessError: a peer that is not optional failed.
        TimeoutExpired: such a peer took too long.
    """
    if options.peer:
        sys.stdout.write(json.dumps(peers[options.peer](options)) + "\n")
        return
    rounds: list[dict[str, Row]] = []
    failed: dict[str, str] = {}
    for number in range(options.rounds):
        rounds.append({})
        for name in (name for name in peers if name not in failed):
            sys.stderr.write(f"round {number + 1}/{options.rounds}: {name}\n")
            try:
                rounds[-1][name] = _in_a_process(name, rounds[-1], options.limit)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                if name not in optional:
                    raise
                failed[name] = _reason(error)
            sys.stderr.write(f"{failed.get(name) or _shown(rounds[-1][name])}\n")
    results = {name: [measured[name] for measured in rounds] for name in peers if name not in failed}
    _report(options, results, failed, ratios)


def best_of(rates: Mapping[str, float], library: str) -> tuple[str, float]:
    """The name and the rate of the fastest peer whose name begins so; not a number where none ran."""
    found = {name: rate for name, rate in rates.items() if name.startswith(library)}
    return max(found.items(), key=lambda one: one[1], default=("none ran", float("nan")))


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


def _in_a_process(name: str, measured: Mapping[str, Row], limit: float | None) -> Row:
    # TensorFlow turns oneDNN on by itself only on some processors, and multiplies half as fast without on others.
    environment = {"TF_ENABLE_ONEDNN_OPTS": "1", **os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, *sys.argv, "--peer", name, "--measured", json.dumps(measured)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        try:
            output, errors = process.communicate(timeout=limit)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # a compiler that it started would slow those that follow
            raise
    if process.returncode:
        sys.stderr.write(errors)
        raise subprocess.CalledProcessError(process.returncode, command, output, errors)
    return json.loads(output.splitlines()[-1])


def _reason(error: subprocess.CalledProcessError | subprocess.TimeoutExpired) -> str:
    """Why a peer failed: the line that names its error, or the last one."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"did not end within {error.timeout:,.0f} s"
    lines = [line.strip() for line in error.stderr.splitlines() if line.strip()]
    named = [line for line in lines if ERROR.match(line)]
    return (named or lines or [f"ended with status {error.returncode}"])[-1]


def _report(
    options: argparse.Namespace, results: Mapping[str, list[Row]], failed: Mapping[str, str], ratios: Ratios
) -> None:
    medians = {name: _by_figure(rows, statistics.median) for name, rows in results.items()}
    ranges = {name: _by_figure(rows, lambda values: (min(values), max(values))) for name, rows in results.items()}
    compared = ratios(medians)
    _print_table(medians, ranges, failed, compared)
    if options.json:
        measured = {"median": medians, "range": ranges, "failed": failed, "all": results}
        figures = {"machine": machine(), "rounds": options.rounds, **measured, **compared}
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _by_figure(rows: list[Row], summary: Callable[[list[float]], Any]) -> dict[str, Any]:
    return {name: summary([row[name] for row in rows]) for name in rows[0]}


def _shown(row: Mapping[str, float], ranges: Mapping[str, tuple[float, float]] | None = None) -> str:
    """Each figure, with its range where there is one."""
    shown = []
    for figure, value in row.items():
        least, most = ranges[figure] if ranges else (value, value)
        beside = f" ({least:,.4g} to {most:,.4g})" if least != most else ""
        shown.append(f"{figure} {value:,.4g}{beside}")
    return "   ".join(shown)


def _print_table(
    medians: Mapping[str, Row],
    ranges: Mapping[str, Any],
    failed: Mapping[str, str],
    ratios: Mapping[str, float | str],
) -> None:
    sys.stdout.write(f"{machine()}\n\n")
    width = max(map(len, (*medians, *failed, *ratios))) + 2
    for name, row in medians.items():
        sys.stdout.write(f"{name:<{width}}{_shown(row, ranges[name])}\n")
    for name, reason in failed.items():
        sys.stdout.write(f"{name:<{width}}did not run: {reason}\n")
    sys.stdout.write("\n")
    for name, value in ratios.items():
        sys.stdout.write(f"{name:<{width}}{value if isinstance(value, str) else f'{value:.3f}'}\n")
