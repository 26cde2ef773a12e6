"""A circuit's shape and key are found again for the same circuit and for no other."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from avm.r1cs.system import ConstraintSystem
from avm.storage.circuit_cache import fingerprint, key_of, shape_of
from avm.storage.disk_cache import DiskCache
from avm.storage.parameters import Parameters
from avm.varuna.indexer import circuit_shape, index
from avm.varuna.proving_key import ProvingKey
from avm.varuna.verifying_key import CircuitShape


def product(
    public: int, factor: int, extra: int = 1, rows: int = 40, constant: int | None = None
) -> ConstraintSystem:
    """A system that requires public = factor * cofactor in every row, with ``extra`` as a coefficient."""
    cs = ConstraintSystem()
    if constant is not None:
        cs.new_constant(constant)
    a = cs.new_public(public)
    for _ in range(rows):
        b = cs.new_private(factor)
        cs.solve_product(a.scale(extra), b)
    return cs


def test_the_fingerprint_does_not_depend_on_the_witness() -> None:
    assert fingerprint(product(6, 2)) == fingerprint(product(35, 7))


def test_the_fingerprint_depends_on_every_coefficient_and_count() -> None:
    systems = [
        product(6, 2),
        product(6, 2, extra=2),
        product(6, 2, rows=41),
        product(6, 2, constant=1),
    ]
    assert len({fingerprint(system) for system in systems}) == len(systems)


def test_a_shape_is_found_again_without_building_matrices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = DiskCache(tmp_path)
    first = shape_of(product(6, 2), cache)
    assert first == circuit_shape(product(6, 2).matrices(), product(6, 2).num_variables)

    def unwanted(_: ConstraintSystem) -> None:
        raise AssertionError("the matrices are built again")

    monkeypatch.setattr(ConstraintSystem, "matrices", unwanted)
    assert shape_of(product(35, 7), cache) == first
    with pytest.raises(AssertionError):
        shape_of(product(6, 2, extra=2), cache)


def test_a_damaged_shape_is_made_again(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    first = shape_of(product(6, 2), cache)
    (path,) = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert shape_of(product(6, 2), cache) == first
    assert path.read_bytes() != bytes(data)


@pytest.fixture(scope="module")
def keys(parameters: Parameters) -> tuple[ProvingKey, ProvingKey]:
    """Keys of two circuits of equal sizes, made under a small development string."""
    srs = parameters.srs_for(1000)
    made = [index(product(6, 2, extra=extra).matrices(), srs)[0] for extra in (1, 2)]
    return made[0], made[1]


def test_a_key_that_claims_anothers_id_is_refused(
    tmp_path: Path, keys: tuple[ProvingKey, ProvingKey]
) -> None:
    right, wrong = keys
    cache = DiskCache(tmp_path)
    liar = dataclasses.replace(wrong, verifying_key=right.verifying_key)
    shape = CircuitShape(right.info, right.circuit_id, right.verifying_key.num_variables)
    made: list[ProvingKey] = []

    def make() -> ProvingKey:
        made.append(right)
        return right

    key_of(shape, "ab", lambda: liar, cache)
    found = key_of(shape, "ab", make, cache)
    assert len(made) == 1 and found.circuit_id == right.circuit_id
    again = key_of(shape, "ab", make, cache)
    assert len(made) == 1 and (again.matrices[0].columns == right.matrices[0].columns).all()
