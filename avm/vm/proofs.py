"""The proofs that a program verifies with ``snark.verify``.

Source: snarkVM ``synthesizer/program/src/logic/instruction/operation/snark_verify.rs``.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.consensus import VARUNA_V3_FROM, Rules
from avm.base.errors import DecodeError, Halt, Unsupported
from avm.varuna.proof import Proof
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.verifier import verify_batch
from avm.varuna.verifying_key import VerifyingKey
from avm.varuna.version import VarunaVersion


def verify_proof(
    reference: SrsVerifier | None,
    rules: Rules,
    keys: Sequence[bytes],
    version: int,
    inputs: Sequence[Sequence[Sequence[int]]],
    proof: bytes,
) -> bool:
    """Return whether a proof fits keys and public inputs, by circuit and instance, the leading 1 among them.

    Raises:
        Halt: bytes are no key or proof, inputs do not fit a key, or the rules do not take the version.
        Unsupported: there is no reference string to verify under.
    """
    if reference is None:
        raise Unsupported(
            "a proof is verified under a reference string, and this run has none",
            hint="Run it where the network's parameters are known.",
        )
    try:
        found = [VerifyingKey.from_bytes(key) for key in keys]
        parsed = Proof.from_bytes(proof)
    except (DecodeError, ValueError) as error:
        raise Halt(f"the bytes are no verifying key or proof: {error}") from error
    if version not in list(VarunaVersion) or (version == 3) is not (rules.version >= VARUNA_V3_FROM):
        raise Halt(
            f"proofs of Varuna version {version} are not taken at version {rules.version} of the rules"
        )
    fitting = [
        [_fit(key, instance) for instance in instances] for key, instances in zip(found, inputs, strict=True)
    ]
    statements = list(zip(found, fitting, strict=True))
    return verify_batch(statements, reference, parsed, version=VarunaVersion(version)).valid


def _fit(key: VerifyingKey, inputs: Sequence[int]) -> Sequence[int]:
    """The inputs that a key has; those beyond must be zero."""
    count = key.info.num_public_inputs
    if len(inputs) < count:
        raise Halt(f"there are {len(inputs)} public inputs; the verifying key has {count}")
    if any(inputs[count:]):
        raise Halt(f"public inputs beyond the {count} of the verifying key must be zero")
    return inputs[:count]
