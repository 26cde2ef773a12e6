"""What holds an execution together: a signature by its transition key, and the name of its proof.

The proof shows that a run of the function has certain public values. It does not cover the commitments, the
ciphertexts and the fees beside them, so whoever made the transition signs all of it with the secret of its
public key ``tpk``: nobody else can alter a part, or give it another proof. What such a signature cannot do is
make these parts true; they stay notes (``Execution.notes``).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from avm.account.signature import message_of_bytes
from avm.algebra import edwards
from avm.algebra.edwards import Point
from avm.algebra.fields import FS_MODULUS, Fs
from avm.base.codec import ByteReader
from avm.primitives import poseidon
from avm.primitives.hash_to_curve import mul_generator
from avm.primitives.keccak import sha3

_DOMAIN = "AvmLedgerTransition1"
_POINT, _COUNT = 48, 8
_MAX_CIRCUITS, _MAX_INSTANCES = 1 << 10, 1 << 16


@dataclass(frozen=True, slots=True)
class TransitionSignature:
    """A Schnorr signature under a transition public key: challenge and response, both scalars."""

    challenge: int
    response: int

    def __str__(self) -> str:
        return (Fs.to_bytes_le(self.challenge) + Fs.to_bytes_le(self.response)).hex()

    @classmethod
    def parse(cls, text: str) -> TransitionSignature:
        """Read the 128 hex digits of ``str``; DecodeError or ValueError when they are not a signature."""
        reader = ByteReader(bytes.fromhex(text))
        found = cls(Fs.from_bytes_le(reader.take(32)), Fs.from_bytes_le(reader.take(32)))
        reader.finish()
        return found

    def verify(self, tpk: Point, message: bytes) -> bool:
        """Whether the holder of the secret of ``tpk`` signed the message."""
        if tpk == edwards.IDENTITY:
            return False
        commitment = edwards.add(mul_generator(self.response), edwards.mul(tpk, self.challenge))
        return _challenge(commitment, tpk, message) == self.challenge


def sign_transition(secret: int, message: bytes) -> TransitionSignature:
    """Return the signature by the secret scalar of a transition public key."""
    nonce = secrets.randbelow(FS_MODULUS - 1) + 1
    challenge = _challenge(mul_generator(nonce), mul_generator(secret), message)
    return TransitionSignature(challenge, (nonce - challenge * secret) % FS_MODULUS)


def _challenge(commitment: Point, tpk: Point, message: bytes) -> int:
    fields = [commitment[0], tpk[0], *message_of_bytes(sha3(256, message))]
    return poseidon.hash_to_scalar(8, fields, domain=_DOMAIN)


def proof_identity(data: bytes) -> str:
    """Return what names a proof: the hash of the prover's first message.

    The commitments to the witness and to the mask are hidden by fresh randomness, so no two runs of a prover
    share them, and all later parts of a proof answer to them: whatever has the same ones is the same proof.
    Bytes that are no proof are named by all of them.
    """
    end = _first_message(data)
    return sha3(256, data[:end]).hex()


def _first_message(data: bytes) -> int:
    """Offset at which the first message of an encoded proof ends; the length of what is no proof."""
    circuits = int.from_bytes(data[1 : 1 + _COUNT], "little")
    if not 1 <= circuits <= _MAX_CIRCUITS:
        return len(data)
    start = 1 + _COUNT
    sizes = [int.from_bytes(data[start + _COUNT * i :][:_COUNT], "little") for i in range(circuits)]
    if sum(sizes) > _MAX_INSTANCES:
        return len(data)
    return min(len(data), start + _COUNT * circuits + _POINT * sum(sizes) + 1 + _POINT)
