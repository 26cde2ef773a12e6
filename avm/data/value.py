"""Values: plaintexts, records, futures and their dynamic forms, as functions take and return them."""

from __future__ import annotations

import re
from collections.abc import Callable

from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, ParseFailure
from avm.data.dynamic import (
    DynamicFuture,
    DynamicRecord,
    looks_like_dynamic_future,
    read_dynamic_future,
    read_dynamic_record,
    scan_dynamic_future,
    scan_dynamic_record,
)
from avm.data.future import Future, looks_like_future, read_future, scan_future
from avm.data.literal import Literal
from avm.data.plaintext import Plaintext, read_plaintext, scan_plaintext
from avm.data.record import Record, read_record, scan_record
from avm.data.scanner import Scanner
from avm.types.literal_type import LiteralType

Value = Plaintext | Record | Future | DynamicRecord | DynamicFuture


def scan_value(scanner: Scanner) -> Value:
    """Read a value at the cursor; the failure of the reading that came furthest is reported."""
    start = scanner.position
    if looks_like_future(scanner):
        return scan_future(scanner)
    if looks_like_dynamic_future(scanner):
        return scan_dynamic_future(scanner)
    failures: list[ParseFailure] = []
    for read in _READINGS:
        scanner.position = start
        try:
            return read(scanner)
        except ParseFailure as failure:
            failures.append(failure)
        scanner.position = start
        scanner.skip()
        if not scanner.at("{"):
            break
    raise max(failures, key=_reach)


_READINGS: tuple[Callable[[Scanner], Value], ...] = (scan_plaintext, scan_record, scan_dynamic_record)


def _reach(failure: ParseFailure) -> int:
    return failure.place.end if failure.place is not None else 0


def parse_value(text: str) -> Value:
    """Return the value of a text; ParseFailure when it is not one."""
    scanner = Scanner(text)
    value = scan_value(scanner)
    scanner.finish()
    return value


def value_to_bytes(value: Value) -> bytes:
    """Return the kind (0 plaintext, 1 record, 2 future, 3 and 4 their dynamic forms) and the bytes."""
    kind = next((kind for kind, type_ in _KINDS.items() if isinstance(value, type_)), 0)
    return bytes([kind]) + value.to_bytes()


_KINDS: dict[int, type[Value]] = {1: Record, 2: Future, 3: DynamicRecord, 4: DynamicFuture}
_READERS: tuple[Callable[[ByteReader], Value], ...] = (
    read_plaintext,
    read_record,
    read_future,
    read_dynamic_record,
    read_dynamic_future,
)


def read_value(reader: ByteReader) -> Value:
    """Read what ``value_to_bytes`` writes; DecodeError when it is not canonical."""
    kind = reader.u8()
    if kind >= len(_READERS):
        raise DecodeError(f"there is no value of kind {kind}")
    return _READERS[kind](reader)


def value_from_bytes(data: bytes) -> Value:
    """Return the value of exactly these bytes; DecodeError when they are not canonical."""
    reader = ByteReader(data)
    value = read_value(reader)
    reader.finish()
    return value


def inline(value: Value, suffix: str = "") -> str:
    """Return the text of a value on one line, with ``suffix`` after every literal; ends of lines within
    strings are escaped.
    """
    if isinstance(value, Literal) and value.type is not LiteralType.STRING:
        return str(value) + suffix
    if isinstance(value, Value):
        return _LINES.sub(_one_line, value.lines(0, suffix))
    raise TypeError(f"{type(value).__name__} is not a value")


_LINES = re.compile(r'"(?:[^"\\]++|\\.)*+"|\n *+')


def _one_line(found: re.Match[str]) -> str:
    text = found.group()
    return text.replace("\r", "\\r").replace("\n", "\\n") if text[0] == '"' else " "
