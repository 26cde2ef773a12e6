"""The indexer against the definitions: columns, circuit id, index polynomials, refusals."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from avm.algebra import vector
from avm.algebra.domain import Domain
from avm.algebra.fields import FR_MODULUS
from avm.base.errors import CheckFailure, DecodeError
from avm.r1cs import Matrices
from avm.varuna.indexer import circuit_shape, index
from avm.varuna.proving_key import ProvingKey, column_positions
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifying_key import CircuitInfo, CircuitShape


@pytest.mark.parametrize(("publics", "variables"), [(1, 4), (2, 5), (4, 11), (16, 40), (16, 17)])
def test_columns_are_placed_as_the_domain_says(publics: int, variables: int) -> None:
    info = CircuitInfo(publics, variables, 2, 2, 2, 2)
    columns, inputs = info.variable_domain, info.input_domain
    places = column_positions(info, np.arange(variables))
    period = columns.size // inputs.size
    others = [place for place in range(columns.size) if place % period]
    spread = [*range(0, columns.size, period), *others]
    assert places.tolist() == spread[:variables]


def test_the_hiding_row_and_padding_are_counted(product) -> None:
    # two publics stay two; three privates and three hiding ones; two rows and the hiding one
    assert product.key.info == CircuitInfo(2, 8, 3, 3, 4, 3)


def test_the_circuit_id_is_the_hash_of_sizes_and_padded_rows(sampled) -> None:
    matrices = sampled.matrices.padded()
    publics, privates = matrices.num_public, matrices.num_private
    info, words = sampled.key.info, []
    for k, rows in enumerate((matrices.a, matrices.b, matrices.c)):
        rows = (*rows, ((publics + privates + k, 1),))
        words.append(len(rows).to_bytes(8, "little"))
        for row in rows:
            words.append(len(row).to_bytes(8, "little"))
            words += [v.to_bytes(32, "little") + c.to_bytes(8, "little") for c, v in row]
    assert publics == 8
    assert hashlib.blake2s(info.to_bytes() + b"".join(words)).digest() == sampled.key.circuit_id
    assert circuit_shape(sampled.matrices, 99) == CircuitShape(info, sampled.key.circuit_id, 99)


def test_index_polynomials_give_rows_columns_and_values(product) -> None:
    info = product.key.info
    rows, columns = info.constraint_domain, info.variable_domain
    polynomials = product.key.polynomials()
    matrix, domain = product.key.matrices[1], info.matrix_domains[1]
    places = product.key.positions(matrix)
    values = vector.to_ints(matrix.values)
    for k, x in enumerate(Domain(domain.size).elements()):
        row = rows.element(int(matrix.entry_rows[k])) if k < matrix.num_entries else 1
        col = columns.element(int(places[k])) if k < matrix.num_entries else 1
        value = values[k] if k < matrix.num_entries else 0
        at = {name: vector.evaluate(polynomials[f"{name}_b"], x) for name in ("row", "col", "row_col")}
        assert at == {"row": row, "col": col, "row_col": row * col % FR_MODULUS}
        assert vector.evaluate(polynomials["row_col_val_b"], x) == value * row * col % FR_MODULUS


def test_keys_do_not_depend_on_who_computes_them(product, srs: Srs) -> None:
    again, verifying = index(product.matrices, srs, num_variables=77)
    assert verifying.commitments == product.verifying.commitments
    assert (verifying.num_variables, product.verifying.num_variables) == (77, 5)
    assert again.circuit_id == product.key.circuit_id


def test_a_circuit_without_rows_is_refused(srs: Srs) -> None:
    with pytest.raises(CheckFailure, match="two entries"):
        index(Matrices.of_rows(1, 1, (), (), ()), srs)


def test_a_circuit_beyond_the_string_is_refused(srs: Srs) -> None:
    rows = tuple(((1, 1),) for _ in range(200))
    matrices = Matrices.of_rows(1, 1, rows, rows, rows)
    assert circuit_shape(matrices).info.highest_power == 255
    with pytest.raises(CheckFailure, match="powers"):
        index(matrices, srs)


def test_a_cached_key_reads_back_and_damage_is_refused(sampled) -> None:
    data = sampled.key.to_bytes()
    restored = ProvingKey.from_bytes(data)
    assert restored.verifying_key == sampled.verifying
    for mine, theirs in zip(restored.matrices, sampled.key.matrices):
        assert np.array_equal(mine.columns, theirs.columns)
        assert np.array_equal(mine.values, theirs.values)
    for name, values in sampled.key.polynomials().items():
        assert vector.equal(values, restored.polynomials()[name])
    for place in range(0, len(data), 101):
        damaged = bytearray(data)
        damaged[place] ^= 4
        with pytest.raises(DecodeError):
            ProvingKey.from_bytes(bytes(damaged))
    with pytest.raises(DecodeError):
        ProvingKey.from_bytes(data[:-1])


def test_a_cached_key_with_foreign_sizes_is_refused(product, sampled) -> None:
    mixed = ProvingKey(product.verifying, sampled.key.matrices, 2, 3)
    with pytest.raises(DecodeError, match="inconsistent"):
        ProvingKey.from_bytes(mixed.to_bytes())
