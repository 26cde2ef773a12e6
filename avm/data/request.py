"""Requests: an account's signed wish to call a function, and the ids of its inputs.

Every input has an id that hides it or stands for it; the signature covers the ids, so that nobody can call
with other inputs. Source: snarkVM ``console/program/src/request``.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from avm.account.keys import GraphKey, PrivateKey
from avm.account.signature import Signature
from avm.algebra.edwards import Point, add, mul
from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.errors import CheckFailure
from avm.data import record_ciphertext as records
from avm.data.ciphertext import Ciphertext
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.identifier import function_id
from avm.data.plaintext import Plaintext
from avm.data.record import Record
from avm.data.types import RecordValue, ValueType, kind_of
from avm.data.value import Value
from avm.primitives import poseidon
from avm.primitives.domain import domain_separator
from avm.primitives.hash_to_curve import mul_generator


@dataclass(frozen=True, slots=True)
class InputId:
    """The id of an input that is not spent.

    ``kind`` is ``constant``, ``public``, ``private``, ``external_record`` or ``record_dynamic``.
    """

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

    @property
    def id(self) -> int:
        """The commitment, which stands first."""
        return self.commitment


RequestId = InputId | RecordInputId


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


def external_record_id(function: int, record: Record | DynamicRecord, tvk: int, index: int) -> int:
    """Return the id of a record of another program, or of a dynamic record."""
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


def hash_id(kind: str, function: int, value: Value, tvk: int, index: int) -> int:
    """Return the id of an input or output that is neither a record of the program nor spent.

    ``index`` counts the inputs, then the outputs.

    Raises:
        CheckFailure: the value is not of that kind.
    """
    if kind in ("constant", "public", "private") and isinstance(value, Plaintext):
        if kind == "private":
            return ciphertext_id(hidden(function, value, tvk, index))
        return shown_id(function, value, transition_commitment(tvk), index)
    if kind == "external_record" and isinstance(value, Record):
        return external_record_id(function, value, tvk, index)
    if kind == "record_dynamic" and isinstance(value, DynamicRecord):
        return external_record_id(function, value, tvk, index)
    if (kind == "future" and isinstance(value, Future)) or (
        kind == "future_dynamic" and isinstance(value, DynamicFuture)
    ):
        return shown_id(function, value, transition_commitment(tvk), index)
    raise CheckFailure(f"a {type(value).__name__} has no id as {kind}")


def _message(
    tpk: Point, signature: tuple[Point, Point], signer: Point, tvk: int, function: int, is_root: bool
) -> list[int]:
    """Return the field elements that a request signs before its inputs."""
    points = (tpk, *signature, signer)
    return [*(point[0] for point in points), tvk, transition_commitment(tvk), function, int(is_root)]


def _spent(item: RecordInputId, base: Point, multiple: Point) -> list[int]:
    """Return what a spent record adds to the message: H, r * H, gamma and the tag."""
    return [base[0], multiple[0], item.gamma[0], item.tag]


def _base(commitment: int) -> Point:
    """Return the point H of a record that is spent."""
    return poseidon.hash_to_group(2, [domain_separator(records.SERIAL_NUMBER_DOMAIN), commitment])


def verify_request(
    signature: Signature,
    signer: Point,
    function: int,
    tvk: int,
    inputs: Sequence[RequestId],
    *,
    is_root: bool,
    checksum: int | None = None,
) -> bool:
    """Whether the signer asked for this call with these inputs.

    ``checksum`` is the program's, given only when the program has a constructor.
    """
    key, c, z = signature.compute_key, signature.challenge, signature.response
    tpk = transition_public_key(signature)
    message = _message(tpk, (key.pk_sig, key.pr_sig), signer, tvk, function, is_root)
    if checksum is not None:
        message.append(checksum)
    for item in inputs:
        if isinstance(item, InputId):
            message.append(item.id)
        else:
            base = _base(item.commitment)
            message += _spent(item, base, add(mul(base, z), mul(item.gamma, c)))
    return poseidon.hash_to_scalar(8, message) == c and key.address() == signer


def transition_public_key(signature: Signature) -> Point:
    """Return r * G, the public key of the transition that a request asks for."""
    return add(mul_generator(signature.response), mul(signature.compute_key.pk_sig, signature.challenge))


@dataclass(frozen=True)
class Request:
    """A signed call: signer, function and inputs with their ids, and the keys of its transition.

    ``sk_tag`` is the account's graph key, ``tvk`` the transition view key, ``tcm`` its commitment, ``scm``
    that of the signer. ``dynamic``: the caller named the function by values; nothing signs that.
    """

    signer: Point
    program: str
    function: str
    input_ids: tuple[RequestId, ...]
    inputs: tuple[Value, ...] = field(repr=False)
    signature: Signature = field(repr=False)
    sk_tag: int = field(repr=False)
    tvk: int = field(repr=False)
    tcm: int
    scm: int
    dynamic: bool = False

    @property
    def function_id(self) -> int:
        """The field element that names the function."""
        return function_id(self.program, self.function)

    @property
    def tpk(self) -> Point:
        """The transition public key."""
        return transition_public_key(self.signature)

    def verify(self, types: Sequence[ValueType], *, is_root: bool, checksum: int | None = None) -> bool:
        """Whether every id is that of its input, and the signer signed all of it for inputs of these types.

        ``checksum`` is the program's, given only when the program has a constructor.
        """
        if not len(types) == len(self.inputs) == len(self.input_ids):
            return False
        if self.tcm != transition_commitment(self.tvk):
            return False
        given = zip(self.input_ids, self.inputs, types, strict=True)
        if not all(self._holds(index, *each) for index, each in enumerate(given)):
            return False
        ids, signer = self.input_ids, self.signer
        return verify_request(
            self.signature, signer, self.function_id, self.tvk, ids, is_root=is_root, checksum=checksum
        )

    def _holds(self, index: int, item: RequestId, value: Value, type_: ValueType) -> bool:
        """Whether an id is that of its input; the name of a record's type is part of its commitment."""
        if isinstance(item, InputId):
            try:
                return item.id == hash_id(item.kind, self.function_id, value, self.tvk, index)
            except CheckFailure:
                return False
        if not isinstance(value, Record) or not isinstance(type_, RecordValue) or value.owner != self.signer:
            return False
        commitment = records.commitment(value, self.program, type_.name, item.record_view_key)
        serial = records.serial_number(item.gamma, commitment)
        tag = poseidon.hash(2, [self.sk_tag, commitment])
        return (item.commitment, item.serial_number, item.tag) == (commitment, serial, tag)

    def dynamic_inputs(self) -> tuple[Value, ...]:
        """Return the inputs as a caller that named the function by values sees them: records are dynamic."""
        return tuple(DynamicRecord.of(v) if isinstance(v, Record) else v for v in self.inputs)

    def dynamic_input_ids(self) -> tuple[RequestId, ...]:
        """Return the ids of ``dynamic_inputs``."""
        ids: list[RequestId] = []
        for index, (item, value) in enumerate(zip(self.input_ids, self.dynamic_inputs(), strict=True)):
            if isinstance(item, RecordInputId) or item.kind == "external_record":
                number = hash_id("record_dynamic", self.function_id, value, self.tvk, index)
                ids.append(InputId("record_dynamic", number))
            else:
                ids.append(item)
        return tuple(ids)


def transition_secret(key: PrivateKey, nonce: int | None = None) -> int:
    """Return the scalar r of a transition, from the account's key and a nonce that is used once."""
    nonce = secrets.randbelow(FR_MODULUS) if nonce is None else nonce
    return poseidon.hash_to_scalar(4, [domain_separator(records.SERIAL_NUMBER_DOMAIN), key.sk_sig, nonce])


def sign_request(
    key: PrivateKey,
    program: str,
    function: str,
    inputs: Sequence[Value],
    types: Sequence[ValueType],
    *,
    is_root: bool,
    root_tvk: int | None = None,
    checksum: int | None = None,
    dynamic: bool = False,
    nonce: int | None = None,
    secret: int | None = None,
) -> Request:
    """Return the signed request of a call with inputs of the function's types.

    A record that is given for a dynamic record becomes one. ``root_tvk`` is that of the outermost call,
    None for this one; ``checksum`` is the program's, if it has a constructor. The nonce, a field element,
    is drawn from the operating system unless given; no two requests may share one. ``secret`` is what
    ``transition_secret`` made of it, where that was needed before.
    Source: ``console/program/src/request/sign.rs``.

    Raises:
        CheckFailure: an input does not fit its type, or a record is not the signer's.
    """
    if len(types) != len(inputs):
        raise CheckFailure(f"'{program}/{function}' expects {len(types)} inputs, not {len(inputs)}")
    r = transition_secret(key, nonce) if secret is None else secret
    tvk, signer, tags = mul(key.address, r)[0], key.address, key.view_key.graph_key()
    identity, compute = function_id(program, function), key.compute_key
    message = _message(mul_generator(r), (compute.pk_sig, compute.pr_sig), signer, tvk, identity, is_root)
    message += [] if checksum is None else [checksum]
    ids: list[RequestId] = []
    taken: list[Value] = []
    for index, (value, type_) in enumerate(zip(inputs, types, strict=True)):
        kind = kind_of(type_)
        if kind == "record_dynamic" and isinstance(value, Record):
            value = DynamicRecord.of(value)
        taken.append(value)
        if isinstance(type_, RecordValue) and isinstance(value, Record):
            if value.owner != signer:
                raise CheckFailure(f"input {index}, a {type_}, does not belong to the signer")
            spent = record_input_id(value, program, type_.name, key, tags)
            base = _base(spent.commitment)
            ids.append(spent)
            message += _spent(spent, base, mul(base, r))
        elif kind.startswith("future"):
            raise CheckFailure(f"input {index} is a future, which no function takes")
        else:
            ids.append(InputId(kind, hash_id(kind, identity, value, tvk, index)))
            message.append(ids[-1].id)
    challenge = poseidon.hash_to_scalar(8, message)
    signature = Signature(challenge, (r - challenge * key.sk_sig) % FS_MODULUS, compute)
    tcm, scm = transition_commitment(tvk), signer_commitment(signer, tvk if root_tvk is None else root_tvk)
    ids_, inputs_ = tuple(ids), tuple(taken)
    return Request(signer, program, function, ids_, inputs_, signature, tags.sk_tag, tvk, tcm, scm, dynamic)
