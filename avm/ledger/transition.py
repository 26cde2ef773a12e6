"""Transitions: one call of a function, as much of it as everybody may see.

An id stands for every input and output: of the value itself, or of its ciphertext when it is private.
Source: snarkVM ``ledger/block/src/transition`` and ``console/program/src/{request,response}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from avm.algebra.edwards import Point
from avm.base.errors import Unsupported
from avm.base.json_value import JsonObject, JsonValue, items, members, text
from avm.data.ciphertext import Ciphertext
from avm.data.future import Future
from avm.data.identifier import function_id
from avm.data.literal import Literal, literal_value
from avm.data.plaintext import Plaintext
from avm.data.request import (
    ciphertext_id,
    hidden,
    private_key_of,
    shown_id,
    signer_commitment,
    transition_commitment,
)
from avm.data.value import Value, inline, parse_value
from avm.ledger import state
from avm.ledger.ids import Kind, field_text, id_text, parse_id
from avm.ledger.rejection import Reason, reading, rejected
from avm.primitives.merkle import MerkleTree
from avm.types.literal_type import LiteralType

_SHARED = ("constant", "public", "private", "record", "external_record")
_DYNAMIC = ("record_dynamic", "record_with_dynamic_id", "external_record_with_dynamic_id")
INPUT_KINDS = (*_SHARED, *_DYNAMIC)
"""The kinds of inputs in the order of their numbers.

The last two are of a call that its caller named by values: the caller passed a dynamic record, with an id of
its own, for a record or external record of the function.
"""
OUTPUT_KINDS = (*_SHARED, "future", *_DYNAMIC)
"""The kinds of outputs in the order of their numbers."""
_FIRST_FIELDS, _LAST_FIELDS = ("tag", "checksum"), ("sender_ciphertext", "dynamic_id")
_FIELDS = (*_FIRST_FIELDS, *_LAST_FIELDS)


@dataclass(frozen=True, slots=True)
class Part:
    """An input or output: its kind, its id, and the text of its value or ciphertext, where it has one.

    The id of a spent record is its serial number, and ``tag`` comes with it; that of a new record is its
    commitment, with ``checksum`` and ``sender_ciphertext``. ``dynamic_id`` is the id that the caller gives
    a record that it passes or takes as a dynamic one.
    """

    kind: str
    id: int
    value: str = ""
    tag: int | None = None
    checksum: int | None = None
    sender_ciphertext: int | None = None
    dynamic_id: int | None = None

    def leaf_tag(self, index: int, *, output: bool) -> tuple[tuple[int, int], ...]:
        """Return what stands before the id in the leaf, as (number, bits): version, index, variant.

        A record that the caller knows under a dynamic id has version 2 and the variant of a plain one.
        """
        kinds = OUTPUT_KINDS if output else INPUT_KINDS
        dynamic = self.dynamic_id is not None
        kind = self.kind.removesuffix("_with_dynamic_id") if dynamic else self.kind
        return (1 + dynamic, 8), (index, 8), (kinds.index(kind), 8)

    def to_json(self) -> JsonObject:
        """Return the part as JSON values."""
        data: dict[str, JsonValue] = {"type": self.kind, "id": field_text(self.id)}
        self._add_fields(data, _FIRST_FIELDS)
        if self.value:
            data["value"] = self.value
        self._add_fields(data, _LAST_FIELDS)
        return data

    def _add_fields(self, data: dict[str, JsonValue], names: Sequence[str]) -> None:
        for name in names:
            number = getattr(self, name)
            if number is not None:
                data[name] = field_text(number)

    @classmethod
    def from_json(cls, data: JsonObject, *, output: bool) -> Part:
        """Return the part of ``to_json``; VerifyError for a kind that inputs, or outputs, do not have."""
        kind = text(data["type"])
        if kind not in (OUTPUT_KINDS if output else INPUT_KINDS):
            side = "outputs" if output else "inputs"
            raise rejected(Reason.FORM, f"there are no {side} of kind {kind}")
        fields = {name: _field(data[name]) for name in _FIELDS if name in data}
        return cls(kind, _field(data["id"]), text(data.get("value", "")), **fields)


def _field(value: JsonValue) -> int:
    literal = Literal.parse(text(value))
    if literal.type is not LiteralType.FIELD:
        raise rejected(Reason.FORM, f"expected a field, found {value}")
    number: int = literal.value
    return number


@dataclass(frozen=True)
class Transition:
    """A call: program, function, inputs and outputs, and the commitments to its secret view key.

    ``tpk`` is its public key, ``tcm`` commits to the view key, ``scm`` to the signer.
    """

    program: str
    function: str
    inputs: tuple[Part, ...]
    outputs: tuple[Part, ...]
    tpk: Point
    tcm: int
    scm: int

    def tree(self) -> MerkleTree:
        """Return the tree over the inputs and the outputs."""
        first = len(self.inputs)
        tags = [part.leaf_tag(i, output=False) for i, part in enumerate(self.inputs)]
        tags += [part.leaf_tag(i, output=True) for i, part in enumerate(self.outputs, first)]
        return state.transition_tree(tags, [part.id for part in (*self.inputs, *self.outputs)])

    @cached_property
    def id(self) -> int:
        """The id, computed from the tree and ``tcm``."""
        return state.transition_id(self.tree().root, self.tcm)

    @property
    def id_text(self) -> str:
        """The id as text."""
        return id_text(Kind.TRANSITION, self.id)

    def future(self) -> Future | None:
        """Return the future among the outputs, if the function has finalize code."""
        for part in self.outputs:
            value = parse_value(part.value) if part.kind == "future" else None
            if isinstance(value, Future):
                return value
        return None

    def check(self) -> None:
        """Raise VerifyError unless every id is that of its value."""
        function = function_id(self.program, self.function)
        for index, part in enumerate((*self.inputs, *self.outputs)):
            if part.kind == "private":
                expected = ciphertext_id(Ciphertext.parse(part.value))
            elif part.kind in ("constant", "public", "future"):
                expected = shown_id(function, parse_value(part.value), self.tcm, index)
            else:
                raise Unsupported(f"transitions with parts of the kind {part.kind} are not built yet")
            if part.id != expected:
                raise rejected(
                    Reason.FORM, f"the id of part {index} of {self.function} is not that of its value"
                )

    def check_texts(self) -> None:
        """Raise VerifyError unless every value has the one text that ``make_transition`` gives it."""
        for index, part in enumerate((*self.inputs, *self.outputs)):
            if part.kind == "private":
                text = str(Ciphertext.parse(part.value))
            else:
                text = inline(parse_value(part.value))
            if part != Part(part.kind, part.id, text):
                raise rejected(Reason.FORM, f"part {index} of {self.function} is not in its canonical form")

    def decrypted(self, tvk: int) -> Transition:
        """Return the transition with its private values shown, as public ones, by its view key.

        Raises:
            DecodeError: the view key is not the transition's.
        """
        function = function_id(self.program, self.function)

        def show(index: int, part: Part) -> Part:
            if part.kind != "private":
                return part
            value = Ciphertext.parse(part.value).decrypt(private_key_of(function, tvk, index))
            return Part("public", part.id, str(value))

        count = len(self.inputs)
        parts = tuple(show(i, part) for i, part in enumerate((*self.inputs, *self.outputs)))
        return replace(self, inputs=parts[:count], outputs=parts[count:])

    def to_json(self) -> JsonObject:
        """Return the transition as JSON values."""
        return {
            "id": self.id_text,
            "program": self.program,
            "function": self.function,
            "inputs": [part.to_json() for part in self.inputs],
            "outputs": [part.to_json() for part in self.outputs],
            "tpk": f"{self.tpk[0]}group",
            "tcm": field_text(self.tcm),
            "scm": field_text(self.scm),
        }

    @classmethod
    def from_json(cls, data: JsonObject, *, trusted: bool = False) -> Transition:
        """Return the transition of ``to_json``; VerifyError when its id is not its own.

        The id may be left out; that of trusted data is taken over instead of computed.
        """
        with reading("a transition"):
            transition = cls(
                text(data["program"]),
                text(data["function"]),
                tuple(Part.from_json(members(part), output=False) for part in items(data["inputs"])),
                tuple(Part.from_json(members(part), output=True) for part in items(data["outputs"])),
                literal_value(text(data["tpk"]), LiteralType.GROUP),
                _field(data["tcm"]),
                _field(data["scm"]),
            )
            if "id" not in data:
                return transition
            if trusted:
                transition.__dict__["id"] = parse_id(Kind.TRANSITION, text(data["id"]))
            elif data["id"] != transition.id_text:
                raise rejected(
                    Reason.FORM, f"the transition {data['id']} has another id: {transition.id_text}"
                )
            return transition


def make_transition(
    program: str,
    function: str,
    inputs: Sequence[tuple[str, Value]],
    outputs: Sequence[tuple[str, Value]],
    *,
    signer: Point,
    tpk: Point,
    tvk: int,
) -> Transition:
    """Return the transition of a call from the (kind, value) of its inputs and outputs.

    ``tvk`` is its secret view key; it is taken for the outermost call. Records
    raise Unsupported for now.
    """
    identity = function_id(program, function)
    tcm = transition_commitment(tvk)
    parts = []
    for index, (kind, value) in enumerate((*inputs, *outputs)):
        if kind == "private" and isinstance(value, Plaintext):
            encrypted = hidden(identity, value, tvk, index)
            parts.append(Part("private", ciphertext_id(encrypted), str(encrypted)))
        elif kind in ("constant", "public", "future"):
            parts.append(Part(kind, shown_id(identity, value, tcm, index), inline(value)))
        else:
            raise Unsupported(f"transitions with parts of the kind {kind} are not built yet")
    scm = signer_commitment(signer, tvk)
    count = len(inputs)
    return Transition(program, function, tuple(parts[:count]), tuple(parts[count:]), tpk, tcm, scm)
