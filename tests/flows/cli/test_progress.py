import io
import logging
from dataclasses import replace

import pytest
from rich.console import Console

from flows.cli import progress
from flows.cli.progress import Display, described, log_to_terminal, work_described
from tasks.caching import StageReport
from tasks.progress import TrainingProgress, WorkProgress, report


def event(step=10, preview=None):
    return TrainingProgress(
        step=step,
        steps=2000,
        characters_per_second=31_000.4,
        seconds_left=125.6,
        loss_bits=2.3456,
        validation_bits=2.5,
        preview=preview,
    )


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="charflow")
    return lambda: [record.getMessage() for record in caplog.records]


def shown(terminal):
    return Console(file=io.StringIO(), force_terminal=terminal, width=160)


def test_a_line_says_the_step_speed_loss_and_time_left():
    assert described(event()) == (
        "step 10/2,000, 2:06 left, 2.346 bits per character, held-out 2.500 at best, 31,000 characters/s"
    )
    of_bytes = replace(event(), unit="byte")
    assert "2.346 bits per byte, held-out 2.500 at best, 31,000 bytes/s" in described(of_bytes)


def test_where_there_is_no_terminal_a_line_comes_now_and_then_with_a_short_sample(lines, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with Display(shown(terminal=False)).showing():
        report(event(10))
        now[0] += progress.LOG_SECONDS - 1
        report(event(20))
        now[0] += 2
        report(event(30, preview="\x1b[31mred\n" + "x" * 1000))

    told = lines()
    assert [line.split(",")[0] for line in told] == [
        "train        step 10/2",
        "train        step 30/2",
        told[2].split(",")[0],
    ]
    assert told[2].startswith("train        step 30 writes: \\x1b[31mred↵xxx")
    assert len(told[2]) < 250


@pytest.mark.parametrize("preview", ["", " \n\t\u2003" * 50])
def test_a_sample_of_nothing_but_blanks_is_not_shown(lines, monkeypatch, preview):
    with Display(shown(terminal=True)).showing() as display:
        display.training(event(preview=preview))
        monkeypatch.setattr(display, "_last_line", 0.0)
        display.training(event(preview="ab"))

    assert lines() == ["train        step 10 writes: ab"]


def test_on_a_terminal_a_bar_moves_and_no_line_of_training_is_logged(lines):
    console = shown(terminal=True)
    with Display(console).showing() as display:
        display.started("train")
        report(event())
        display._bar.refresh()

    assert "step 10/2,000" in console.file.getvalue()
    assert lines() == []


def test_each_stage_gets_a_line_with_its_state_and_reason_but_a_failed_one_none(lines):
    display = Display(shown(terminal=False))
    display.reported(StageReport(name="encode", state="ran", why="text changed", seconds=1.25))
    display.reported(StageReport(name="train", state="failed", why="diverged"))

    assert lines() == ["encode       ran         1.2 s  text changed"]


def test_the_terminal_is_written_to_once_and_reads_no_markup_or_emoji_codes(capsys):
    log_to_terminal()
    log_to_terminal()
    logging.getLogger("charflow").warning("[bold]from %s :smile:", "a\x07b")

    assert capsys.readouterr().err == "[bold]from a\\x07b :smile:\n"
    logging.getLogger("charflow").handlers.clear()


def work(seconds, done=25):
    return WorkProgress(what="encode", unit="bytes", done=done, total=100, seconds=seconds)


def test_a_line_of_other_work_says_its_share_its_rate_and_the_time_left():
    assert work_described(work(5.0)) == "encode 25 %, 5 bytes/s, 0:15 left"


def test_where_there_is_no_terminal_other_work_is_told_of_only_where_it_takes_long(lines, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with Display(shown(terminal=False)).showing():
        report(work(progress.LOG_SECONDS - 1))
        report(work(progress.LOG_SECONDS))
        report(work(progress.LOG_SECONDS + 1, done=30))

    assert [line.split(",")[0] for line in lines()] == ["encode 25 %"]


def test_a_bar_shows_how_far_other_work_has_come():
    console = shown(terminal=True)
    with Display(console).showing() as display:
        report(work(5.0))
        display._bar.refresh()

    assert "encode 25 %, 5 bytes/s" in console.file.getvalue()
