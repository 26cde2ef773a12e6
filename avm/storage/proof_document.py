"""The fields of a proof file, read strictly: nothing unknown, nothing twice, one way to write each value.

``avm-proof-2`` carries the statement in full, so that it can be checked. ``avm-proof-1`` named its program
without binding it, and held outputs that could be private; it is still read, and its outputs never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from avm.algebra.fields import FR_MODULUS
from avm.base import files
from avm.base.errors import DecodeError, shown
from avm.base.json_value import JsonObject, JsonValue, items, number, text
from avm.vm.statement import Calls, PublicStatement

FORMAT, OLD_FORMAT = "avm-proof-2", "avm-proof-1"
LIMIT = 16 << 20
"""Bytes of the largest proof file."""
MOST_COLUMNS = 1 << 16
MOST_PROGRAMS = 64
MOST_VALUES = 1 << 10
LONGEST_TEXT = 1 << 21
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,77}", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(\.aleo)?", re.ASCII)

_COMMON = {
    "format": str,
    "program": str,
    "function": str,
    "varuna_version": int,
    "verifying_key": str,
    "srs_verifier": str,
    "public_inputs": list,
    "proof": str,
}
_FIELDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    OLD_FORMAT: {**_COMMON, "srs": str, "srs_digest": str},
    FORMAT: {
        **_COMMON,
        "checksum": str,
        "edition": int,
        "network": int,
        "sources": list,
        "inputs": list,
        "outputs": list,
        "signer": (str, type(None)),
        "calls": list,
    },
}
_NEVER_SHOWN = {OLD_FORMAT: {"outputs"}, FORMAT: set()}


def read(path: Path) -> JsonObject:
    """Read a proof file; ``DecodeError`` says what is wrong with one that is none, ``StoreError`` why it
    cannot be read.
    """
    document = files.parse_json(files.read_text(path, LIMIT), path.name, depth=8, unique=True)
    if not isinstance(document, dict) or document.get("format") not in [*_FIELDS]:
        raise DecodeError(f"{path.name} is not a proof file", hint='its "format" must be ' + FORMAT)
    form = text(document["format"])
    fields = _FIELDS[form]
    for name, kind in fields.items():
        value = document.get(name)
        if name not in document or not isinstance(value, kind) or isinstance(value, bool):
            raise DecodeError(f"{path.name} has no valid field {name!r}")
    unknown = document.keys() - fields.keys() - _NEVER_SHOWN[form]
    if unknown:
        raise DecodeError(f"{path.name} has a field that proof files do not have: {shown(min(unknown))}")
    for name in ("program", "function"):
        if not _NAME.fullmatch(text(document[name])):
            raise DecodeError(f"{path.name} names a {name} that cannot be one")
    _columns(items(document["public_inputs"]), path.name)
    if not _HEX.fullmatch(text(document["srs_verifier"])):
        raise DecodeError(f"{path.name} is corrupt: srs_verifier is not lower-case hexadecimal")
    return document


def _columns(values: Sequence[JsonValue], name: str) -> None:
    if len(values) > MOST_COLUMNS:
        raise DecodeError(f"{name} has more than {MOST_COLUMNS:,} public inputs")
    for value in values:
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value) or int(value) >= FR_MODULUS:
            raise DecodeError(
                f"{name} is corrupt: {shown(value, 40)} is not a public input",
                hint="they are field elements, written as decimal numbers",
            )


def statement(document: JsonObject) -> PublicStatement:
    """Return the statement of a document of the new format; ``DecodeError`` where a list is none of texts."""
    signer = document["signer"]
    return PublicStatement(
        text(document["function"]),
        _texts(document["sources"], "sources", MOST_PROGRAMS),
        _optional(items(document["inputs"]), "inputs"),
        _optional(items(document["outputs"]), "outputs"),
        None if signer is None else text(signer),
        _calls(items(document["calls"])),
        _small(document["edition"], "edition"),
        _small(document["network"], "network"),
    )


def _texts(values: JsonValue, what: str, most: int = MOST_VALUES) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > most:
        raise DecodeError(f"{what} is no list of at most {most:,} texts")
    texts = tuple(v for v in values if isinstance(v, str) and len(v) <= LONGEST_TEXT)
    if len(texts) < len(values):
        raise DecodeError(f"{what} holds something that is no text, or one that is too long")
    return texts


def _optional(values: Sequence[JsonValue], what: str) -> tuple[str | None, ...]:
    _texts([v for v in values if v is not None], what)
    if len(values) > MOST_VALUES:
        raise DecodeError(f"{what} is no list of at most {MOST_VALUES:,} texts")
    return tuple(None if v is None else text(v) for v in values)


def _calls(values: Sequence[JsonValue]) -> Calls:
    if len(values) > MOST_VALUES:
        raise DecodeError(f"there are more than {MOST_VALUES:,} calls")
    found = []
    for value in values:
        if not isinstance(value, list) or len(value) != 2:
            raise DecodeError("a call is no pair of inputs and outputs")
        found.append((_texts(value[0], "a call's inputs"), _texts(value[1], "a call's outputs")))
    return tuple(found)


def _small(value: JsonValue, what: str) -> int:
    try:
        return number(value, 1 << 16)
    except ValueError:
        raise DecodeError(f"the {what} must be a number from 0 to 65535") from None
