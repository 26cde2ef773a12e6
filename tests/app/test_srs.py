"""The SRS manager: what there is, and every action on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.srs import Pace, chosen_names, grouped, missing_of, official_rows
from app.panels.srs import SrsPanel
from app.studio import Studio
from app.widgets.basics import Button
from app.widgets.prompt import Prompt
from app.widgets.spans import on_disk
from avm.api.parameters import Available
from tests.storage.remote_server import DATA, MANIFEST, NAME, Remote

pytestmark = pytest.mark.qt


@pytest.fixture
def panel(studio: Studio, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SrsPanel:
    """The panel over an empty cache of its own."""
    monkeypatch.setattr("avm.storage.parameters.cache_root", lambda: tmp_path / "cache")
    made: SrsPanel = studio.window.show_panel("srs")
    settle(studio, qtbot)
    return made


def settle(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not studio.jobs.running(), timeout=120_000)
    QApplication.processEvents()


def answer(studio: Studio, text: str | None = None) -> str:
    """Answers the question over the window with its first choice; returns what was wrong."""
    asked = [p for p in studio.window.findChildren(Prompt) if p.isVisible()][-1]
    if text is not None:
        assert asked.field is not None
        asked.field.setText(text)
    asked.buttons[0].click()
    return asked.wrong.text()


def test_without_strings_the_panel_says_what_to_do_next(panel: SrsPanel) -> None:
    assert panel.empty.isVisible() and "official files" in panel.empty.accessibleName()


def test_a_string_is_made_contributed_to_verified_and_deleted(
    studio: Studio, panel: SrsPanel, qtbot: QtBot
) -> None:
    studio.run_command("srs.generate")
    for wrong in ("3", "\N{SUPERSCRIPT NINE}", "9" * 5000):
        assert "from 6 to 22" in answer(studio, wrong)
    answer(studio, "6")
    settle(studio, qtbot)
    assert [s.insecure for s in panel.strings] == [True] and panel.subtitle == "1 string"
    assert panel.cards[0].badge.text() == "insecure"
    digest = panel.strings[0].digest

    studio.run_command("srs.generate")
    assert "already" in answer(studio, "6")
    for prompt in studio.window.findChildren(Prompt):
        prompt.leave()

    studio.run_command("srs.contribute")
    assert "1 to 60" in answer(studio, " ")
    answer(studio, "Ada")
    settle(studio, qtbot)
    assert panel.strings[0].contributions == ("creation", "Ada") and panel.strings[0].digest != digest

    studio.run_command("srs.verify")
    settle(studio, qtbot)
    checks = panel.checks[str(panel.strings[0].path)]
    assert len(checks) >= 10 and all(check.passed for check in checks)

    path = panel.strings[0].path
    panel.copy(str(path))
    assert QGuiApplication.clipboard().text() == str(path)
    studio.run_command("srs.delete")
    answer(studio)
    settle(studio, qtbot)
    assert not path.exists() and panel.empty.isVisible()


def test_official_files_are_imported_with_their_checksums(
    studio: Studio, panel: SrsPanel, qtbot: QtBot, shared: Path
) -> None:
    panel.bring_official(shared / "params")
    settle(studio, qtbot)
    assert [s.kind for s in panel.strings] == ["official"]
    assert panel.cards[0].badge.text() == "checksums agree"
    assert any(job.title == "Import the official files" and job.stages for job in studio.jobs.history)


def test_a_folder_without_official_files_is_refused_with_a_reason(
    studio: Studio, panel: SrsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.bring_official(tmp_path)
    settle(studio, qtbot)
    assert panel.empty.isVisible()
    assert any("no official parameter file" in job.error for job in studio.jobs.history)


def test_a_damaged_string_is_shown_with_its_fault(
    studio: Studio, panel: SrsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "cache" / "parameters"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "development-7.srs").write_bytes(b"nothing")
    studio.run_command("srs.refresh")
    settle(studio, qtbot)
    card = panel.cards[0]
    assert card.badge.text() == "cannot be used" and not card.verify.isEnabled()
    assert card.delete.isEnabled()


@pytest.mark.parametrize(
    ("size", "text"), [(10, "1 KB"), (17_000, "17 KB"), (3 << 20, "3.0 MB"), (3 << 30, "3.0 GB")]
)
def test_sizes_have_their_unit(size: int, text: str) -> None:
    assert on_disk(size) == text


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    """A server with one official file, asked instead of the network."""
    from avm.api import parameters
    from avm.storage import srs_download

    made = Remote()
    monkeypatch.setattr(srs_download, "official_manifest", lambda: MANIFEST)
    monkeypatch.setattr(parameters, "SERVERS", (srs_download.Server(made.address),))
    monkeypatch.setenv("no_proxy", "*")
    yield made
    made.close()


def test_official_files_are_listed_and_nothing_is_loaded_unasked(
    studio: Studio, remote: Remote, panel: SrsPanel
) -> None:
    assert [f.name for f in panel.files] == [NAME] and panel.official.count.text() == "0 of 1 here"
    panel.official.grid.choose("2^16")
    panel.official._tell()
    assert panel.official.button.text().strip() == "Download 1.0 MB"
    panel.official.button.click()
    asked = studio.window.findChildren(Prompt)[-1]
    assert "1.0 MB" in asked.card.accessibleName() and remote.asked == []
    asked.buttons[1].click()
    assert remote.asked == [] and not studio.jobs.history


def test_a_download_has_a_card_with_stages_and_the_file_is_here_afterwards(
    studio: Studio, remote: Remote, panel: SrsPanel, qtbot: QtBot
) -> None:
    panel.official.grid.choose(NAME)
    panel.official._tell()
    panel.official.button.click()
    answer(studio)
    settle(studio, qtbot)
    job = studio.jobs.history[0]
    assert job.state == "done" and [s.name for s in job.stages] == ["2^16"] and not job.memory
    assert (panel.folder() / NAME).read_bytes() == DATA
    assert panel.official.count.text() == "1 of 1 here" and not panel.official.button.isEnabled()


def test_a_cancelled_download_is_resumed_from_where_it_was(
    studio: Studio, remote: Remote, panel: SrsPanel, qtbot: QtBot
) -> None:
    remote.pause = 0.05
    panel.download((NAME,))
    job = studio.jobs.running(kind="srs download")[0]
    assert panel.coming() == {NAME} and panel.official.button.text().strip() == "Cancel"
    qtbot.waitUntil(lambda: bool(job.stages) and job.stages[-1].done > 0, timeout=20_000)
    panel.official.button.click()
    assert panel.official.button.text() == "Stopping…" and not panel.official.button.isEnabled()
    settle(studio, qtbot)
    assert job.state == "cancelled" and panel.files[0].state == "part"
    panel.official.grid.choose(NAME)
    panel.official._tell()
    assert panel.official.button.text().strip().startswith("Resume ")
    remote.pause = 0.0
    panel.download((NAME,))
    settle(studio, qtbot)
    assert remote.asked[-1][1].startswith("bytes=") and (panel.folder() / NAME).read_bytes() == DATA


def test_a_refused_download_says_why_on_its_card_and_offers_another_try(
    studio: Studio, remote: Remote, panel: SrsPanel, qtbot: QtBot
) -> None:
    remote.files[f"/{MANIFEST[NAME].remote_name}"] = bytes(len(DATA))
    panel.download((NAME,))
    settle(studio, qtbot)
    job = studio.jobs.history[0]
    assert job.state == "failed" and "SHA-256" in job.error and "nothing of it was kept" in job.hint
    jobs = studio.window.show_panel("jobs")
    assert "SHA-256" in jobs.cards[job.id].trouble.text()
    assert panel.files[0].state == "absent" and panel.official.button.isEnabled()
    remote.files[f"/{MANIFEST[NAME].remote_name}"] = DATA
    again = next(b for b in studio.window.findChildren(Button) if b.text() == "Try again")
    again.click()
    settle(studio, qtbot)
    assert panel.files[0].state == "here"


def test_the_command_offers_what_every_proof_needs(
    studio: Studio, panel: SrsPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.run_command("srs.download")
    asked = studio.window.findChildren(Prompt)[-1]
    assert asked.card.accessibleName() == "Download 5 official files, 6.0 MB?"
    asked.leave()


def test_rows_stand_for_files_with_the_smaller_ones_that_they_need() -> None:
    files = [
        Available(name, 100, "here" if "gamma" in name else "absent", 100 if "gamma" in name else 0)
        for name in (
            "powers-of-beta-gamma.usrs",
            "powers-of-beta-15.usrs",
            "powers-of-beta-16.usrs",
            "shifted-powers-of-beta-16.usrs",
            "powers-of-beta-17.usrs",
        )
    ]
    assert list(grouped(files)) == ["base", "2^16", "2^17"]
    assert len(chosen_names(files, "2^16")) == 4
    assert chosen_names(files, "powers-of-beta-17.usrs") == ("powers-of-beta-17.usrs",)
    assert [f.name for f in missing_of(files, chosen_names(files, "base"))] == ["powers-of-beta-15.usrs"]
    rows = official_rows(files, frozenset(), frozenset({"powers-of-beta-17.usrs"}))
    assert [r.cells[2].text() for r in rows] == ["1 KB here", "not here", "coming"]


def test_the_pace_of_a_download_tells_what_is_left() -> None:
    class Told:
        subtitle, estimate = "", {}

        def stage(self, name: str, detail: str = "") -> None: ...
        def step(self, done: int, total: int) -> None: ...

    now, told = [0.0], Told()
    sizes = {"powers-of-beta-16.usrs": 4000, "beta-h.usrs": 1000}
    files = [Available(name, size, "absent", 0) for name, size in sizes.items()]
    pace = Pace(told, files, lambda: now[0])
    pace.stage("powers-of-beta-16.usrs")
    pace.step(0, 4000)
    assert told.estimate == {}
    now[0] = 2.0
    pace.step(1000, 4000)
    assert told.estimate == {"2^16": 8.0, "beta-h": 2.0} and told.subtitle == "1 KB of 4 KB (2^16)"
