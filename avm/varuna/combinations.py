"""The polynomial identities of the protocol as linear combinations of committed polynomials.

Each check says that a combination of committed polynomials plus a constant is zero at a point. The prover
opens the combinations, the verifier combines the commitments with the same coefficients; both get them
here. Source: snarkVM ``algorithms/src/snark/varuna/ahp/ahp.rs``. Symbols: R, C, X, K are the domains of
rows, columns, public inputs and matrix entries; subscript m marks the largest over the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.algebra.domain import Domain, selector
from avm.algebra.fields import FR_MODULUS, Fr
from avm.varuna.proof import MATRICES, Sums
from avm.varuna.protocol import Combiners, LargestDomains, Triple
from avm.varuna.verifying_key import CircuitInfo

P = FR_MODULUS


@dataclass(frozen=True, slots=True)
class Combination:
    """``sum of coefficient * polynomial + constant``, claimed to have ``value`` at the query's point.

    ``terms`` maps labels of committed polynomials to coefficients. A combination with a degree bound consists
    of one polynomial with coefficient 1.
    """

    name: str
    terms: dict[str, int]
    constant: int = 0
    value: int = 0
    degree_bound: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """The combinations opened at one point, in the order of their names."""

    point_name: str
    point: int
    combinations: tuple[Combination, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything the checks depend on besides commitments; fields are named as in the protocol.

    ``inputs`` are padded public inputs by circuit and instance.
    """

    infos: Sequence[CircuitInfo]
    inputs: Sequence[Sequence[Sequence[int]]]
    largest: LargestDomains
    row_combiners: Sequence[Combiners]
    column_combiners: Sequence[Combiners]
    etas: Triple
    deltas: Sequence[Triple]
    alpha: int
    beta: int
    gamma: int
    third_sums: Sequence[Sequence[Sums]]
    fourth_sums: Sequence[Sums]
    g_1_at_beta: int
    g_at_gamma: Sequence[Triple]


def label(name: str, circuit: int, instance: int | None = None) -> str:
    """Return the label of a polynomial of one circuit, or of one of its instances."""
    return f"{name}[{circuit}]" if instance is None else f"{name}[{circuit}][{instance}]"


def queries(s: Statement) -> tuple[Query, Query, Query]:
    """Return the three queries at alpha, beta and gamma."""
    g_1 = Combination("g_1", {"g_1": 1}, value=s.g_1_at_beta, degree_bound=s.largest.columns.size - 2)
    matrix_g = [
        Combination(
            label(f"g_{m}", i),
            {label(f"g_{m}", i): 1},
            value=s.g_at_gamma[i][k],
            degree_bound=domain.size - 2,
        )
        for i, info in enumerate(s.infos)
        for k, (m, domain) in enumerate(zip(MATRICES, info.matrix_domains))
    ]
    return (
        Query("alpha", s.alpha, (row_check(s),)),
        Query("beta", s.beta, (g_1, column_check(s))),
        Query("gamma", s.gamma, (*matrix_g, matrix_check(s))),
    )


def row_check(s: Statement) -> Combination:
    """A z * B z = C z in every row: at alpha the random row's sums satisfy it up to a multiple of v_R."""
    rows, alpha = s.largest.rows, s.alpha
    constant = 0
    for info, combiners, sums in zip(s.infos, s.row_combiners, s.third_sums, strict=True):
        inner = sum(rho * (a * b - c) for rho, (a, b, c) in zip(combiners.instances, sums, strict=True))
        constant += combiners.circuit * selector(rows, info.constraint_domain, alpha) % P * inner
    return Combination("rowcheck_zerocheck", {"h_0": -rows.vanishing(alpha) % P}, constant % P)


def column_check(s: Statement) -> Combination:
    """The row sums come from the witness: the sum over columns of M(alpha, X) z(X), for A, B, C at once."""
    columns, beta = s.largest.columns, s.beta
    terms = {"mask": 1}
    constant = total = 0
    for i, (info, combiners, third, fourth) in enumerate(
        zip(s.infos, s.column_combiners, s.third_sums, s.fourth_sums, strict=True)
    ):
        at_beta = sum(
            eta * domain.size * value for eta, domain, value in zip(s.etas, info.matrix_domains, fourth)
        )
        weight = combiners.circuit * selector(columns, info.variable_domain, beta) * at_beta % P
        vanishing = info.input_domain.vanishing(beta)
        lagrange = info.input_domain.lagrange_at(beta)
        for j, (rho, sums) in enumerate(zip(combiners.instances, third, strict=True)):
            factor = weight * rho % P
            terms[label("w", i, j)] = factor * vanishing % P
            constant += factor * sum(map(int.__mul__, s.inputs[i][j], lagrange))
            total += combiners.circuit * rho * sum(map(int.__mul__, s.etas, sums))
    terms["h_1"] = -columns.vanishing(beta) % P
    constant -= beta * s.g_1_at_beta + total * columns.size_inverse
    return Combination("lineval_sumcheck", terms, constant % P)


def matrix_check(s: Statement) -> Combination:
    """The matrix sums are those of the indexed matrices, for every circuit and matrix at once."""
    entries, alpha, beta, gamma = s.largest.entries, s.alpha, s.beta, s.gamma
    terms: dict[str, int] = {}
    constant = 0
    for i, (info, deltas, sums, values) in enumerate(
        zip(s.infos, s.deltas, s.fourth_sums, s.g_at_gamma, strict=True)
    ):
        vanishing, size = matrix_constants(info, alpha, beta)
        for m, domain, delta, total, value in zip(MATRICES, info.matrix_domains, deltas, sums, values):
            weight = delta * selector(entries, domain, gamma) % P
            factor = weight * size * (gamma * value + total) % P
            terms[label(f"row_col_val_{m}", i)] = weight * vanishing % P
            terms[label(f"col_{m}", i)] = factor * alpha % P
            terms[label(f"row_{m}", i)] = factor * beta % P
            terms[label(f"row_col_{m}", i)] = -factor % P
            constant -= factor * alpha % P * beta
    terms["h_2"] = -entries.vanishing(gamma) % P
    return Combination("matrix_sumcheck", terms, constant % P)


def matrix_constants(info: CircuitInfo, alpha: int, beta: int) -> tuple[int, int]:
    """Return v_R(alpha) v_C(beta) and |R| |C| of a circuit."""
    rows, columns = info.constraint_domain, info.variable_domain
    return rows.vanishing(alpha) * columns.vanishing(beta) % P, rows.size * columns.size % P


def scale_to(big: Domain, small: Domain) -> int:
    """Return |small| / |big| in the field: the factor that a small circuit's quotient takes in a batch."""
    return Fr.div(small.size, big.size)
