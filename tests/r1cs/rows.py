"""Rows of matrices, told apart by a digest."""

from __future__ import annotations

import hashlib

from avm.r1cs.matrices import Row


def digest(rows: tuple[Row, ...]) -> str:
    """Return the digest of rows: for each its length, then column and value of its entries."""
    hasher = hashlib.sha256()
    for row in rows:
        hasher.update(len(row).to_bytes(8, "little"))
        for column, value in row:
            hasher.update(column.to_bytes(8, "little") + value.to_bytes(32, "little"))
    return hasher.hexdigest()
