"""ECDSA against published signatures and against the cryptography package."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.base.errors import DecodeError
from avm.primitives import ecdsa
from avm.primitives.ecdsa import GENERATOR, ORDER, EcdsaSignature, P, Point
from avm.primitives.keccak import keccak

SCALARS = st.integers(1, ORDER - 1)
DIGESTS = st.binary(min_size=32, max_size=32) | st.sampled_from([bytes(32), b"\xff" * 32])


def public_key(secret: int) -> Point:
    numbers = ec.derive_private_key(secret, ec.SECP256K1()).public_key().public_numbers()
    return numbers.x, numbers.y


def compressed(key: Point) -> bytes:
    return bytes([2 + key[1] % 2]) + key[0].to_bytes(32, "big")


def signed(secret: int, digest: bytes) -> tuple[int, int]:
    """Return r and the lower of the two s of a signature by the library."""
    key = ec.derive_private_key(secret, ec.SECP256K1())
    r, s = utils.decode_dss_signature(key.sign(digest, ec.ECDSA(utils.Prehashed(SHA256()))))
    return r, min(s, ORDER - s)


def encoded(r: int, s: int, v: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])


# RFC 6979 nonces over SHA-256 on this curve: the secret, the message, r and s, as libraries publish them.
DETERMINISTIC = [
    (1, b"Satoshi Nakamoto",
     0x934B1EA10A4B3C1757E2B0C017D0B6143CE3C9A7E6A4A49860D7A6AB210EE3D8,
     0x2442CE9D2B916064108014783E923EC36B49743E2FFA1C4496F01A512AAFD9E5),
    (1, b"All those moments will be lost in time, like tears in rain. Time to die...",
     0x8600DBD41E348FE5C9465AB92D23E3DB8B98B873BEECD930736488696438CB6B,
     0x547FE64427496DB33BF66019DACBF0039C04199ABB0122918601DB38A72CFC21),
    (ORDER - 1, b"Satoshi Nakamoto",
     0xFD567D121DB66E382991534ADA77A6BD3106F0A1098C231E47993447CD6AF2D0,
     0x6B39CD0EB1BC8603E159EF5C20A5C8AD685A45B06CE9BEBED3F153D10D93BED5),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "message", "r", "s"), DETERMINISTIC)
def test_published_signatures_are_valid(secret: int, message: bytes, r: int, s: int) -> None:
    digest, key = hashlib.sha256(message).digest(), public_key(secret)
    assert ecdsa.verify(digest, EcdsaSignature(r, s, False, False), key)
    assert [ecdsa.recover(digest, EcdsaSignature(r, s, odd, False)) == key for odd in (False, True)].count(
        True
    ) == 1
    for changed in ((r, s + 1), (r - 1, s), (s, r)):
        assert not ecdsa.verify(digest, EcdsaSignature(*changed, False, False), key)
    assert not ecdsa.verify(hashlib.sha256(b"").digest(), EcdsaSignature(r, s, False, False), key)


def test_the_signer_of_eip_155s_example_is_recovered() -> None:
    digest = bytes.fromhex("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53")
    r = 0x28EF61340BD939BC2195FE537567866003E1A15D3C71FF63E1590620AA636276
    s = 0x67CBE9D8997F761AECB703304B3800CCF555C9F3DC64214B297FB1966A3B6D83
    address = bytes.fromhex("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f")
    assert ecdsa.ethereum_address(public_key(int("46" * 32, 16))) == address
    assert ecdsa.verify_ethereum(digest, ecdsa.parse_signature(encoded(r, s, 37)), address)
    assert not ecdsa.verify_ethereum(digest, ecdsa.parse_signature(encoded(r, s, 38)), address)
    assert not ecdsa.verify_ethereum(digest[::-1], ecdsa.parse_signature(encoded(r, s, 37)), address)


def test_ethereums_recovery_example_counts_only_with_its_low_s() -> None:
    digest = bytes.fromhex("18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c")
    r = 0x73B1693892219D736CABA55BDB67216E485557EA6B6AF75F37096C9AA6A5A75F
    s = 0xEEB940B1D03B21E36B0E47E79769F095FE2AB855BD91E3A38756B7D75A9C4549
    address = bytes.fromhex("a94f5374fce5edbc8e2a8697c15331677e6ebf0b")
    assert s > ORDER // 2
    assert ecdsa.recover(digest, ecdsa.parse_signature(encoded(r, s, 28))) is None
    assert ecdsa.verify_ethereum(digest, ecdsa.parse_signature(encoded(r, ORDER - s, 27)), address)


def test_a_signature_of_a_keccak_digest_has_its_published_signer() -> None:
    """A vector of snarkVM's tests, whose last byte is Ethereum's 27."""
    message = bytes.fromhex(
        "2bcc5ce70000000100000000000000000000000000000000000000000000000000000000000f42400000271200000000"
        "0000000000000000a0b86a33e6f8ec61cc62f1b0cb2ad6dfe3c10e8b000000000000000000000000742d35cc6e4c6e42"
        "e2a6e1b6d6e19d3bb14d3d1a000000000000000000000000a0b86991c6218b36c1d19d4a2e9eb0ce3606eb4800000000"
        "00000000000000002222222222222222222222222222222222222222000000000000000000000000000000000000"
        "000000000000000000000000c350bfab0940d5a2410c007e06c8b1bb24e34391ddc5298e18840df438e8e05b9ac80000"
        "0000"
    )
    signature = bytes.fromhex(
        "ab5373ec68978e102a9084d6d07aa1e328174d12337e0a028ec3b0c63abdb89e"
        "7a906d9de841006143de25cab83b380618972c4803bf978c5b02d4e863465b8a1b"
    )
    key = ecdsa.recover(keccak(256, message), ecdsa.parse_signature(signature))
    assert key is not None
    assert ecdsa.ethereum_address(key).hex() == "1be31a94361a391bbafb2a4ccd704f57dc04d4bb"


@settings(max_examples=15, deadline=None)
@given(SCALARS, DIGESTS, st.integers(0, 511))
def test_what_the_library_signs_is_valid_until_a_bit_changes(secret: int, digest: bytes, bit: int) -> None:
    r, s = signed(secret, digest)
    key = public_key(secret)
    signature = ecdsa.parse_signature(encoded(r, s, 0))
    assert ecdsa.verify(digest, signature, key)
    assert ecdsa.verify(digest + b"more", signature, key)
    assert not ecdsa.verify(digest, EcdsaSignature(r, ORDER - s, False, False), key)
    recovered = [ecdsa.recover(digest, ecdsa.parse_signature(encoded(r, s, v))) for v in (27, 28)]
    assert key in recovered and recovered[0] != recovered[1]
    flipped = (int.from_bytes(encoded(r, s, 0)[:64], "big") ^ 1 << bit).to_bytes(64, "big")
    try:
        changed = ecdsa.parse_signature(flipped + b"\0")
    except DecodeError:
        return
    assert not ecdsa.verify(digest, changed, key)


@settings(max_examples=10, deadline=None)
@given(SCALARS, SCALARS)
def test_the_curves_arithmetic_is_the_librarys(a: int, b: int) -> None:
    assert ecdsa._combine(a, GENERATOR, 0, GENERATOR) == public_key(a)
    total = (a + b * b) % ORDER
    assert ecdsa._combine(a, GENERATOR, b, public_key(b)) == (public_key(total) if total else None)
    assert ecdsa._combine(a, GENERATOR, ORDER - 1, public_key(a)) is None


def test_keys_are_read_as_the_library_reads_them() -> None:
    for secret in (1, 2, 3, ORDER - 1, 0xC0FFEE):
        key = public_key(secret)
        data = compressed(key)
        numbers = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), data).public_numbers()
        assert ecdsa.parse_key(data) == key == (numbers.x, numbers.y)
        even = (key[0], key[1] if key[1] % 2 == 0 else P - key[1])
        assert ecdsa.parse_key(b"\5" + data[1:]) == even


@pytest.mark.parametrize(
    "data",
    [
        b"",
        compressed(GENERATOR)[:32],
        compressed(GENERATOR) + b"\0",
        *(bytes([tag]) + compressed(GENERATOR)[1:] for tag in (0, 1, 4, 6, 255)),
        b"\2" + (5).to_bytes(32, "big"),  # x = 5 has no point
        b"\2" + P.to_bytes(32, "big"),
        b"\2" + (P + 1).to_bytes(32, "big"),  # x = 1 has one
    ],
)
def test_bytes_that_are_no_key_are_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        ecdsa.parse_key(data)


@pytest.mark.parametrize(
    ("r", "s", "v"),
    [(0, 1, 0), (1, 0, 0), (ORDER, 1, 0), (1, ORDER, 0), (2**256 - 1, 1, 0), (1, 2**256 - 1, 0)]
    + [(1, 1, v) for v in (4, 26, 29, 34)],
)
def test_bytes_that_are_no_signature_are_refused(r: int, s: int, v: int) -> None:
    with pytest.raises(DecodeError):
        ecdsa.parse_signature(encoded(r, s, v))
    for length in (0, 64, 66):
        with pytest.raises(DecodeError):
            ecdsa.parse_signature(encoded(1, 1, 0)[:64].ljust(length, b"\0")[:length])


def test_the_recovery_byte_is_plain_or_ethereums() -> None:
    read = {v: ecdsa.parse_signature(encoded(1, 1, v)) for v in (0, 1, 2, 3, 27, 28, 35, 36, 37, 254, 255)}
    assert {v: (s.y_is_odd, s.x_is_reduced) for v, s in read.items()} == {
        0: (False, False), 1: (True, False), 2: (False, True), 3: (True, True), 27: (False, False),
        28: (True, False), 35: (False, False), 36: (True, False), 37: (False, False), 254: (True, False),
        255: (False, False),
    }  # fmt: skip


def test_a_nonces_x_above_the_order_is_recovered_only_with_its_flag() -> None:
    """Signatures made without a secret: any r and s are valid for the key r^-1 (s R - z G)."""
    digest, found = hashlib.sha256(b"rare").digest(), 0
    for r in range(1, 20):
        nonce = ecdsa._lift(r + ORDER, True)
        if nonce is None:
            continue
        found += 1
        key = ecdsa.recover(digest, EcdsaSignature(r, 12345, True, True))
        assert key is not None and ecdsa.verify(digest, EcdsaSignature(r, 12345, False, False), key)
        assert ecdsa.recover(digest, EcdsaSignature(r, 12345, True, False)) != key
    assert found > 3
    assert ecdsa.recover(digest, EcdsaSignature(ORDER - 1, 1, True, True)) is None


def test_no_key_is_recovered_where_the_sum_is_the_identity() -> None:
    digest, nonce = hashlib.sha256(b"identity").digest(), 7
    point = public_key(nonce)
    s = int.from_bytes(digest, "big") * pow(nonce, -1, ORDER) % ORDER
    assert ecdsa.recover(digest, EcdsaSignature(point[0], s, bool(point[1] % 2), False)) is None
