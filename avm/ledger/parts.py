"""Inputs and outputs of a transition: whether they are well formed and fit a type, and what a proof shows.

What stands in the open is hashed again; the ids of records and dynamic values are known to the prover alone.
Source: snarkVM ``ledger/block/src/transition/{input,output}/mod.rs``.
"""

from __future__ import annotations

from avm.base.errors import AvmError
from avm.data.ciphertext import Ciphertext
from avm.data.future import Future
from avm.data.plaintext import parse_plaintext
from avm.data.record_ciphertext import RecordCiphertext
from avm.data.request import ciphertext_id, shown_id
from avm.data.types import (
    DynamicRecord,
    ExternalRecordValue,
    FutureValue,
    PlaintextValue,
    RecordValue,
)
from avm.data.value import parse_value
from avm.isa.types import InterfaceType, RegisterType
from avm.ledger.rejection import Reason, rejected
from avm.ledger.transition import Part
from avm.primitives.bhp import bhp

PLAIN = ("constant", "public", "private")
RECORDS = ("record", "record_with_dynamic_id")
"""Records of the program itself: an input is spent, an output is made."""
EXTERNAL = ("external_record", "external_record_with_dynamic_id")
WITH_DYNAMIC_ID = ("record_with_dynamic_id", "external_record_with_dynamic_id")
"""Records that a caller knows by the id of their dynamic form only."""
DYNAMIC = "record_dynamic"


def check_input(part: Part, function: int, tcm: int, index: int) -> None:
    """Raise VerifyError unless an input is complete and has the id of the value that it shows."""
    fields = {"tag": part.kind in RECORDS, "dynamic_id": part.kind in WITH_DYNAMIC_ID}
    if part.kind == "future" or _misses(part, fields):
        raise _malformed(part, index)
    _check_value(part, function, tcm, index)


def check_output(part: Part, function: int, tcm: int, index: int, record_version: int) -> None:
    """Raise VerifyError unless an output is complete and has the id, or checksum, of the value that it shows.

    New records must be of ``record_version``.
    """
    sender = part.kind in RECORDS and record_version > 0
    fields = {
        "checksum": part.kind in RECORDS,
        "sender_ciphertext": sender,
        "dynamic_id": part.kind in WITH_DYNAMIC_ID,
    }
    if _misses(part, fields) or part.sender_ciphertext == 0:
        raise _malformed(part, index)
    if part.kind not in RECORDS:
        _check_value(part, function, tcm, index)
        return
    record = RecordCiphertext.parse(part.value)
    if record.version != record_version:
        raise rejected(Reason.FORM, f"output {index} is a record of version {record.version}")
    if part.checksum != record_checksum(record):
        raise rejected(Reason.FORM, f"the checksum of output {index} is not that of its record")


def record_checksum(record: RecordCiphertext) -> int:
    """Return the hash that names an encrypted record; its version counts from version 1 on."""
    bits = record.to_bits()
    return bhp(1024).hash(bits if record.version else bits[:-8])


def _misses(part: Part, fields: dict[str, bool]) -> bool:
    """Whether a part lacks one of the fields of its kind or has one too many."""
    known = ("tag", "checksum", "sender_ciphertext", "dynamic_id")
    return any((getattr(part, name) is not None) != fields.get(name, False) for name in known)


def _malformed(part: Part, index: int) -> AvmError:
    return rejected(Reason.FORM, f"part {index} is not a well-formed {part.kind}")


def _check_value(part: Part, function: int, tcm: int, index: int) -> None:
    """Raise VerifyError unless a part with a value has the value's id, and another part none."""
    expected = part.id
    if part.kind in (*PLAIN, "future"):
        if not part.value:
            raise rejected(Reason.FORM, f"part {index} does not show its value")
        if part.kind == "private":
            expected = ciphertext_id(Ciphertext.parse(part.value))
        elif part.kind == "future":
            future = parse_value(part.value)
            if not isinstance(future, Future):
                raise _malformed(part, index)
            expected = shown_id(function, future, tcm, index)
        else:
            expected = shown_id(function, parse_plaintext(part.value), tcm, index)
    elif part.value:
        raise _malformed(part, index)
    if part.id != expected:
        raise rejected(Reason.FORM, f"the id of part {index} is not that of its value")


def fits(part: Part, type_: InterfaceType | RegisterType, dynamic: bool | None) -> bool:
    """Whether a part is of the kind that a function declares, seen from inside of it.

    ``dynamic`` says whether values named the function that is called; None allows both.
    """
    if isinstance(type_, PlaintextValue):
        return part.kind == str(type_.visibility)
    if isinstance(type_, FutureValue):
        return part.kind == "future"
    if isinstance(type_, DynamicRecord):
        return part.kind == DYNAMIC
    if isinstance(type_, RecordValue | ExternalRecordValue):
        static, translated = RECORDS if isinstance(type_, RecordValue) else EXTERNAL
        return (part.kind == static and dynamic is not True) or (
            part.kind == translated and dynamic is not False
        )
    return False


def caller_kind(part: Part) -> str:
    """Return the kind of a part as the caller of a dynamic call sees it."""
    return DYNAMIC if part.kind in WITH_DYNAMIC_ID else part.kind


def input_publics(part: Part) -> list[int]:
    """Return the public columns of an input: its id, and the tag of a record."""
    return [part.id] if part.tag is None else [part.id, part.tag]


def output_publics(part: Part) -> list[int]:
    """Return the public columns of an output: its id, and the checksum and sender of a record."""
    return [part.id, *(field for field in (part.checksum, part.sender_ciphertext) if field is not None)]
