"""Requests: an account's signed wish to call a function, and the ids of its inputs.

Every input has an id that hides it or stands for it; the signature covers the ids, so that nobody can call
with other inputs. Source: snarkVM ``console/program/src/request``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.account.keys import GraphKey, PrivateKey
from avm.account.signature import Signature
from avm.algebra.edwards import Point, add, mul
from avm.data import record_ciphertext as records
from avm.data.ciphertext import Ciphertext
from avm.data.plaintext import Plaintext
from avm.data.record import Record
from avm.data.value import Value
from avm.primitives import poseidon
from avm.primitives.domain import domain_separator
from avm.primitives.hash_to_curve import mul_generator


@dataclass(frozen=True, slots=True)
class InputId:
    """The id of a constant, public, private or external record input."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class RecordInputId:
    """The ids of a record that is spent; on the chain stand only the serial number and the tag."""

    commitment: int
    gamma: Point
    record_view_key: int
    serial_number: int
    tag: int


def shown_id(function: int, value: Value, tcm: int, index: int) -> int:
    """Return the id of a constant, a public value or a future."""
    return poseidon.hash(8, [function, *value.to_fields(), tcm, index])


def hidden(function: int, value: Plaintext, tvk: int, index: int) -> Ciphertext:
    """Return a private value encrypted under a key of its transition."""
    return Ciphertext.encrypt(value, private_key_of(function, tvk, index))


def private_key_of(function: int, tvk: int, index: int) -> int:
    """Return the field under which the private input or output at ``index`` is encrypted."""
    return poseidon.hash(4, [function, tvk, index])


def ciphertext_id(ciphertext: Ciphertext) -> int:
    """Return the id of a private value."""
    return poseidon.hash(8, ciphertext.fields)


def external_record_id(function: int, record: Record, tvk: int, index: int) -> int:
    """Return the id of a record of another program."""
    return poseidon.hash(8, [function, *record.to_fields(), tvk, index])


def record_input_id(
    record: Record, program: str, name: str, key: PrivateKey, tags: GraphKey
) -> RecordInputId:
    """Return the ids of a record that the account of ``key`` spends."""
    view_key = records.record_view_key(record.nonce, key.view_key)
    commitment = records.commitment(record, program, name, view_key)
    gamma = records.gamma(key, commitment)
    serial = records.serial_number(gamma, commitment)
    return RecordInputId(commitment, gamma, view_key, serial, records.tag(tags, commitment))


def transition_commitment(tvk: int) -> int:
    """Return the commitment to a transition view key."""
    return poseidon.hash(2, [tvk])


def signer_commitment(signer: Point, root_tvk: int) -> int:
    """Return the commitment to a signer under the view key of the outermost call."""
    return poseidon.hash(2, [signer[0], root_tvk])


def verify_request(
    signature: Signature,
    signer: Point,
    function: int,
    tvk: int,
    inputs: Sequence[InputId | RecordInputId],
    *,
    is_root: bool,
    checksum: int | None = None,
) -> bool:
    """Whether the signer asked for this call with these inputs.

    ``checksum`` is the program's, given only when the program has a constructor.
    """
    key, c, z = signature.compute_key, signature.challenge, signature.response
    tpk = add(mul_generator(z), mul(key.pk_sig, c))
    message = [tpk[0], key.pk_sig[0], key.pr_sig[0], signer[0], tvk, transition_commitment(tvk), function]
    message.append(int(is_root))
    if checksum is not None:
        message.append(checksum)
    for item in inputs:
        if isinstance(item, InputId):
            message.append(item.id)
        else:
            domain = domain_separator(records.SERIAL_NUMBER_DOMAIN)
            base = poseidon.hash_to_group(2, [domain, item.commitment])
            again = add(mul(base, z), mul(item.gamma, c))
            message += [base[0], again[0], item.gamma[0], item.tag]
    return poseidon.hash_to_scalar(8, message) == c and key.address() == signer
