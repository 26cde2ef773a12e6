"""The joint check of several openings: errors that cancel under weights known beforehand are refused.

The errors are made with the secret of a test's own reference string, at the level of single openings: what is
opened is true, only quotients and blinding values are wrong.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence

import pytest

from avm.algebra import g1
from avm.algebra.fields import FR_MODULUS as P
from avm.varuna import commitment
from avm.varuna.commitment import OpenedQuery
from avm.varuna.srs.contribution import Secrets
from avm.varuna.srs.reference_string import Srs
from avm.varuna.version import VarunaVersion
from avm.varuna.weights import WEIGHT_BYTES, statement_digest, weights_of
from tests.varuna.openings import Openings, honest_openings

Weights = Callable[[Openings, Srs], list[int]]
SETS = [*itertools.permutations(range(3), 2), *itertools.permutations(range(3), 3)]


def all_equal(openings: Openings, srs: Srs) -> list[int]:
    return [1, 1, 1]


def from_the_transcript(openings: Openings, srs: Srs) -> list[int]:
    """What both sides draw after each opening's challenges; the first weight is 1."""
    transcript, drawn = openings.transcript(), [1]
    for item in openings.opened:
        for _ in item.query.combinations:
            transcript.squeeze_short()
        drawn.append(transcript.squeeze_short())
    return drawn[:3]


def of_the_honest_openings(openings: Openings, srs: Srs) -> list[int]:
    """The verifier's own weights, for the openings before they were altered."""
    seen: list[list[int]] = []

    def spy(statement: bytes, equations: Sequence) -> list[int]:
        seen.append(weights_of(statement, equations))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(commitment, "weights_of", spy)
        assert openings.check(srs) == [True, True, True]
    return seen[0]


def powers_of_a_number(openings: Openings, srs: Srs) -> list[int]:
    return [1, 3**100 % P, 3**200 % P]


KNOWN = [all_equal, from_the_transcript, of_the_honest_openings, powers_of_a_number]


@pytest.fixture(scope="module")
def secrets() -> Secrets:
    return Secrets.draw(b"tests")


def with_quotient(item: OpenedQuery, k: int) -> OpenedQuery:
    """The opening with k G added to its quotient: its equation is then off by (z - beta) k."""
    return dataclasses.replace(item, witness=g1.add(item.witness, g1.mul(g1.GENERATOR, k % P)))


def with_blinding(item: OpenedQuery, k: int) -> OpenedQuery:
    """The opening with k added to its blinding value: its equation is then off by -gamma k."""
    return dataclasses.replace(item, random_v=((item.random_v or 0) + k) % P)


def spread(places: Sequence[int], weights: Sequence[int], units: Sequence[int]) -> dict[int, int]:
    """Return k by place, none zero, such that the sum of weight * unit * k over the places is zero."""
    *most, last = places
    chosen = {place: 5 + place for place in most}
    total = sum(weights[place] * units[place] * k for place, k in chosen.items())
    chosen[last] = -total * pow(weights[last] * units[last], -1, P) % P
    assert all(chosen.values())
    return chosen


def weighted_sum_holds(openings: Openings, srs: Srs, weights: Sequence[int]) -> bool:
    """Whether the joint check would pass with these weights: the errors do cancel under them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(commitment, "weights_of", lambda statement, equations: weights)
        return openings.check(srs) == [True, True, True]


@pytest.mark.parametrize("known", KNOWN)
@pytest.mark.parametrize("places", SETS, ids=str)
@pytest.mark.parametrize("kind", ["quotient", "blinding"])
def test_errors_that_cancel_under_known_weights_are_refused(
    srs: Srs, secrets: Secrets, openings: Openings, kind: str, places: tuple[int, ...], known: Weights
) -> None:
    weights = known(openings, srs)
    if kind == "quotient":
        units, alter = [item.query.point - secrets.beta for item in openings.opened], with_quotient
    else:
        units, alter = [1, 1, 1], with_blinding
    changes = spread(places, weights, units)
    altered = dataclasses.replace(
        openings,
        opened=[alter(o, changes[i]) if i in changes else o for i, o in enumerate(openings.opened)],
    )
    assert weighted_sum_holds(altered, srs, weights)
    assert altered.check(srs) == [place not in places for place in range(3)]


@pytest.mark.parametrize("known", KNOWN)
def test_three_quotients_that_cancel_in_two_ways_are_refused(
    srs: Srs, openings: Openings, known: Weights
) -> None:
    """Quotients off by k_i G such that both the weighted sum of k_i and that of k_i z_i are zero."""
    weights = known(openings, srs)
    z = [item.query.point for item in openings.opened]
    ks = [(z[1] - z[2]) % P, (z[2] - z[0]) % P, (z[0] - z[1]) % P]
    ks = [k * pow(w, -1, P) % P for k, w in zip(ks, weights)]
    altered = dataclasses.replace(
        openings, opened=[with_quotient(item, k) for item, k in zip(openings.opened, ks)]
    )
    assert weighted_sum_holds(altered, srs, weights)
    assert altered.check(srs) == [False, False, False]


@pytest.fixture(scope="module")
def openings(srs: Srs) -> Openings:
    return honest_openings(srs)


def test_honest_openings_hold_and_a_single_wrong_one_is_named(srs: Srs, openings: Openings) -> None:
    assert openings.check(srs) == [True, True, True]
    for alter in (with_quotient, with_blinding):
        for i in range(3):
            opened = list(openings.opened)
            opened[i] = alter(opened[i], 1)
            assert dataclasses.replace(openings, opened=opened).check(srs) == [i != k for k in range(3)]


def test_weights_follow_from_every_point_and_scalar_of_the_equations() -> None:
    g, h, q = g1.GENERATOR, g1.double(g1.GENERATOR), ((1, 2), (3, 4))
    base = [{q: [(g, 5), (h, 6)]}, {q: [(g, 7)]}]
    others = [
        [{q: [(h, 5), (h, 6)]}, {q: [(g, 7)]}],
        [{q: [(g, 5), (h, 8)]}, {q: [(g, 7)]}],
        [{q: [(g, 5), (h, 6)]}, {q: [(None, 7)]}],
        [{q: [(g, 5)]}, {q: [(h, 6), (g, 7)]}],
        [{((7, 2), (3, 4)): [(g, 5), (h, 6)]}, {q: [(g, 7)]}],
    ]
    seen = {tuple(weights_of(b"s", base)), tuple(weights_of(b"t", base))}
    seen |= {tuple(weights_of(b"s", other)) for other in others}
    assert len(seen) == 2 + len(others)
    for weights in seen:
        assert len(set(weights)) == 2
        assert all(0 < weight <= 1 << 8 * WEIGHT_BYTES for weight in weights)
    assert weights_of(b"s", base) == weights_of(b"s", base)


def test_128_bits_are_drawn_for_every_weight() -> None:
    q = ((1, 2), (3, 4))
    drawn = [w for n in range(40) for w in weights_of(n.to_bytes(2, "big"), [{q: [(g1.GENERATOR, n)]}] * 3)]
    assert len(set(drawn)) == 120
    assert max(drawn).bit_length() in (127, 128)
    assert WEIGHT_BYTES == 16


def test_the_transcript_has_no_part_in_the_weights(srs: Srs, openings: Openings) -> None:
    """The challenges inside a query come from it, in the order of the protocol; the rest is dropped."""
    transcript = openings.transcript()
    openings.check(srs, transcript)
    expected = openings.transcript()
    for item in openings.opened:
        for _ in range(len(item.query.combinations) + 1):
            expected.squeeze_short()
    assert transcript.squeeze_scalars(1) == expected.squeeze_scalars(1)


@pytest.mark.prove
def test_the_digest_covers_the_whole_statement_and_every_byte_of_the_proof(product, sampled, srs: Srs, pool):
    from avm.varuna.proof import Proof
    from avm.varuna.prover import prove
    from avm.varuna.srs.development import development_srs

    proof, _ = prove(product.key, srs, product.assignment, pool=pool)
    verifier, key, inputs = srs.verifier(), product.verifying, [[product.inputs]]
    v3 = VarunaVersion.V3
    swapped = dataclasses.replace(key, commitments=(*key.commitments[1:], key.commitments[0]))
    digests = [
        statement_digest(v3, [key], inputs, verifier, proof),
        statement_digest(VarunaVersion.V2, [key], inputs, verifier, proof),
        statement_digest(v3, [sampled.verifying], inputs, verifier, proof),
        statement_digest(v3, [swapped], inputs, verifier, proof),
        statement_digest(v3, [dataclasses.replace(key, circuit_id=bytes(32))], inputs, verifier, proof),
        statement_digest(v3, [dataclasses.replace(key, num_variables=99)], inputs, verifier, proof),
        statement_digest(v3, [key], [[[1, 547]]], verifier, proof),
        statement_digest(v3, [key], [[product.inputs] * 2], verifier, proof),
        statement_digest(v3, [key, key], inputs * 2, verifier, proof),
        statement_digest(v3, [key], inputs, development_srs(7, seed=b"others").verifier(), proof),
    ]
    data = proof.to_bytes()
    for part in proof.parts():
        if part.kind == "scalar":
            value = (int(part.value) + 1) % P
            changed = data[: part.offset] + value.to_bytes(32, "little") + data[part.offset + 32 :]
        elif part.kind == "point":
            changed = bytearray(data)
            changed[part.offset + 47] ^= 0x80
        else:
            continue
        digests.append(statement_digest(v3, [key], inputs, verifier, Proof.from_bytes(bytes(changed))))
    assert len(set(digests)) == len(digests) > 30
    assert digests[0] == statement_digest(v3, [key], inputs, verifier, Proof.from_bytes(data))
