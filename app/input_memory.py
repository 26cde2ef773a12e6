"""The inputs that runs had: all of them while the Studio runs, the public ones between starts.

Private ones are kept on disk only while the setting `remember_private_inputs` is on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from avm.base.json_value import JsonObject, items, members, text

if TYPE_CHECKING:
    from app.settings import Settings
    from avm.api.views import ParameterView

MOST = 12
"""Runs kept of a function."""


class InputMemory:
    """Runs by a key (project and function), the newest first; an input that is not known is empty."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._here: dict[str, list[list[str]]] = {}

    def _kept(self, key: str) -> list[JsonObject]:
        return [members(run) for run in items(self._settings.item("run_inputs", key) or [])]

    def of(self, key: str) -> list[list[str]]:
        """What was typed; runs of earlier starts without their private inputs follow those of this one."""
        kept = self._kept(key)
        found = list(self._here.get(key, []))
        public = [[text(v or "") for v in items(run["values"])] for run in kept]
        hidden = {
            tuple("" if h else v for v, h in zip(values, items(run["private"]), strict=True))
            for run in kept
            for values in found
            if len(items(run["private"])) == len(values)
        }
        found += [values for values in public if values not in found and tuple(values) not in hidden]
        return found[:MOST]

    def remember(self, key: str, values: list[str], parameters: tuple[ParameterView, ...]) -> None:
        """Keep a run; an input counts as private unless the function says that it is public or constant."""
        self._here[key] = [values, *(v for v in self._here.get(key, []) if v != values)][:MOST]
        known = len(parameters) == len(values)
        private = [
            not (known and parameters[i].visibility in ("public", "constant")) for i in range(len(values))
        ]
        whole = bool(self._settings.get("remember_private_inputs"))
        shown = [None if hidden and not whole else v for v, hidden in zip(values, private, strict=True)]
        run: JsonObject = {"values": shown, "private": private}
        rest = [r for r in self._kept(key) if r != run]
        self._settings.set_item("run_inputs", key, [run, *rest][:MOST])
