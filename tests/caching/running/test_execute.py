import itertools
import pickle
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.caching import Artifact, Outcome, Session, StageError, Store, Unchanged, resume_folder, source, stage
from tasks.caching.running.execute import NotStoredError, execute, reuse
from tests.caching.toy_project import run_project, states, write_project


@pytest.fixture
def project(tmp_path):
    folder = write_project(tmp_path)
    run_project(folder, run="first")
    return folder


def stored(folder, content):
    return next(p for p in (folder / "store/blobs").rglob("*") if p.is_file() and p.read_bytes() == content)


def overwrite(path, content):
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_second_run_makes_nothing_and_says_which_run_did(project):
    reports = run_project(project, run="second")

    assert set(states(reports).values()) == {"cached"}
    assert "made by run first" in reports["upper"][1]


def test_a_changed_parameter_reruns_its_stage_and_what_follows(project):
    reports = run_project(project, times=2)

    assert states(reports) == {"fetch": "cached", "upper": "ran", "finish[.]": "ran"}
    assert reports["upper"][1] == "times 1 → 2"


def test_a_parameter_of_which_a_result_says_that_it_changes_nothing_reruns_nothing(project):
    reports = run_project(project, digits="drop")

    assert states(reports) == {"fetch": "cached", "upper": "cached", "finish[.]": "cached"}
    assert reports["upper"][1].startswith("made by run first at ")
    assert reports["upper"][1].endswith("; digits 'keep' → 'drop' changes nothing in it")


def test_a_parameter_that_changes_nothing_with_one_that_does_reruns_the_stage(project):
    assert states(run_project(project, digits="drop", times=2))["upper"] == "ran"


def test_a_parameter_that_may_change_something_reruns_the_stage(project):
    (project / "corpus.txt").write_text("hello 1")
    assert run_project(project)["upper"][1] == "what it reads changed (raw)"

    assert states(run_project(project, digits="drop"))["upper"] == "ran"


def test_a_result_for_another_value_of_a_parameter_that_is_damaged_is_made_again(project):
    overwrite(stored(project, b"HELLO!"), b"HELLO?")

    assert states(run_project(project, digits="drop"))["upper"] == "ran"
    assert set(states(run_project(project, digits="drop")).values()) == {"cached"}


def test_a_new_label_reruns_only_that_call(project):
    assert states(run_project(project, marks=[".", "?"])) == {
        "fetch": "cached",
        "upper": "cached",
        "finish[.]": "cached",
        "finish[?]": "ran",
    }


def test_new_bytes_that_lead_to_equal_content_stop_the_rerun_there(project):
    (project / "corpus.txt").write_text("HELLO")

    reports = run_project(project)

    assert states(reports) == {"fetch": "ran", "upper": "ran", "finish[.]": "cached"}


def test_the_address_of_a_source_is_no_part_of_any_key_after_it(project):
    (project / "elsewhere.txt").write_text("hello")

    reports = run_project(project, corpus="elsewhere.txt")

    assert states(reports) == {"fetch": "ran", "upper": "cached", "finish[.]": "cached"}


def test_an_edited_helper_reruns_its_stage_and_names_the_function(project):
    letters = project / "toy/letters.py"
    letters.write_text(letters.read_text().replace("return text.upper()", "return text.title()"))

    reports = run_project(project)

    assert states(reports)["upper"] == "ran"
    assert reports["upper"][1] == "code toy.letters:loud changed"


def test_an_edited_helper_that_gives_the_same_output_reruns_nothing_after_its_stage(project):
    letters = project / "toy/letters.py"
    letters.write_text(letters.read_text().replace("return text.upper()", "return text.swapcase()"))

    assert states(run_project(project)) == {"fetch": "cached", "upper": "ran", "finish[.]": "cached"}


@pytest.mark.parametrize("environment", [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"}])
def test_hash_seed_and_working_folder_are_no_part_of_a_key(project, environment):
    reports = run_project(project, cwd=Path("/"), environment=environment)

    assert set(states(reports).values()) == {"cached"}


@pytest.mark.parametrize(
    ("name", "damaged"), [("deleted", None), ("truncated", b"HELL"), ("flipped", b"HELLO#"), ("empty", b"")]
)
def test_a_damaged_file_is_made_again_and_what_follows_stays(project, name, damaged):
    path = stored(project, b"HELLO!")
    path.unlink() if damaged is None else overwrite(path, damaged)

    reports = run_project(project)

    assert states(reports) == {"fetch": "cached", "upper": "ran", "finish[.]": "cached"}
    assert "stored file 'text'" in reports["upper"][1]
    assert set(states(run_project(project)).values()) == {"cached"}


def test_every_single_bit_flip_of_every_stored_file_is_noticed(project):
    names = {b"hello": "fetch", b"HELLO!": "upper", b"templateHELLO!.": "finish[.]"}
    store = Store(project / "store")
    manifests = {stage: store.manifests.newest(stage)[0] for stage in ("fetch", "upper", "finish")}
    for content, name in names.items():
        stage = name.split("[")[0]
        for byte, bit in itertools.product(range(len(content)), range(8)):
            flipped = bytearray(content)
            flipped[byte] ^= 1 << bit
            path = store.artifact(manifests[stage]).path(next(iter(manifests[stage].files)))
            overwrite(path, bytes(flipped))
            with pytest.raises(Exception, match="instead of"):
                store.find(stage, manifests[stage].key)
        overwrite(path, content)


def test_a_flipped_bit_in_a_manifest_is_never_believed(project):
    path = next((project / "store/manifests/upper").iterdir())
    content = path.read_bytes()
    for position in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[position] ^= 1
        path.write_bytes(bytes(flipped))
        try:
            kept = Store(project / "store").find("upper", path.stem)
        except Exception as error:
            assert "manifest" in str(error)
        else:
            assert kept.path("text").read_bytes() == b"HELLO!"


def test_a_manifest_moved_to_another_key_is_not_believed(project):
    path = next((project / "store/manifests/upper").iterdir())
    other = path.with_name("0" * 32 + ".json")
    path.rename(other)

    with pytest.raises(Exception, match="belongs to another key"):
        Store(project / "store").find("upper", other.stem)


def test_a_store_that_was_copied_and_moved_still_hits(project, tmp_path):
    shutil.copytree(project / "store", tmp_path / "elsewhere/copied")
    shutil.rmtree(project / "store")

    assert set(states(run_project(project, store=tmp_path / "elsewhere/copied")).values()) == {"cached"}


@stage()
def failing(out: Path, limit: int) -> Outcome:
    (out / "half").write_text("half")
    (resume_folder(out) / "checkpoint").write_text("kept")
    raise ValueError(f"limit {limit} is too low")


@stage()
def resuming(out: Path) -> Outcome:
    kept = resume_folder(out) / "checkpoint"
    resumed = "step 1" if kept.exists() else None
    kept.write_text("1")
    if not resumed:
        raise KeyboardInterrupt
    (out / "done").write_text("done")
    return Outcome(resumed_from=resumed)


@stage()
def counting(out: Path, number: int) -> Outcome:
    (out / "number").write_text(str(number))
    return Outcome()


@source()
def liar(out: Path, previous: Artifact | None, *, source: str) -> Unchanged:
    return Unchanged(why="trust me")


@pytest.fixture
def session(tmp_path):
    return Session(store=Store(tmp_path / "store", run="test"), answer=execute)


def files_below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_failing_stage_names_itself_and_its_cause_and_leaves_only_what_it_kept(session):
    with session.active(), pytest.raises(StageError, match="failing: limit 3 is too low"):
        failing(limit=3)

    assert [name.split("/")[-1] for name in files_below(session.store.root)] == ["guard", "checkpoint"]
    assert session.reports[0].state == "failed"


def test_a_stage_that_was_stopped_finds_what_it_kept_and_then_leaves_no_work_folder(session):
    with session.active():
        with pytest.raises(KeyboardInterrupt):
            resuming()
        resuming()

    assert session.reports[-1].state == "resumed"
    assert session.reports[-1].why == "from step 1"
    assert not list((session.store.root / "scratch").iterdir())


def test_a_source_cannot_keep_what_it_never_made(session):
    with session.active(), pytest.raises(StageError, match="nothing was stored"):
        liar(source="x")


def test_a_stage_outside_a_session_says_what_to_do():
    with pytest.raises(RuntimeError, match="open one with"):
        failing(limit=1)


SLOW_STAGE = """
import sys, time
from pathlib import Path
from tasks.caching import Outcome, Session, Store, stage
from tasks.caching.running.execute import NotStoredError, execute, reuse

@stage()
def slow(out: Path, number: int) -> Outcome:
    (out / "file").write_text("x")
    print("running", flush=True)
    time.sleep(float(sys.argv[2]))
    return Outcome()

session = Session(store=Store(Path(sys.argv[1]), run="r"), answer=execute)
with session.active():
    slow(number=1)
print(session.reports[-1].state)
"""


def start_slow(tmp_path, seconds):
    script = tmp_path / "slow.py"
    script.write_text(SLOW_STAGE)
    return subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "store"), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
    )


def test_of_two_runs_at_once_one_makes_and_the_other_reuses(tmp_path):
    runs = [start_slow(tmp_path, 0.5) for _ in range(2)]

    lines = sorted(line for run in runs for line in run.communicate(timeout=60)[0].split())

    assert lines == ["cached", "ran", "running"]


def test_a_killed_run_leaves_no_lock_and_no_half_made_result(tmp_path):
    killed = start_slow(tmp_path, 60)
    assert killed.stdout.readline() == "running\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()

    assert not (tmp_path / "store/manifests").exists()
    assert start_slow(tmp_path, 0).communicate(timeout=60)[0].split() == ["running", "ran"]
    assert not list((tmp_path / "store/scratch").iterdir())
    assert not list((tmp_path / "store/locks").iterdir())


def test_a_store_that_was_deleted_holds_nothing_and_is_no_error(tmp_path):
    assert Store(tmp_path / "nowhere").find("encode", "0" * 32) is None


def test_a_call_and_its_store_can_be_sent_to_another_process(session):
    call = pickle.loads(pickle.dumps(counting.bind(number=3)))
    store = pickle.loads(pickle.dumps(session.store))

    artifact, report = execute(call, store)

    assert (artifact.path("number").read_text(), report.state) == ("3", "ran")
    assert pickle.loads(pickle.dumps(report)) == report
    assert execute(counting.bind(number=3), session.store)[1].state == "cached"


def test_asking_for_what_is_stored_runs_nothing_and_leaves_what_is_damaged_for_the_run_that_mends_it(session):
    call = counting.bind(number=3)
    with pytest.raises(NotStoredError):
        reuse(call, session.store)
    path = execute(call, session.store)[0].path("number")
    assert reuse(call, session.store)[1].state == "cached"
    overwrite(path, b"4")

    with pytest.raises(NotStoredError):
        reuse(call, session.store)
    assert "stored file 'number' has SHA-256" in execute(call, session.store)[1].why
