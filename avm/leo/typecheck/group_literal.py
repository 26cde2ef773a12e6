"""Whether a numeral is the x-coordinate of a point of the group."""

from __future__ import annotations

from functools import lru_cache

from avm.base.errors import AvmError


@lru_cache(maxsize=4096)
def is_group(text: str) -> bool:
    """Whether `text` followed by `group` is a group literal."""
    from avm.algebra.fields import Fr
    from avm.leo import ast
    from avm.primitives.group_codec import point_from_x

    value = ast.parse_integer(text)
    if value is None:
        return False
    try:
        point_from_x(value % Fr.modulus)
    except AvmError:
        return False
    return True
