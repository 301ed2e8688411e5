import os
import socket
import urllib.request

import pytest

from flows.errors import UnreachableError, UsageError
from flows.orchestration import settings
from flows.orchestration.settings import api_is_configured, check_prefect, settle_prefect

PROFILES = """active = "shared"
[profiles.shared]
PREFECT_API_URL = "http://host/api"
[profiles.alone]
PREFECT_LOGGING_LEVEL = "INFO"
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A working folder, and a home of Prefect's in it, where nothing is configured."""
    for name in ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_no_api_is_configured_where_nothing_names_one(home):
    assert not api_is_configured()


def test_an_api_is_configured_by_the_environment(home, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://host/api")

    assert api_is_configured()


def test_an_api_is_configured_by_the_profile_that_is_active_or_that_the_environment_names(home, monkeypatch):
    (home / "profiles.toml").write_text(PROFILES)
    assert api_is_configured()

    monkeypatch.setenv("PREFECT_PROFILE", "alone")
    assert not api_is_configured()

    (home / "profiles.toml").write_text(PROFILES.replace('"shared"', '"alone"'))
    monkeypatch.setenv("PREFECT_PROFILE", "shared")
    assert api_is_configured()


def test_profiles_are_also_found_where_the_environment_says(home, tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text(PROFILES)
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(tmp_path / "mine.toml"))

    assert api_is_configured()


@pytest.mark.parametrize(
    ("name", "with_api", "without"),
    [
        ("prefect.toml", '[api]\nurl = "http://host/api"', "[server]\nanalytics_enabled = false"),
        ("pyproject.toml", '[tool.prefect.api]\nurl = "http://host/api"', "[project]\nname = 'x'"),
        (".env", "export PREFECT_API_URL=http://host/api", "# PREFECT_API_URL=http://host/api\nPREFECT_API_URL="),
    ],
)
def test_an_api_is_configured_by_a_file_of_the_working_folder(home, tmp_path, name, with_api, without):
    (tmp_path / name).write_text(without)
    assert not api_is_configured()

    (tmp_path / name).write_text(with_api)
    assert api_is_configured()


@pytest.mark.parametrize(
    "content", [b"[", b"\xff", b"profiles = 3", b"active = []\n[profiles.x]", b'active = "x"\nprofiles.x = 3']
)
def test_of_a_malformed_file_prefect_shall_tell(home, content):
    (home / "profiles.toml").write_bytes(content)

    assert api_is_configured()


def test_prefects_own_profiles_that_name_an_api_need_no_file(home, monkeypatch):
    monkeypatch.setenv("PREFECT_PROFILE", "local")
    assert api_is_configured()

    monkeypatch.setenv("PREFECT_PROFILE", "ephemeral")
    assert not api_is_configured()


PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")
SETTLED = {*PROXIES, *settings.QUIET, "PREFECT_HOME", "PREFECT_PROFILES_PATH"}


@pytest.fixture
def unset(home, monkeypatch):
    """An environment without proxies and a home of Prefect's, put back after the test whatever is set in it."""
    for name in SETTLED | {name for name, _ in settings._flat(settings._toml(settings.SETTINGS), "PREFECT")}:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(settings, "PROJECT", home.parent / "project")
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.mark.parametrize("given", [None, "example.org, 10.0.0.1", "localhost"])
def test_what_is_on_this_machine_is_reached_without_the_proxy(unset, monkeypatch, given):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    if given:
        monkeypatch.setenv("NO_PROXY", given)

    settle_prefect()

    assert urllib.request.proxy_bypass("127.0.0.1")
    assert urllib.request.proxy_bypass("localhost")
    assert not urllib.request.proxy_bypass("example.com")
    assert bool(urllib.request.proxy_bypass("example.org")) == ("example.org" in (given or ""))
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"]
    assert os.environ["NO_PROXY"].split(",").count("localhost") == 1


def test_proxies_stay_as_they_are_where_none_is_named_or_none_is_used(unset, monkeypatch):
    settle_prefect()
    assert "NO_PROXY" not in os.environ

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "*")
    settle_prefect()
    assert os.environ["NO_PROXY"] == "*"


def test_prefect_has_its_files_in_the_home_of_the_user(unset):
    check_prefect()

    assert "PREFECT_HOME" not in os.environ


def test_without_a_home_that_can_be_written_prefect_has_its_files_below_artifacts(unset, monkeypatch):
    (unset / ".prefect").mkdir()
    (unset / ".prefect/profiles.toml").write_text(PROFILES.replace('"shared"', '"alone"'))
    monkeypatch.setattr(settings, "_is_writable", lambda folder: folder != unset / ".prefect")

    check_prefect()

    assert os.environ["PREFECT_HOME"] == str(unset.parent / "project/artifacts/prefect")
    assert os.environ["PREFECT_PROFILES_PATH"] == str(unset / ".prefect/profiles.toml")


@pytest.mark.parametrize("name", ["/proc", "/dev/null"])
def test_a_home_that_is_none_is_not_used(unset, monkeypatch, name):
    monkeypatch.setenv("HOME", name)
    check_prefect()
    assert os.environ["PREFECT_HOME"] == str(unset.parent / "project/artifacts/prefect")

    monkeypatch.setenv("PREFECT_HOME", f"{name}/prefect")
    with pytest.raises(UsageError, match=f"nothing can be written to {name}/prefect; let PREFECT_HOME name another"):
        check_prefect()


@pytest.fixture
def closed():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"http://127.0.0.1:{port}/api"


@pytest.mark.parametrize("place", ["environment", "profile"])
def test_a_server_that_is_not_there_is_named_with_what_to_do(unset, monkeypatch, closed, place):
    if place == "environment":
        monkeypatch.setenv("PREFECT_API_URL", closed)
    else:
        (unset / ".prefect").mkdir()
        (unset / ".prefect/profiles.toml").write_text(PROFILES.replace("http://host/api", closed))

    with pytest.raises(
        UnreachableError, match=rf"{closed} \(Connection refused\); start the server .*or unset PREFECT_API"
    ):
        check_prefect()


def test_secrets_of_the_servers_address_are_not_shown(unset, monkeypatch, closed):
    monkeypatch.setenv("PREFECT_API_URL", closed.replace("//", "//ann:hunter2@"))

    with pytest.raises(UnreachableError) as refused:
        check_prefect()
    assert "hunter2" not in str(refused.value)


def test_a_server_that_is_there_or_behind_a_proxy_is_left_to_prefect(unset, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.getsockname()[1]}/api")
        check_prefect()

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.invalid/api")
    check_prefect()


def test_what_is_no_address_is_left_to_prefect(unset, monkeypatch):
    for address in ("http://[/api", "127.0.0.1:4200", "http://host:port/api"):
        monkeypatch.setenv("PREFECT_API_URL", address)
        check_prefect()
