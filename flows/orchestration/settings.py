"""Prefect's settings for a run from the command line, whatever folder it is called in."""

import logging
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOTENV = re.compile(r"^\s*(export\s+)?PREFECT_API_URL\s*=\s*\S", re.MULTILINE)
SETTINGS = Path(__file__).resolve().parents[2] / "prefect.toml"

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


def _flat(settings: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        full = f"{prefix}_{name.upper()}"
        if isinstance(value, dict):
            yield from _flat(value, full)
        else:
            yield full, ",".join(value) if isinstance(value, list) else str(value).lower()


def api_is_configured() -> bool:
    """Whether runs are to be seen by a Prefect server that is there already; found without importing Prefect."""
    if os.environ.get("PREFECT_API_URL"):
        return True
    try:
        return any(_api_urls())
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError):  # Also a table that is none, or no home.
        return True  # Prefect shall say what is wrong with its settings.


def _api_urls() -> Iterator[Any]:
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect").expanduser()
    profiles = _toml(Path(os.environ.get("PREFECT_PROFILES_PATH") or home / "profiles.toml"))
    active = os.environ.get("PREFECT_PROFILE") or profiles.get("active")
    yield profiles.get("profiles", {}).get(active, {}).get("PREFECT_API_URL")
    yield active in BUILT_IN and active not in profiles.get("profiles", {})
    yield _toml(Path("prefect.toml")).get("api", {}).get("url")
    yield _toml(Path("pyproject.toml")).get("tool", {}).get("prefect", {}).get("api", {}).get("url")
    if Path(".env").is_file():
        yield DOTENV.search(Path(".env").read_text(encoding="utf-8"))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
