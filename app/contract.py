"""What the parts of the Studio may ask of one another: Studio and Window as protocols, and the Command.

Panels, commands and bars see only this; who makes the real objects is main's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.actions import StudioActions
from app.files import Files, Voice
from app.jobs import Job, Jobs
from app.recovery import Recovery
from app.session import Session
from app.settings import Settings
from app.watch import Watch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class Docks(Protocol):
    """The panes of all perspectives."""

    @property
    def perspective(self) -> str: ...
    def remember(self) -> None: ...
    def reset(self) -> None: ...


class Status(Protocol):
    """The status bar."""

    def set_place(self, line: int, column: int) -> None: ...


class Overlay(Protocol):
    """The palette, for commands, files, lines and symbols."""

    def open(self, text: str = "", files: bool = False) -> None: ...


class Window(Voice, Protocol):
    """The window as its parts see it; overlays and bars are reached by what they do."""

    @property
    def docks(self) -> Docks: ...
    @property
    def status(self) -> Status: ...
    @property
    def palette_overlay(self) -> Overlay: ...
    @property
    def widget(self) -> QWidget: ...
    def show_panel(self, name: str) -> QWidget: ...
    def panel(self, name: str) -> QWidget: ...
    def focusWidget(self) -> QWidget | None: ...
    def set_perspective(self, name: str) -> None: ...
    def next_pane(self, way: int) -> None: ...
    def to_start(self) -> None: ...
    def show_messages(self) -> None: ...
    def asks(self) -> bool: ...
    def open_path(self, path: str) -> None: ...
    def bind_keys(self) -> None: ...
    def close(self) -> bool: ...
    def check_invariants(self) -> list[str]: ...


class Studio(Protocol):
    """The parts a panel or a command works with."""

    settings: Settings
    session: Session
    jobs: Jobs
    actions: StudioActions
    files: Files
    watch: Watch
    recovery: Recovery
    window: Window

    def command(self, name: str) -> Command: ...
    def commands(self) -> tuple[Command, ...]: ...
    def run_command(self, name: str) -> bool: ...
    def keys(self, command: Command) -> str: ...
    def keys_for(self, name: str) -> str: ...
    def set_look(self, name: str, value: str | float) -> None: ...
    def open_project(self, path: Path, then: Callable[[], object] | None = None) -> bool: ...
    def inspect_proof(self, job: Job) -> None: ...
    def open_sample(self, name: str) -> bool: ...
    def new_project(self, folder: Path, name: str) -> str: ...
    def close_project(self, then: Callable[[], object] | None = None) -> bool: ...


def always(_studio: Studio) -> str:
    """The default condition: never a reason to be disabled."""
    return ""


def needs_project(studio: Studio) -> str:
    return "" if studio.session.project is not None else "no project is open"


def needs_document(studio: Studio) -> str:
    return "" if studio.session.documents.current is not None else "no file is open"


@dataclass(frozen=True, slots=True)
class Command:
    """One action, declared once; palette, menu, key and button all come from it.

    `why_not` returns "" when the command can run, else the reason a person reads beside it. `also` are
    further keys, which hold as long as no command has them as its own and the person has not chosen others.
    """

    id: str
    title: str
    run: Callable[[Studio], object]
    _: KW_ONLY
    topic: str
    keys: str = ""
    icon: str = ""
    why_not: Callable[[Studio], str] = always
    note: Callable[[Studio], str] = always
    also: tuple[str, ...] = ()
    named: Callable[[Studio], str] = always

    def name_now(self, studio: Studio) -> str:
        """The title as it is where it depends on what is chosen."""
        return self.named(studio) or self.title


def keys_of(command: Command, remapped: dict[str, str]) -> str:
    """The keys in force: the person's own, else the declared ones."""
    return remapped.get(command.id, command.keys)


def all_keys_of(commands: Sequence[Command], remapped: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Every command's keys in force with its further ones, by id."""
    first = {command.id: keys_of(command, remapped) for command in commands}
    taken = set(first.values())
    return {
        c.id: (first[c.id], *(k for k in c.also if k not in taken and c.id not in remapped)) for c in commands
    }
