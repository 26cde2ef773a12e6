"""Contributions to a reference string: a new secret on top, a public proof, the check of a history.

A contribution multiplies beta by s and gamma by t: ``beta^i G`` becomes ``s^i beta^i G``. As long as one
contributor forgot their s and t nobody knows the product. The record of an update ties old to new:

* Schnorr proofs (Fiat-Shamir, over G1) of knowledge of s and t, bound to both strings' digests;
* a pairing check that beta is the same in G1 and in G2;
* the structure of the final string is checked as a whole (``consistency.py``).

The format is our own; the official string has no such history here.
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets as system
from dataclasses import dataclass

from avm.algebra import g1, g2, pairing
from avm.algebra.fields import FR_MODULUS
from avm.algebra.points import scale_powers
from avm.base.errors import CheckFailure
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.varuna.report import Check
from avm.varuna.srs.contribution_record import Knowledge, UpdateRecord
from avm.varuna.srs.reference_string import MemoryPowers, Srs, SrsVerifier, degree_bounds

_DOMAIN = b"AVM Studio SRS update 1"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secret factors of a contribution; never stored, hidden in reprs."""

    beta: int = dataclasses.field(repr=False)
    gamma: int = dataclasses.field(repr=False)

    @staticmethod
    def draw(seed: bytes | None = None) -> Secrets:
        """Return factors from the operating system, or from a test's seed."""
        if seed is None:
            return Secrets(1 + system.randbelow(FR_MODULUS - 1), 1 + system.randbelow(FR_MODULUS - 1))
        beta, gamma = (
            int.from_bytes(hashlib.blake2b(seed, person=person).digest(), "little") % (FR_MODULUS - 1) + 1
            for person in (b"beta", b"gamma")
        )
        return Secrets(beta, gamma)


@dataclass(frozen=True, slots=True)
class HistoryCheck:
    """The verdict on a history of updates."""

    valid: bool
    checks: tuple[Check, ...]


def contribute(
    srs: Srs,
    name: str = "",
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    pool: Pool | None = None,
    seed: bytes | None = None,
) -> Srs:
    """Return the string with a new secret on top and one more record.

    Only complete strings can be updated (CheckFailure for the official one, whose powers have a gap). Without
    a pool all processors work.
    """
    if pool is None:
        with Pool() as own:
            return contribute(srs, name, progress, cancel, own, seed)
    if srs.table.available != srs.max_degree + 1:
        raise CheckFailure(f"{srs.name} cannot be updated: not all of its powers are at hand")
    secrets = Secrets.draw(seed)
    progress.stage("Contribute to the parameters", f"{srs.table.available} powers get a new secret")
    points = scale_powers(
        srs.table.first(srs.table.available), secrets.beta, pool=pool, cancel=cancel, progress=progress
    )
    made = dataclasses.replace(
        srs,
        table=MemoryPowers(points),
        gamma_powers={
            e: g1.mul(point, pow(secrets.beta, e, FR_MODULUS) * secrets.gamma % FR_MODULUS)
            for e, point in srs.gamma_powers.items()
        },
        beta_h=g2.mul(srs.beta_h, secrets.beta),
        negative_powers={
            d: g2.mul(point, pow(secrets.beta, d - srs.max_degree, FR_MODULUS))
            for d, point in srs.negative_powers.items()
        },
    )
    return record_update(srs.verifier(), srs.powers(2)[1], made, secrets, name)


def record_update(
    before: SrsVerifier, before_beta_g: g1.Point, made: Srs, secrets: Secrets, name: str
) -> Srs:
    """Return ``made`` with the record of the step from ``before``, whose first power is ``before_beta_g``."""
    after = made.verifier()
    draft = UpdateRecord(
        name=name,
        before_digest=before.digest,
        after_digest=after.digest,
        before_beta_g=before_beta_g,
        after_beta_g=made.powers(2)[1],
        after_beta_h=after.beta_h,
        before_gamma_g=before.gamma_g,
        after_gamma_g=after.gamma_g,
        beta_proof=Knowledge(None, 0),
        gamma_proof=Knowledge(None, 0),
    )
    record = dataclasses.replace(
        draft,
        beta_proof=_prove(draft, b"beta", before_beta_g, secrets.beta),
        gamma_proof=_prove(draft, b"gamma", before.gamma_g, secrets.gamma),
    )
    return dataclasses.replace(made, updates=(*made.updates, record))


def verify_updates(
    srs: Srs, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None
) -> HistoryCheck:
    """Check that the history starts at the string of secrets 1, links up, and ends at ``srs``.

    Together with ``check_srs`` this shows that beta and gamma are products of the contributors' secrets.
    """
    progress.stage("Check the history", f"{len(srs.updates)} updates")
    checks = [_check_start(srs)]
    for number, record in enumerate(srs.updates):
        if cancel is not None:
            cancel.check()
        previous = srs.updates[number - 1] if number else None
        checks.append(_check_record(number, record, previous))
        progress.step(number + 1, len(srs.updates))
    checks.append(_check_end(srs))
    return HistoryCheck(all(check.passed for check in checks), tuple(checks))


def trivial_verifier(max_degree: int) -> SrsVerifier:
    """Return the verifier's part of the string with beta = gamma = 1, where every history starts."""
    return SrsVerifier(g1.GENERATOR, g2.GENERATOR, dict.fromkeys(degree_bounds(max_degree), g2.GENERATOR))


def _check_start(srs: Srs) -> Check:
    name = "The history starts at the trivial string"
    if not srs.updates:
        return Check(name, False, "there is no record of an update")
    first = srs.updates[0]
    passed = (
        first.before_digest == trivial_verifier(srs.max_degree).digest
        and first.before_beta_g == g1.GENERATOR
        and first.before_gamma_g == g1.GENERATOR
    )
    return Check(name, passed, first.name)


def _check_record(number: int, record: UpdateRecord, previous: UpdateRecord | None) -> Check:
    title = f"Update {number}"
    if previous is not None and (
        record.before_digest != previous.after_digest
        or record.before_beta_g != previous.after_beta_g
        or record.before_gamma_g != previous.after_gamma_g
    ):
        return Check(title, False, "it does not start where the update before it ended")
    points = (record.after_beta_g, record.after_gamma_g, record.before_beta_g, record.before_gamma_g)
    if None in points or record.after_beta_h is None:
        return Check(title, False, "a point is infinity")
    if not _knows(record, b"beta", record.before_beta_g, record.after_beta_g, record.beta_proof):
        return Check(title, False, "the contributor's knowledge of the factor of beta is not proven")
    if not _knows(record, b"gamma", record.before_gamma_g, record.after_gamma_g, record.gamma_proof):
        return Check(title, False, "the contributor's knowledge of the factor of gamma is not proven")
    same = pairing.product_is_one(
        [(record.after_beta_g, g2.GENERATOR), (g1.neg(g1.GENERATOR), record.after_beta_h)]
    )
    return Check(title, same, record.name if same else "beta is not the same in G1 and in G2")


def _check_end(srs: Srs) -> Check:
    name = "The history ends at this string"
    if not srs.updates:
        return Check(name, False, "there is no record of an update")
    last, verifier = srs.updates[-1], srs.verifier()
    passed = (
        last.after_digest == verifier.digest
        and last.after_beta_g == srs.powers(2)[1]
        and last.after_beta_h == verifier.beta_h
        and last.after_gamma_g == verifier.gamma_g
    )
    return Check(name, passed)


def _prove(record: UpdateRecord, which: bytes, base: g1.Point, secret: int) -> Knowledge:
    nonce = system.randbelow(FR_MODULUS)
    commitment = g1.mul(base, nonce)
    challenge = _challenge(record, which, commitment)
    return Knowledge(commitment, (nonce + challenge * secret) % FR_MODULUS)


def _knows(record: UpdateRecord, which: bytes, before: g1.Point, after: g1.Point, proof: Knowledge) -> bool:
    challenge = _challenge(record, which, proof.commitment)
    return g1.mul(before, proof.response) == g1.add(proof.commitment, g1.mul(after, challenge))


def _challenge(record: UpdateRecord, which: bytes, commitment: g1.Point) -> int:
    """Return the Fiat-Shamir challenge over everything the record says but its proofs."""
    digest = hashlib.blake2b(_DOMAIN)
    name = record.name.encode()
    parts = [which, name, record.before_digest.encode(), record.after_digest.encode()]
    points = (record.before_beta_g, record.after_beta_g, record.before_gamma_g, record.after_gamma_g)
    parts += [g1.to_compressed(point) for point in (*points, commitment)]
    parts.append(g2.to_compressed(record.after_beta_h))
    for part in parts:
        digest.update(len(part).to_bytes(4, "little") + part)
    return int.from_bytes(digest.digest(), "little") % FR_MODULUS
