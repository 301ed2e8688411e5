import re
from pathlib import Path

import pytest

from flows.cli.options import DataOptions, SamplingOptions, TrainingOptions
from tasks.model.presets import PRESETS
from tasks.page.words import SENTENCES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
OPTIONS = [
    name.replace("_", "-") for group in (DataOptions, TrainingOptions, SamplingOptions) for name in group.model_fields
] + ["preset", "config", "print-config", "plan", "store", "run-name"]


@pytest.mark.parametrize("option", OPTIONS)
def test_the_readme_tells_of_the_option(option):
    assert f"`--{option}`" in README


@pytest.mark.parametrize("preset", PRESETS)
def test_the_readme_tells_of_the_preset(preset):
    assert f"| `{preset}`" in README


def test_every_option_that_the_readme_names_exists():
    named = set(re.findall(r"`--([a-z-]+)`", README))

    assert {name.removeprefix("no-") for name in named} - {*OPTIONS, "help"} == set()


def test_ci_runs_the_readmes_test_command():
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)

    assert len(commands) == 2
    assert commands[1] in (ROOT / ".ci/run").read_text()


def test_the_files_that_the_readme_shows_or_links_to_exist():
    linked = re.findall(r"\]\(([^)#]+)\)", README)

    assert [path for path in linked if "://" not in path and not (ROOT / path).exists()] == []
    named = re.findall(r"`((?:flows|tasks|tests|benchmarks)/[\w/]+\.py)`", README)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_finding_is_explained():
    page = (ROOT / "docs/verdict.md").read_text()

    assert [code for code in SENTENCES if f"`{code}`" not in page] == []
