"""Records, futures and their dynamic forms inside circuits are those outside."""

from __future__ import annotations

import pytest

from avm.account.keys import PrivateKey
from avm.algebra.edwards import mul
from avm.base.errors import Halt
from avm.data import circuit_record_ids as ids
from avm.data import record_ciphertext as records
from avm.data.ciphertext import Ciphertext
from avm.data.circuit_ciphertext import encrypt, encrypt_record
from avm.data.circuit_dynamic_record import CircuitDynamicRecord, entries_root, read_entry
from avm.data.circuit_future import CircuitDynamicFuture, CircuitFuture
from avm.data.circuit_names import function_id_circuit
from avm.data.circuit_record import CircuitRecord
from avm.data.circuit_values import inject
from avm.data.dynamic import DynamicFuture, DynamicRecord, entry_tree
from avm.data.future import Future
from avm.data.identifier import function_id
from avm.data.literal import Literal
from avm.data.plaintext import Plaintext, parse_plaintext
from avm.data.record import Entry, Record
from avm.data.response import new_record, record_randomizer
from avm.data.types import Visibility
from avm.primitives.hash_to_curve import mul_generator
from avm.r1cs import ConstraintSystem, Mode
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.literal_type import LiteralType as T

KEY = PrivateKey(7)
TVK, REGISTER = 1234, 3
PRIVATE, PUBLIC, CONSTANT = Visibility.PRIVATE, Visibility.PUBLIC, Visibility.CONSTANT


def plaintext(text: str) -> Plaintext:
    return parse_plaintext(text)


def record(*entries: tuple[str, Visibility, str], private: bool = True, version: int = 1) -> Record:
    data = tuple((name, Entry(seen, plaintext(text))) for name, seen, text in entries)
    nonce = mul_generator(record_randomizer(TVK, REGISTER))
    return Record(KEY.address, private, data, nonce, version)


COIN = record(("amount", PRIVATE, "5u64"))
MIXED = record(
    ("a", PUBLIC, "{ x: 1u8, y: true }"), ("b", PRIVATE, "2field"), ("c", CONSTANT, "3u16"), private=False
)
OLD = record(("amount", PRIVATE, "5u64"), version=0)
BARE = record()
FUTURE = Future("lib.aleo", "go", (Literal(T.U8, 1), plaintext("{ a: 2field }")))


def bools(bits: tuple[BooleanVar, ...]) -> list[bool]:
    return [bit.value for bit in bits]


def private(cs: ConstraintSystem, value: int) -> FieldVar:
    return FieldVar.new(cs, Mode.PRIVATE, value)


@pytest.mark.parametrize("value", [COIN, MIXED, OLD, BARE])
def test_a_record_has_its_bits_and_fields_and_is_found_again(value: Record) -> None:
    cs = ConstraintSystem()
    var = CircuitRecord.new(cs, value)
    assert var.value() == value and var.clone().value() == value
    assert bools(var.tagged_bits()) == value.tagged_bits()
    assert [field.value for field in var.to_fields()] == value.to_fields()
    assert cs.is_satisfied


def test_a_clone_of_a_record_finds_its_bits_anew() -> None:
    cs = ConstraintSystem()
    var = CircuitRecord.new(cs, COIN)
    before, copy = cs.num_private, var.clone()
    var.tagged_bits()
    first = cs.num_private - before
    again = var.clone()
    again.tagged_bits()
    known = cs.num_private - before - first
    copy.tagged_bits()
    assert known == 2 and cs.num_private - before - first - known == first, "the version is asked each time"


def test_owner_and_entries_are_parts_of_a_record() -> None:
    cs = ConstraintSystem()
    var = CircuitRecord.new(cs, MIXED)
    before = cs.num_constants
    assert var.part(["owner"]).value() == Literal(T.ADDRESS, KEY.address)
    assert cs.num_constants - before == 2 * 8 * len("owner"), "the path, and the word that it is held against"
    assert var.part(["b"]).value() == Literal(T.FIELD, 2)
    assert var.part(["a", "y"]).value() == Literal(T.BOOLEAN, True)
    with pytest.raises(Halt, match="no entry 'z'"):
        var.part(["z"])


@pytest.mark.parametrize("value", [COIN, MIXED, OLD, BARE])
def test_the_ids_of_a_new_record_are_those_outside(value: Record) -> None:
    cs = ConstraintSystem()
    made, encrypted = new_record(value, "lib.aleo", "coin", tvk=TVK, register=REGISTER, signer=KEY.address)
    var, signer = CircuitRecord.new(cs, value), AddressVar.new(cs, Mode.PRIVATE, KEY.address)
    randomizer = ids.record_randomizer(private(cs, TVK), REGISTER)
    found = ids.output_ids(var, "lib.aleo", "coin", signer, randomizer)
    assert found.commitment.value == made.commitment
    assert found.checksum.value == made.checksum
    assert found.sender_ciphertext.value == made.sender_ciphertext
    assert cs.is_satisfied
    view_key = mul(KEY.address, record_randomizer(TVK, REGISTER))[0]
    assert bools(encrypt_record(var, private(cs, view_key))()) == encrypted.to_bits()


def test_a_nonce_of_another_register_is_refused() -> None:
    cs = ConstraintSystem()
    signer = AddressVar.new(cs, Mode.PRIVATE, KEY.address)
    randomizer = ids.record_randomizer(private(cs, TVK), REGISTER + 1)
    ids.output_ids(CircuitRecord.new(cs, COIN), "lib.aleo", "coin", signer, randomizer)
    (violation,) = cs.violations
    assert "record nonce" in str(violation.label)


def test_serial_number_and_tag_are_those_outside() -> None:
    cs, commitment, tags = ConstraintSystem(), 99, KEY.view_key.graph_key()
    gamma = records.gamma(KEY, commitment)
    found = ids.serial_number(GroupVar.new(cs, Mode.PRIVATE, gamma), private(cs, commitment))
    assert found.value == records.serial_number(gamma, commitment)
    assert ids.tag(private(cs, tags.sk_tag), private(cs, commitment)).value == records.tag(tags, commitment)
    assert cs.is_satisfied


@pytest.mark.parametrize("text", ["1u8", "{ a: 1field, b: [2u64, 3u64] }"])
def test_a_plaintext_is_encrypted_as_outside(text: str) -> None:
    cs = ConstraintSystem()
    found = encrypt(inject(cs, Mode.PRIVATE, plaintext(text)), private(cs, 11))
    assert tuple(part.value for part in found) == Ciphertext.encrypt(plaintext(text), 11).fields


@pytest.mark.parametrize("entries", range(6))
def test_the_tree_of_entries_is_that_outside(entries: int) -> None:
    cs = ConstraintSystem()
    value = record(*((f"e{i}", PRIVATE, f"{i}u8") for i in range(entries)))
    assert entries_root(cs, CircuitRecord.new(cs, value).entries).value == entry_tree(value.data).root


def test_a_dynamic_record_has_its_bits_and_gives_its_entries() -> None:
    cs = ConstraintSystem()
    opened = DynamicRecord.of(MIXED)
    var = CircuitDynamicRecord.from_record(CircuitRecord.new(cs, MIXED))
    assert bools(var.tagged_bits()) == opened.tagged_bits()
    assert [field.value for field in var.to_fields()] == opened.to_fields()
    assert var.part(["owner"]).value() == Literal(T.ADDRESS, KEY.address)
    for fixed in (False, True):
        assert read_entry(var, "b", opened, fixed_visibility=fixed).value() == Literal(T.FIELD, 2)
    assert cs.is_satisfied
    with pytest.raises(Halt, match="no entry 'z'"):
        read_entry(var, "z", opened, fixed_visibility=False)
    read_entry(var, "amount", DynamicRecord.of(COIN), fixed_visibility=False)
    assert not cs.is_satisfied, "the entry is one of another record"


def test_a_future_has_its_bits_and_gives_its_arguments() -> None:
    cs = ConstraintSystem()
    outer = Future("top.aleo", "up", (FUTURE, DynamicFuture(1, 2, 3, 4), Literal(T.U8, 9)))
    for value in (FUTURE, outer):
        var = CircuitFuture.new(cs, Mode.PRIVATE, value)
        assert bools(var.tagged_bits()) == value.tagged_bits()
        assert [field.value for field in var.to_fields()] == value.to_fields()
    inner = var.part([0, 1, "a"])
    assert not isinstance(inner, CircuitFuture | CircuitDynamicFuture) and inner.value() == Literal(
        T.FIELD, 2
    )
    assert isinstance(var.part([1]), CircuitDynamicFuture)
    with pytest.raises(Halt, match="no argument '3'"):
        var.part([3])
    assert cs.is_satisfied


def test_the_id_of_a_function_counts_its_constants_each_time() -> None:
    cs = ConstraintSystem()
    first = function_id_circuit(cs, 0, "credits.aleo", "transfer_public")
    once = cs.num_constants
    function_id_circuit(cs, 0, "credits.aleo", "transfer_public")
    assert first.value == function_id("credits.aleo", "transfer_public") and first.is_constant
    assert cs.num_constants == 2 * once and cs.num_constraints == 0
