"""Little-endian byte reader and writer used by every binary format."""

from __future__ import annotations

from avm.base.errors import DecodeError


class ByteReader:
    """Reads fixed-size little-endian values from ``data``; raises ``DecodeError`` at the end of input."""

    __slots__ = ("_data", "_pos")

    def __init__(self, data: bytes | memoryview, offset: int = 0) -> None:
        self._data = bytes(data)
        self._pos = offset

    @property
    def position(self) -> int:
        """Offset of the next byte."""
        return self._pos

    @property
    def remaining(self) -> int:
        """Number of bytes not read yet."""
        return len(self._data) - self._pos

    def take(self, n: int) -> bytes:
        """Return the next ``n`` bytes."""
        if n < 0 or n > self.remaining:
            raise DecodeError(
                f"the input ends early: {n} bytes wanted at offset {self._pos}, {self.remaining} are left"
            )
        start = self._pos
        self._pos += n
        return self._data[start : self._pos]

    def uint(self, size: int) -> int:
        """Return the next ``size`` bytes as an unsigned integer."""
        return int.from_bytes(self.take(size), "little")

    def sint(self, size: int) -> int:
        """Return the next ``size`` bytes as a two's-complement integer."""
        return int.from_bytes(self.take(size), "little", signed=True)

    def u8(self) -> int:
        """Read one byte."""
        return self.uint(1)

    def u16(self) -> int:
        """Read two bytes."""
        return self.uint(2)

    def u32(self) -> int:
        """Read four bytes."""
        return self.uint(4)

    def u64(self) -> int:
        """Read eight bytes."""
        return self.uint(8)

    def boolean(self) -> bool:
        """Read a byte that must be 0 or 1."""
        value = self.u8()
        if value > 1:
            raise DecodeError(f"a boolean byte must be 0 or 1, not {value}")
        return value == 1

    def finish(self) -> None:
        """Raise unless every byte was read."""
        if self.remaining:
            raise DecodeError(f"{self.remaining} bytes are left over after the end of the value")


class ByteWriter:
    """Builds a byte string from fixed-size little-endian values."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def raw(self, data: bytes) -> ByteWriter:
        """Append bytes as they are."""
        self._buffer += data
        return self

    def uint(self, value: int, size: int) -> ByteWriter:
        """Append an unsigned integer of ``size`` bytes; OverflowError when it does not fit."""
        self._buffer += value.to_bytes(size, "little")
        return self

    def u8(self, value: int) -> ByteWriter:
        """Append one byte."""
        return self.uint(value, 1)

    def u16(self, value: int) -> ByteWriter:
        """Append two bytes."""
        return self.uint(value, 2)

    def u32(self, value: int) -> ByteWriter:
        """Append four bytes."""
        return self.uint(value, 4)

    def u64(self, value: int) -> ByteWriter:
        """Append eight bytes."""
        return self.uint(value, 8)

    def boolean(self, value: bool) -> ByteWriter:
        """Append a byte 0 or 1."""
        return self.uint(int(value), 1)

    def bytes(self) -> bytes:
        """Return what was written so far."""
        return bytes(self._buffer)

    def __len__(self) -> int:
        return len(self._buffer)
