"""One encoding for one proof, and no point from outside the prime-order subgroup, wherever bytes come in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest

from avm.algebra import g1, g2
from avm.algebra.fields import FQ_MODULUS, Fq
from avm.algebra.fields import FR_MODULUS as P
from avm.algebra.g1_decoding import decode_compiled
from avm.base.errors import DecodeError
from avm.base.pool import Pool
from avm.varuna.canonical import fault_of_proof
from avm.varuna.certificate import Certificate
from avm.varuna.proof import BLINDED, POINT_NAMES, Opening, Proof
from avm.varuna.prover import prove, prove_batch
from avm.varuna.srs.codec import srs_from_bytes, srs_to_bytes
from avm.varuna.srs.reference_string import Srs, SrsVerifier
from avm.varuna.verifier import verify, verify_batch
from avm.varuna.verifying_key import VerifyingKey

G2_SIZE = 96


@pytest.fixture(scope="module")
def proof(product, srs: Srs, pool: Pool) -> Proof:
    return prove(product.key, srs, product.assignment, pool=pool)[0]


def is_square(value: int) -> bool:
    return pow(value, (FQ_MODULUS - 1) // 2, FQ_MODULUS) == 1


def outside() -> bytes:
    """A compressed point of the curve that is not in the subgroup."""
    on_curve = ((x, Fq.sqrt(x**3 + 1)) for x in range(1, 100) if is_square(x**3 + 1))
    return next(g1.to_compressed(point) for point in on_curve if not g1.is_in_subgroup(point))


def malformed() -> dict[str, bytes]:
    """Encodings of 48 bytes that no point has."""
    small, good = bytes([*range(1, 40), *bytes(9)]), g1.to_compressed(g1.GENERATOR)
    both, infinity = bytearray(good), bytearray(48)
    both[-1] |= 0xC0
    infinity[-1] = 0x40
    return {
        "outside the subgroup": outside(),
        "no point has this x": next(x for x in range(2, 99) if not is_square(x**3 + 1)).to_bytes(
            48, "little"
        ),
        "x is not reduced": FQ_MODULUS.to_bytes(48, "little"),
        "two flags": bytes(both),
        "infinity with an x": bytes(small[:-1]) + b"\x40",
        "infinity with the larger y": bytes(infinity[:-1]) + b"\xc0",
    }


MALFORMED = malformed()


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_point_is_refused_at_every_place_of_a_proof(proof: Proof, kind: str) -> None:
    data, places = proof.to_bytes(), [part for part in proof.parts() if part.kind == "point"]
    assert len(places) == 12
    for part in places:
        with pytest.raises(DecodeError):
            Proof.from_bytes(data[: part.offset] + MALFORMED[kind] + data[part.offset + 48 :])


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_point_is_refused_in_a_key_a_certificate_and_parameters(
    product, srs: Srs, kind: str
) -> None:
    wrong, key, string = MALFORMED[kind], product.verifying.to_bytes(), srs.verifier().to_bytes()
    for k in range(12):
        start = 1 + 48 + 8 + 48 * k
        with pytest.raises(DecodeError):
            VerifyingKey.from_bytes(key[:start] + wrong + key[start + 48 :])
    with pytest.raises(DecodeError):
        Certificate.from_bytes(Certificate(None).to_bytes()[:9] + wrong + b"\0")
    with pytest.raises(DecodeError):
        SrsVerifier.from_bytes(wrong + string[48:])
    for decode in (decode_compiled, lambda encodings: [g1.from_compressed(e) for e in encodings]):
        with pytest.raises(DecodeError):
            decode([g1.to_compressed(g1.GENERATOR), wrong])


def test_points_of_a_history_are_looked_at(srs: Srs) -> None:
    import hashlib

    body, record = srs_to_bytes(srs)[:-32], srs.updates[0]
    for point in (record.after_beta_g, record.after_gamma_g, record.beta_proof.commitment):
        place = body.rindex(g1.to_compressed(point))
        changed = body[:place] + outside() + body[place + 48 :]
        with pytest.raises(DecodeError, match="subgroup"):
            srs_from_bytes(changed + hashlib.sha256(changed).digest())


def test_no_point_of_the_verifiers_parameters_is_infinity(srs: Srs) -> None:
    verifier = srs.verifier()
    first = min(verifier.negative_powers)
    changes: list[dict[str, object]] = [
        {"gamma_g": None},
        {"beta_h": None},
        {"negative_powers": {**verifier.negative_powers, first: None}},
    ]
    for change in changes:
        data = dataclasses.replace(verifier, **change).to_bytes()  # type: ignore[arg-type]
        with pytest.raises(DecodeError, match="infinity"):
            SrsVerifier.from_bytes(data)
    assert g2.to_compressed(verifier.beta_h) == verifier.to_bytes()[48 : 48 + G2_SIZE]


# ---- which openings are blinded


def forms(proof: Proof) -> Iterator[Proof]:
    """Every other way to say which openings are blinded and with what."""
    honest = [opening.random_v for opening in proof.openings]
    for k in range(3):
        for value in (None, 0, 1, P - 1) if k != 1 else (None, 0):
            if value != honest[k]:
                openings = list(proof.openings)
                openings[k] = Opening(openings[k].witness, value)
                yield dataclasses.replace(proof, openings=tuple(openings))


@pytest.mark.prove
def test_a_proof_has_no_second_encoding(product, srs: Srs, proof: Proof) -> None:
    assert [opening.random_v is not None for opening in proof.openings] == [*BLINDED]
    others = list(forms(proof))
    assert len(others) == 8
    for other in others:
        with pytest.raises(DecodeError, match="blinded"):
            Proof.from_bytes(other.to_bytes())
        verdict = verify(product.verifying, srs.verifier(), product.inputs, other)
        assert verdict.failed == ("Statement and key",)
        assert "blinded" in verdict.checks[0].detail


@pytest.mark.prove
@pytest.mark.parametrize("counts", [(1, 0), (3, 0), (2, 1)])
def test_honest_proofs_of_any_batch_have_that_one_form(
    product, sampled, srs: Srs, pool: Pool, counts: tuple[int, int]
) -> None:
    batch = [(s.key, [s.assignment] * n) for s, n in zip((product, sampled), counts) if n]
    made = prove_batch(batch, srs, pool=pool)[0]
    assert [opening.random_v is not None for opening in made.openings] == [*BLINDED]
    assert Proof.from_bytes(made.to_bytes()) == made
    statements = [(s.verifying, [s.inputs] * n) for s, n in zip((product, sampled), counts) if n]
    assert verify_batch(statements, srs.verifier(), made).valid


def test_names_of_points_and_their_blinding_go_together() -> None:
    assert dict(zip(POINT_NAMES, BLINDED, strict=True)) == {"alpha": False, "beta": True, "gamma": False}


# ---- proofs that were put together by hand


MISFITS: list[Callable[[Proof], dict[str, object]]] = [
    lambda p: {"witness": ()},
    lambda p: {"witness": p.witness * 2},
    lambda p: {"g_a": ()},
    lambda p: {"g_b": p.g_b * 2},
    lambda p: {"g_c_at_gamma": ()},
    lambda p: {"third_sums": ()},
    lambda p: {"third_sums": ((),)},
    lambda p: {"third_sums": (((1, 2),),)},
    lambda p: {"fourth_sums": ((1, 2, 3, 4),)},
    lambda p: {"fourth_sums": ()},
    lambda p: {"openings": p.openings[:2]},
    lambda p: {"openings": (*p.openings, p.openings[0])},
    lambda p: {"g_1_at_beta": p.g_1_at_beta + P},
    lambda p: {"g_1_at_beta": -1},
    lambda p: {"g_1_at_beta": 1.5},
    lambda p: {"g_a_at_gamma": (p.g_a_at_gamma[0] + P,)},
    lambda p: {"third_sums": (((P, 0, 0),),)},
    lambda p: {"openings": (p.openings[0], Opening(p.openings[1].witness, P), p.openings[2])},
    lambda p: {"batch_sizes": (2,)},
    lambda p: {"batch_sizes": ()},
]


@pytest.mark.parametrize("misfit", range(len(MISFITS)))
def test_a_misfit_is_a_failed_check_and_no_exception(product, srs: Srs, proof: Proof, misfit: int) -> None:
    altered = dataclasses.replace(proof, **MISFITS[misfit](proof))  # type: ignore[arg-type]
    assert fault_of_proof(proof) == ""
    assert fault_of_proof(altered)
    verdict = verify(product.verifying, srs.verifier(), product.inputs, altered)
    assert verdict.failed == ("Statement and key",)


@pytest.mark.prove
def test_infinity_at_any_place_is_refused_without_an_exception(product, srs: Srs, proof: Proof) -> None:
    for name in ("mask", "h_0", "g_1", "h_1", "h_2"):
        assert not verify(
            product.verifying, srs.verifier(), product.inputs, dataclasses.replace(proof, **{name: None})
        ).valid
    for name in ("witness", "g_a", "g_b", "g_c"):
        altered = dataclasses.replace(proof, **{name: (None,)})
        assert not verify(product.verifying, srs.verifier(), product.inputs, altered).valid
    empty = dataclasses.replace(
        proof, mask=None, h_0=None, g_1=None, h_1=None, h_2=None, witness=(None,), g_a=(None,), g_b=(None,),
        g_c=(None,), openings=tuple(Opening(None, o.random_v) for o in proof.openings),
    )  # fmt: skip
    assert not verify(product.verifying, srs.verifier(), product.inputs, empty).valid
