"""Domain separators: a short ASCII text as a field element."""

from __future__ import annotations

from functools import cache

from avm.algebra.fields import FR_MODULUS


@cache
def domain_separator(text: str) -> int:
    """Return the little-endian integer of the bytes of ``text``, reduced modulo r."""
    return int.from_bytes(text.encode(), "little") % FR_MODULUS
