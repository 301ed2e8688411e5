import re
from pathlib import Path

import pytest

from flows.cli.options import DataOptions, SamplingOptions, TrainingOptions
from tasks.learning.presets import PRESETS
from tasks.page.words import SENTENCES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = {path.name: path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]}
OPTIONS = [
    name.replace("_", "-") for group in (DataOptions, TrainingOptions, SamplingOptions) for name in group.model_fields
] + ["preset", "config", "print-config", "plan", "store", "run-name"]
OF_COMMANDS = {"yes", "keep-runs", "older-than", "pin", "unpin", "resumable-days"}


@pytest.mark.parametrize("option", OPTIONS)
def test_the_page_of_options_tells_of_each(option):
    assert f"`--{option}`" in PAGES["options.md"]


@pytest.mark.parametrize("preset", PRESETS)
def test_the_page_of_options_tells_of_each_preset(preset):
    assert f"| `{preset}`" in PAGES["options.md"]


def test_every_option_that_a_page_names_exists():
    named = {option for page in PAGES.values() for option in re.findall(r"`--([a-z-]+)`", page)}

    assert {name.removeprefix("no-") for name in named} - {*OPTIONS, *OF_COMMANDS, "help"} == set()


def test_the_readme_is_short_enough_to_be_read():
    assert len(README.splitlines()) < 200


def test_ci_runs_the_readmes_test_command():
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)

    assert len(commands) == 2
    assert commands[1] in (ROOT / ".ci/run").read_text()


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_shows_or_links_to_exists(name):
    folder = ROOT if name == "README.md" else ROOT / "docs"
    linked = re.findall(r"\]\(([^)\s]+)\)", PAGES[name])
    links = [link.partition("#") for link in linked if "://" not in link]

    assert [path for path, _, _ in links if path and not (folder / path).exists()] == []
    assert [path for path, _, mark in links if mark and mark not in headings(PAGES[Path(path or name).name])] == []
    named = re.findall(r"`((?:flows|tasks|tests|benchmarks)/[\w/]+\.py)`", PAGES[name])
    assert [path for path in named if not (ROOT / path).exists()] == []


def headings(page):
    """The marks by which GitHub leads to the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_readme_leads_to_every_page():
    assert [name for name in PAGES if name != "README.md" and f"(docs/{name})" not in README] == []


def test_every_finding_is_explained():
    assert [code for code in SENTENCES if f"`{code}`" not in PAGES["verdict.md"]] == []
