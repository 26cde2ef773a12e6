"""Reading documents of strangers: what Python raises over wrong shapes becomes one refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from avm.base.errors import AvmError, DecodeError

_FAULTS = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    RecursionError,
)


@contextmanager
def reading(what: str, refuse: Callable[[str], AvmError] = DecodeError) -> Iterator[None]:
    """Turn what Python raises over values of wrong types or sizes into a refusal of the whole document."""
    try:
        yield
    except _FAULTS as error:
        raise refuse(f"this is not {what}: {repr(error)[:300]}") from error
