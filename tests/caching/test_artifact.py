from pathlib import Path

import pytest

from tasks.caching import Artifact, Outcome, Session, StageError, Store, stage
from tasks.caching.running.execute import execute

FACTS = {"value": 1}


@stage()
def telling(out: Path, notes: dict, facts: dict) -> Outcome:
    (out / "a").write_text("a")
    (out / "b").write_text("b")
    return Outcome(facts=facts, notes=notes)


@stage()
def reading(out: Path, told: Artifact, what: str) -> Outcome:
    (out / "read").write_text(str(getattr(told, what)["value"]))
    return Outcome()


@pytest.fixture
def session(tmp_path):
    with Session(store=Store(tmp_path / "store"), answer=execute).active() as session:
        yield session


def test_facts_are_part_of_the_digest_and_notes_are_not(session):
    one, other = telling(notes={"value": 1}, facts=FACTS), telling(notes={"value": 2}, facts=FACTS)

    assert one.digest == other.digest
    assert telling(notes={}, facts={"value": 2}).digest != one.digest
    assert (one.notes, other.notes) == ({"value": 1}, {"value": 2})


def test_a_stage_reads_facts_and_can_read_no_notes(session):
    told = telling(notes={"value": 1}, facts=FACTS)

    assert reading(told, what="facts").path("read").read_text() == "1"
    with pytest.raises(StageError, match="value"):
        reading(told, what="notes")


def test_some_files_of_an_artifact_have_a_digest_of_their_own(session):
    one, other = telling(notes={}, facts=FACTS), telling(notes={}, facts={"value": 2})

    assert one.only("a").digest == other.only("a").digest
    assert one.only("a").digest != one.only("b").digest
    assert one.only("a").names == ["a"]
    assert one.only("a").facts == {}


def test_a_manifest_names_the_stages_and_keys_that_made_its_inputs(session):
    told = telling(notes={}, facts=FACTS)

    read = reading(told, what="facts")

    assert read.manifest.inputs["told"] == [("telling", told.manifest.key, told.digest)]
