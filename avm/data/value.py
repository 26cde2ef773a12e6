"""Values: plaintexts, records and futures, as functions take and return them."""

from __future__ import annotations

import re

from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, ParseFailure
from avm.data.future import Future, looks_like_future, read_future, scan_future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct, read_plaintext, scan_plaintext
from avm.data.record import Record, read_record, scan_record
from avm.data.scanner import Scanner
from avm.types.literal_type import LiteralType

Value = Plaintext | Record | Future


def scan_value(scanner: Scanner) -> Value:
    """Read a value at the cursor; the failure of the reading that came furthest is reported."""
    start = scanner.position
    if looks_like_future(scanner):
        return scan_future(scanner)
    try:
        return scan_plaintext(scanner)
    except ParseFailure as failure:
        scanner.position = start
        scanner.skip()
        if not scanner.at("{"):
            raise
        try:
            return scan_record(scanner)
        except ParseFailure as other:
            raise max(failure, other, key=_reach) from None


def _reach(failure: ParseFailure) -> int:
    return failure.place.end if failure.place is not None else 0


def parse_value(text: str) -> Value:
    """Return the value of a text; ParseFailure when it is not one."""
    scanner = Scanner(text)
    value = scan_value(scanner)
    scanner.finish()
    return value


def value_to_bytes(value: Value) -> bytes:
    """Return the kind (0 plaintext, 1 record, 2 future) and the bytes."""
    kind = 1 if isinstance(value, Record) else 2 if isinstance(value, Future) else 0
    return bytes([kind]) + value.to_bytes()


def read_value(reader: ByteReader) -> Value:
    """Read what ``value_to_bytes`` writes; DecodeError when it is not canonical."""
    kind = reader.u8()
    if kind == 0:
        return read_plaintext(reader)
    if kind == 1:
        return read_record(reader)
    if kind == 2:
        return read_future(reader)
    raise DecodeError(f"there is no value of kind {kind}")


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
    if isinstance(value, Literal | Struct | Array | Record | Future):
        return _LINES.sub(_one_line, value.lines(0, suffix))
    raise TypeError(f"{type(value).__name__} is not a value")


_LINES = re.compile(r'"(?:[^"\\]++|\\.)*+"|\n *+')


def _one_line(found: re.Match[str]) -> str:
    text = found.group()
    return text.replace("\r", "\\r").replace("\n", "\\n") if text[0] == '"' else " "
