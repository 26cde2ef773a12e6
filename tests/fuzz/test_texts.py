"""Damaged texts are refused with an AvmError or read as a value whose own text reads back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from avm.account.address import address_text, parse_address
from avm.account.keys import GraphKey, PrivateKey, ViewKey
from avm.account.signature import Signature, sign
from avm.base import base58, bech32
from avm.base.errors import AvmError, ParseFailure
from avm.data.ciphertext import Ciphertext
from avm.data.plaintext import parse_plaintext
from avm.data.record_ciphertext import RecordCiphertext, encrypt_record
from avm.data.types import parse_plaintext_type, parse_value_type
from avm.data.value import parse_value
from avm.isa.instruction import parse_instruction
from avm.ledger.ids import Kind, id_text, parse_id
from avm.program.parser import parse
from avm.varuna.certificate import Certificate, certify
from avm.varuna.proof import Proof
from avm.varuna.verifying_key import VerifyingKey
from tests.fuzz.codecs import KEY, development, proved, record
from tests.fuzz.damage import damaged_text

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]
RELAXED = (HealthCheck.too_slow, HealthCheck.data_too_large)
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

PROGRAM = """import other.aleo;

program fuzz.aleo;

mapping balances:
    key as address.public;
    value as u64.public;

struct pair:
    a as u8;
    b as [field; 2u32];

record token:
    owner as address.private;
    amount as u64.private;

closure sum:
    input r0 as u32;
    input r1 as u32;
    add r0 r1 into r2;
    output r2 as u32;

function main:
    input r0 as u32.public;
    input r1 as token.record;
    input r2 as pair.private;
    hash.psd2 r2.b[0u32] into r3 as field;
    call sum r0 1u32 into r4;
    cast r1.owner r1.amount into r5 as token.record;
    ternary true r0 r4 into r6;
    async main self.caller r1.amount into r7;
    output r5 as token.record;
    output r6 as u32.private;
    output r7 as fuzz.aleo/main.future;

finalize main:
    input r0 as address.public;
    input r1 as u64.public;
    get.or_use balances[r0] 0u64 into r2;
    branch.eq r2 r1 to end;
    add r2 r1 into r3;
    set r3 into balances[r0];
    position end;

constructor:
    assert.eq edition 0u16;
"""

VALUES = (
    "5u8", "-128i8", "1_000u64", "true", "7field", "-7field", "2group", "9scalar", '"text"',
    "{ a: 1u8, b: [2u16, 3u16] }", "[[1u8], [2u8]]",
    "{ program_id: a.aleo, function_name: f, arguments: [ 1u8 ] }",
)  # fmt: skip
INSTRUCTIONS = (
    "add r0 r1 into r2;", "cast r0 r1.a into r2 as pair;", "hash.bhp256 r0 into r1 as group;",
    "call other.aleo/f r0 1u8 into r1 r2;", "async f r0 into r1;", "sign.verify r0 r1 r2 into r3;",
    "cast r0 into r1 as [u8; 4u32];",
    "assert.eq r0 aleo1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq;",
    "rand.chacha r0 into r1 as u128;", "ternary r0 1u8 -2i8 into r3;",
)  # fmt: skip
TYPES = ("u8", "[u8; 4u32]", "[[field; 2u32]; 3u32]", "pair", "a.aleo/pair", "signature")
VALUE_TYPES = (
    "u8.public",
    "pair.private",
    "token.record",
    "a.aleo/t.record",
    "a.aleo/f.future",
    "u8.constant",
)


def canonical(decode: Callable[[str], Any], encode: Callable[[Any], str], text: str) -> None:
    """One text for one value, whose case alone may differ (bech32m allows upper case)."""
    try:
        value = decode(text)
    except AvmError:
        return
    assert encode(value) == text or encode(value) == text.lower() == text.upper().lower()


def stable(parse: Callable[[str], Any], text: str) -> None:
    """Many texts for one value, of which one is printed, and it reads back."""
    try:
        value = parse(text)
    except AvmError:
        return
    printed = str(value)
    if "\\" not in text:  # strings are printed without escapes, as in the network's engine
        assert str(parse(printed)) == printed


def run(strategy: Any, check: Callable[[str], None], examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=RELAXED)
    @given(strategy)
    def each(text: str) -> None:
        check(text)

    each()


def encoded() -> dict[str, tuple[Callable[[str], Any], Callable[[Any], str], list[str], int]]:
    (key, verifying), _, proof, _ = proved()
    hidden = Ciphertext.encrypt(parse_plaintext("5u8"), 3)
    return {
        "address": (parse_address, address_text, [address_text(KEY.address)], 300),
        "private key": (PrivateKey.parse, PrivateKey.reveal, [KEY.reveal()], 300),
        "view key": (ViewKey.parse, ViewKey.reveal, [KEY.view_key.reveal()], 300),
        "graph key": (GraphKey.parse, GraphKey.reveal, [KEY.view_key.graph_key().reveal()], 300),
        "signature": (Signature.parse, str, [str(sign(KEY, [1], nonce=2))], 200),
        "ciphertext": (Ciphertext.parse, str, [str(hidden)], 200),
        "record": (RecordCiphertext.parse, str, [str(encrypt_record(record(), 5))], 200),
        "proof": (Proof.parse, str, [str(proof)], 60),
        "verifying key": (VerifyingKey.parse, str, [str(verifying)], 60),
        "certificate": (Certificate.parse, str, [str(certify(key, development()))], 100),
        "block id": (
            lambda t: parse_id(Kind.BLOCK, t),
            lambda v: id_text(Kind.BLOCK, v),
            [id_text(Kind.BLOCK, 5)],
            300,
        ),
    }


ENCODED = (
    "address", "private key", "view key", "graph key", "signature", "ciphertext", "record", "proof",
    "verifying key", "certificate", "block id",
)  # fmt: skip


@pytest.fixture(scope="module")
def encodings() -> dict[str, tuple[Callable[[str], Any], Callable[[Any], str], list[str], int]]:
    return encoded()


@pytest.mark.parametrize("name", ENCODED)
def test_damaged_encoded_texts_are_refused_or_canonical(encodings: dict, name: str) -> None:
    decode, encode, samples, examples = encodings[name]
    assert [encode(decode(sample)) for sample in samples] == samples
    run(damaged_text(samples, BECH32), lambda text: canonical(decode, encode, text), examples)


@pytest.mark.parametrize("name", [n for n in ENCODED if not n.endswith("key") or n == "verifying key"])
def test_damage_under_a_right_checksum_is_refused_or_canonical(encodings: dict, name: str) -> None:
    """The words between prefix and checksum are changed and the checksum made anew."""
    decode, encode, (sample, *_), examples = encodings[name]
    prefix = sample[: sample.rindex("1")]
    data = bech32.decode(prefix, sample)

    def check(text: str) -> None:
        canonical(decode, encode, bech32.encode(prefix, text.encode("latin-1", "replace")))

    run(damaged_text([data.decode("latin-1")]), check, examples // 2)


@pytest.mark.parametrize(
    ("name", "parser", "samples", "examples"),
    [
        ("value", parse_value, VALUES, 400),
        ("plaintext", parse_plaintext, VALUES, 200),
        ("plaintext type", parse_plaintext_type, TYPES, 200),
        ("value type", parse_value_type, VALUE_TYPES, 200),
        ("instruction", parse_instruction, INSTRUCTIONS, 400),
        ("program", parse, (PROGRAM,), 200),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_damaged_program_texts_are_refused_or_stable(
    name: str, parser: Callable[[str], Any], samples: tuple[str, ...], examples: int
) -> None:
    for sample in samples:
        stable(parser, sample)
    run(damaged_text(samples, '0123456789._;:[]{}/"'), lambda text: stable(parser, text), examples)


def test_the_sample_program_and_values_are_valid() -> None:
    assert parse(str(parse(PROGRAM))) is not None
    for text in VALUES:
        parse_value(text)
    for text in (*TYPES, *VALUE_TYPES):
        (parse_value_type if "." in text.removeprefix("a.aleo/") else parse_plaintext_type)(text)


LONG = 200_000


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("private key", lambda: PrivateKey.parse("APrivateKey1" + "z" * LONG)),
        ("view key", lambda: ViewKey.parse("AViewKey1" + "z" * LONG)),
        ("base58 of ones", lambda: PrivateKey.parse("1" * LONG)),
        ("address", lambda: parse_address("aleo1" + "q" * LONG)),
        ("signature", lambda: Signature.parse("sign1" + "q" * LONG)),
        ("proof", lambda: Proof.parse("proof1" + "q" * LONG)),
        ("digits", lambda: parse_value("9" * LONG + "u8")),
        ("digits of a field", lambda: parse_value("9" * 6 * LONG + "field")),
        ("underscores", lambda: parse_value("1" + "_" * LONG + "u9")),
        ("nested arrays", lambda: parse_value("[" * LONG)),
        ("nested structs", lambda: parse_value("{ a: " * LONG)),
        (
            "nested futures",
            lambda: parse_value("{ program_id: a.aleo, function_name: f, arguments: [ " * (LONG // 50)),
        ),
        ("comments", lambda: parse_value("/*" * LONG)),
        ("blanks", lambda: parse_value(" " * LONG)),
        ("an open string", lambda: parse_value('"' + "\\\\" * LONG)),
        ("a long name", lambda: parse("program " + "a" * LONG + ".aleo;")),
        ("a long register", lambda: parse_instruction("add r" + "9" * LONG + " r1 into r2;")),
        ("a long path", lambda: parse_instruction("add r0" + ".a" * LONG + " r1 into 2;")),
        ("nested types", lambda: parse_plaintext_type("[" * LONG)),
        ("many imports", lambda: parse("import a.aleo; " * (LONG // 15))),
        ("program comments", lambda: parse("// x\n" * (LONG // 5) + "program")),
        ("array length", lambda: parse_plaintext_type("[u8; " + "9" * LONG + "u32]")),
    ],
    ids=lambda value: value if isinstance(value, str) else "read",
)
def test_long_hostile_texts_are_refused(name: str, read: Callable[[], Any]) -> None:
    with pytest.raises(AvmError):
        read()


def test_base58_is_read_in_one_way() -> None:
    for data in (b"", b"\0", b"\0\0\1", bytes(range(50))):
        assert base58.decode(base58.encode(data)) == data
    for text in ("0", "O", "I", "l", "ä", " 1", "1\n"):
        with pytest.raises(AvmError):
            base58.decode(text)


def test_a_failure_in_a_program_names_its_place() -> None:
    for cut in range(20, len(PROGRAM), 97):
        try:
            parse(PROGRAM[:cut] + "§" + PROGRAM[cut:])
        except ParseFailure as failure:
            assert failure.place is not None
            assert 0 <= failure.place.start <= failure.place.end <= len(PROGRAM) + 1
