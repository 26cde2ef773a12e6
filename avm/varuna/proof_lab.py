"""The proof lab: alter any part of a proof or of its statement and let the real verifier say what fails.

An alteration changes bytes of a named part (or a public input, the key's id, the protocol's version) in a
copy; the copy is decoded and verified as any proof is. A copy that is no proof at all fails in decoding.

The verifier believes whoever hands it the key: its equations do not use the id of a key, which names the
circuit and orders a batch. As in a proof file, one more check holds the copy's key against the one that the
circuit gives (``KEY_CHECK``), all bytes of it.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from avm.algebra import g1
from avm.algebra.fields import FR_MODULUS
from avm.base.errors import AvmError, DecodeError
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.varuna.proof import Proof
from avm.varuna.report import DECODING, KEY_CHECK, Check
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.verifier import verify
from avm.varuna.verifying_key import INDEX_POLYNOMIALS, VerifyingKey
from avm.varuna.version import VarunaVersion

Action = Literal["flip", "add one", "negate", "version"]
PROOF, INPUTS, KEY, PROTOCOL = "Proof", "Public inputs", "Verifying key", "Protocol"
KEY_HOLDS = "the key is the one that the circuit gives"
KEY_FAILS = "this is not the key that the circuit gives; the equations alone do not see a changed id"
_ACTIONS: dict[str, tuple[Action, ...]] = {
    "point": ("flip", "negate"),
    "scalar": ("flip", "add one"),
    "count": ("flip", "add one"),
    "flag": ("flip",),
    "field": ("add one",),
    "id": ("flip",),
    "version": ("version",),
}


@dataclass(frozen=True, slots=True)
class Alteration:
    """One change. ``part`` is the key of a part; ``byte`` the byte of it to flip (its lowest bit), ``to`` the
    version to take.
    """

    part: str
    action: Action
    byte: int = 0
    to: int = 0


@dataclass(frozen=True, slots=True)
class LabPart:
    """A part of what is verified.

    ``offset`` is the place in the proof's bytes, None outside the proof; ``size`` is in bytes; ``value`` is
    hex for points and ids, decimal else; ``actions`` are the alterations it can take. ``version`` is that of
    the protocol, 0 of any other part.
    """

    key: str
    group: str
    name: str
    kind: str
    stage: str
    offset: int | None
    size: int
    value: str
    actions: tuple[Action, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on a copy under a version of the protocol. ``values`` holds the altered values by part key;
    ``error`` is the decoder's sentence, and ``checks`` then holds the decoding alone.
    """

    alterations: tuple[Alteration, ...]
    values: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]
    error: str
    seconds: float
    version: int

    @property
    def valid(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def failing(self) -> tuple[str, ...]:
        """Names of the checks that failed."""
        return tuple(check.name for check in self.checks if not check.passed)


class ProofLab:
    """A proof, its statement and its key, laid out in parts.

    ``public_inputs`` are without the leading 1. Nothing here changes; every trial works on a copy.
    """

    def __init__(
        self,
        key: VerifyingKey,
        srs: SrsVerifier,
        public_inputs: Sequence[int],
        proof: Proof,
        version: int,
    ) -> None:
        self._key, self._srs, self._proof = key, srs, proof
        self._inputs = tuple(public_inputs)
        self._version = version
        self._bytes = proof.to_bytes()
        self.parts: tuple[LabPart, ...] = tuple(self._lay_out())
        self._by_key = {part.key: part for part in self.parts}

    def part(self, key: str) -> LabPart:
        """The part with this key; ``AvmError`` when there is none."""
        if key not in self._by_key:
            raise AvmError(f"the proof has no part {key!r}", code="EAVM1501")
        return self._by_key[key]

    def verify(self, alterations: Sequence[Alteration] = ()) -> Outcome:
        """Verify a copy with these alterations; without any, the proof itself.

        ``AvmError`` for an alteration that its part cannot take.
        """
        began = time.perf_counter()
        data, inputs, key, version = bytearray(self._bytes), list(self._inputs), self._key, self._version
        for alteration in alterations:
            part = self.part(alteration.part)
            if alteration.action not in part.actions:
                raise AvmError(f"{part.name} cannot take {alteration.action!r}", code="EAVM1502")
            if part.group == PROOF:
                assert part.offset is not None
                place = slice(part.offset, part.offset + part.size)
                data[place] = _altered(bytes(data[place]), part.kind, alteration)
            elif part.group == INPUTS:
                number = int(part.key.partition(":")[2])
                inputs[number] = (inputs[number] + 1) % FR_MODULUS
            elif part.group == KEY:
                key = _altered_key(key, part, alteration)
            else:
                version = alteration.to
        values = self._values(alterations, bytes(data), inputs, key, version)
        try:
            proof = Proof.from_bytes(bytes(data))
        except DecodeError as error:
            checks: tuple[Check, ...] = (Check(DECODING, False, error.message),)
            took = time.perf_counter() - began
            return Outcome(tuple(alterations), values, checks, error.message, took, version)
        decoded = Check(DECODING, True, "the bytes are a canonical proof")
        same = key == self._key
        own = Check(KEY_CHECK, same, KEY_HOLDS if same else KEY_FAILS)
        report = verify(key, self._srs, [1, *inputs], proof, version=VarunaVersion(version))
        checks = (decoded, *report.checks, own)
        return Outcome(tuple(alterations), values, checks, "", time.perf_counter() - began, version)

    def first_alteration(self, part: LabPart) -> Alteration:
        """The alteration of a part that is most likely to pass the decoder, so that a check must catch it."""
        versions = [v for v in (1, 2, 3) if v != self._version]
        action = part.actions[-1]
        return Alteration(part.key, action, to=versions[-1] if action == "version" else 0)

    def sweep(
        self, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None
    ) -> tuple[tuple[str, Outcome], ...]:
        """Alter every part alone, one after the other; by part key, what became of each copy."""
        progress.stage("Alter every part", f"{len(self.parts)} parts")
        found = []
        for number, part in enumerate(self.parts):
            if cancel is not None:
                cancel.check()
            found.append((part.key, self.verify([self.first_alteration(part)])))
            progress.step(number + 1, len(self.parts))
        return tuple(found)

    # --- inside -----------------------------------------------------------------------------------------

    def _lay_out(self) -> Iterator[LabPart]:
        for p in self._proof.parts():
            infinity = p.kind == "point" and g1.from_compressed(bytes.fromhex(p.value)) is None
            actions = ("flip",) if infinity else _ACTIONS[p.kind]
            yield LabPart(
                f"proof:{p.offset}", PROOF, p.name, p.kind, p.stage, p.offset, p.size, p.value, actions
            )
        for i, value in enumerate(self._inputs):
            yield LabPart(
                f"input:{i}",
                INPUTS,
                f"x{i + 1}",
                "field",
                "Statement",
                None,
                32,
                str(value),
                _ACTIONS["field"],
            )
        circuit = self._key.circuit_id
        yield LabPart(
            "key:id", KEY, "circuit id", "id", "Statement", None, len(circuit), circuit.hex(), _ACTIONS["id"]
        )
        for i, (name, point) in enumerate(zip(INDEX_POLYNOMIALS, self._key.commitments, strict=True)):
            text = g1.to_compressed(point).hex()
            yield LabPart(f"key:{i}", KEY, name, "point", "Statement", None, 48, text, ("negate",))
        yield LabPart(
            "version",
            PROTOCOL,
            "Varuna version",
            "version",
            "Statement",
            None,
            0,
            f"V{self._version}",
            _ACTIONS["version"],
            self._version,
        )

    def _values(
        self,
        alterations: Sequence[Alteration],
        data: bytes,
        inputs: Sequence[int],
        key: VerifyingKey,
        version: int,
    ) -> tuple[tuple[str, str], ...]:
        found = {}
        for alteration in alterations:
            part = self.part(alteration.part)
            if part.offset is not None:
                raw = data[part.offset : part.offset + part.size]
                found[part.key] = raw.hex() if part.kind == "point" else str(int.from_bytes(raw, "little"))
            elif part.group == INPUTS:
                found[part.key] = str(inputs[int(part.key.partition(":")[2])])
            elif part.group == KEY:
                found[part.key] = _key_value(key, part)
            else:
                found[part.key] = f"V{version}"
        return tuple(found.items())


def _flip(data: bytes, byte: int) -> bytes:
    if not 0 <= byte < len(data):
        raise AvmError(f"byte {byte} is outside the part's {len(data)} bytes", code="EAVM1502")
    return data[:byte] + bytes([data[byte] ^ 1]) + data[byte + 1 :]


def _altered_key(key: VerifyingKey, part: LabPart, alteration: Alteration) -> VerifyingKey:
    if part.kind == "id":
        return dataclasses.replace(key, circuit_id=_flip(key.circuit_id, alteration.byte))
    commitments = list(key.commitments)
    number = int(part.key.partition(":")[2])
    commitments[number] = g1.neg(commitments[number])
    return dataclasses.replace(key, commitments=tuple(commitments))


def _key_value(key: VerifyingKey, part: LabPart) -> str:
    if part.kind == "id":
        return key.circuit_id.hex()
    return g1.to_compressed(key.commitments[int(part.key.partition(":")[2])]).hex()


def _altered(data: bytes, kind: str, alteration: Alteration) -> bytes:
    """The bytes of a part after one alteration; a scalar is counted modulo the field."""
    if alteration.action == "flip":
        return _flip(data, alteration.byte)
    if alteration.action == "negate":
        return g1.to_compressed(g1.neg(g1.from_compressed(data)))
    modulus = FR_MODULUS if kind == "scalar" else 1 << (8 * len(data))
    return ((int.from_bytes(data, "little") + 1) % modulus).to_bytes(len(data), "little")
