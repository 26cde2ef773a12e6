"""Every binary decoder of the engine with its encoder and valid samples, for all fuzz tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from avm.account.keys import PrivateKey
from avm.account.signature import Signature, sign
from avm.algebra import edwards, g1, g2, vector
from avm.algebra.fields import Fq, Fr, Fs
from avm.algebra.points import G1Points
from avm.base.codec import ByteReader
from avm.data.ciphertext import Ciphertext
from avm.data.dynamic import DynamicRecord
from avm.data.future import Future, read_future
from avm.data.identifier import identifier_bytes, program_id_bytes, read_identifier, read_program_id
from avm.data.literal import Literal
from avm.data.plaintext import parse_plaintext, read_plaintext
from avm.data.record import Record, parse_record, read_record
from avm.data.record_ciphertext import RecordCiphertext, encrypt_record
from avm.data.request_codec import read_request, request_to_bytes
from avm.data.value import value_from_bytes, value_to_bytes
from avm.ledger.authorization import Authorization
from avm.ledger.network import Execution, Transaction
from avm.ledger.transition_codec import read_transition, transition_to_bytes
from avm.primitives.group_codec import point_from_bytes, point_to_bytes
from avm.primitives.hash_to_curve import mul_generator
from avm.program.codec import program_from_bytes, program_to_bytes
from avm.program.parser import parse
from avm.r1cs import Assignment, Matrices
from avm.types.literal_type import LiteralType
from avm.varuna.certificate import Certificate, certify
from avm.varuna.indexer import index
from avm.varuna.proof import Proof
from avm.varuna.prover import prove_batch
from avm.varuna.proving_key import ProvingKey
from avm.varuna.srs.codec import srs_from_bytes, srs_to_bytes
from avm.varuna.srs.development import development_srs
from avm.varuna.srs.reference_string import Srs, SrsVerifier
from avm.varuna.verifying_key import VerifyingKey

KEY = PrivateKey(7)

RECORD_TEXT = (
    "{ owner: ADDRESS.private, amount: 5u64.private, memo: { a: 1field.public, b: [true.public] }, NONCE }"
)


@dataclass(frozen=True)
class Codec:
    """A decoder, the encoder that must give back what was decoded, and valid encodings.

    ``seal`` turns a damaged body into one whose checksum is right, so that damage reaches the decoder.
    """

    name: str
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]
    samples: Sequence[bytes]
    seal: Callable[[bytes], bytes] = bytes
    heavy: bool = False


@cache
def development() -> Srs:
    """The smallest development string."""
    return development_srs(5, seed=b"fuzz")


@cache
def proved() -> tuple[tuple[ProvingKey, VerifyingKey], tuple[ProvingKey, VerifyingKey], Proof, Proof]:
    """Two keys, a proof of the first circuit, and one of both."""
    srs = development()
    rows = (((2, 1),), ((4, 1),)), (((3, 1),), ((0, 5), (4, 1))), (((4, 1),), ((1, 1),))
    one = index(Matrices.of_rows(2, 3, *rows), srs)
    other = index(Matrices.of_rows(1, 3, (((1, 1),),), (((2, 1),),), (((3, 1),),)), srs)
    first, second = Assignment((1, 21 * 26), (3, 7, 21)), Assignment((1,), (2, 3, 6))
    single, _ = prove_batch([(one[0], [first])], srs, seed=b"1")
    both, _ = prove_batch([(one[0], [first, first]), (other[0], [second])], srs, seed=b"2")
    return one, other, single, both


def _whole(read: Callable[[ByteReader], Any]) -> Callable[[bytes], Any]:
    """Return the decoder of exactly these bytes from one that reads a part of a longer input."""

    def decode(data: bytes) -> Any:
        reader = ByteReader(data)
        value = read(reader)
        reader.finish()
        return value

    return decode


def _sealed(data: bytes) -> bytes:
    body = data[:-32]
    return body + hashlib.sha256(body).digest()


def _fields(field: Any) -> Codec:
    values = (0, 1, field.modulus - 1, field.modulus // 3)
    return Codec(field.name, field.from_bytes_le, field.to_bytes_le, [field.to_bytes_le(v) for v in values])


def _points(name: str, curve: Any) -> list[Codec]:
    points = [None, curve.GENERATOR, curve.mul(curve.GENERATOR, 5), curve.neg(curve.GENERATOR)]
    forms = ("compressed", "uncompressed", "bytes")
    made = []
    for form in forms:
        encode, decode = getattr(curve, f"to_{form}"), getattr(curve, f"from_{form}")
        made.append(Codec(f"{name} {form}", decode, encode, [encode(p) for p in points], heavy=name == "G2"))
    return made


@cache
def algebra_codecs() -> tuple[Codec, ...]:
    """Fields, points and vectors of both."""
    points = [g1.GENERATOR, g1.mul(g1.GENERATOR, 9), None]
    vectors = [vector.to_bytes(vector.from_ints([0, 1, 5])), b""]
    edwards_points = [mul_generator(k) for k in (1, 2, 5)] + [edwards.IDENTITY]
    return (
        *(_fields(field) for field in (Fr, Fq, Fs)),
        *_points("G1", g1),
        *_points("G2", g2),
        Codec("Fr vector", vector.from_bytes, vector.to_bytes, vectors),
        Codec(
            "G1 vector",
            lambda data: G1Points.from_uncompressed(data, subgroup=True),
            G1Points.to_uncompressed,
            [G1Points.from_affine(points).to_uncompressed()],
        ),
        Codec("group", point_from_bytes, point_to_bytes, [point_to_bytes(p) for p in edwards_points]),
    )


@cache
def proof_codecs() -> tuple[Codec, ...]:
    """Proofs, keys, certificates and reference strings."""
    (key, verifying), (_, other), single, both = proved()
    srs = development()
    return (
        Codec("proof", Proof.from_bytes, Proof.to_bytes, [single.to_bytes(), both.to_bytes()], heavy=True),
        Codec(
            "verifying key",
            VerifyingKey.from_bytes,
            VerifyingKey.to_bytes,
            [verifying.to_bytes(), other.to_bytes()],
            heavy=True,
        ),
        Codec("certificate", Certificate.from_bytes, Certificate.to_bytes, [certify(key, srs).to_bytes()]),
        Codec(
            "proving key", ProvingKey.from_bytes, ProvingKey.to_bytes, [key.to_bytes()], _sealed, heavy=True
        ),
        Codec("SRS blob", srs_from_bytes, srs_to_bytes, [srs_to_bytes(srs)], _sealed, heavy=True),
        Codec(
            "SRS verifier",
            SrsVerifier.from_bytes,
            SrsVerifier.to_bytes,
            [srs.verifier().to_bytes()],
            heavy=True,
        ),
    )


@cache
def record() -> Record:
    """A record with a nested entry."""
    address = str(Literal(LiteralType.ADDRESS, mul_generator(3)))
    nonce = f"_nonce: {mul_generator(4)[0]}group.public, _version: 1u8.public"
    return parse_record(RECORD_TEXT.replace("ADDRESS", address).replace("NONCE", nonce))


@cache
def data_codecs() -> tuple[Codec, ...]:
    """Values, their ciphertexts, names and signatures."""
    address = Literal(LiteralType.ADDRESS, mul_generator(3))
    texts = [
        "5u8",
        "-3i64",
        "true",
        "7field",
        "9scalar",
        str(address),
        "{ a: 1u8, b: [2u16, 3u16] }",
        "[[1u8], [2u8]]",
    ]
    plain = [parse_plaintext(text) for text in texts]
    plain.append(Literal(LiteralType.SIGNATURE, sign(KEY, [1], nonce=5)))
    plain.append(Literal(LiteralType.STRING, "grüße"))
    futures = [
        Future("a.aleo", "f", ()),
        Future("b.aleo", "g", (plain[0], Future("a.aleo", "f", (plain[6],)))),
    ]
    hidden = [Ciphertext.encrypt(value, 5) for value in plain[:3]]
    locked = [encrypt_record(record(), 5)]
    values = [*plain, record(), *futures, DynamicRecord.of(record()), futures[1].dynamic()]
    values.append(Future("c.aleo", "h", (futures[0].dynamic(),)))
    signatures = [sign(KEY, [1, 2], nonce=9).to_bytes()]
    return (
        Codec("value", value_from_bytes, value_to_bytes, [value_to_bytes(v) for v in values]),
        Codec("plaintext", _whole(read_plaintext), lambda v: v.to_bytes(), [v.to_bytes() for v in plain]),
        Codec("record", _whole(read_record), Record.to_bytes, [record().to_bytes()]),
        Codec("future", _whole(read_future), Future.to_bytes, [f.to_bytes() for f in futures]),
        Codec("ciphertext", _whole(Ciphertext.read), Ciphertext.to_bytes, [c.to_bytes() for c in hidden]),
        Codec(
            "record ciphertext",
            _whole(RecordCiphertext.read),
            RecordCiphertext.to_bytes,
            [r.to_bytes() for r in locked],
        ),
        Codec("signature", Signature.from_bytes, Signature.to_bytes, signatures),
        Codec("identifier", _whole(read_identifier), identifier_bytes, [identifier_bytes("abc_1")]),
        Codec("program id", _whole(read_program_id), program_id_bytes, [program_id_bytes("token_2.aleo")]),
    )


@cache
def network_codecs() -> tuple[Codec, ...]:
    """Transitions and transactions in the network's bytes."""
    from tests.data.test_request_codec import signed
    from tests.ledger.test_called import answered, authorization
    from tests.ledger.test_network import FEE, ONE, PROVEN, deployed
    from tests.program.test_program_bytes import TEXT

    made = [
        Transaction(PROVEN, FEE),
        Transaction(None, FEE),
        Transaction(Execution((ONE,), 5)),
        *(deployed(version) for version in (1, 2, 3)),
    ]
    return (
        Codec(
            "transition",
            _whole(read_transition),
            transition_to_bytes,
            [transition_to_bytes(made) for made in (ONE, answered()[2], answered(True)[2])],
            heavy=True,
        ),
        Codec("program", program_from_bytes, program_to_bytes, [program_to_bytes(parse(TEXT))]),
        Codec("request", _whole(read_request), request_to_bytes, [request_to_bytes(signed())], heavy=True),
        Codec(
            "authorization",
            _whole(Authorization.read),
            Authorization.to_bytes,
            [authorization().to_bytes()],
            heavy=True,
        ),
        Codec(
            "network transaction",
            _whole(Transaction.read),
            Transaction.to_bytes,
            [transaction.to_bytes() for transaction in made],
            heavy=True,
        ),
    )


def all_codecs() -> list[Codec]:
    """Return every codec."""
    return [*algebra_codecs(), *proof_codecs(), *data_codecs(), *network_codecs()]
