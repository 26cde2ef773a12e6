"""Everything the Studio remembers between starts, in one JSON file under the user's configuration
folder.

Values are plain JSON. Writing is atomic (a temporary file, then replace) and gathered: many changes
in a row are one write. A file that cannot be read is set aside, never overwritten in silence; one
that somebody else could have written is neither read nor replaced. A value of the wrong kind is
dropped, and `notes` says so. Secrets are not stored here, private inputs of runs only on request.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.settings_table import GONE, TABLE, checked
from avm.base import files
from avm.base.errors import AvmError
from avm.base.json_value import JsonObject, JsonValue, items, members, text

LIMIT = 16 << 20
"""Bytes of the largest file of settings."""


def home() -> Path:
    """The folder of the Studio's own files; `AVM_STUDIO_HOME` names another one."""
    told = os.environ.get("AVM_STUDIO_HOME")
    if told:
        return Path(told)
    import platformdirs

    return Path(platformdirs.user_config_dir("avm-studio", appauthor=False))


class Settings(QObject):
    """`settings.get("theme")`, `settings.set("theme", "light")`; `changed` carries the name."""

    changed = Signal(str)

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self.folder = folder or home()
        self.file = self.folder / "settings.json"
        self.broken: Path | None = None
        self.notes: list[str] = []
        self._foreign = False
        self._values = self._read()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(400)
        self._timer.timeout.connect(self.save)

    def _read(self) -> dict[str, JsonValue]:
        if not self.file.exists():
            return {}
        if fault := files.ownership_fault(self.file):
            self._foreign = True
            self.notes.append(f"The settings in {self.file} are neither read nor changed: {fault}.")
            return {}
        files.tighten(self.folder, files.FOLDER_MODE)
        files.tighten(self.file)
        try:
            found = files.parse_json(files.read_text(self.file, LIMIT), self.file.name)
            if not isinstance(found, dict):
                raise AvmError("the settings are not an object")
        except AvmError as why:
            self.broken = self.file.with_suffix(".broken.json")
            with contextlib.suppress(OSError):
                self.file.replace(self.broken)
            self.notes.append(f"The settings could not be read and lie in {self.broken}: {why.message}.")
            return {}
        kept, dropped = checked(found)
        self.notes += [f"The setting {name} held something wrong, which was dropped." for name in dropped]
        if not kept.get("remember_private_inputs"):
            kept["run_inputs"] = without_private(members(kept.get("run_inputs") or {}))
        if any(name in found for name in GONE) or kept.get("run_inputs", {}) != found.get("run_inputs", {}):
            self._write(kept)
        return kept

    def get(self, name: str, default: JsonValue = None) -> JsonValue:
        """The value, else the default given, else the built-in default."""
        if name in self._values:
            return self._values[name]
        if default is not None or name not in TABLE:
            return default
        return copy.deepcopy(TABLE[name].default)

    def set(self, name: str, value: JsonValue) -> None:
        if self._values.get(name) == value and name in self._values:
            return
        self._values[name] = value
        self._timer.start()
        self.changed.emit(name)

    def item(self, name: str, key: str, default: JsonValue = None) -> JsonValue:
        """One entry of a setting that is an object."""
        return members(self.get(name) or {}).get(key, default)

    def texts(self, name: str) -> dict[str, str]:
        """A setting that is an object of texts."""
        return {key: text(value) for key, value in members(self.get(name) or {}).items()}

    def set_item(self, name: str, key: str, value: JsonValue) -> None:
        self.set(name, {**members(self.get(name) or {}), key: value})

    def remember_recent(self, path: str, most: int = 10) -> None:
        rest = [p for p in items(self.get("recent")) if p != path]
        self.set("recent", [path, *rest][:most])

    def save(self) -> bool:
        """Writes now; false (and nothing lost) when the disk refuses."""
        self._timer.stop()
        return self._write(self._values)

    def _write(self, values: JsonObject) -> bool:
        if self._foreign:
            return False
        try:
            text = json.dumps(values, indent=1, sort_keys=True)
            files.write_text(self.file, text, private=not self.file.is_symlink())
        except (AvmError, ValueError, TypeError):
            return False
        return True

    def remember_private_inputs(self, on: bool) -> None:
        """Whether private inputs of runs are kept between starts; those kept are dropped when it ends."""
        self.set("remember_private_inputs", on)
        if not on:
            self.set("run_inputs", without_private(members(self.get("run_inputs"))))

    def on(self, name: str, call: Callable[[object], object]) -> None:
        """Calls with the value whenever this setting changes."""
        self.changed.connect(lambda changed: call(self.get(name)) if changed == name else None)


def without_private(runs: JsonObject) -> JsonObject:
    """The runs kept, without the values of private inputs."""

    def public(run: JsonObject) -> JsonObject:
        pairs = zip(items(run["values"]), items(run["private"]), strict=True)
        return {**run, "values": [None if hidden else value for value, hidden in pairs]}

    return {key: [public(members(run)) for run in items(kept)] for key, kept in runs.items()}
