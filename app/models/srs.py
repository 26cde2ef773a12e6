"""The official parameter files as rows, what choosing a row means, and the pace of their download."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from app.widgets.spans import Cell, Row, Span, cell, note, on_disk, row

if TYPE_CHECKING:
    from avm.api.parameters import Available

BASE = "base"
WINDOW_S = 5.0


def grouped(files: Iterable[Available]) -> dict[str, list[Available]]:
    """The files every proof needs, then those of each further power of two."""
    groups: dict[str, list[Available]] = {BASE: []}
    for file in sorted(files, key=lambda f: f.power or 0):
        groups.setdefault(BASE if file.power is None else f"2^{file.power}", []).append(file)
    return {key: members for key, members in groups.items() if members}


def chosen_names(files: Iterable[Available], key: str) -> tuple[str, ...]:
    """What a row stands for: a file itself; a power with all smaller ones, without which it is of no use."""
    groups = grouped(files)
    if key not in groups:
        return (key,)
    names: list[str] = []
    for group, members in groups.items():
        names += [file.name for file in members]
        if group == key:
            break
    return tuple(names)


def missing_of(files: Iterable[Available], names: Iterable[str]) -> list[Available]:
    """Those of the named files that are not here, or not whole."""
    wanted = set(names)
    return [file for file in files if file.name in wanted and file.state != "here"]


def official_rows(files: Iterable[Available], wrong: frozenset[str], coming: frozenset[str]) -> list[Row]:
    """A row for each power that opens to its files. ``wrong`` have another checksum, ``coming`` are being
    downloaded.
    """
    rows = []
    for key, members in grouped(files).items():
        title = "For every proof" if key == BASE else f"Up to {key}"
        names = {file.name for file in members}
        have, size = sum(f.have for f in members), sum(f.size for f in members)
        state = "here" if have == size else "part" if have else "absent"
        rows.append(
            row(
                cell(Span(title)),
                cell(Span(on_disk(size), "text.secondary"), right=True),
                _state(state, have, bool(names & wrong), bool(names & coming)),
                key=key,
                open=bool(names & wrong),
                children=[
                    row(
                        cell(Span(file.title, "text.secondary"), copy=file.name, tip=file.name),
                        cell(Span(on_disk(file.size), "text.secondary"), right=True),
                        _state(file.state, file.have, file.name in wrong, file.name in coming),
                        key=file.name,
                    )
                    for file in members
                ],
            )
        )
    return rows


def _state(state: str, have: int, wrong: bool, coming: bool) -> Cell:
    if coming and state != "here":
        return cell(Span(icon="loader-circle", colour="accent.fg"), Span("coming"))
    if wrong:
        return cell(Span(icon="circle-x", colour="semantic.error.fg"), Span("wrong", "semantic.error.fg"))
    if state == "here":
        return cell(Span(icon="circle-check", colour="semantic.success.fg"), Span("here"))
    if state == "part":
        return cell(Span(icon="circle-dashed", colour="text.tertiary"), note(f"{on_disk(have)} here"))
    return cell(note("not here"))


class DownloadJob(Protocol):
    """What a download tells: a job of the Studio."""

    subtitle: str
    estimate: dict[str, float]

    def stage(self, name: str, detail: str = "") -> None: ...
    def step(self, done: int, total: int) -> None: ...


class Pace:
    """Progress of a download that tells its job the bytes so far and, from the pace of the last seconds, how
    long each file is going to take.
    """

    def __init__(
        self, job: DownloadJob, files: Iterable[Available], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._job, self._clock = job, clock
        self._files = {file.name: file for file in files}
        self._marks: deque[tuple[float, int]] = deque()
        self._name, self._begun = "", 0.0

    def stage(self, name: str, detail: str = "") -> None:
        self._name, self._begun = self._files[name].title, self._clock()
        self._job.stage(self._name, detail)
        self._marks.clear()

    def step(self, done: int, total: int) -> None:
        self._job.step(done, total)
        self._job.subtitle = f"{on_disk(done)} of {on_disk(total)} ({self._name})"
        now = self._clock()
        self._marks.append((now, done))
        while now - self._marks[0][0] > WINDOW_S:
            self._marks.popleft()
        past, before = self._marks[0]
        if now - past < 0.5 or done <= before:
            return
        rate = (done - before) / (now - past)
        coming = {file.title: file.missing / rate for file in self._files.values()}
        self._job.estimate = {**coming, self._name: now - self._begun + (total - done) / rate}
