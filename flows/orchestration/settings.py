"""Prefect's settings for a run from the command line, whatever folder it is called in."""

import logging
import os
import re
import socket
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flows.errors import UnreachableError, UsageError
from tasks.corpus.redaction import redacted

DOTENV = re.compile(r"^\s*(export\s+)?PREFECT_API_URL\s*=\s*\S", re.MULTILINE)
PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = PROJECT / "prefect.toml"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = {"http": 80, "https": 443}
API_SECONDS = 4.0  # For each address of the name, of which loopback has two.

# The command line says in one line what went wrong; Prefect would print the way to it three times.
QUIET = {"DO_NOT_TRACK": "1", "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "TF_CPP_MIN_LOG_LEVEL": "3"}
BUILT_IN = {"cloud", "local"}  # Prefect's own profiles that name an API, where no file has others.


def settle_prefect() -> None:
    """Apply prefect.toml, and leave the terminal to charflow's own lines; what the environment says goes first.

    To be called before Prefect is imported.
    """
    settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    for name, value in {**dict(_flat(settings, "PREFECT")), **QUIET}.items():
        os.environ.setdefault(name, value)
    logging.getLogger("prefect").setLevel(logging.WARNING)
    _spare_loopback_the_proxy()


def _spare_loopback_the_proxy() -> None:
    """Where a proxy is named, let what is on this machine be reached without it: Prefect's own server, for one."""
    if not urllib.request.getproxies_environment():
        return
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    named = [name.strip() for name in spared.split(",") if name.strip()]
    if "*" not in named:
        named += [host for host in LOOPBACK if host not in named]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(named)


def check_prefect() -> None:
    """See to it that Prefect can begin: that it has a folder for its files, and that its server is there.

    Where its folder cannot be in the user's home it is below artifacts/. To be called before Prefect is imported.

    Raises:
        UsageError: the folder that PREFECT_HOME names cannot be written.
        UnreachableError: nothing answers at the address of the server that is configured.
    """
    _settle_home()
    try:
        configured = next(filter(None, _api_urls()), None)
        address = urlsplit(configured) if isinstance(configured, str) else None
        port = address and (address.port or PORTS.get(address.scheme))
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError):
        return  # As in `api_is_configured`.
    if address and address.hostname and port and not _goes_by_proxy(address):
        try:
            socket.create_connection((address.hostname, port), timeout=API_SECONDS).close()
        except OSError as error:
            raise unreachable(address.geturl(), str(error.strerror or error)) from None


def unreachable(address: str, why: str) -> UnreachableError:
    """The error that nothing answers at the server's address."""
    return UnreachableError(
        f"no Prefect server answers at {redacted(address)} ({why}); "
        "start the server (prefect server start), or unset PREFECT_API_URL"
    )


def _goes_by_proxy(address: SplitResult) -> bool:
    proxies = urllib.request.getproxies()
    return bool(proxies.get(address.scheme) or proxies.get("all")) and not urllib.request.proxy_bypass(
        address.hostname or ""
    )


def _settle_home() -> None:
    named = os.environ.get("PREFECT_HOME")
    if named:
        if not _is_writable(Path(named).expanduser()):
            raise UsageError(f"nothing can be written to {named}; let PREFECT_HOME name another folder")
        return
    try:
        usual = Path.home() / ".prefect"
    except RuntimeError:
        usual = None
    if usual and _is_writable(usual):
        return
    os.environ["PREFECT_HOME"] = str(PROJECT / "artifacts" / "prefect")
    if usual and (usual / "profiles.toml").is_file():
        os.environ.setdefault("PREFECT_PROFILES_PATH", str(usual / "profiles.toml"))


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _flat(settings: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        full = f"{prefix}_{name.upper()}"
        if isinstance(value, dict):
            yield from _flat(value, full)
        else:
            yield full, ",".join(value) if isinstance(value, list) else str(value).lower()


def api_is_configured() -> bool:
    """Whether runs are to be seen by a Prefect server that is there already; found without importing Prefect."""
    try:
        return any(_api_urls())
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError):  # Also a table that is none, or no home.
        return True  # Prefect shall say what is wrong with its settings.


def _api_urls() -> Iterator[Any]:
    """What may name an API, in the order in which Prefect asks: texts, or what only says that there is one."""
    yield os.environ.get("PREFECT_API_URL")
    if Path(".env").is_file():
        yield DOTENV.search(Path(".env").read_text(encoding="utf-8"))
    yield _toml(Path("prefect.toml")).get("api", {}).get("url")
    yield _toml(Path("pyproject.toml")).get("tool", {}).get("prefect", {}).get("api", {}).get("url")
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect").expanduser()
    profiles = _toml(Path(os.environ.get("PREFECT_PROFILES_PATH") or home / "profiles.toml"))
    active = os.environ.get("PREFECT_PROFILE") or profiles.get("active")
    yield profiles.get("profiles", {}).get(active, {}).get("PREFECT_API_URL")
    yield active in BUILT_IN and active not in profiles.get("profiles", {})


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
