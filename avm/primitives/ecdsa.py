"""ECDSA on secp256k1: signatures over digests, keys recovered from signatures, Ethereum addresses.

A signature whose s is above half the order is valid for nobody, in recovery too, because a recovered key has
to verify the signature. Source: SEC 1 (https://www.secg.org/sec1-v2.pdf), sections 4.1.4 and 4.1.6, and the
Ethereum yellow paper, appendix F. Checking the equation is left to the ``cryptography`` package; recovery,
which it lacks, needs a few lines of curve arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.errors import DecodeError
from avm.primitives.keccak import keccak

P = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
GENERATOR = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
SIGNATURE_BYTES, KEY_BYTES, DIGEST_BYTES, ADDRESS_BYTES = 65, 33, 32, 20

# An affine point of y² = x³ + 7.
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class EcdsaSignature:
    """The two scalars, and which of up to four points with x = r (mod the order) the signer's nonce made."""

    r: int
    s: int
    y_is_odd: bool
    x_is_reduced: bool


def parse_signature(data: bytes) -> EcdsaSignature:
    """Read r and s, big-endian, and the recovery byte: 0 to 3, or as Ethereum writes it 27, 28, 35 and above.

    Raises:
        DecodeError: another length or recovery byte, or r or s zero or not below the order.
    """
    if len(data) != SIGNATURE_BYTES:
        raise DecodeError(f"an ECDSA signature has {SIGNATURE_BYTES} bytes, not {len(data)}")
    r, s, v = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:64], "big"), data[64]
    if not (0 < r < ORDER and 0 < s < ORDER):
        raise DecodeError("a scalar of the ECDSA signature is zero or not below the order")
    if 3 < v < 27 or 28 < v < 35:
        raise DecodeError(f"{v} is not the recovery byte of an ECDSA signature")
    recovery = v if v <= 3 else v - 27 if v <= 28 else (v - 35) % 2
    return EcdsaSignature(r, s, bool(recovery & 1), bool(recovery & 2))


def _lift(x: int, odd: bool) -> Point | None:
    """Return the point with this x and a y of this parity."""
    square = (x**3 + 7) % P
    y = pow(square, (P + 1) // 4, P)
    if x >= P or y * y % P != square:
        return None
    return x, y if y % 2 == odd else P - y


def parse_key(data: bytes) -> Point:
    """Read the 33 bytes of a compressed public key; a first byte 5 stands, as 2 does, for the even y.

    Raises:
        DecodeError: another length or first byte, or an x that no point has.
    """
    if len(data) != KEY_BYTES or data[0] not in (2, 3, 5):
        raise DecodeError("these are not the bytes of a compressed public key")
    point = _lift(int.from_bytes(data[1:], "big"), data[0] == 3)
    if point is None:
        raise DecodeError("no point of secp256k1 has the x of this public key")
    return point


def verify(digest: bytes, signature: EcdsaSignature, key: Point) -> bool:
    """Return whether the signature of a digest fits a key; only the digest's first 32 bytes count."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256

    if signature.s > ORDER // 2:
        return False
    public = ec.EllipticCurvePublicNumbers(*key, ec.SECP256K1()).public_key()
    encoded = utils.encode_dss_signature(signature.r, signature.s)
    try:
        public.verify(encoded, digest[:DIGEST_BYTES], ec.ECDSA(utils.Prehashed(SHA256())))
    except InvalidSignature:
        return False
    return True


def recover(digest: bytes, signature: EcdsaSignature) -> Point | None:
    """Return the key that made a signature of a digest, or None when no key can have made it."""
    nonce = _lift(signature.r + ORDER * signature.x_is_reduced, signature.y_is_odd)
    if nonce is None:
        return None
    message = int.from_bytes(digest[:DIGEST_BYTES], "big")
    inverse = pow(signature.r, -1, ORDER)
    key = _combine(-message * inverse % ORDER, GENERATOR, signature.s * inverse % ORDER, nonce)
    return key if key is not None and verify(digest, signature, key) else None


def ethereum_address(key: Point) -> bytes:
    """Return the 20 bytes of a key's address: the end of the Keccak digest of both coordinates."""
    return keccak(256, b"".join(c.to_bytes(32, "big") for c in key))[-ADDRESS_BYTES:]


def verify_ethereum(digest: bytes, signature: EcdsaSignature, address: bytes) -> bool:
    """Return whether the key that made a signature of a digest has this address."""
    key = recover(digest, signature)
    return key is not None and ethereum_address(key) == address


def _add(left: Point | None, right: Point | None) -> Point | None:
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2) = left, right
    if x1 != x2:
        slope = (y2 - y1) * pow(x2 - x1, -1, P)
    elif y1 == y2:
        slope = 3 * x1 * x1 * pow(2 * y1, -1, P)
    else:
        return None
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def _combine(a: int, p: Point, b: int, q: Point) -> Point | None:
    """Return a·p + b·q, one doubling for both."""
    choices = (None, p, q, _add(p, q))
    total: Point | None = None
    for i in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
        total = _add(_add(total, total), choices[(a >> i & 1) + 2 * (b >> i & 1)])
    return total
