"""`view`: what runs left, in a browser, and samples from their models."""

import contextlib
import os
import signal
import sys
import webbrowser
from typing import Annotated
from urllib.parse import quote

from cyclopts import Parameter
from pydantic import Field

from flows.errors import UsageError
from flows.runs.search import ARTIFACTS, find_run
from flows.view.server import ViewServer

PORT = 4280


def view(
    run: str | None = None,
    /,
    *,
    port: Annotated[int, Field(ge=0, le=65535)] = PORT,
    open_: Annotated[bool, Parameter(name="--open", negative=())] = False,
) -> int:
    """Show what runs left in a browser on this machine, and sample from their models, until Ctrl-C.

    Parameters
    ----------
    run
        latest, previous, or the name of a run; none: the index of all.
    port
        Where the server listens, on this machine alone; 0: any port that is free.
    open_
        Open the page in a browser.
    """
    path = "" if run is None else _path_of(run)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server = ViewServer(ARTIFACTS, port)
    except OSError as error:
        cause = error.strerror or error
        raise UsageError(f"cannot listen at port {port}: {cause}; name another with --port, or any with 0") from error
    with server, contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(f"{server.address}{path}\n")
        sys.stdout.flush()
        if open_ and not webbrowser.open(f"{server.address}{path}"):
            sys.stderr.write("no browser could be opened\n")
        server.serve_forever()
    return 0


def _path_of(run: str) -> str:
    """The path of a run's page in its address."""
    folder = find_run(run).resolve()
    if folder.parent != (ARTIFACTS / "runs").resolve():
        raise UsageError(
            f"{folder} is not among the runs in {ARTIFACTS / 'runs'}; open {folder / 'review.html'} itself"
        )
    return f"runs/{quote(os.fsencode(folder.name))}/review.html"
