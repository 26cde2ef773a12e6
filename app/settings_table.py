"""What each setting may be: its default and a check, for a setting with entries of each entry alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from avm.base.json_value import JsonObject, JsonValue

Check = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: ``check`` judges its value, or with ``entries`` each value of the object that it is."""

    default: JsonValue
    check: Check
    entries: bool = False


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _number(low: float, high: float) -> Check:
    def check(value: object) -> bool:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return math.isfinite(value) and low <= value <= high

    return check


def _one_of(*names: str) -> Check:
    return lambda value: isinstance(value, str) and value in names


def _list(each: Check, most: int = 10_000) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(each, value))


def _object(each: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(each, value.values()))


def _inputs(value: object) -> bool:
    """Runs: values, and for each whether it is private; a private one may be None."""
    if not isinstance(value, dict) or set(value) != {"values", "private"}:
        return False
    values, private = value["values"], value["private"]
    return (
        _list(lambda v: v is None or _text(v))(values)
        and _list(_flag)(private)
        and len(values) == len(private)
    )


_SECONDS = _number(0, 1e9)
TABLE: dict[str, Setting] = {
    "theme": Setting("dark", _one_of("dark", "light")),
    "scale": Setting(1.0, _number(0.5, 4)),
    "more_contrast": Setting(False, _flag),
    "reduced_motion": Setting(False, _flag),
    "zoom": Setting(1.0, _number(0.1, 10)),
    "perspective": Setting("edit", _one_of("edit", "debug", "prove", "ledger")),
    "layouts": Setting({}, _text, entries=True),
    "geometry": Setting("", _text),
    "beside": Setting(True, _flag),
    "heat": Setting(True, _flag),
    "recent": Setting([], _list(_text)),
    "project": Setting("", _text),
    "open_files": Setting({}, lambda v: _text(v) or _list(_text)(v), entries=True),
    "remember_private_inputs": Setting(False, _flag),
    "run_inputs": Setting({}, _list(_inputs), entries=True),
    "keys": Setting({}, _text, entries=True),
    "breakpoints": Setting({}, _list(lambda v: type(v) is int and 0 < v < 1 << 31), entries=True),
    "function": Setting({}, _text, entries=True),
    "stage_times": Setting({}, _object(_SECONDS), entries=True),
}
GONE = ("inputs",)
"""Settings of older versions that are not kept: inputs of runs without a mark of what is private."""


def checked(found: JsonObject) -> tuple[dict[str, JsonValue], list[str]]:
    """Return the values that are what the table says, and the names of those that were not.

    Names that the table does not know stay as they are: a newer version may have written them.
    """
    kept: dict[str, JsonValue] = {}
    dropped: list[str] = []
    for name, value in found.items():
        setting = TABLE.get(name)
        if name in GONE:
            continue
        if setting is None or (not setting.entries and setting.check(value)):
            kept[name] = value
        elif setting.entries and isinstance(value, dict):
            good = kept[name] = {key: entry for key, entry in value.items() if setting.check(entry)}
            dropped += [name] if len(good) < len(value) else []
        else:
            dropped.append(name)
    return kept, dropped
