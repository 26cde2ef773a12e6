"""The three versions of Varuna: what each absorbs and squeezes, call by call, and where they differ.

The order written out here is that of the public description of V1 and V2 and of the rules of V3: another
domain string, and three weights of the column check where V2 draws two.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from avm.algebra.g1 import Point
from avm.base.errors import ParseFailure
from avm.base.pool import Pool
from avm.varuna import combinations
from avm.varuna.proof import Proof
from avm.varuna.prover import prove, prove_batch
from avm.varuna.srs.reference_string import Srs
from avm.varuna.transcript import Transcript
from avm.varuna.verifier import verify, verify_batch
from avm.varuna.version import VarunaVersion

Event = tuple[str, object]
V1, V2, V3 = VarunaVersion


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Event]]:
    """Every call on a transcript, in order: what was absorbed, how much was squeezed."""
    calls: list[Event] = []

    def spy(name: str, seen: Callable[[object], object]) -> None:
        original = getattr(Transcript, name)

        def wrapped(self: Transcript, *arguments: object) -> object:
            made = tuple(
                list(a) if name.startswith("absorb") and not isinstance(a, bytes) else a for a in arguments
            )
            calls.append((name, seen(made[0]) if made else None))
            return original(self, *made)

        monkeypatch.setattr(Transcript, name, wrapped)

    spy("absorb_bytes", lambda data: data)
    spy("absorb_points", lambda points: tuple(points))  # type: ignore[arg-type, call-overload]
    spy("absorb_scalars", lambda scalars: tuple(scalars))  # type: ignore[arg-type, call-overload]
    spy("squeeze_scalars", lambda count: count)
    spy("squeeze_short", lambda nothing: nothing)
    yield calls


def points(*values: Point) -> Event:
    return "absorb_points", values


def scalars(*values: int) -> Event:
    return "absorb_scalars", values


def squeeze(count: int) -> Event:
    return "squeeze_scalars", count


def described(version: VarunaVersion, keys: list, inputs: list, proof: Proof) -> list[Event]:
    """The transcript of a proof as the description of the protocol has it. Circuits by increasing id."""
    name = b"VARUNA-2026-V3" if version is V3 else b"VARUNA-2023"
    sizes = proof.batch_sizes
    out: list[Event] = [("absorb_bytes", name)]
    for instances in inputs:
        out.append(("absorb_bytes", len(instances).to_bytes(8, "little")))
        out += [scalars(*values) for values in instances]
    out += [points(*key.commitments) for key in keys]
    combiners = [squeeze(size - 1 + (i > 0)) for i, size in enumerate(sizes)]
    sums = [scalars(*triple) for circuit in proof.third_sums for triple in circuit]
    out += [points(*proof.witness, proof.mask), *combiners, points(proof.h_0)]
    out += (
        [squeeze(3)] if version is V1 else [squeeze(1), *sums, *combiners, squeeze(3 if version is V3 else 2)]
    )
    out += [points(proof.g_1, proof.h_1), *(sums if version is V1 else []), squeeze(1)]
    out.append(points(*itertools.chain(*zip(proof.g_a, proof.g_b, proof.g_c))))
    out += [scalars(*triple) for triple in proof.fourth_sums]
    out += [squeeze(3 if i else 2) for i in range(len(sizes))]
    out += [points(proof.h_2), squeeze(1)]
    out.append(scalars(proof.g_1_at_beta, *proof.g_a_at_gamma, *proof.g_b_at_gamma, *proof.g_c_at_gamma))
    short: Event = ("squeeze_short", None)
    opened = 1 + 1 + 2 + 1 + (3 * len(sizes) + 1) + 1  # per point: one of each combination, one for the group
    return out + [short] * opened


def trimmed(calls: list[Event]) -> list[Event]:
    """Drop calls that neither absorb nor squeeze anything."""
    return [call for call in calls if call[1] not in ((), 0)]


@pytest.mark.prove
@pytest.mark.parametrize("version", list(VarunaVersion))
def test_prover_and_verifier_run_the_described_transcript(product, srs, pool, events, version) -> None:
    proof, _ = prove(product.key, srs, product.assignment, version=version, pool=pool)
    expected = trimmed(described(version, [product.verifying], [[product.inputs]], proof))
    assert trimmed(events) == expected
    events.clear()
    assert verify(product.verifying, srs.verifier(), product.inputs, proof, version=version).valid
    assert trimmed(events) == expected


@pytest.mark.prove
@pytest.mark.parametrize("version", list(VarunaVersion))
def test_a_batch_runs_the_described_transcript(product, sampled, srs, pool, events, version) -> None:
    circuits = [(product, 2), (sampled, 3)]
    ordered = sorted(circuits, key=lambda pair: pair[0].key.circuit_id)
    batch = [(made.key, [made.assignment] * count) for made, count in circuits]
    proof, _ = prove_batch(batch, srs, version=version, pool=pool)
    padded = [
        [made.inputs + [0] * (made.verifying.info.num_public_inputs - len(made.inputs))] * count
        for made, count in ordered
    ]
    expected = trimmed(described(version, [made.verifying for made, _ in ordered], padded, proof))
    assert trimmed(events) == expected
    events.clear()
    statements = [(made.verifying, [made.inputs] * count) for made, count in circuits]
    assert verify_batch(statements, srs.verifier(), proof, version=version).valid
    assert trimmed(events) == expected


@pytest.mark.prove
def test_v3_differs_from_v2_in_its_name_and_one_squeeze_alone(product, srs: Srs, pool: Pool, events) -> None:
    kinds = {}
    for version in (V2, V3):
        events.clear()
        prove(product.key, srs, product.assignment, version=version, pool=pool)
        kinds[version] = [
            (name, seen if name.startswith("squeeze") or isinstance(seen, bytes) else len(seen))
            for name, seen in trimmed(events)
        ]
    different = [(a, b) for a, b in zip(kinds[V2], kinds[V3], strict=True) if a != b]
    assert different == [
        (("absorb_bytes", b"VARUNA-2023"), ("absorb_bytes", b"VARUNA-2026-V3")),
        (squeeze(2), squeeze(3)),
    ]
    place = kinds[V3].index(("squeeze_scalars", 3))
    assert kinds[V3][place - 1] == ("absorb_scalars", 3)  # the column sums, one instance
    assert kinds[V3][place + 1] == ("absorb_points", 2)  # g_1 and h_1


@pytest.mark.prove
def test_v1_draws_its_weights_before_the_sums_are_absorbed(product, srs: Srs, pool: Pool, events) -> None:
    proof, _ = prove(product.key, srs, product.assignment, version=V1, pool=pool)
    calls = trimmed(events)
    drawn, absorbed = calls.index(squeeze(3)), calls.index(scalars(*proof.third_sums[0][0]))
    assert drawn < absorbed
    assert calls[drawn - 1] == points(proof.h_0)
    assert calls[absorbed - 1] == points(proof.g_1, proof.h_1)


@pytest.mark.prove
def test_only_v3_weighs_matrix_a(product, srs: Srs, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = {}
    original = combinations.column_check

    def seen(statement: combinations.Statement) -> combinations.Combination:
        weights[version] = statement.etas
        return original(statement)

    monkeypatch.setattr(combinations, "column_check", seen)
    for version in VarunaVersion:
        proof, _ = prove(product.key, srs, product.assignment, version=version, pool=pool)
        assert verify(product.verifying, srs.verifier(), product.inputs, proof, version=version).valid
    assert (weights[V1][0], weights[V2][0]) == (1, 1)
    assert weights[V3][0] not in (0, 1)
    assert len(set(weights[V3])) == 3


@pytest.mark.prove
@pytest.mark.parametrize(("made", "read"), list(itertools.permutations(VarunaVersion, 2)))
def test_no_version_accepts_a_batch_of_another(product, sampled, srs, pool, made, read) -> None:
    batch = [(product.key, [product.assignment] * 2), (sampled.key, [sampled.assignment])]
    statements = [(product.verifying, [product.inputs] * 2), (sampled.verifying, [sampled.inputs])]
    proof, _ = prove_batch(batch, srs, version=made, pool=pool)
    assert verify_batch(statements, srs.verifier(), proof, version=made).valid
    assert not verify_batch(statements, srs.verifier(), proof, version=read).valid
    assert Proof.from_bytes(proof.to_bytes()) == proof


@pytest.mark.prove
def test_conformance_honours_the_version_asked_for(shared: Path) -> None:
    from avm.conformance.varuna import prove_r1cs, snark_verify

    rows = {"a": [[["1", 2]], []], "b": [[["1", 3]], [["1", 0]]], "c": [[["1", 1]], []]}
    valid = {}
    for made in (1, 2, 3):
        settings = {"params": str(shared / "params"), "varuna_version": made}
        reply = prove_r1cs({"settings": settings, **rows, "public": ["42"], "private": ["6", "7"]})
        for read in (1, 2, 3):
            asked = {
                "settings": {**settings, "varuna_version": read},
                "verifying_key": reply["verifying_key"],
                "proof": reply["proof"],
                "inputs": ["1field", "42field"],
            }
            valid[made, read] = snark_verify(asked)["valid"]
    assert [pair for pair, accepted in valid.items() if accepted] == [(1, 1), (2, 2), (3, 3)]
    with pytest.raises(ParseFailure):
        snark_verify({**asked, "settings": {**settings, "varuna_version": 4}})
