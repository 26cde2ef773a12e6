"""The public trace of a contribution to a reference string: what anyone needs to check it."""

from __future__ import annotations

from dataclasses import dataclass

from avm.algebra import g1, g2


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A Schnorr proof of knowledge of s with ``after = s * before``."""

    commitment: g1.Point
    response: int


@dataclass(frozen=True, slots=True)
class UpdateRecord:
    """The public trace of one contribution: points before and after, digests of both strings, proofs."""

    name: str
    before_digest: str
    after_digest: str
    before_beta_g: g1.Point
    after_beta_g: g1.Point
    after_beta_h: g2.Point
    before_gamma_g: g1.Point
    after_gamma_g: g1.Point
    beta_proof: Knowledge
    gamma_proof: Knowledge
