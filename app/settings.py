"""Everything the Studio remembers between starts, in one JSON file under the user's configuration
folder.

Values are plain JSON. Writing is atomic (a temporary file, then replace) and gathered: many changes
in a row are one write. A file that cannot be read is set aside, never overwritten in silence.
Secrets are not stored here.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

DEFAULTS: dict[str, Any] = {
    "theme": "dark",
    "scale": 1.0,
    "more_contrast": False,
    "reduced_motion": False,
    "zoom": 1.0,
    "perspective": "edit",
    "layouts": {},
    "geometry": "",
    "beside": True,
    "recent": [],
    "project": "",
    "open_files": {},
    "inputs": {},
    "keys": {},
    "breakpoints": {},
    "function": {},
    "stage_times": {},
}


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
        self._values: dict[str, Any] = self._read()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(400)
        self._timer.timeout.connect(self.save)

    def _read(self) -> dict[str, Any]:
        if not self.file.exists():
            return {}
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
            if not isinstance(found, dict):
                raise ValueError("the settings are not an object")
        except (OSError, ValueError):
            self.broken = self.file.with_suffix(".broken.json")
            with contextlib.suppress(OSError):
                self.file.replace(self.broken)
            return {}
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """The value, else the default given, else the built-in default."""
        if name in self._values:
            return self._values[name]
        return DEFAULTS.get(name) if default is None else default

    def set(self, name: str, value: Any) -> None:
        if self._values.get(name) == value and name in self._values:
            return
        self._values[name] = value
        self._timer.start()
        self.changed.emit(name)

    def item(self, name: str, key: str, default: Any = None) -> Any:
        """One entry of a setting that is an object."""
        return dict(self.get(name) or {}).get(key, default)

    def set_item(self, name: str, key: str, value: Any) -> None:
        whole = dict(self.get(name) or {})
        whole[key] = value
        self.set(name, whole)

    def remember_recent(self, path: str, most: int = 10) -> None:
        rest = [p for p in self.get("recent") if p != path]
        self.set("recent", [path, *rest][:most])

    def save(self) -> bool:
        """Writes now; false (and nothing lost) when the disk refuses."""
        self._timer.stop()
        temporary = self.file.with_suffix(".tmp")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(self._values, indent=1, sort_keys=True), encoding="utf-8")
            temporary.replace(self.file)
        except OSError:
            return False
        return True

    def on(self, name: str, call: Callable[[Any], object]) -> None:
        """Calls with the value whenever this setting changes."""
        self.changed.connect(lambda changed: call(self.get(name)) if changed == name else None)
