"""Work that blocks runs aside: items arrive in order, a cancel does not wait, errors come through."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from avm.base.errors import Cancelled
from avm.base.pool import background_iter
from avm.base.progress import Cancel


def test_items_arrive_in_order_however_many_wait() -> None:
    assert list(background_iter(lambda: iter_to(50), ahead=2)) == list(range(50))


def test_an_error_of_the_source_is_raised_after_what_came_before() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    taken = background_iter(source)
    assert next(taken) == 1
    with pytest.raises(ValueError, match="broken"):
        next(taken)


def test_a_cancel_does_not_wait_for_a_source_that_blocks() -> None:
    release, cancel = threading.Event(), Cancel()

    def source() -> Iterator[int]:
        release.wait(60)
        yield 1

    cancel.cancel()
    with pytest.raises(Cancelled):
        next(background_iter(source, cancel))
    release.set()


def test_a_source_that_nobody_takes_from_any_more_is_closed() -> None:
    closed = threading.Event()

    def source() -> Iterator[int]:
        try:
            yield from range(1_000_000)
        finally:
            closed.set()

    taken = background_iter(source, ahead=1)
    assert next(taken) == 0
    taken.close()
    assert closed.wait(10)


def iter_to(count: int) -> Iterator[int]:
    yield from range(count)
