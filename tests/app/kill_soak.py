"""Kills the Studio, `avm build` and `avm new` at random moments, again and again, and counts what is lost.

A process that never starts a thread or a window forks the users (`kill_user`): a kill costs no imports. Half
of the kills fall on a random moment, half on a random change of the disk. After each the disk is looked at,
and the next window has to find what the one before left: every saved text is there whole, every unsaved text
that the recovery store held is offered and restored exactly, nothing is half made, no lock stands in the way.
The next window is killed too, also while it restores.

``python -m tests.app.kill_soak --times 700 --seed 1`` prints the counts; the exit code is 1 when anything was
lost or broken.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app import registry
from avm.api import pipeline, workspace
from avm.base.beside import SUFFIX, clean
from avm.base.errors import AvmError
from avm.cli.main import command_names, load_command
from tests.app.kill_user import USERS, VARIANTS, Teller, is_sample, make_project, readable, variant

WEIGHTS = {"window": 70, "build": 15, "new": 15}
SECONDS = {"window": 2.4, "build": 0.6, "new": 0.25}
"""The latest moments of a kill after the fork."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod"}
NEW_PROJECT = 200
"""Kills after which a fresh project and home are begun."""


@dataclass
class Report:
    """What was done and what was found; `failures` holds both what was lost and what was broken."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    broken: int = 0
    failures: list[str] = field(default_factory=list)

    def lose(self, text: str) -> None:
        self.lost += 1
        self.failures.append(f"lost: {text}")

    def breaks(self, text: str) -> None:
        self.broken += 1
        self.failures.append(f"broken: {text}")

    def __str__(self) -> str:
        kills = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kills.items()))
        done = ", ".join(f"{kind} {count}" for kind, count in sorted(self.done.items()))
        head = f"seed {self.seed}: {self.kills.total()} kills ({kills}); {done}"
        found = "".join(f"\n  {failure}" for failure in self.failures)
        return f"{head}; lost {self.lost}, broken {self.broken}{found}"


@dataclass
class Promise:
    """One of ``texts`` is offered for one of the files ``names``, unless the disk holds one of them there."""

    names: set[str]
    texts: set[str]

    def kept(self, left: list[tuple[str, str]], disk: dict[str, str]) -> bool:
        return any(name in self.names and text in self.texts for name, text in (*left, *disk.items()))


class Desk:
    """What the files of the window's project may hold, from all that was told up to the kill.

    ``disk``: of each file the bytes that it may have. ``promised``: what the store must offer of each file.
    ``texts``: what its files held after the last kill. ``undecided``: what the store offered, (file, text),
    oldest first, and the user has not taken back yet.
    """

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder, self.report = folder, report
        make_project(folder / "one")
        self.disk = {str(p): {p.read_bytes()} for p in (folder / "one" / "src").iterdir()}
        self.texts: dict[str, str] = {}
        self.promised: dict[str, Promise] = {}
        self.undecided: list[tuple[str, str]] = []
        self.renaming: tuple[str, str] | None = None
        self.heard: deque[dict[str, Any]] = deque(maxlen=400)

    def hear(self, fact: dict[str, Any]) -> None:
        """Take one thing that was told."""
        self.report.done[fact["what"]] += 1
        self.heard.append(fact)
        told = getattr(self, "_" + fact["what"], None)
        if told is not None:
            told(fact)

    def _started(self, fact: dict[str, Any]) -> None:
        for note in fact["notes"]:
            self.report.breaks(f"the start says: {note}")

    def _fault(self, fact: dict[str, Any]) -> None:
        for text in fact["texts"]:
            self.report.breaks(text)

    def _left(self, fact: dict[str, Any]) -> None:
        """The next Studio says what it found."""
        left = [(path, text) for path, text in fact["texts"]]
        undecided = [Promise({path}, {text}) for path, text in self.undecided]
        for promise in [*self.promised.values(), *undecided]:
            if not promise.kept(left, self.texts):
                self.report.lose(f"{promise} was not kept: {left}{self._story(promise.names)}")
        self.undecided, self.promised = left, {}

    def _restored(self, fact: dict[str, Any]) -> None:
        """Exactly what was found is in the editor again, and in the store of this Studio."""
        restored: dict[str, str] = fact["texts"]
        for path, text in dict(self.undecided).items():
            if restored.get(path) != text:
                self.report.lose(f"{path} was restored as {restored.get(path)!r}, found was {text!r}")
        if fact["rest"]:
            self.report.lose(f"{fact['rest']} texts were not restored")
        self.report.done["texts restored"] += len(restored)
        self.undecided = []
        self.promised = {path: Promise({path}, {text}) for path, text in restored.items()}

    def _dropped(self, fact: dict[str, Any]) -> None:
        """The user takes what the disk holds."""
        self.promised.pop(fact["path"], None)

    def _edit(self, fact: dict[str, Any]) -> None:
        if fact["path"] in self.promised:
            self.promised[fact["path"]].texts.add(fact["text"])

    def _kept(self, fact: dict[str, Any]) -> None:
        self.promised[fact["path"]] = Promise({fact["path"]}, {fact["text"]})

    def _saving(self, fact: dict[str, Any]) -> None:
        self.disk.setdefault(fact["path"], set()).add(fact["data"].encode())

    def _saved(self, fact: dict[str, Any]) -> None:
        self.disk[fact["path"]] = {fact["data"].encode()}
        self.promised.pop(fact["path"], None)

    def _renaming(self, fact: dict[str, Any]) -> None:
        self.renaming = fact["old"], fact["new"]

    def _renamed(self, fact: dict[str, Any]) -> None:
        assert self.renaming is not None
        old, new = self.renaming
        self.renaming = None
        self.disk[new] = self.disk.pop(old)
        self.promised.pop(old, None)
        if fact["text"] is not None:
            self.promised[new] = Promise({new}, {fact["text"]})

    def _story(self, names: set[str]) -> str:
        """The last that was heard of some files."""
        about = [f for f in self.heard if any(name in json.dumps(f) for name in (*names, "started"))]
        return "".join(f"\n    {json.dumps(fact)[:400]}" for fact in about[-14:])

    def look(self) -> None:
        """After the kill: what the disk holds. From then on only that is what it may hold."""
        if self.renaming is not None:
            self._look_at_renaming(*self.renaming)
            self.renaming = None
        for path, allowed in list(self.disk.items()):
            data = Path(path).read_bytes() if Path(path).exists() else None
            if data in allowed:
                self.disk[path] = {data}
            elif data is None and allowed == {b""}:
                del self.disk[path]  # a file that was about to be made
            else:
                self.report.lose(f"{path} holds {data!r}, not one of {allowed}")
        self.texts = {path: text for path in self.disk if (text := readable(Path(path))) is not None}
        here = {str(p) for p in (self.folder / "one" / "src").iterdir() if not p.name.endswith(SUFFIX)}
        for path in here - set(self.disk):
            self.report.breaks(f"{path} came from nowhere")
        settings = self.folder / "home" / "settings.json"
        try:
            if settings.exists() and not isinstance(json.loads(settings.read_text(encoding="utf-8")), dict):
                raise ValueError("they are no object")
        except ValueError as why:
            self.report.breaks(f"the settings are not readable: {why}")

    def _look_at_renaming(self, old: str, new: str) -> None:
        """A kill in a rename: the file has one of its names, its snapshot either."""
        if Path(new).exists() and not Path(old).exists():
            self.disk[new] = self.disk.pop(old)
        if old in self.promised:
            self.promised[old].names.add(new)


class Builds:
    """What `avm build` may have left: each file whole, of the newest program or of the one being built."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder, self.report = folder / "built" / "build" / "one", report
        make_project(folder / "built")
        self.whole: list[dict[str, bytes]] = []
        project = workspace.open_project(folder / "built")
        for number in range(VARIANTS):
            project.main.write_text(variant(number), encoding="utf-8")
            file = pipeline.write_build(pipeline.build(project))
            self.whole.append({file.name: file.read_bytes()})
        self.may = {VARIANTS - 1}

    def hear(self, fact: dict[str, Any]) -> None:
        self.report.done[fact["what"]] += 1
        if fact["what"] == "building":
            self.may.add(fact["number"])
        elif fact["what"] == "built":
            self.may = {fact["number"]}
        else:
            self.report.breaks(str(fact["texts"]))

    def look(self) -> None:
        for name in self.whole[0]:
            data = (self.folder / name).read_bytes()
            if data not in [self.whole[number][name] for number in self.may]:
                self.report.breaks(f"{name} of {len(data)} bytes is of none of the builds {self.may}")


class Made:
    """What `avm new` and copies of samples may have left: what was told is whole, the last may be absent."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder, self.report = folder / "made", report
        self.folder.mkdir()
        pattern = workspace.new_project(folder / "pattern", "pattern").root
        self.project = tree(pattern)
        self.sample = tree(workspace.copy_sample("hello", folder / "pattern").root)
        self.making, self.made = "", list[str]()

    def hear(self, fact: dict[str, Any]) -> None:
        self.report.done[fact["what"]] += 1
        if fact["what"] == "making":
            self.making = fact["name"]
        elif fact["what"] == "made":
            self.made.append(fact["name"])
        else:
            self.report.breaks(str(fact["texts"]))

    def look(self) -> None:
        for name in self.made:
            self._check(name)
        if self.making and self.making not in self.made:
            self._finish(self.making)
        left = [p.name for p in self.folder.rglob("*") if p.name.endswith(SUFFIX)]
        if left and self.making:
            self.report.breaks(f"{left} is still there after the next project was made")
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.making, self.made = "", []

    def _finish(self, name: str) -> None:
        """What was cut off is made again, in the same place."""
        try:
            if is_sample(name):
                workspace.copy_sample("hello", self.folder / name)
            elif not (self.folder / name).exists():
                workspace.new_project(self.folder, name)
            workspace.new_project(self.folder, "last")
        except AvmError as why:
            self.report.breaks(f"{name} cannot be made any more: {why.message}")
        else:
            self._check(name)

    def _check(self, name: str) -> None:
        if is_sample(name):
            found, wanted = tree(self.folder / name / "hello"), self.sample
        else:
            found = tree(self.folder / name)
            wanted = {p: data.replace(b"pattern", name.encode()) for p, data in self.project.items()}
        if found != wanted:
            self.report.breaks(f"{name} is not whole: {sorted(found)}")


def tree(folder: Path) -> dict[str, bytes]:
    """The files below a folder with what they hold."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


class Soak:
    """Places of one round of kills; each kind of user has its own."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder, self.report = folder, report
        self.places = {
            "window": Desk(folder, report),
            "build": Builds(folder, report),
            "new": Made(folder, report),
        }

    def kill(self, kind: str, seed: int, seconds: float, change: int) -> None:
        """Fork a user, kill it after some seconds or as it begins its n-th change of the disk (0: never),
        hear what it told and look at what it left.
        """
        told, said = self.folder / "told", self.folder / "said"
        told.unlink(missing_ok=True)
        user = os.fork()
        if user == 0:
            live(kind, self.folder, seed, told, said, change)
        code = end_of(user, seconds)
        self.report.kills[kind] += 1
        if code != -signal.SIGKILL:
            self.report.breaks(f"the user of {kind} ended by itself: {code}\n{said.read_text()[-3000:]}")
        place = self.places[kind]
        lines = told.read_bytes().split(b"\n")[:-1] if told.exists() else []  # the last may be cut off
        for line in lines:
            place.hear(json.loads(line))
        place.look()

    def end(self) -> None:
        """Nothing half made outlives the next who makes something in the same folder."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_dir():
                clean(path)
        left = [p.name for p in self.folder.rglob("*") if p.name.endswith(SUFFIX)]
        if left:
            self.report.breaks(f"{left} cannot be cleaned up")


def end_of(user: int, seconds: float) -> int:
    """Kill a process after some seconds, or see it end before; the exit code."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(user, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(min(0.005, max(0.0, end - time.monotonic())))
    os.kill(user, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(user, 0)[1])


def die_at_change(number: int) -> None:
    """From now on this process is killed as it begins its n-th change of the disk."""
    seen = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING):
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def live(kind: str, folder: Path, seed: int, told: Path, said: Path, change: int) -> NoReturn:
    """The life of a user in its own process; it only ends by itself when something is wrong."""
    try:
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        faulthandler.enable(handle)
        teller = Teller(told)
        if change:
            die_at_change(change)
        USERS[kind](folder, seed, teller)
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(3)


def soak(folder: Path, times: int, seed: int) -> Report:
    """Kill ``times`` users, the kinds mixed, in fresh places every ``NEW_PROJECT`` kills."""
    warm()
    dice, report = random.Random(seed), Report(seed)
    round_ = Soak(folder, report)
    for number in range(times):
        if number and number % NEW_PROJECT == 0:
            round_.end()
            round_ = Soak(Path(tempfile.mkdtemp(dir=folder)), report)
        kind = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        by_change = dice.random() < 0.5
        seconds = SECONDS[kind] * (2.0 if by_change else dice.random())
        round_.kill(kind, dice.getrandbits(48), seconds, int(2 ** (dice.random() * 9)) if by_change else 0)
    round_.end()
    return report


def warm() -> None:
    """Import what the users need, and make no thread: a process with threads cannot fork safely."""
    registry.panels()
    registry.commands()
    for name in command_names():
        load_command(name)
    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1


def main() -> int:
    """Read the command line, soak, print the counts."""
    parser = argparse.ArgumentParser(description="Kill the Studio, `avm build` and `avm new`, for long.")
    parser.add_argument("--times", type=int, default=700)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="avm-kill-") as folder:
        report = soak(Path(folder), told.times, told.seed)
    print(report)
    return 1 if report.lost or report.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
