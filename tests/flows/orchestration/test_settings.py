import pytest

from flows.orchestration.settings import api_is_configured

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
