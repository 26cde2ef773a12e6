"""What the parts of the Studio may ask of one another: Studio and Window as protocols, and the Command.

Panels, commands and bars see only this; who makes the real objects is main's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.files import Files
from app.flow import Flow
from app.jobs import Job, Jobs
from app.recovery import Recovery
from app.session import Session
from app.settings import Settings
from app.watch import Watch

Choice = tuple[str, str, Callable[[], object]]


class Window(Protocol):
    """The window as its parts see it; overlays and bars are reached by what they do."""

    docks: Any
    status: Any
    palette_overlay: Any

    def show_panel(self, name: str) -> Any: ...
    def panel(self, name: str) -> Any: ...
    def set_perspective(self, name: str) -> None: ...
    def next_pane(self, way: int) -> None: ...
    def hint(self, text: str) -> None: ...
    def toast(
        self,
        level: str,
        fact: str,
        detail: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
        kind: str = "",
    ) -> None: ...
    def to_start(self) -> None: ...
    def show_messages(self) -> None: ...
    def asks(self) -> bool: ...
    def ask(self, title: str, text: str, choices: list[Choice], about: object = None, **more: Any) -> Any: ...
    def open_path(self, path: str) -> None: ...
    def bind_keys(self) -> None: ...
    def close(self) -> bool: ...
    def check_invariants(self) -> list[str]: ...


class Studio(Protocol):
    """The parts a panel or a command works with."""

    settings: Settings
    session: Session
    jobs: Jobs
    flow: Flow
    files: Files
    watch: Watch
    recovery: Recovery
    window: Any

    def command(self, name: str) -> Command: ...
    def commands(self) -> tuple[Command, ...]: ...
    def run_command(self, name: str) -> bool: ...
    def keys(self, command: Command) -> str: ...
    def keys_for(self, name: str) -> str: ...
    def set_look(self, name: str, value: Any) -> None: ...
    def open_project(self, path: Path, then: Callable[[], object] | None = None) -> bool: ...
    def inspect_proof(self, job: Job) -> None: ...
    def open_sample(self, name: str) -> bool: ...
    def new_project(self, folder: Path, name: str) -> str: ...
    def close_project(self, then: Callable[[], object] | None = None) -> bool: ...


def always(_studio: Studio) -> str:
    """The default condition: never a reason to be disabled."""
    return ""


@dataclass(frozen=True, slots=True)
class Command:
    """One action, declared once; palette, menu, key and button all come from it.

    `why_not` returns "" when the command can run, else the reason a person reads beside it. `also` are
    further keys, which hold as long as no command has them as its own and the person has not chosen others.
    """

    id: str
    title: str
    topic: str
    run: Callable[[Studio], object]
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
