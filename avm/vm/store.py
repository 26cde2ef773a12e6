"""Public storage as the machine sees it: a protocol, one in memory, and a view that collects changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from avm.data.plaintext import Plaintext
from avm.vm.trace import FinalizeOperation

StorageKey = tuple[str, str, Plaintext]


class FinalizeStore(Protocol):
    """Storage of mappings; program ids and mapping names are text."""

    def get(self, program: str, mapping: str, key: Plaintext) -> Plaintext | None:
        """Return the value stored under ``key``, or None."""
        ...

    def entries(self, program: str, mapping: str) -> Iterable[tuple[Plaintext, Plaintext]]:
        """Return keys and values of a mapping, oldest key first."""
        ...


class MemoryStore:
    """Storage in a dictionary."""

    def __init__(self, values: Mapping[StorageKey, Plaintext] | None = None) -> None:
        self._values: dict[StorageKey, Plaintext] = dict(values or {})

    def get(self, program: str, mapping: str, key: Plaintext) -> Plaintext | None:
        """Return the value stored under ``key``, or None."""
        return self._values.get((program, mapping, key))

    def entries(self, program: str, mapping: str) -> Iterable[tuple[Plaintext, Plaintext]]:
        """Return keys and values of a mapping, oldest key first."""
        return [(k, v) for (p, m, k), v in self._values.items() if (p, m) == (program, mapping)]

    def set(self, program: str, mapping: str, key: Plaintext, value: Plaintext) -> None:
        """Store a value."""
        self._values[program, mapping, key] = value

    def remove(self, program: str, mapping: str, key: Plaintext) -> None:
        """Remove a key, present or not."""
        self._values.pop((program, mapping, key), None)

    def apply(self, operations: Iterable[FinalizeOperation]) -> None:
        """Carry out the changes of a run."""
        for operation in operations:
            if operation.value is None:
                self.remove(operation.program, operation.mapping, operation.key)
            else:
                self.set(operation.program, operation.mapping, operation.key, operation.value)


class Overlay:
    """Reads through to ``base`` and keeps changes for itself, so that a run that halts leaves no mark."""

    def __init__(self, base: FinalizeStore) -> None:
        self.base = base
        self._changed: dict[StorageKey, Plaintext | None] = {}
        self.operations: list[FinalizeOperation] = []

    def get(self, program: str, mapping: str, key: Plaintext) -> Plaintext | None:
        """Return the value as the run sees it."""
        changed = (program, mapping, key)
        return self._changed[changed] if changed in self._changed else self.base.get(program, mapping, key)

    def set(self, program: str, mapping: str, key: Plaintext, value: Plaintext) -> FinalizeOperation:
        """Store a value and return the change."""
        before = self.get(program, mapping, key)
        kind = "insert" if before is None else "update"
        operation = FinalizeOperation(kind, program, mapping, key, value, before)
        self._changed[program, mapping, key] = value
        self.operations.append(operation)
        return operation

    def remove(self, program: str, mapping: str, key: Plaintext) -> FinalizeOperation | None:
        """Remove a key and return the change, None when it was absent."""
        before = self.get(program, mapping, key)
        if before is None:
            return None
        operation = FinalizeOperation("remove", program, mapping, key, None, before)
        self._changed[program, mapping, key] = None
        self.operations.append(operation)
        return operation
