"""The manifest ``program.json``: read within limits, every field checked, names that can name a program.

Source: Leo, crates/package/src/manifest.rs (the fields) and lib.rs (``is_valid_package_name``); snarkVM
console/program/src/id (a program's name is lower case and has at most 31 bytes).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from avm.base.errors import AvmError, DecodeError, shown
from avm.base.files import parse_json, read_text
from avm.base.json_value import JsonObject, JsonValue, text
from avm.base.limits import MAX_NAME
from avm.base.sources import NOWHERE, Source
from avm.base.span import Span

MANIFEST = "program.json"
SUFFIX = ".aleo"
LIMIT = 1 << 20
MAX_DEPENDENCIES = 64
LOCATIONS = ("local", "network", "workspace", "git", "test")
WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)
"""Names that Windows keeps for devices: there no file or folder can bear them, whatever follows a dot."""
_TEXTS = ("version", "description", "license", "leo")
_RULE = (
    "begin with a lowercase letter; use a-z, 0-9 and single underscores; leave out 'aleo'; "
    f"{MAX_NAME} characters at most"
)


class ManifestError(AvmError):
    """A manifest that cannot be read, or a field of it that is not what it must be."""

    default_code = "EAVM1002"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of ``dependencies``; ``name`` is without ``.aleo``, ``place`` is its name in the manifest."""

    name: str
    location: str
    path: str = ""
    edition: int | None = None
    place: Span | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says; ``program`` as written, with ``.aleo`` unless it names a library."""

    program: str
    description: str = ""
    dependencies: tuple[Dependency, ...] = ()
    data: JsonObject = field(default_factory=dict)
    source: Source = NOWHERE

    @property
    def name(self) -> str:
        """The name without ``.aleo``; it can name a file."""
        return bare_name(self.program)


def bare_name(program: str) -> str:
    """The name of a program or library without ``.aleo``."""
    return program.removesuffix(SUFFIX)


def unit_fault(written: str) -> str:
    """Return what keeps a name as it is written from naming a program (with ``.aleo``) or a library."""
    return name_fault(bare_name(written), library=not written.endswith(SUFFIX))


def name_fault(name: str, library: bool = False) -> str:
    """Return what keeps ``name`` (without ``.aleo``) from naming a program or library, else nothing.

    A library's name never reaches the network and may have capitals.
    """
    from avm.data.reserved import reserved_fault

    fault = spelling_fault(name, capitals=library)
    if fault:
        return fault
    if "__" in name:
        fault = "it has two underscores side by side"
    elif "aleo" in name:
        fault = "it contains 'aleo'"
    elif name == "std" or reserved_fault(name):
        fault = "it is a reserved word"
    return fault


def spelling_fault(name: str, *, capitals: bool) -> str:
    """Return what keeps ``name`` from being an identifier, with or without ``capitals``, else nothing."""
    if not name:
        return "it is empty"
    if len(name) > MAX_NAME:
        return f"it has {len(name):,} characters, and {MAX_NAME} is the most"
    if not re.match(r"[a-zA-Z]" if capitals else r"[a-z]", name):
        return f"it does not begin with a {'' if capitals else 'lowercase '}letter"
    if not re.fullmatch(r"[a-zA-Z0-9_]+" if capitals else r"[a-z0-9_]+", name):
        return f"it has characters other than {'A-Z, ' if capitals else ''}a-z, 0-9 and underscores"
    return ""


def check_program_name(name: str) -> None:
    """Raise ``AvmError`` unless ``name`` (without ``.aleo``) may name a new program."""
    from avm.data.reserved import NETWORK_PROGRAMS
    from avm.leo.lexer import KEYWORDS

    fault = name_fault(name)
    if not fault and name in KEYWORDS:
        fault = "it is a word of Leo"
    elif name in NETWORK_PROGRAMS:
        fault = "the network has a program of that name"
    elif name in WINDOWS_DEVICES:
        fault = "Windows keeps that name for a device and makes no such folder"
    if fault:
        raise AvmError(f"{shown(name)} cannot name a program: {fault}", code="EAVM1001", hint=_RULE)


def read_manifest(path: Path, shown_as: str = MANIFEST) -> Manifest:
    """Read and check a manifest; ``ManifestError`` names the field and what is right.

    ``shown_as`` is the path that messages and places carry.
    """
    source = Source(shown_as, read_text(path, LIMIT).removeprefix("\ufeff"), path)
    try:
        data = parse_json(source.text, shown_as)
    except DecodeError as error:
        raise ManifestError(error.message, place=_place_of(source, error)) from error
    if not isinstance(data, dict):
        raise ManifestError(f"{shown_as} is {_kind(data)}, not an object", hint='{"program": "name.aleo", …}')
    return _Reader(source).manifest(data)


def _place_of(source: Source, error: BaseException) -> Span | None:
    cause = error.__context__
    if isinstance(cause, json.JSONDecodeError):
        return Span(source, cause.pos, min(cause.pos + 1, len(source.text)))
    return None


def _kind(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "an object")


class _Reader:
    """Checks the fields of one manifest."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def fail(self, what: str, right: str, at: object = None) -> ManifestError:
        return ManifestError(f"{self.source.path}: {what}", place=self.place(at), hint=right)

    def place(self, value: object) -> Span | None:
        """Where a text stands in the manifest, if it stands there as it is."""
        start = self.source.text.find(json.dumps(value, ensure_ascii=False)) if isinstance(value, str) else -1
        return None if start < 0 else Span(self.source, start + 1, start + 1 + len(str(value)))

    def manifest(self, data: JsonObject) -> Manifest:
        if "program" not in data:
            raise self.fail("the field program is missing", 'add "program": "name.aleo"')
        program = data["program"]
        if not isinstance(program, str):
            raise self.fail(f"program is {_kind(program)}, not a text", 'write "program": "name.aleo"')
        fault = unit_fault(program)
        if fault:
            raise self.fail(
                f"program is {shown(program)}, which cannot name a program: {fault}", _RULE, program
            )
        for name in _TEXTS:
            value = data.get(name)
            if value is not None and not isinstance(value, str):
                raise self.fail(f"{name} is {_kind(value)}, not a text", f'write "{name}": "…"')
        self.dependencies(data, "dev_dependencies")  # checked; nothing is built from them
        return Manifest(
            program,
            text(data.get("description") or ""),
            self.dependencies(data, "dependencies"),
            data,
            self.source,
        )

    def dependencies(self, data: JsonObject, name: str) -> tuple[Dependency, ...]:
        entries = data.get(name)
        if entries is None:
            return ()
        if not isinstance(entries, list):
            raise self.fail(f"{name} is {_kind(entries)}, not a list", f'write "{name}": [] or null')
        if len(entries) > MAX_DEPENDENCIES:
            raise self.fail(f"{name} has {len(entries):,} entries, and {MAX_DEPENDENCIES} is the most", "")
        return tuple(self.dependency(entry, f"{name}[{i}]") for i, entry in enumerate(entries))

    def dependency(self, entry: JsonValue, where: str) -> Dependency:
        right = 'write {"name": "other.aleo", "location": "local", "path": "../other"}'
        if not isinstance(entry, dict):
            raise self.fail(f"{where} is {_kind(entry)}, not an object", right, entry)
        name, location = entry.get("name"), entry.get("location")
        path, edition = entry.get("path"), entry.get("edition")
        if not isinstance(name, str):
            raise self.fail(f"{where}.name is {_kind(name)}, not a text", right)
        fault = unit_fault(name)
        if fault:
            raise self.fail(
                f"{where}.name is {shown(name)}, which cannot name a program: {fault}", _RULE, name
            )
        if location not in LOCATIONS:
            known = ", ".join(LOCATIONS)
            raise self.fail(f"{where}.location is {shown(location)}", f"one of: {known}", name)
        if path is not None and not isinstance(path, str):
            raise self.fail(f"{where}.path is {_kind(path)}, not a text", right, name)
        if location in ("local", "test") and not path:
            raise self.fail(f"{where} is {location} and has no path", right, name)
        if edition is not None and (
            not isinstance(edition, int) or isinstance(edition, bool) or not 0 <= edition < 1 << 16
        ):
            raise self.fail(f"{where}.edition is {shown(edition)}", "a number from 0 to 65535, or null", name)
        return Dependency(bare_name(name), text(location), path or "", edition, self.place(name))
