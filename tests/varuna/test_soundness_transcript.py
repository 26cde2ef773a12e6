"""Every challenge depends on everything that was said before it, and on nothing else.

The order is read from ``avm/varuna/README.md`` and held to what the verifier does.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from avm.algebra import g1
from avm.algebra.fields import FR_MODULUS as P
from avm.base.pool import Pool
from avm.varuna import commitment, protocol, verifier
from avm.varuna.combinations import Query, Statement
from avm.varuna.proof import Proof
from avm.varuna.prover import prove_batch
from avm.varuna.srs.reference_string import Srs
from avm.varuna.transcript import Transcript
from avm.varuna.verifier import verify_batch
from avm.varuna.version import VarunaVersion
from tests.varuna.cheating import Case

pytestmark = pytest.mark.prove
README = Path(__file__).resolve().parents[2] / "avm" / "varuna" / "README.md"
Statements = list[tuple[object, list[list[int]]]]
Altered = tuple[Statements, Proof, VarunaVersion]
NEG = g1.neg


def written_order(version: VarunaVersion) -> list[tuple[str, str]]:
    """The block of a version in the README: (absorb or draw, what) line by line."""
    (block,) = re.findall(
        rf"```text\n{version.name}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    return [tuple(line.split(maxsplit=1)) for line in block.splitlines()]  # type: ignore[misc]


@pytest.fixture(params=list(VarunaVersion), ids=lambda version: version.name)
def version(request: pytest.FixtureRequest) -> VarunaVersion:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def proofs(product, sampled, srs: Srs, pool: Pool) -> dict[VarunaVersion, Altered]:
    """A proof of two circuits, one of them with two instances, in every version."""
    made = {}
    for version in VarunaVersion:
        batch = [(product.key, [product.assignment] * 2), (sampled.key, [sampled.assignment])]
        statements = [(product.verifying, [product.inputs] * 2), (sampled.verifying, [sampled.inputs])]
        statements.sort(key=lambda pair: pair[0].circuit_id)
        made[version] = statements, prove_batch(batch, srs, version=version, pool=pool)[0], version
    return made


def replaced(**changes: Callable[[Proof], object]) -> Callable[[Altered], Altered]:
    def alter(given: Altered) -> Altered:
        statements, proof, version = given
        values = {name: change(proof) for name, change in changes.items()}
        return statements, dataclasses.replace(proof, **values), version  # type: ignore[arg-type]

    return alter


def last(items: Sequence, change: Callable) -> tuple:
    return (*items[:-1], change(items[-1]))


def plus_one(values: Sequence[int]) -> tuple[int, ...]:
    return tuple((value + 1) % P for value in values)


def other_inputs(given: Altered) -> Altered:
    statements, proof, version = given
    key, instances = statements[-1]
    return [*statements[:-1], (key, last(instances, lambda v: [*v[:-1], v[-1] ^ 1]))], proof, version  # type: ignore[list-item]


def other_key(given: Altered) -> Altered:
    statements, proof, version = given
    key, instances = statements[-1]
    points = last(key.commitments, NEG)  # type: ignore[attr-defined]
    return [*statements[:-1], (dataclasses.replace(key, commitments=points), instances)], proof, version  # type: ignore[type-var]


ALTERATIONS: dict[str, list[Callable[[Altered], Altered]]] = {
    "number of instances, public inputs": [other_inputs],
    "key commitments": [other_key],
    "all w, mask": [
        replaced(witness=lambda p: last(p.witness, NEG)),
        replaced(mask=lambda p: NEG(p.mask)),
    ],
    "h_0": [replaced(h_0=lambda p: NEG(p.h_0))],
    "column sums": [replaced(third_sums=lambda p: last(p.third_sums, lambda s: last(s, plus_one)))],
    "g_1, h_1": [replaced(g_1=lambda p: NEG(p.g_1)), replaced(h_1=lambda p: NEG(p.h_1))],
    "all g_a, g_b, g_c": [
        replaced(g_a=lambda p: last(p.g_a, NEG)),
        replaced(g_b=lambda p: last(p.g_b, NEG)),
        replaced(g_c=lambda p: last(p.g_c, NEG)),
    ],
    "matrix sums": [replaced(fourth_sums=lambda p: last(p.fourth_sums, plus_one))],
    "h_2": [replaced(h_2=lambda p: NEG(p.h_2))],
    "claimed evaluations": [
        replaced(g_1_at_beta=lambda p: p.g_1_at_beta ^ 1),
        replaced(g_a_at_gamma=lambda p: plus_one(p.g_a_at_gamma)),
        replaced(g_b_at_gamma=lambda p: plus_one(p.g_b_at_gamma)),
        replaced(g_c_at_gamma=lambda p: plus_one(p.g_c_at_gamma)),
    ],
}


def drawn(given: Altered, srs: Srs) -> dict[str, object]:
    """Every challenge that the verifier draws, by its name in the README."""
    statements, proof, version = given
    seen: list[Statement] = []
    xis: list[int] = []
    original_queries, original_short = verifier.queries, Transcript.squeeze_short

    def queries(statement: Statement) -> tuple[Query, Query, Query]:
        seen.append(statement)
        return original_queries(statement)

    def short(self: Transcript) -> int:
        xis.append(original_short(self))
        return xis[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifier, "queries", queries)
        patch.setattr(Transcript, "squeeze_short", short)
        patch.setattr(commitment, "_holds", lambda equation: True)
        verify_batch(statements, srs.verifier(), proof, version=version)  # type: ignore[arg-type]
    (s,) = seen
    etas = (
        {"eta_b, eta_c": s.etas[1:]} if version is not VarunaVersion.V3 else {"eta_a, eta_b, eta_c": s.etas}
    )
    return {
        "row combiners": s.row_combiners, "alpha": s.alpha, "column combiners": s.column_combiners, **etas,
        "beta": s.beta, "deltas": s.deltas, "gamma": s.gamma, "xis": tuple(xis),
    }  # fmt: skip


def test_the_order_that_is_written_is_the_one_that_runs(
    version: VarunaVersion, proofs: dict[VarunaVersion, Altered], srs: Srs
) -> None:
    order, honest = written_order(version), drawn(proofs[version], srs)
    names = [what for kind, what in order if kind == "draw"]
    assert set(names) | ({"column combiners"} if version is VarunaVersion.V1 else set()) == set(honest)
    absorbed = [what for kind, what in order if kind == "absorb"]
    assert sorted(absorbed) == sorted(["domain", *ALTERATIONS])
    for what, alterations in ALTERATIONS.items():
        place = order.index(("absorb", what))
        for alter in alterations:
            changed = drawn(alter(proofs[version]), srs)
            for k, (kind, name) in enumerate(order):
                if kind == "draw":
                    assert (changed[name] == honest[name]) == (k < place), (what, name)


def test_no_weight_of_v3_is_one_but_the_first_combiners_and_delta(
    proofs: dict[VarunaVersion, Altered], srs: Srs
) -> None:
    challenges = drawn(proofs[VarunaVersion.V3], srs)
    etas: tuple[int, ...] = challenges["eta_a, eta_b, eta_c"]  # type: ignore[assignment]
    deltas: tuple[tuple[int, ...], ...] = challenges["deltas"]  # type: ignore[assignment]
    assert len({*etas}) == 3
    assert not {0, 1} & {*etas}
    assert [value for triple in deltas for value in triple].count(1) == 1
    for name in ("row combiners", "column combiners"):
        first, second = challenges[name]  # type: ignore[misc]
        assert first.circuit == first.instances[0] == second.instances[0] == 1
        assert second.circuit not in (0, 1)
        assert {*first.instances[1:], *second.instances[1:]}.isdisjoint({0, 1})


def test_every_version_starts_from_its_name(product, srs: Srs, pool: Pool, version: VarunaVersion) -> None:
    proof = Case(product, srs, pool, version).prove()
    for other in VarunaVersion:
        accepted = not Case(product, srs, pool, other).failed(proof)
        assert accepted == (other is version)


# ---- a prover whose transcript leaves something out


def items(version: VarunaVersion) -> list[str]:
    """Names of all elements that a proof of one circuit and one instance absorbs, in order."""
    sums = [f"column sum {m}" for m in "abc"]
    first = ["domain", "number of instances", "input 0", "input 1", *(f"key point {k}" for k in range(12))]
    second = ["w", "mask", "h_0"]
    third = ["g_1", "h_1", *sums] if version is VarunaVersion.V1 else [*sums, "g_1", "h_1"]
    fourth = ["g_a", "g_b", "g_c", *(f"matrix sum {m}" for m in "abc"), "h_2"]
    fifth = ["g_1(beta)", *(f"g_{m}(gamma)" for m in "abc")]
    return first + second + third + fourth + fifth


class Forgetful(Transcript):
    """A transcript that leaves out one element of what it is told."""

    def __init__(self, domain: bytes, omitted: int) -> None:
        self.count, self.omitted = 0, omitted
        super().__init__(domain)

    def _kept(self, elements: Iterable) -> list:
        kept = []
        for element in elements:
            if self.count != self.omitted:
                kept.append(element)
            self.count += 1
        return kept

    def absorb_bytes(self, data: bytes) -> None:
        for kept in self._kept([data]):
            super().absorb_bytes(kept)

    def absorb_points(self, points: Iterable) -> None:
        super().absorb_points(self._kept(points))

    def absorb_scalars(self, scalars: Iterable[int]) -> None:
        super().absorb_scalars(self._kept(scalars))


@pytest.mark.parametrize(
    ("version", "name"), [(v, name) for v in VarunaVersion for name in items(v)], ids=lambda x: str(x)
)
def test_a_prover_who_does_not_absorb_something_is_refused(
    product, srs: Srs, pool: Pool, version: VarunaVersion, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, made = Case(product, srs, pool, version), []

    def transcript(domain: bytes) -> Transcript:
        made.append(Forgetful(domain, items(version).index(name)))
        return made[0]

    with monkeypatch.context() as patch:
        patch.setattr(protocol, "Transcript", transcript)
        proof = case.prove()
    assert made[0].count == len(items(version))
    assert case.failed(proof)


def test_every_test_that_is_named_here_exists() -> None:
    """The README names the test of each line."""
    folder = Path(__file__).parent
    defined = {
        name
        for path in folder.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", README.read_text(encoding="utf-8")))
    assert len(named) > 40
    assert named <= defined
