"""Transitions: their ids, their encodings, and what a view key shows of them."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, Unsupported, VerifyError
from avm.data.dynamic import DynamicFuture
from avm.data.future import Future
from avm.data.plaintext import parse_plaintext
from avm.data.record import Record
from avm.data.record_ciphertext import encrypt_record
from avm.ledger.transition import Part, Transition, make_transition
from avm.ledger.transition_codec import part_to_bytes, read_part, read_transition, transition_to_bytes
from avm.primitives.hash_to_curve import generator, mul_generator
from tests.ledger.support import SIGNER

TVK = 77
fields = st.integers(0, 2**250)
RECORD = encrypt_record(Record(SIGNER.address, True, (), generator(), 1), 5)
OLD_RECORD = encrypt_record(Record(SIGNER.address, True, (), generator(), 0), 5)


def transition():
    inputs = [("constant", "1u8"), ("public", "{ a: 2u8 }"), ("private", "[3u8, 4u8]")]
    outputs = [("private", parse_plaintext("5u8")), ("future", Future("a.aleo", "f", ()))]
    return make_transition(
        "a.aleo",
        "f",
        [(kind, parse_plaintext(text)) for kind, text in inputs],
        outputs,
        signer=SIGNER.address,
        tpk=mul_generator(5),
        tvk=TVK,
    )


def test_a_transition_reads_back_from_json_and_bytes():
    made = transition()
    made.check()
    assert Transition.from_json(made.to_json()) == made
    data = transition_to_bytes(made)
    reader = ByteReader(data)
    again = read_transition(reader)
    reader.finish()
    assert again.id == made.id
    assert transition_to_bytes(again) == data
    again.check()


def test_private_values_are_shown_by_the_view_key_only():
    made = transition()
    assert "3u8" not in str(made.to_json())
    shown = made.decrypted(TVK)
    assert [part.kind for part in shown.inputs] == ["constant", "public", "public"]
    assert parse_plaintext(shown.inputs[2].value) == parse_plaintext("[3u8, 4u8]")
    assert shown.outputs[0].value == "5u8"
    with pytest.raises(DecodeError):
        made.decrypted(TVK + 1)


def test_the_same_call_under_another_view_key_has_another_id():
    one = transition()
    other = replace(one, tcm=one.tcm + 1)
    assert one.id != other.id
    with pytest.raises(VerifyError, match="part 0"):
        other.check()


def test_a_record_is_not_a_value_of_a_transition_yet():
    record = Record(SIGNER.address, True, (), generator(), 1)
    for kind in ("record", "private"):
        with pytest.raises(Unsupported):
            make_transition(
                "a.aleo", "f", [(kind, record)], [], signer=SIGNER.address, tpk=generator(), tvk=TVK
            )


parts = st.one_of(
    st.builds(Part, st.sampled_from(["constant", "public", "private", "external_record"]), fields),
    st.builds(Part, st.just("public"), fields, st.just("7u8")),
)
inputs_only = st.builds(Part, st.just("record"), fields, tag=fields)
outputs_only = st.one_of(
    st.builds(Part, st.just("record"), fields, checksum=fields),
    st.builds(Part, st.just("record"), fields, st.just(str(OLD_RECORD)), checksum=fields),
    st.builds(
        Part, st.just("record"), fields, st.just(str(RECORD)), checksum=fields, sender_ciphertext=fields
    ),
    st.builds(Part, st.just("future"), fields, st.just(str(Future("a.aleo", "f", ())))),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(st.one_of(parts, inputs_only), st.one_of(parts, outputs_only))
def test_every_kind_of_part_reads_back(given_in, given_out):
    for part, output in ((given_in, False), (given_out, True)):
        data = part_to_bytes(part, output=output)
        assert read_part(ByteReader(data), output=output) == part
        assert Part.from_json(part.to_json(), output=output) == part
        with pytest.raises(DecodeError):
            read_part(ByteReader(data[:-1]), output=output)


@pytest.mark.parametrize(("data", "output"), [(b"\x09" + bytes(32), True), (b"\x08" + bytes(33), False)])
def test_unknown_kinds_are_refused(data, output):
    with pytest.raises(DecodeError, match="variant"):
        read_part(ByteReader(data), output=output)
    with pytest.raises(VerifyError, match="kind"):
        Part.from_json({"type": "secret", "id": "1field"}, output=output)
    with pytest.raises(VerifyError, match="no inputs of kind future"):
        Part.from_json({"type": "future", "id": "1field"}, output=False)


def test_a_name_that_goes_on_behind_its_end_is_refused():
    inner = DynamicFuture.of("b.aleo", "g", ())
    for known, more in ((inner, 0), (replace(inner, program=inner.program + (1 << 100)), 1)):
        future = Future("a.aleo", "f", (known,))
        data = b"\x05" + bytes(32) + b"\x01" + future.to_bytes()
        if more:
            with pytest.raises(DecodeError, match="behind its end"):
                read_part(ByteReader(data), output=True)
        else:
            assert read_part(ByteReader(data), output=True).value == str(future)


def test_bytes_with_another_id_are_refused():
    data = bytearray(transition_to_bytes(transition()))
    data[1] ^= 1
    with pytest.raises(DecodeError, match="id"):
        read_transition(ByteReader(bytes(data)))
    with pytest.raises(DecodeError, match="version"):
        read_transition(ByteReader(b"\x02"))
