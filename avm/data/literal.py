"""Literals: one value of a basic type, its text, its bits and its bytes.

Values: address and group ``(x, y)``; boolean ``bool``; field, scalar and integers ``int``; signature
``Signature``; string and identifier ``str``. Source: snarkVM ``console/program/src/data/literal``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from avm.account.address import address_text, parse_address
from avm.account.signature import Signature
from avm.algebra.edwards import neg
from avm.algebra.fields import FR_MODULUS, FS_MODULUS, Fr, Fs
from avm.base.bits import bits_to_bytes_le, bits_to_int_le, bytes_to_bits_le, int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.digits import brief, parse_digits_mod
from avm.base.errors import DecodeError, Halt, ParseFailure
from avm.data.encoding import Encodable
from avm.data.identifier import PROGRAM_ID, program_address, program_id_fault, try_program_id
from avm.data.scanner import UNSAFE, Scanner
from avm.primitives.group_codec import point_from_bytes, point_from_x, point_to_bytes
from avm.types.identifier import (
    IDENTIFIER_BITS,
    identifier_from_field,
    identifier_literal_fault,
    identifier_to_field,
)
from avm.types.literal_type import LiteralType, LiteralValue

T = LiteralType
MAX_STRING_BYTES = 255
MAX_INTEGER_DIGITS = 40
NUMERAL = r"(-?)([0-9][0-9_]*+)(" + "|".join(t.type_name for t in T if t.is_numeric) + ")"
"""A numeral: its sign, its digits and its type."""
_NUMBER = re.compile(NUMERAL)
_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32 = re.compile(rf"(aleo|sign)1[{_CHARSET}][{_CHARSET}_]*+")
_IDENTIFIER = re.compile(r"'([A-Za-z][A-Za-z0-9_]*+)'")
_BOOLEAN = re.compile(r"true|false")
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|([nrtbf\\/\"])|[ \t\r\n]++)")
_PLAIN = re.compile(r'[^"\\]++')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "\\": "\\", "/": "/", '"': '"'}
# Characters that would not be read back as they are; the reference prints them so, and cannot read them.
_PRINTED = re.compile(rf'["\\]|{UNSAFE.pattern}')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f"}
_MODULI = {T.FIELD: FR_MODULUS, T.SCALAR: FS_MODULUS}


@dataclass(frozen=True, slots=True)
class Literal(Encodable):
    """A value of a literal type; two literals are equal when type and value are."""

    type: LiteralType
    value: LiteralValue

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
        if type is T.IDENTIFIER:
            return cls(type, identifier_from_field(bits_to_int_le(bits)))
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
        if type is T.IDENTIFIER:
            return cls(type, _name(reader.take(reader.u8())))
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
        if type is T.IDENTIFIER:
            return int_to_bits_le(identifier_to_field(value), IDENTIFIER_BITS)
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
        if type is T.IDENTIFIER:
            name: bytes = value.encode()
            return bytes([len(name)]) + name
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
            return f'"{_PRINTED.sub(_escaped, value)}"'
        if type is T.IDENTIFIER:
            return f"'{value}'"
        return f"{value}{type}"


def literal_value(text: str, type: LiteralType) -> LiteralValue:
    """Return the value of a literal that must be of a type; ParseFailure otherwise."""
    literal = Literal.parse(text)
    if literal.type is not type:
        raise ParseFailure(f"'{text[:100]}' is not a {type}")
    return literal.value


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("the bytes of a string are not UTF-8") from error


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    return _ESCAPES.get(character) or f"\\u{{{ord(character):x}}}"


def _name(data: bytes) -> str:
    text = data.decode("ascii", "replace")
    if fault := identifier_literal_fault(text):
        raise DecodeError(fault)
    return text


def _number(scanner: Scanner, negative: bool, digits: str, suffix: str, start: int) -> Literal:
    type = T.from_name(suffix)
    if type is T.GROUP or type in _MODULI:
        if len(plain := digits.replace("_", "")) > 1 and plain[0] == "0":
            right = brief(plain.lstrip("0") or "0")
            raise scanner.fail(f"the {type} begins with a zero", start=start, hint=f"Write {right}{type}.")
        modulus = _MODULI.get(type, FR_MODULUS)
        try:
            value = parse_digits_mod(digits, modulus)
        except ParseFailure as failure:
            raise scanner.fail(failure.message, start=start, hint=failure.hint) from None
    else:
        return Literal(type, _integer(scanner, negative, digits, type, start))
    if type is T.GROUP:
        try:
            point = point_from_x(value)
        except DecodeError as error:
            raise scanner.fail(f"{brief(digits)} is not the x of a group element", start=start) from error
        return Literal(type, neg(point) if negative else point)
    return Literal(type, -value % modulus if negative else value)


def _integer(scanner: Scanner, negative: bool, text: str, type: LiteralType, start: int) -> int:
    if negative and type.is_unsigned:
        raise scanner.fail(f"{type} has no sign", start=start, hint=f"{type} goes from 0 to {type.max}")
    digits = text.replace("_", "").lstrip("0") or "0"
    value = int(digits) if len(digits) <= MAX_INTEGER_DIGITS else type.max + 2
    value = -value if negative else value
    if not type.min <= value <= type.max:
        raise scanner.fail(
            f"{'-' * negative}{brief(digits)} does not fit into {type}",
            start=start,
            hint=f"{type} goes from {type.min} to {type.max}",
        )
    return value


def _string(scanner: Scanner) -> Literal:
    start = scanner.position
    scanner.expect('"')
    if (unsafe := scanner.unsafe_after(start)) is not None:
        scanner.position = unsafe
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
    text = "".join(parts)
    if len(text.encode()) > MAX_STRING_BYTES:
        raise scanner.fail(f"a string has at most {MAX_STRING_BYTES} bytes", start=start)
    return Literal(T.STRING, text)


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
    if match := scanner.match(_IDENTIFIER):
        if fault := identifier_literal_fault(match.group(1)):
            raise scanner.fail(fault, start=start)
        return Literal(T.IDENTIFIER, match.group(1))
    program = try_program_id(scanner)
    if program is not None:
        return Literal(T.ADDRESS, program_address(program))
    if match := scanner.match(PROGRAM_ID):
        fault = fault or program_id_fault(match.group())
    elif match := _BECH32.match(scanner.text, start):
        scanner.position = match.end()
    if scanner.position != start:
        raise scanner.fail(fault, start=start)
    raise scanner.fail(
        f"expected a value, found {scanner.rest()}",
        hint="a value carries its type: 5u8, 7field, true, aleo1…, { x: 1u8 }, [1u8, 2u8]",
    )
