"""The three checks of a proof against their formulas, written out with plain integers for every version.

For V1 and V2 the real verifier confirms them too; for V3 no foreign proofs are at hand, so this is the check.
"""

from __future__ import annotations

import pytest

from avm.algebra.fields import FR_MODULUS as P
from avm.base.pool import Pool
from avm.varuna import verifier
from avm.varuna.combinations import Query, Statement
from avm.varuna.prover import prove_batch
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifier import verify_batch
from avm.varuna.version import VarunaVersion

ROOT = pow(22, (P - 1) >> 47, P)


def inverse(x: int) -> int:
    return pow(x, -1, P)


def size(n: int) -> int:
    return 1 << max(0, n - 1).bit_length()


def vanishing(n: int, x: int) -> int:
    return (pow(x, n, P) - 1) % P


def selector(big: int, small: int, x: int) -> int:
    return vanishing(big, x) * small * inverse(vanishing(small, x) * big) % P


def interpolate(values: list[int], x: int) -> int:
    """The polynomial through the values over the domain of their number, at x."""
    n = len(values)
    generator = pow(ROOT, (1 << 47) // n, P)
    total = 0
    for k, value in enumerate(values):
        place = pow(generator, k, P)
        total += value * place * inverse(n * (x - place))
    return total * vanishing(n, x) % P


@pytest.mark.prove
@pytest.mark.parametrize("version", list(VarunaVersion))
def test_the_checks_have_the_coefficients_of_their_formulas(
    product, sampled, srs: Srs, pool: Pool, version: VarunaVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Statement, tuple[Query, ...]]] = []
    original = verifier.queries

    def spy(statement: Statement) -> tuple[Query, Query, Query]:
        made = original(statement)
        seen.append((statement, made))
        return made

    monkeypatch.setattr(verifier, "queries", spy)
    batch = [(product.key, [product.assignment] * 2), (sampled.key, [sampled.assignment])]
    proof, _ = prove_batch(batch, srs, version=version, pool=pool)
    statements = [(product.verifying, [product.inputs] * 2), (sampled.verifying, [sampled.inputs])]
    assert verify_batch(statements, srs.verifier(), proof, version=version).valid
    ((s, (alpha, beta, gamma)),) = seen

    infos = s.infos
    rows = [size(info.num_constraints) for info in infos]
    columns = [size(info.num_public_and_private_variables) for info in infos]
    entries = [[size(n) for n in info.as_tuple()[3:]] for info in infos]
    big_row, big_column, big_entry = max(rows), max(columns), max(map(max, entries))
    (row_check,) = alpha.combinations
    g_1, column_check = beta.combinations
    *matrix_g, matrix_check = gamma.combinations
    assert s.etas[0] == 1 if version is not VarunaVersion.V3 else s.etas[0] > 1

    constant = 0
    for i, weights in enumerate(s.row_combiners):
        for rho, (a, b, c) in zip(weights.instances, s.third_sums[i], strict=True):
            constant += weights.circuit * selector(big_row, rows[i], s.alpha) * rho * (a * b - c)
    assert row_check.terms == {"h_0": -vanishing(big_row, s.alpha) % P}
    assert row_check.constant == constant % P

    terms = {"mask": 1, "h_1": -vanishing(big_column, s.beta) % P}
    constant = claimed = 0
    for i, weights in enumerate(s.column_combiners):
        at_beta = sum(e * k * v for e, k, v in zip(s.etas, entries[i], s.fourth_sums[i], strict=True))
        scale = weights.circuit * selector(big_column, columns[i], s.beta) * at_beta
        for j, rho in enumerate(weights.instances):
            inputs = list(s.inputs[i][j])
            assert len(inputs) == infos[i].num_public_inputs
            terms[f"w[{i}][{j}]"] = scale * rho * vanishing(len(inputs), s.beta) % P
            constant += scale * rho * interpolate(inputs, s.beta)
            eta_sums = sum(e * v for e, v in zip(s.etas, s.third_sums[i][j], strict=True))
            claimed += weights.circuit * rho * eta_sums
    constant -= s.beta * proof.g_1_at_beta + claimed * inverse(big_column)
    assert column_check.terms == terms
    assert column_check.constant == constant % P
    assert (g_1.terms, g_1.value, g_1.degree_bound) == ({"g_1": 1}, proof.g_1_at_beta, big_column - 2)

    terms = {"h_2": -vanishing(big_entry, s.gamma) % P}
    constant = 0
    for i, deltas in enumerate(s.deltas):
        both = vanishing(rows[i], s.alpha) * vanishing(columns[i], s.beta)
        for k, m in enumerate("abc"):
            scale = deltas[k] * selector(big_entry, entries[i][k], s.gamma)
            claimed = (s.gamma * s.g_at_gamma[i][k] + s.fourth_sums[i][k]) * rows[i] * columns[i]
            terms[f"row_col_val_{m}[{i}]"] = scale * both % P
            terms[f"col_{m}[{i}]"] = scale * claimed * s.alpha % P
            terms[f"row_{m}[{i}]"] = scale * claimed * s.beta % P
            terms[f"row_col_{m}[{i}]"] = -scale * claimed % P
            constant -= scale * claimed * s.alpha * s.beta
    assert matrix_check.terms == terms
    assert matrix_check.constant == constant % P
    bounds = [count - 2 for circuit in entries for count in circuit]
    assert [combination.degree_bound for combination in matrix_g] == bounds
    assert all(combination.value == 0 for combination in (row_check, column_check, matrix_check))
