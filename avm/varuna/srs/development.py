"""A reference string made on this machine: complete, quick, insecure unless its maker forgot the secrets.

beta and gamma come from the operating system and are dropped when the call ends. Nobody else can know that
they were dropped, so proofs under such a string convince only its maker, until others contribute
(``update.py``).
"""

from __future__ import annotations

from avm.algebra import g1, g2
from avm.algebra.fields import FR_MODULUS
from avm.algebra.points import powers_of
from avm.base.errors import CheckFailure
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.varuna.srs.contribution import Secrets, record_update, trivial_verifier
from avm.varuna.srs.reference_string import MemoryPowers, Srs, blinding_exponents, degree_bounds

NAME = "development"
SMALLEST_LOG, LARGEST_LOG = 4, 22


def development_srs(
    degree_log2: int = 16,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    pool: Pool | None = None,
    seed: bytes | None = None,
) -> Srs:
    """Return a complete string of ``2^degree_log2`` powers, exponents 0 to 2^degree_log2 - 1, insecure.

    Its history begins with the update from the string whose secrets are 1. ``seed`` fixes the secrets and
    is for tests only. CheckFailure when ``degree_log2`` is out of range.
    """
    if not SMALLEST_LOG <= degree_log2 <= LARGEST_LOG:
        raise CheckFailure(
            f"a development string has 2^{SMALLEST_LOG} to 2^{LARGEST_LOG} powers, not 2^{degree_log2}"
        )
    count = 1 << degree_log2
    degree = count - 1
    secrets = Secrets.draw(seed)
    progress.stage("Make the development parameters", f"2^{degree_log2} powers of a fresh secret")
    points = powers_of(g1.GENERATOR, secrets.beta, count, pool=pool, cancel=cancel, progress=progress)
    gamma_g = g1.mul(g1.GENERATOR, secrets.gamma)
    made = Srs(
        name=NAME,
        insecure=True,
        max_degree=degree,
        table=MemoryPowers(points),
        gamma_powers={
            e: g1.mul(gamma_g, pow(secrets.beta, e, FR_MODULUS)) for e in blinding_exponents(degree)
        },
        beta_h=g2.mul(g2.GENERATOR, secrets.beta),
        negative_powers={
            d: g2.mul(g2.GENERATOR, pow(secrets.beta, d - degree, FR_MODULUS)) for d in degree_bounds(degree)
        },
    )
    return record_update(trivial_verifier(degree), g1.GENERATOR, made, secrets, "creation")
