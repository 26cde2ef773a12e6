"""Literals: one value of a basic type, its text, its bits and its bytes.

Values: address and group ``(x, y)``; boolean ``bool``; field, scalar and integers ``int``; signature
``Signature``; string ``str``. Source: snarkVM ``console/program/src/data/literal``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from avm.account.address import address_text, parse_address
from avm.account.signature import Signature
from avm.algebra.edwards import neg
from avm.algebra.fields import FR_MODULUS, FS_MODULUS, Fr, Fs
from avm.base.bits import bits_to_bytes_le, bits_to_int_le, bytes_to_bits_le, int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, Halt
from avm.data.encoding import Encodable
from avm.data.identifier import program_address, program_id_fault
from avm.data.scanner import Scanner
from avm.primitives.group_codec import point_from_bytes, point_from_x, point_to_bytes
from avm.types.literal_type import LiteralType

T = LiteralType
MAX_STRING_BYTES = 255
_NUMBER = re.compile(r"(-?)((?:[0-9]_*)+)(field|group|scalar|[iu](?:8|16|32|64|128))")
_BECH32 = re.compile(r"(aleo|sign)1(?:[qpzry9x8gf2tvdw0s3jn54khce6mua7l]_*)+")
_BOOLEAN = re.compile(r"true|false")
_PROGRAM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*")
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|([nrtbf\\/\"])|[ \t\r\n]+)")
_PLAIN = re.compile(r'[^"\\]+')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "\\": "\\", "/": "/", '"': '"'}
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MODULI = {T.FIELD: FR_MODULUS, T.SCALAR: FS_MODULUS}


@dataclass(frozen=True, slots=True)
class Literal(Encodable):
    """A value of a literal type; two literals are equal when type and value are."""

    type: LiteralType
    value: Any

    @classmethod
    def parse(cls, text: str) -> Literal:
        """Return the literal of a text such as ``5u8`` or ``aleo1…``; ParseFailure when it is not one."""
        scanner = Scanner(text)
        literal = scan_literal(scanner)
        scanner.finish()
        return literal

    @classmethod
    def from_bits_le(cls, type: LiteralType, bits: Sequence[bool]) -> Literal:
        """Return the literal of its native bits; DecodeError when they are not canonical."""
        size = type.size_in_bits
        if (size is not None and len(bits) != size) or (type is T.STRING and len(bits) % 8):
            raise DecodeError(f"{len(bits)} bits are not a {type}")
        if type is T.SIGNATURE:
            return cls(type, Signature.from_bits_le(bits))
        if type is T.STRING:
            return cls(type, _text(bits_to_bytes_le(bits)))
        number = bits_to_int_le(bits)
        if type in (T.ADDRESS, T.GROUP):
            return cls(type, point_from_x(number))
        if type is T.BOOLEAN:
            return cls(type, number == 1)
        if type.is_signed and number > type.max:
            number -= 1 << type.bits
        if number >= _MODULI.get(type, number + 1):
            raise DecodeError(f"{number} is not below the modulus of {type}")
        return cls(type, number)

    @classmethod
    def read(cls, type: LiteralType, reader: ByteReader) -> Literal:
        """Read the native bytes of a literal; DecodeError when they are not canonical."""
        if type in (T.ADDRESS, T.GROUP):
            return cls(type, point_from_bytes(reader.take(32)))
        if type is T.BOOLEAN:
            return cls(type, reader.boolean())
        if type is T.FIELD:
            return cls(type, Fr.from_bytes_le(reader.take(32)))
        if type is T.SCALAR:
            return cls(type, Fs.from_bytes_le(reader.take(32)))
        if type is T.SIGNATURE:
            return cls(type, Signature.from_bytes(reader.take(128)))
        if type is T.STRING:
            size = reader.u16()
            if size > MAX_STRING_BYTES:
                raise DecodeError(f"a string has at most {MAX_STRING_BYTES} bytes, not {size}")
            return cls(type, _text(reader.take(size)))
        size = type.bits // 8
        return cls(type, reader.sint(size) if type.is_signed else reader.uint(size))

    @classmethod
    def from_bytes_le(cls, type: LiteralType, data: bytes) -> Literal:
        """Return the literal of its native bytes; DecodeError when they are not canonical."""
        reader = ByteReader(data)
        literal = cls.read(type, reader)
        reader.finish()
        return literal

    def to_bits_le(self) -> list[bool]:
        """Return the native bits, without a tag."""
        type, value = self.type, self.value
        if type in (T.ADDRESS, T.GROUP):
            return int_to_bits_le(value[0], 253)
        if type is T.SIGNATURE:
            bits: list[bool] = value.to_bits_le()
            return bits
        if type is T.STRING:
            return bytes_to_bits_le(value.encode())
        return int_to_bits_le(int(value), type.size_in_bits or 0)

    def to_bytes_le(self) -> bytes:
        """Return the native bytes, without a tag."""
        type, value = self.type, self.value
        if type in (T.ADDRESS, T.GROUP):
            return point_to_bytes(value)
        if type is T.SIGNATURE:
            data: bytes = value.to_bytes()
            return data
        if type is T.STRING:
            text: bytes = value.encode()
            if len(text) > MAX_STRING_BYTES:
                raise Halt(f"a string has at most {MAX_STRING_BYTES} bytes, not {len(text)}")
            return len(text).to_bytes(2, "little") + text
        if type in (T.FIELD, T.SCALAR):
            return int(value).to_bytes(32, "little")
        return int(value).to_bytes(max(type.bits // 8, 1), "little", signed=type.is_signed)

    def tagged_bits(self) -> list[bool]:
        """Return two zero bits, the variant (8), the size (16) and the native bits."""
        bits = self.to_bits_le()
        tag = self.type.value << 2 | len(bits) << 10
        return int_to_bits_le(tag, 26) + bits

    def raw_bits(self) -> list[bool]:
        """Return the native bits."""
        return self.to_bits_le()

    def to_bytes(self) -> bytes:
        """Return the plaintext kind 0, the variant (two bytes) and the native bytes."""
        return bytes([0, self.type.value, 0]) + self.to_bytes_le()

    def lines(self, depth: int, suffix: str = "") -> str:
        """Return the text with a suffix; a literal has one line."""
        return f"{self}{suffix}"

    def __str__(self) -> str:
        type, value = self.type, self.value
        if type is T.ADDRESS:
            return address_text(value)
        if type is T.GROUP:
            return f"{value[0]}group"
        if type is T.BOOLEAN:
            return "true" if value else "false"
        if type is T.SIGNATURE:
            return str(value)
        if type is T.STRING:
            return f'"{value}"'
        return f"{value}{type}"


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("the bytes of a string are not UTF-8") from error


MAX_DIGITS = 4000


def _number(scanner: Scanner, negative: bool, digits: str, suffix: str, start: int) -> Literal:
    type = T.from_name(suffix)
    if len(digits) > MAX_DIGITS:
        raise scanner.fail(f"a number has at most {MAX_DIGITS} digits", start=start)
    value = int(digits.replace("_", ""))
    if type is T.GROUP:
        try:
            point = point_from_x(value % FR_MODULUS)
        except DecodeError as error:
            raise scanner.fail(f"{value} is not the x of a group element", start=start) from error
        return Literal(type, neg(point) if negative else point)
    if type in _MODULI:
        return Literal(type, (-value if negative else value) % _MODULI[type])
    if negative and type.is_unsigned:
        raise scanner.fail(f"a {type} has no sign", start=start, hint=f"a {type} is 0 to {type.max}")
    value = -value if negative else value
    if not type.min <= value <= type.max:
        raise scanner.fail(
            f"{value} does not fit into {type}", start=start, hint=f"a {type} is {type.min} to {type.max}"
        )
    return Literal(type, value)


def _string(scanner: Scanner) -> Literal:
    start = scanner.position
    scanner.expect('"')
    if unsafe := _UNSAFE.search(scanner.text, start):
        scanner.position = unsafe.start()
        raise scanner.fail("the text holds a character that is not allowed beside a string")
    parts = []
    while not scanner.take('"'):
        if match := scanner.match(_PLAIN):
            parts.append(match.group())
        elif match := scanner.match(_ESCAPE):
            code, letter = match.groups()
            if code is not None:
                number = int(code, 16)
                if number > 0x10FFFF or 0xD800 <= number < 0xE000:
                    raise scanner.fail(f"{match.group()} is not a character", start=match.start())
                parts.append(chr(number))
            elif letter is not None:
                parts.append(_ESCAPED[letter])
        else:
            raise scanner.fail("the string is not closed", start=start, hint='a string ends with "')
    return Literal(T.STRING, "".join(parts))


def scan_literal(scanner: Scanner) -> Literal:
    """Read a literal at the cursor; ParseFailure when there is none."""
    start = scanner.position
    fault = ""
    if match := scanner.match(_BECH32):
        text = match.group().replace("_", "")
        try:
            if match.group(1) == "aleo":
                return Literal(T.ADDRESS, parse_address(text))
            return Literal(T.SIGNATURE, Signature.parse(text))
        except DecodeError as error:
            fault = error.message
            scanner.position = start
    if match := scanner.match(_BOOLEAN):
        return Literal(T.BOOLEAN, match.group() == "true")
    if match := scanner.match(_NUMBER):
        return _number(scanner, match.group(1) == "-", match.group(2), match.group(3), start)
    if scanner.at('"'):
        return _string(scanner)
    if match := scanner.match(_PROGRAM_ID):
        fault = fault or program_id_fault(match.group())
        if not program_id_fault(match.group()):
            return Literal(T.ADDRESS, program_address(match.group()))
    elif match := _BECH32.match(scanner.text, start):
        scanner.position = match.end()
    if scanner.position != start:
        raise scanner.fail(fault, start=start)
    raise scanner.fail(
        f"expected a value, found {scanner.rest()}",
        hint="a value carries its type: 5u8, 7field, true, aleo1…, { x: 1u8 }, [1u8, 2u8]",
    )
