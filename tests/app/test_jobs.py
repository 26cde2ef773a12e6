"""Jobs: results on the window's thread, progress, cancelling, failures, lanes."""

from __future__ import annotations

import threading
import time
import weakref

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import Job, Jobs
from app.studio import Studio
from avm.base.errors import AvmError
from avm.base.progress import Cancel, Progress

pytestmark = pytest.mark.qt


@pytest.fixture
def jobs(qapp: object) -> object:
    made = Jobs()
    yield made
    made.close(1.0)


def test_a_result_arrives_on_the_thread_of_the_window(jobs: Jobs, qtbot: QtBot) -> None:
    seen: list[tuple[int, bool]] = []
    main = threading.current_thread()
    with qtbot.waitSignal(jobs.finished):
        jobs.submit(
            "Add",
            lambda _p, _c: 2 + 3,
            on_done=lambda r: seen.append((r, threading.current_thread() is main)),
        )
    assert seen == [(5, True)]


def test_stages_are_timed_and_kept(jobs: Jobs, qtbot: QtBot) -> None:
    def work(progress: Progress, _cancel: Cancel) -> None:
        progress.stage("One", "first")
        progress.step(1, 2)
        progress.stage("Two")

    with qtbot.waitSignal(jobs.finished):
        job = jobs.submit("Stages", work, lane="prover")
    assert [(s.name, s.state) for s in job.stages] == [("One", "done"), ("Two", "done")]
    assert job.state == "done" and job.stages[0].share == 0.5


def test_cancelling_takes_effect_within_half_a_second(jobs: Jobs, qtbot: QtBot) -> None:
    begun = threading.Event()

    def work(_progress: Progress, cancel: Cancel) -> None:
        begun.set()
        while True:
            cancel.check()
            time.sleep(0.01)

    job = jobs.submit("Long", work, lane="prover")
    assert begun.wait(2)
    with qtbot.waitSignal(jobs.finished, timeout=2000):
        jobs.cancel(job)
    assert job.state == "cancelled"


def test_a_waiting_job_leaves_at_once(jobs: Jobs, qtbot: QtBot) -> None:
    gate = threading.Event()
    jobs.submit("First", lambda _p, _c: gate.wait(5), lane="prover")
    second = jobs.submit("Second", lambda _p, _c: None, lane="prover")
    jobs.cancel(second)
    assert second.state == "cancelled"
    with qtbot.waitSignal(jobs.finished):
        gate.set()


def test_lanes_do_not_wait_for_each_other(jobs: Jobs, qtbot: QtBot) -> None:
    gate = threading.Event()
    slow = jobs.submit("Slow", lambda _p, _c: gate.wait(5), lane="prover")
    with qtbot.waitSignal(jobs.finished):
        jobs.submit("Quick", lambda _p, _c: None, lane="quick")
    qtbot.waitUntil(lambda: slow.state == "running")
    with qtbot.waitSignal(jobs.finished):
        gate.set()


def test_an_expected_failure_keeps_its_words(jobs: Jobs, qtbot: QtBot) -> None:
    def work(_progress: Progress, _cancel: Cancel) -> None:
        raise AvmError("there is no room", code="EX1", hint="make some")

    failed: list[Job] = []
    with qtbot.waitSignal(jobs.finished):
        jobs.submit("Fail", work, on_failed=failed.append)
    assert (failed[0].error, failed[0].hint, failed[0].code) == ("there is no room", "make some", "EX1")
    assert not failed[0].traceback


def test_a_bug_is_shown_with_its_traceback_and_the_lane_lives_on(jobs: Jobs, qtbot: QtBot) -> None:
    def work(_progress: Progress, _cancel: Cancel) -> None:
        raise ZeroDivisionError("boom")

    with qtbot.waitSignal(jobs.finished):
        job = jobs.submit("Bug", work)
    assert "ZeroDivisionError" in job.traceback and "report" in job.hint
    with qtbot.waitSignal(jobs.finished):
        assert jobs.submit("Next", lambda _p, _c: 1).state in ("waiting", "running", "done")


def test_a_newer_job_replaces_an_older_of_its_kind(jobs: Jobs, qtbot: QtBot) -> None:
    gate, seen = threading.Event(), []

    def slow(_progress: Progress, cancel: Cancel) -> str:
        gate.wait(2)
        cancel.check()
        return "old"

    old = jobs.submit("Old", slow, lane="quick", kind="check", on_done=seen.append)
    jobs.submit("New", lambda _p, _c: "new", lane="quick", kind="check", on_done=seen.append, replace=True)
    gate.set()
    qtbot.waitUntil(lambda: bool(seen) and old.over)
    assert seen == ["new"] and old.state == "cancelled"


def test_a_finished_job_holds_no_result(jobs: Jobs, qtbot: QtBot) -> None:
    made: list[weakref.ref[set[int]]] = []

    def work(_progress: Progress, _cancel: Cancel) -> set[int]:
        result = set(range(1000))
        made.append(weakref.ref(result))
        return result

    with qtbot.waitSignal(jobs.finished):
        job = jobs.submit("Big", work, lane="prover", on_done=len)
    qtbot.waitUntil(lambda: made[0]() is None)
    assert job in jobs.history


# Stopping


def test_a_job_that_is_stopping_says_so_and_is_not_cancelled_again(studio: Studio, qtbot: QtBot) -> None:
    gate = threading.Event()
    job = studio.jobs.submit("Long", lambda _p, _c: gate.wait(20), lane="prover", kind="prove")
    qtbot.waitUntil(lambda: job.state == "running")
    card = studio.window.show_panel("jobs").cards[job.id]
    assert card.cancel.isEnabled() and card.cancel.text().strip() == "Cancel"
    card.cancel.click()
    assert job.stopping and not card.cancel.isEnabled() and card.cancel.text() == "Stopping…"
    assert card.cancel.icon().isNull()
    assert studio.command("prove.cancel").why_not(studio) == "it is stopping"
    gate.set()
    qtbot.waitUntil(lambda: job.over)
    qtbot.waitUntil(lambda: card.cancel.isHidden())
    assert not job.stopping


def test_a_run_and_a_build_that_are_stopping_have_no_other_stop(studio: Studio, qtbot: QtBot) -> None:
    gate = threading.Event()
    activities = studio.window.status.activities
    for kind, shown in (("run", activities.run), ("build", activities.build)):
        job = studio.jobs.submit("Long", lambda _p, _c: gate.wait(20), lane=kind, kind=kind)
        qtbot.waitUntil(lambda s=shown: not s.stop.isHidden())
        studio.jobs.cancel(job)
        activities.refresh()
        assert shown.stop.isHidden() and "topping" in shown.text()
    assert studio.command("run.stop").why_not(studio) == "it is stopping"
    gate.set()
    qtbot.waitUntil(lambda: not studio.jobs.running())
