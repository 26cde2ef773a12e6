"""Names: identifiers, and program ids of the form ``name.aleo``.

Both are plain ``str``; this file holds their rules and encodings.
"""

from __future__ import annotations

import re
from functools import lru_cache

from avm.algebra.edwards import Point
from avm.base.bits import bytes_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, ParseFailure
from avm.base.limits import MAX_NAME
from avm.data.reserved import TYPE_NAMES
from avm.data.scanner import Scanner
from avm.primitives import poseidon
from avm.primitives.bhp import bhp
from avm.primitives.domain import domain_separator

NETWORK = "aleo"
_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PROGRAM_NAME = re.compile(r"[a-z][a-z0-9_]*")
PROGRAM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*+\.[A-Za-z][A-Za-z0-9_]*+")
_SHOWN = 40


def identifier_fault(text: str) -> str:
    """Return what keeps ``text`` from being an identifier, or the empty string."""
    if not _SHAPE.fullmatch(text):
        return f"'{_brief(text)}' is not a name: a letter, then letters, digits and underscores"
    if len(text) > MAX_NAME:
        return f"'{_brief(text)}' has {len(text)} characters; a name has at most {MAX_NAME}"
    if text in TYPE_NAMES:
        return f"'{text}' is the name of a type"
    return ""


def _brief(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def check_identifier(text: str) -> str:
    """Return ``text``; ParseFailure when it is not an identifier."""
    if fault := identifier_fault(text):
        raise ParseFailure(fault)
    return text


def program_id_fault(text: str) -> str:
    """Return what keeps ``text`` from being a program id, or the empty string."""
    name, dot, network = text.partition(".")
    if not dot:
        return f"'{text}' is not a program id: it must end with .{NETWORK}"
    if fault := identifier_fault(name):
        return fault
    if not _PROGRAM_NAME.fullmatch(name):
        return f"'{name}' is not a program name: lower-case letters, digits and underscores"
    if network != NETWORK:
        return f"'{text}' does not end with .{NETWORK}"
    return ""


def check_program_id(text: str) -> str:
    """Return ``text``; ParseFailure when it is not a program id."""
    if fault := program_id_fault(text):
        raise ParseFailure(fault)
    return text


def scan_name(scanner: Scanner, what: str = "a name") -> str:
    """Read an identifier at the cursor."""
    start = scanner.position
    word = scanner.word()
    if word is None:
        raise scanner.fail(
            f"expected {what}, found {scanner.rest()}",
            hint="a name is a letter, then letters, digits and underscores",
        )
    if fault := identifier_fault(word):
        raise scanner.fail(fault, start=start)
    return word


def try_program_id(scanner: Scanner) -> str | None:
    """Read a program id if one follows."""
    start = scanner.position
    match = scanner.match(PROGRAM_ID)
    if match is None:
        return None
    if program_id_fault(match.group()):
        scanner.position = start
        return None
    return match.group()


def scan_program_id(scanner: Scanner) -> str:
    """Read a program id at the cursor, such as ``token.aleo``."""
    found = try_program_id(scanner)
    if found is None:
        start = scanner.position
        match = scanner.match(PROGRAM_ID)
        fault = program_id_fault(match.group()) if match else f"expected a program id, found {scanner.rest()}"
        raise scanner.fail(
            fault, start=start, hint="a program id is lower-case letters, digits and underscores, then .aleo"
        )
    return found


def try_locator(scanner: Scanner) -> tuple[str, str] | None:
    """Read ``program.aleo/name`` if it follows."""
    start = scanner.position
    program = try_program_id(scanner)
    if program is not None and scanner.take("/"):
        word = scanner.word()
        if word is not None and not identifier_fault(word):
            return program, word
    scanner.position = start
    return None


def scan_reference(scanner: Scanner, what: str = "a name") -> str:
    """Read ``name`` or ``program.aleo/name`` at the cursor."""
    found = try_locator(scanner)
    return scan_name(scanner, what) if found is None else "/".join(found)


def identifier_bits(text: str) -> list[bool]:
    """Return 8 bits per character, without a length."""
    return bytes_to_bits_le(text.encode("ascii"))


def identifier_bytes(text: str) -> bytes:
    """Return a length byte and the characters."""
    return bytes([len(text)]) + text.encode("ascii")


def identifier_field(text: str) -> int:
    """Return the name as a field element: the little-endian integer of its characters."""
    return domain_separator(text)


def read_identifier(reader: ByteReader) -> str:
    """Read what ``identifier_bytes`` writes; DecodeError when it is not an identifier."""
    data = reader.take(reader.u8())
    try:
        return check_identifier(data.decode("ascii"))
    except (UnicodeDecodeError, ParseFailure) as error:
        raise DecodeError(f"{data!r} is not an identifier") from error


def program_id_bits(text: str) -> list[bool]:
    """Return the bits of the name, then of the network, without lengths."""
    name, _, network = text.partition(".")
    return identifier_bits(name) + identifier_bits(network)


def program_id_bytes(text: str) -> bytes:
    """Return the name and the network as identifiers."""
    name, _, network = text.partition(".")
    return identifier_bytes(name) + identifier_bytes(network)


def read_program_id(reader: ByteReader) -> str:
    """Read what ``program_id_bytes`` writes; DecodeError when it is not a program id."""
    text = f"{read_identifier(reader)}.{read_identifier(reader)}"
    if fault := program_id_fault(text):
        raise DecodeError(fault)
    return text


@lru_cache(maxsize=256)
def program_address(text: str) -> Point:
    """Return the address that a program owns things under; ParseFailure when the text is no program id."""
    name, _, network = check_program_id(text).partition(".")
    return poseidon.hash_to_group(4, [identifier_field(name), identifier_field(network)])


def function_id(program: str, function: str, network_id: int = 0) -> int:
    """Return the field element that names a function of a program on a network."""
    name, _, network = program.partition(".")
    data = network_id.to_bytes(2, "little")
    data += b"".join(bytes([8 * len(part)]) + part.encode("ascii") for part in (name, network, function))
    return bhp(1024).hash(bytes_to_bits_le(data))
