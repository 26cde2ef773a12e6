"""The proving key: a circuit's matrices as arrays, placed in domains, and the polynomials from them.

The serial form here is a cache format of our own (versioned, checksummed); the network's ``.prover`` files
also hold the reference string and are not needed by anyone who has it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from avm.algebra import vector
from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.base.progress import Cancel
from avm.varuna.proof import MATRICES
from avm.varuna.verifying_key import CircuitInfo, VerifyingKey, fault_of

Indices = npt.NDArray[np.int64]

MAGIC = b"AVMPKEY\x01"


@dataclass(frozen=True, slots=True)
class IndexedMatrix:
    """One matrix in compressed rows with padded column numbers.

    ``row_starts`` has one element more than there are rows; ``columns`` int64 and ``values`` (Fr vector)
    have one element per entry, row by row, columns increasing within a row.
    """

    row_starts: Indices
    columns: Indices
    values: vector.FrVector

    @property
    def num_entries(self) -> int:
        """Number of non-zero entries."""
        return len(self.columns)

    @property
    def entry_rows(self) -> Indices:
        """The row of every entry."""
        return np.repeat(np.arange(len(self.row_starts) - 1), np.diff(self.row_starts))


@dataclass(frozen=True)
class ProvingKey:
    """What proving needs besides the reference string.

    ``num_public`` (One included) and ``num_private`` are those of the circuit before padding and hiding.
    """

    verifying_key: VerifyingKey
    matrices: tuple[IndexedMatrix, IndexedMatrix, IndexedMatrix]
    num_public: int
    num_private: int
    _polynomials: dict[str, vector.FrVector] = field(default_factory=dict, repr=False, compare=False)

    @property
    def info(self) -> CircuitInfo:
        """The circuit's sizes."""
        return self.verifying_key.info

    @property
    def circuit_id(self) -> bytes:
        """The circuit's id."""
        return self.verifying_key.circuit_id

    def positions(self, matrix: IndexedMatrix) -> Indices:
        """Return the place in the variable domain of every entry's column."""
        return column_positions(self.info, matrix.columns)

    @cached_property
    def places(self) -> tuple[Indices, Indices, Indices]:
        """The place in the variable domain of every entry's column, by matrix; kept with the key."""
        a, b, c = (self.positions(matrix) for matrix in self.matrices)
        return a, b, c

    def polynomials(self, cancel: Cancel | None = None) -> dict[str, vector.FrVector]:
        """Return the twelve index polynomials by name (``row_a``, ...), made once and kept with the key."""
        if not self._polynomials:
            made: dict[str, vector.FrVector] = {}
            for m, matrix, domain in zip(MATRICES, self.matrices, self.info.matrix_domains):
                if cancel is not None:
                    cancel.check()
                made.update(self._interpolate(m, matrix, domain.size))
            self._polynomials.update(made)
        return self._polynomials

    def _interpolate(self, m: str, matrix: IndexedMatrix, size: int) -> dict[str, vector.FrVector]:
        rows, columns = self.info.constraint_domain, self.info.variable_domain
        padding = vector.ones(size - matrix.num_entries)
        row = vector.powers(rows.generator, rows.size)[matrix.entry_rows]
        col = vector.powers(columns.generator, columns.size)[self.positions(matrix)]
        row_col = vector.mul(row, col)
        row_col_val = vector.mul(row_col, matrix.values)
        return {
            f"row_{m}": vector.intt(np.concatenate([row, padding])),
            f"col_{m}": vector.intt(np.concatenate([col, padding])),
            f"row_col_{m}": vector.intt(np.concatenate([row_col, padding])),
            f"row_col_val_{m}": vector.intt(np.concatenate([row_col_val, vector.zeros(len(padding))])),
        }

    def to_bytes(self) -> bytes:
        """Return the cache form, ending with its SHA-256."""
        key = self.verifying_key.to_bytes()
        out = ByteWriter().raw(MAGIC).uint(len(key), 4).raw(key).u64(self.num_public).u64(self.num_private)
        for matrix in self.matrices:
            out.u64(len(matrix.row_starts)).u64(matrix.num_entries)
            out.raw(matrix.row_starts.astype("<i8").tobytes()).raw(matrix.columns.astype("<i8").tobytes())
            out.raw(vector.to_bytes(matrix.values))
        body = out.bytes()
        return body + hashlib.sha256(body).digest()

    @staticmethod
    def from_bytes(data: bytes) -> ProvingKey:
        """Read the cache form; DecodeError when it is damaged or of another version."""
        body, digest = data[:-32], data[-32:]
        if body[: len(MAGIC)] != MAGIC:
            raise DecodeError("the file is not a cached proving key of this version")
        if hashlib.sha256(body).digest() != digest:
            raise DecodeError("the cached proving key is damaged: its checksum is wrong")
        reader = ByteReader(body, len(MAGIC))
        key = VerifyingKey.from_bytes(reader.take(reader.uint(4)))
        num_public, num_private = reader.u64(), reader.u64()
        a, b, c = (_read_matrix(reader) for _ in MATRICES)
        reader.finish()
        restored = ProvingKey(key, (a, b, c), num_public, num_private)
        if fault := fault_of(key.info) or restored._fault():
            raise DecodeError(f"the cached proving key is inconsistent: {fault}")
        return restored

    def _fault(self) -> str:
        info = self.info
        for matrix, entries in zip(self.matrices, info.as_tuple()[3:]):
            if len(matrix.row_starts) != info.num_constraints + 1 or matrix.num_entries != entries:
                return "its matrices do not have the sizes of its verifying key"
            if (
                matrix.row_starts[0] != 0
                or matrix.row_starts[-1] != entries
                or np.any(np.diff(matrix.row_starts) < 0)
            ):
                return "its row starts do not increase"
            if np.any(matrix.columns < 0) or np.any(matrix.columns >= info.num_public_and_private_variables):
                return "it names a column that does not exist"
        if not 1 <= self.num_public <= info.num_public_inputs:
            return "its number of public inputs is wrong"
        if self.num_private + 3 + info.num_public_inputs != info.num_public_and_private_variables:
            return "its number of private variables is wrong"
        return ""


def _read_matrix(reader: ByteReader) -> IndexedMatrix:
    starts, entries = reader.u64(), reader.u64()
    return IndexedMatrix(
        np.frombuffer(reader.take(8 * starts), dtype="<i8").astype(np.int64),
        np.frombuffer(reader.take(8 * entries), dtype="<i8").astype(np.int64),
        vector.from_bytes(reader.take(32 * entries)),
    )


def column_positions(info: CircuitInfo, columns: Indices) -> Indices:
    """Return the place in the variable domain of padded column numbers.

    With period p = |C|/|X| public i sits at i*p and the privates fill the places between in order.
    """
    publics = info.num_public_inputs
    period = info.variable_domain.size // publics
    rest = columns - publics
    return np.where(columns < publics, columns * period, rest + rest // (period - 1) + 1)
