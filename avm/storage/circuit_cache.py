"""What a circuit costs to arrange, cached: its shape by a digest of the whole system, its key by its id.

The digest is over every coefficient of every row, not over the program's name or text, so whatever could
change the circuit (source, imports, constant inputs, the code of a gadget) changes the digest: a hit is the
same circuit. Taking it costs a sixth of building and arranging the matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from avm.base.errors import DecodeError
from avm.base.progress import NULL_PROGRESS, Progress
from avm.storage.disk_cache import DiskCache
from avm.varuna.verifying_key import CircuitShape

if TYPE_CHECKING:
    from avm.r1cs.system import ConstraintSystem
    from avm.varuna.proving_key import ProvingKey


def fingerprint(system: ConstraintSystem) -> str:
    """Return SHA-256 (hex) of the numbers of variables and of all rows; the witness has no part in it."""
    return system.digest().hex()


def shape_of(system: ConstraintSystem, cache: DiskCache, progress: Progress = NULL_PROGRESS) -> CircuitShape:
    """Return the shape of a system, from the cache or from its matrices."""
    from avm.varuna.indexer import circuit_shape

    def make() -> CircuitShape:
        return circuit_shape(system.matrices(), system.num_variables)

    def decode(data: bytes) -> CircuitShape:
        shape = CircuitShape.from_bytes(data)
        found = (shape.num_variables, shape.info.num_constraints)
        if found != (system.num_variables, system.num_constraints + 1):
            raise DecodeError("it is the shape of another circuit")
        return shape

    return cache.get("shape", fingerprint(system), decode, make, CircuitShape.to_bytes, progress)


def key_of(
    shape: CircuitShape,
    srs_digest: str,
    make: Callable[[], ProvingKey],
    cache: DiskCache,
    progress: Progress = NULL_PROGRESS,
) -> ProvingKey:
    """Return the proving key of a circuit under a string, from the cache or by ``make()``.

    Two circuits with equal matrices may differ in ``num_variables``, which counts constants too and is part
    of the verifying key. The id of a cached key is calculated anew from its matrices.
    """
    from avm.varuna.indexer import circuit_id_of
    from avm.varuna.proving_key import ProvingKey

    circuit_id = shape.circuit_id.hex()

    def decode(data: bytes) -> ProvingKey:
        key = ProvingKey.from_bytes(data)
        wanted = (circuit_id, circuit_id, shape.num_variables)
        calculated = circuit_id_of(key.info, key.matrices).hex()
        if (key.circuit_id.hex(), calculated, key.verifying_key.num_variables) != wanted:
            raise DecodeError("it is the index of another circuit")
        return key

    name = f"circuit {circuit_id}, {shape.num_variables} variables, string {srs_digest}"
    return cache.get("index", name, decode, make, lambda key: key.to_bytes(), progress)
