"""The fields by which the network knows a record, made inside a circuit.

Twins of the functions of ``record_ciphertext``
(`circuit/program/src/data/record/{to_commitment,serial_number,tag}.rs`, `response/from_outputs.rs`).
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.data.ciphertext import ENCRYPTION_DOMAIN
from avm.data.circuit_ciphertext import encrypt_record
from avm.data.circuit_names import count_name, name_bits, program_bits
from avm.data.circuit_record import CircuitRecord
from avm.data.record_ciphertext import COMMITMENT_DOMAIN, SERIAL_NUMBER_DOMAIN
from avm.primitives.bhp import bhp
from avm.primitives.domain import domain_separator
from avm.primitives.hash_to_curve import mul_generator_circuit
from avm.primitives.poseidon import hash_circuit, hash_to_group_circuit, hash_to_scalar_circuit
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.scalar import ScalarVar

_VERSION_BITS = 8


def commitment(record: CircuitRecord, program: str, name: str, view_key: FieldVar) -> FieldVar:
    """Return the commitment to a record; program and name have been counted.

    Both the plain hash and its hiding commitment are made; the version says which it is.
    """
    cs = record.cs
    with cs.gadget("record commitment"):
        bits = (*program_bits(cs, program), *name_bits(cs, name), *record.tagged_bits())
        digest = bhp(1024).hash_to_group_circuit(cs, bits[:-_VERSION_BITS]).x
        hidden = (*digest.to_bits_le(), *bits[-_VERSION_BITS:])
        blinding = hash_to_scalar_circuit(cs, 2, [_domain(cs, COMMITMENT_DOMAIN), view_key])
        committed = bhp(512).commit_to_group_circuit(cs, hidden, blinding).x
        return FieldVar.ternary(record.is_hiding().not_(), digest, committed)


def serial_base(record_commitment: FieldVar) -> GroupVar:
    """Return the point of a commitment, whose multiple by the owner's secret is gamma."""
    cs = record_commitment.cs
    return hash_to_group_circuit(cs, 2, [_domain(cs, SERIAL_NUMBER_DOMAIN), record_commitment])


def serial_number(gamma: GroupVar, record_commitment: FieldVar) -> FieldVar:
    """Return the field that marks a record as spent."""
    cs = gamma.cs
    with cs.gadget("serial number"):
        cofactor = gamma.mul_by_cofactor().to_field()
        nonce = hash_to_scalar_circuit(cs, 2, [_domain(cs, SERIAL_NUMBER_DOMAIN), cofactor])
        domain = _domain(cs, SERIAL_NUMBER_DOMAIN).to_bits_le()
        bits = (*domain, *record_commitment.clone().to_bits_le())
        return bhp(512).commit_to_group_circuit(cs, bits, nonce).x


def tag(sk_tag: FieldVar, record_commitment: FieldVar) -> FieldVar:
    """Return the field by which an owner finds the spending of a record."""
    cs = sk_tag.cs
    with cs.gadget("tag"):
        return hash_circuit(cs, 2, [sk_tag, record_commitment])


def record_randomizer(tvk: FieldVar, register: int) -> ScalarVar:
    """Return the scalar behind the nonce of a record that a register holds; counts the register's number."""
    cs = tvk.cs
    return hash_to_scalar_circuit(cs, 2, [tvk, FieldVar.constant(cs, register)])


def view_key_of(record: CircuitRecord, randomizer: ScalarVar) -> FieldVar:
    """Return the field under which a record with this randomizer is encrypted for its owner."""
    return record.owner.to_group().mul(randomizer).to_field()


@dataclass(frozen=True, slots=True)
class RecordOutput:
    """The ids of a record that a function makes."""

    commitment: FieldVar
    checksum: FieldVar
    sender_ciphertext: FieldVar


def output_ids(
    record: CircuitRecord, program: str, name: str, signer: AddressVar, randomizer: ScalarVar
) -> RecordOutput:
    """Return commitment, checksum and sender of a new record, whose nonce is required to fit."""
    cs = record.cs
    with cs.gadget("record nonce"):
        cs.assert_eq(record.nonce.lc, mul_generator_circuit(randomizer).lc)
    with cs.gadget("record encryption"):
        view_key = view_key_of(record, randomizer)
        hidden = encrypt_record(record, view_key)
    count_name(cs, name)
    committed = commitment(record, program, name, view_key)
    with cs.gadget("record checksum"):
        checksum = bhp(1024).hash_to_group_circuit(cs, hidden()).x
    with cs.gadget("sender"):
        mask = hash_circuit(cs, 4, [_domain(cs, ENCRYPTION_DOMAIN), view_key, FieldVar.one(cs)])
        return RecordOutput(committed, checksum, signer.to_field().add(mask))


def _domain(cs: ConstraintSystem, text: str) -> FieldVar:
    return FieldVar.fixed(cs, domain_separator(text))
