import pytest

from tests.caching.toy_project import run_project, states, write_project


@pytest.fixture
def project(tmp_path):
    return write_project(tmp_path)


def test_a_plan_for_an_empty_store_runs_everything_and_writes_nothing(project):
    reports = run_project(project, plan=True)

    assert set(states(reports).values()) == {"would run"}
    assert not (project / "store").exists()


def test_a_plan_after_a_run_finds_everything_cached(project):
    run_project(project, run="first")

    reports = run_project(project, plan=True)

    assert set(states(reports).values()) == {"cached"}
    assert "made by run first" in reports["finish[.]"][1]


def test_a_plan_names_the_changed_ingredient_old_and_new_and_what_waits_for_it(project):
    run_project(project)

    reports = run_project(project, plan=True, times=3)

    assert states(reports) == {"fetch": "cached", "upper": "would run", "finish[.]": "would run"}
    assert reports["upper"][1] == "times 1 → 3"
    assert reports["finish[.]"][1] == "after upper; cached if what it reads comes out as before"


def test_a_plan_tells_of_damage_that_needs_no_reading_and_leaves_it_for_the_run_to_mend(project):
    run_project(project)
    path = next(p for p in (project / "store/blobs").rglob("*") if p.is_file() and p.read_bytes() == b"HELLO!")
    path.chmod(0o644)
    path.write_text("HELLO")

    for _ in range(2):
        assert "stored file 'text' has 5 bytes instead of 6" in run_project(project, plan=True)["upper"][1]


def test_a_plan_predicts_what_the_run_then_does(project):
    run_project(project)
    for options in [{}, {"times": 2}, {"marks": [".", "!"]}, {"times": 2, "marks": ["!"]}, {"digits": "drop"}]:
        planned = states(run_project(project, plan=True, **options))
        ran = states(run_project(project, **options))
        assert {name: state.replace("would run", "ran") for name, state in planned.items()} == ran
