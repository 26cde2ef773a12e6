"""Runs work on large trees: on a stack of known depth, and without Python's search for cycles.

How deep Python may recurse depends on the thread's stack, on the recursion limit and on who changed it
before. Work that goes through here always finds the same: a large stack and a fixed limit. Trees grow to
millions of objects that hold no cycles; to search them again and again would take as long as the work
itself, and stop every thread meanwhile.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from avm.base.collector import paused_collector

P = ParamSpec("P")
T = TypeVar("T")

STACK_BYTES = 512 << 20
"""Reserved, not used: the system gives a stack its pages when they are touched."""

FRAMES = 200_000
"""Python's recursion limit while such work runs."""

_lock = threading.Lock()
_here = threading.local()
_running = 0
_limit_before = 0


def on_deep_stack(work: Callable[[], T], stop: Callable[[], None] = lambda: None) -> T:
    """Return what ``work`` returns, or raise what it raises, from a thread with a deep stack.

    Called from such work, it runs at once. ``stop`` is called when the waiting thread is interrupted; the
    work is expected to end soon after.
    """
    if getattr(_here, "deep", False):
        return work()
    results: list[T] = []
    failures: list[BaseException] = []

    def body() -> None:
        _here.deep = True
        try:
            results.append(work())
        except BaseException as error:
            failures.append(error)

    with paused_collector(), _raised_limit():
        thread = _start(body)
        try:
            thread.join()
        except BaseException:  # an interrupt from the keyboard reaches the waiting thread
            stop()
            thread.join()
            raise
    if failures:
        try:
            raise failures[0]
        finally:
            failures.clear()  # no cycle from the exception's frames to itself
    return results[0]


def deeply(function: Callable[P, T]) -> Callable[P, T]:
    """Make a function run on a deep stack."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return on_deep_stack(lambda: function(*args, **kwargs))

    return call


def _start(body: Callable[[], None]) -> threading.Thread:
    """Start a thread with the largest stack the system grants."""
    size = STACK_BYTES
    while True:
        with _lock:
            before = threading.stack_size(size)
            try:
                thread = threading.Thread(target=body, name="deep", daemon=True)
                thread.start()
                return thread
            except (RuntimeError, MemoryError):
                if size <= 16 << 20:
                    raise
            finally:
                threading.stack_size(before)
        size //= 2


@contextmanager
def _raised_limit() -> Iterator[None]:
    """Python's recursion limit, raised until the last of such works has ended."""
    global _running, _limit_before
    with _lock:
        if not _running:
            _limit_before = sys.getrecursionlimit()
            sys.setrecursionlimit(max(FRAMES, _limit_before))
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                sys.setrecursionlimit(_limit_before)
