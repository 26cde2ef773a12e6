"""Parses shared between those who look at the same text: each revision is parsed once.

Checks, outlines and completions of an editor ask from several threads; the second to ask for a text waits for
the first instead of parsing it again. Trees are never changed, so they can be shared.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from avm.leo.budget import Budget
from avm.leo.parser import Parse, parse_file, parse_module

LIMIT = 2 << 20
"""Characters of the texts that are kept, the newest always."""

WAIT = 0.1
"""Seconds between two looks at the cancel flag while another thread parses the text."""


class Parses:
    """Trees by kind of text ("file" or "module") and text; the least recently asked for leave first."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.made = 0
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[tuple[str, str], _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def file(self, text: str, budget: Budget | None = None) -> Parse:
        """The tree of a program or library file."""
        return self._get("file", text, parse_file, budget)

    def module(self, text: str, budget: Budget | None = None) -> Parse:
        """The tree of a module file."""
        return self._get("module", text, parse_module, budget)

    def any(self, text: str, budget: Budget | None = None) -> Parse:
        """The tree of a text of either kind: the one that is there, else that of a file."""
        with self._lock:
            known = ("file", text) not in self._kept and ("module", text) in self._kept
        return self.module(text, budget) if known else self.file(text, budget)

    def _get(
        self, kind: str, text: str, parse: Callable[[str, Budget], Parse], budget: Budget | None
    ) -> Parse:
        budget = budget or Budget()
        with self._lock:
            slot = self._kept.get((kind, text))
            if slot is None:
                slot = self._kept[kind, text] = _Slot()
                self._size += len(text)
                self._trim()
            self._kept.move_to_end((kind, text))
        while not slot.lock.acquire(timeout=WAIT):
            budget.check()
        try:
            if slot.parse is None:
                slot.parse = parse(text, budget)
                with self._lock:
                    self.made += 1
            return slot.parse
        finally:
            slot.lock.release()

    def _trim(self) -> None:
        while self._size > self._limit and len(self._kept) > 1:
            (_, text), _slot = self._kept.popitem(last=False)
            self._size -= len(text)


class _Slot:
    """One tree, and the lock of those who wait for it."""

    __slots__ = ("lock", "parse")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.parse: Parse | None = None
