"""Every command the registry finds: title, icon, keys that clash with no other, and a reason."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence

import app.commands
from app import registry
from app.contract import Command
from app.settings import Settings
from app.studio import Studio
from app.theme import RESOURCES
from app.toolbar import TOPICS
from app.window import Window

pytestmark = pytest.mark.qt
COMMANDS = registry.commands()
WANTED_KEYS = {
    "Ctrl+Shift+P", "Ctrl+P", "Ctrl+B", "Ctrl+F5", "F5", "Shift+F5", "F9",
    "F10", "F11", "Shift+F11", "Ctrl+F10", "Alt+F10", "Alt+F11", "Alt+F5",
    "Ctrl+Alt+P", "Ctrl+Space", "Ctrl+/", "F8", "Shift+F8", "Alt+0", "Alt+4",
    "Alt+Left", "Alt+Right", "Ctrl+Alt+Left", "Ctrl+Alt+Right", "Ctrl+N", "Ctrl+O", "Ctrl+S",
    "Ctrl+F", "Ctrl+H", "Ctrl+G", "Ctrl+,",
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.id)
def test_a_command_is_declared_whole(command: Command) -> None:
    assert command.title and command.title[0].isupper() and not command.title.endswith(".")
    assert command.topic in TOPICS
    assert not command.icon or (RESOURCES / "icons" / f"{command.icon}.svg").is_file()
    if command.keys:
        assert not QKeySequence(command.keys).isEmpty()


def test_no_two_commands_share_their_keys() -> None:
    keys = [each for c in COMMANDS for each in (c.keys, *c.also) if each]
    assert [each for each, count in Counter(keys).items() if count > 1] == []


def test_no_keys_are_those_of_another_command_with_shift_on_some_keyboard() -> None:
    """Plus is Shift and = on many keyboards: a command on either would get both, and neither would run."""
    keys = {each for c in COMMANDS for each in (c.keys, *c.also)}
    assert not {f"Ctrl+Shift+{each}" for each in "=-0+"} & keys


def test_the_keys_of_the_design_are_there() -> None:
    assert {c.keys for c in COMMANDS} >= WANTED_KEYS


def test_every_command_gives_its_reason_without_a_project(
    qapp: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    studio = Studio(Settings(tmp_path_factory.mktemp("home")))
    window = Window(studio)
    for command in COMMANDS:
        reason, note = command.why_not(studio), command.note(studio)
        assert isinstance(reason, str) and isinstance(note, str)
        assert not reason or reason[0].islower(), f"{command.id}: {reason}"
    for name in ("build.build", "run.run", "prove.prove", "ledger.commit", "debug.over", "file.save"):
        assert registry.command(name).why_not(studio)
        assert not studio.run_command(name)
    assert set(window.actions_by_id) == {c.id for c in COMMANDS}
    studio.jobs.close(0.5)


def test_a_command_is_found_by_being_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made_up.py").write_text(
        "from app.contract import Command\n\n"
        "COMMANDS = [Command('made.up', 'Made up', lambda studio: None, topic='Help', keys='Ctrl+F12')]\n"
    )
    monkeypatch.setattr(app.commands, "__path__", [*app.commands.__path__, str(tmp_path)])
    registry.commands.cache_clear()
    try:
        assert {c.id for c in registry.commands()} - {c.id for c in COMMANDS} == {"made.up"}
    finally:
        sys.modules.pop("app.commands.made_up", None)
        registry.commands.cache_clear()
