"""What a run costs in which nothing is to be done, beside a Prefect flow that does nothing.

Each peer is a whole process. A tiny model is trained once, in a folder of its own; then the same command is given
again, its plan and its help are asked for, and an empty flow is run: first with no API configured, where Prefect
starts a server for each run, then with a server that is standing.

    python benchmarks/rerun_latency.py --rounds 5 --json rerun.json
"""

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.side_by_side import Peer, arguments, run

MAIN = str(Path(__file__).resolve().parents[1] / "flows" / "main.py")
TINY = ["--units", "8", "--embedding-dim", "4", "--epochs", "1", "--sample-length", "50", "--run-name", "rerun-latency"]
EMPTY = "from prefect import flow\n@flow\ndef empty(): pass\nempty()\n"
WORK = "CHARFLOW_BENCHMARK_FOLDER"


def cached(_: argparse.Namespace) -> dict[str, float]:
    """The command again, with nothing to do."""
    return _timed(_charflow(), {})


def plan(_: argparse.Namespace) -> dict[str, float]:
    """Its plan."""
    return _timed([*_charflow(), "--plan"], {})


def help_text(_: argparse.Namespace) -> dict[str, float]:
    """Its help."""
    return _timed([sys.executable, MAIN, "--help"], {})


def empty_flow(_: argparse.Namespace) -> dict[str, float]:
    """A flow that does nothing."""
    return _timed([sys.executable, "-c", EMPTY], {})


def cached_with_server(_: argparse.Namespace) -> dict[str, float]:
    """The command again, where a server is standing."""
    with _server() as address:
        return _timed(_charflow(), {"PREFECT_API_URL": address})


def empty_flow_with_server(_: argparse.Namespace) -> dict[str, float]:
    """A flow that does nothing, where a server is standing."""
    with _server() as address:
        return _timed([sys.executable, "-c", EMPTY], {"PREFECT_API_URL": address})


def ratios(median: Mapping[str, Any]) -> dict[str, float]:
    """The figures that the README quotes."""
    seconds = {name: row["seconds"] for name, row in median.items()}
    return {
        "cached_over_empty_flow": seconds["cached"] / seconds["empty flow"],
        "cached_over_empty_flow_with_server": seconds["cached, server standing"]
        / seconds["empty flow, server standing"],
        "plan_seconds": seconds["plan"],
        "help_seconds": seconds["help"],
    }


PEERS: dict[str, Peer] = {
    "cached": cached,
    "empty flow": empty_flow,
    "plan": plan,
    "help": help_text,
    "cached, server standing": cached_with_server,
    "empty flow, server standing": empty_flow_with_server,
}


def main() -> None:
    """Measure, in a folder that is warmed up once."""
    options = arguments(__doc__ or "", rounds=5).parse_args()
    if options.peer:
        run(options, PEERS, ratios)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ[WORK] = folder
        os.environ["PREFECT_HOME"] = str(Path(folder, "prefect"))
        os.environ.pop("PREFECT_API_URL", None)
        _timed(_charflow(), {})
        _timed([sys.executable, "-c", EMPTY], {})
        run(options, PEERS, ratios)


def _charflow() -> list[str]:
    return [sys.executable, MAIN, *TINY, "--store", str(Path(os.environ[WORK], "store"))]


def _timed(command: list[str], environment: Mapping[str, str]) -> dict[str, float]:
    started = time.perf_counter()
    subprocess.run(command, env={**os.environ, **environment}, cwd=os.environ[WORK], check=True, capture_output=True)
    return {"seconds": time.perf_counter() - started}


@contextlib.contextmanager
def _server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while not _answers(address):
                time.sleep(0.2)
            time.sleep(2)  # It goes on starting its services.
            yield address
        finally:
            server.terminate()


def _answers(address: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{address}/health").is_success
    return False


if __name__ == "__main__":
    main()
