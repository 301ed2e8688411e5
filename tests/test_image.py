import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()
STEPS = [
    tuple(step.split(maxsplit=1))
    for step in re.sub(r"\\\n|^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).splitlines()
    if step
]


def values(instruction):
    return [value for name, value in STEPS if name == instruction]


def test_the_image_begins_with_a_slim_python_that_charflow_supports_and_is_named_by_its_version():
    (base,) = values("FROM")

    assert re.fullmatch(r"python:3\.1[123](\.\d+)?-slim-\w+(@sha256:[0-9a-f]{64})?", base)


def test_the_image_has_the_locked_packages_with_their_hashes_before_any_code():
    install, *_ = values("RUN")
    assert "--require-hashes" in install
    assert install.endswith("-r requirements.lock")

    before = STEPS[: STEPS.index(("RUN", install))]
    assert [value for name, value in before if name == "COPY"] == ["requirements.lock ."]


def test_the_image_runs_the_command_as_a_user_who_is_not_root_and_owns_what_comes_out():
    (user,), (command,), (volume,) = values("USER"), values("ENTRYPOINT"), values("VOLUME")
    assert command == '["python", "flows/main.py"]'
    assert int(user) > 0
    assert volume == "/app/artifacts"
    made = values("RUN")[-1]
    assert f"--uid {user} charflow" in made
    assert "--owner charflow artifacts" in made
    assert STEPS.index(("RUN", made)) < STEPS.index(("USER", user)) < STEPS.index(("VOLUME", volume))


def test_the_image_is_made_of_what_runs_and_of_nothing_else():
    copied = {name for value in values("COPY") for name in re.sub(r"--\S+ ", "", value).split()[:-1]}
    assert [name for name in copied if not (ROOT / name).exists()] == []

    assert IGNORED[1] == "*"
    assert {line[1:] for line in IGNORED if line.startswith("!")} == copied
    assert {"flows", "tasks", "prefect.toml", "prefect.yaml"} <= copied
