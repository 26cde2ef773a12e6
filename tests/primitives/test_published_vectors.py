"""Hashes and curve maps against published vectors and against second implementations written here.

The second implementations are the plainest possible reading of their specifications (FIPS 202, RFC 7693 and
the BLAKE2X paper, RFC 9380, the Poseidon paper, a textbook Miller loop); each is first held to a published
vector itself where there is one.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence

import pytest

from avm.algebra import edwards, g1, g2, pairing
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.base.errors import Halt
from avm.primitives import elligator2, poseidon
from avm.primitives.blake2xs import blake2s, blake2xs
from avm.primitives.grain_lfsr import PoseidonParameters
from avm.primitives.keccak import keccak, sha3

ABC, FOX = b"abc", b"The quick brown fox jumps over the lazy dog"

KECCAK = [
    (224, b"", "f71837502ba8e10837bdd8d365adb85591895602fc552b48b7390abd"),
    (224, ABC, "c30411768506ebe1c2871b1ee2e87d38df342317300a9b97a95ec6a8"),
    (256, b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
    (256, ABC, "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    (256, FOX, "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15"),
    (384, b"", "2c23146a63a29acf99e73b88f8c24eaa7dc60aa771780ccc006afbfa8fe2479b"
               "2dd2b21362337441ac12b515911957ff"),
    (384, ABC, "f7df1165f033337be098e7d288ad6a2f74409d7a60b49c36642218de161b1f99"
               "f8c681e4afaf31a34db29fb763e3c28e"),
    (512, b"", "0eab42de4c3ceb9235fc91acffe746b29c29a8c366b7c60e4e67c466f36a4304"
               "c00fa9caf9d87976ba469bcbe06713b435f091ef2769fb160cdab33d3670680e"),
    (512, ABC, "18587dc2ea106b9a1563e32b3312421ca164c7f1f07bc922a9c83d77cea3a1e5"
               "d0c69910739025372dc14ac9642629379540c17e2a65b19d77aa511a9d00bb96"),
]  # fmt: skip

SHA3 = [
    (224, b"", "6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7"),
    (224, ABC, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"),
    (256, b"", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"),
    (256, ABC, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
    (384, b"", "0c63a75b845e4f7d01107d852e4c2485c51a50aaaa94fc61995e71bbee983a2a"
               "c3713831264adb47fb6bd1e058d5f004"),
    (384, ABC, "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b2"
               "98d88cea927ac7f539f1edf228376d25"),
    (512, b"", "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
               "15b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26"),
    (512, ABC, "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
               "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"),
]  # fmt: skip


@pytest.mark.parametrize(("bits", "message", "digest"), KECCAK)
def test_keccak_gives_the_published_digests(bits: int, message: bytes, digest: str) -> None:
    assert keccak(bits, message).hex() == digest == fips202(bits, message, 0x01).hex()


@pytest.mark.parametrize(("bits", "message", "digest"), SHA3)
def test_sha3_gives_the_digests_of_fips_202(bits: int, message: bytes, digest: str) -> None:
    assert sha3(bits, message).hex() == digest == fips202(bits, message, 0x06).hex()


@pytest.mark.parametrize("bits", [224, 256, 384, 512])
def test_keccak_and_sha3_agree_with_a_second_implementation_at_block_edges(bits: int) -> None:
    rng, rate = random.Random(bits), 200 - bits // 4
    for length in (1, rate - 1, rate):
        message = rng.randbytes(length)
        assert keccak(bits, message) == fips202(bits, message, 0x01)
        assert (
            sha3(bits, message)
            == fips202(bits, message, 0x06)
            == hashlib.new(f"sha3_{bits}", message).digest()
        )


def fips202(bits: int, message: bytes, suffix: int) -> bytes:
    """The sponge of FIPS 202 on a state of 5 x 5 x 64 single bits, step mapping by step mapping."""
    rate = 1600 - 2 * bits
    stream = [byte >> i & 1 for byte in message for i in range(8)]
    stream += [suffix >> i & 1 for i in range(suffix.bit_length())]
    stream += [0] * (-(len(stream) + 1) % rate) + [1]
    state = [[[0] * 64 for _ in range(5)] for _ in range(5)]
    for start in range(0, len(stream), rate):
        for k, bit in enumerate(stream[start : start + rate]):
            state[k // 64 % 5][k // 320][k % 64] ^= bit
        for index in range(24):
            state = _round(state, index)
    out = [state[k // 64 % 5][k // 320][k % 64] for k in range(bits)]
    return bytes(sum(out[i + j] << j for j in range(8)) for i in range(0, bits, 8))


def _round(a: list[list[list[int]]], index: int) -> list[list[list[int]]]:
    five, lane = range(5), range(64)
    parity = [[a[x][0][z] ^ a[x][1][z] ^ a[x][2][z] ^ a[x][3][z] ^ a[x][4][z] for z in lane] for x in five]
    a = [
        [[a[x][y][z] ^ parity[x - 1][z] ^ parity[(x + 1) % 5][z - 1] for z in lane] for y in five]
        for x in five
    ]
    turned = [[list(a[x][y]) for y in five] for x in five]
    x, y = 1, 0
    for t in range(24):
        turned[x][y] = [a[x][y][(z - (t + 1) * (t + 2) // 2) % 64] for z in lane]
        x, y = y, (2 * x + 3 * y) % 5
    moved = [[turned[(x + 3 * y) % 5][x] for y in five] for x in five]
    a = [
        [
            [moved[x][y][z] ^ ((1 ^ moved[(x + 1) % 5][y][z]) & moved[(x + 2) % 5][y][z]) for z in lane]
            for y in five
        ]
        for x in five
    ]
    for j in range(7):
        a[0][0][2**j - 1] ^= _constant_bit(j + 7 * index)
    return a


def _constant_bit(t: int) -> int:
    register = [1, 0, 0, 0, 0, 0, 0, 0]
    for _ in range(t % 255):
        register = [0, *register]
        for place in (0, 4, 5, 6):
            register[place] ^= register[8]
        register = register[:8]
    return register[0]


def test_blake2s_gives_the_digest_of_rfc_7693() -> None:
    digest = "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"
    assert blake2s(ABC).hex() == digest == hashlib.blake2s(ABC).hexdigest()


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 127, 128, 129, 1000])
def test_blake2s_is_the_standard_librarys_at_block_edges(length: int) -> None:
    message = random.Random(length).randbytes(length)
    for person in (b"", b"AleoHtC0"):
        assert blake2s(message, person=person) == hashlib.blake2s(message, person=person).digest()
        for size in (1, 31, 32):
            ours = blake2s(message, digest_size=size, person=person)
            assert ours == hashlib.blake2s(message, digest_size=size, person=person).digest()


XS_INPUT = bytes(range(256))
XS_KAT = [
    "99",
    "57d5",
    "72d07f",
    "ca46fb7d84d726f5011c00c379ef2fb625151c0a1f416e62c9da2aa14c33cb",
    "91cab802b466092897c7639a02acf529ca61864e5e8c8e422b3a9381a95154d1",
    "0253f5487d927a5d35d0089ad9cab2d7515b65d332e870c78d1229d1c584bec3d5",
    "25981b7d6af3c87840639621acd46ce4bce8612fe7f081cca25b72a569c81c498606deaf781f89b0"
    "7534625336563e19c6b2c467033bd04b55561251f8521a",
    "57aa5c761e7cfa573c48785109ad76445441de0ee0f9fe9dd4abb920b7cb5f608fc9a029f85ec478"
    "a130f194372b6112f5f2d10408e0d23f696cc9e313b7f1d3",
    "150a3e311efb3299d0b9ca333526bdb96a0584f00b52f4e723407cc332a9d5f0f64f426fec8717ae"
    "03eaebf1b52401956595bd6e56543a53517be104be99745e51",
    "5e3f0046de3d99d5de3d01ef2947b812714e09af342d9ea03311565a748ac0842540e0504aa8a54d"
    "4c7563bd8948d36177d88cc7b14777b2c7930252d4ec1c1a0fa0e21ff2889f41615c9b828b179c47"
    "78f314751cc58fbe386bb6cc48b1a729cafd9f2f",
]  # fmt: skip
"""Digests of the bytes 0 to 255, as many bytes as each has (BLAKE2 project, known-answer tests)."""


@pytest.mark.parametrize("digest", XS_KAT, ids=[f"{len(d) // 2} bytes" for d in XS_KAT])
def test_blake2xs_gives_the_published_digests(digest: str) -> None:
    assert blake2xs(XS_INPUT, len(digest) // 2).hex() == digest


def test_blake2xs_of_the_largest_length_gives_the_published_beginning() -> None:
    digest = "0650cde4df888a06eada0f0fecb3c17594304b4a03fdd678182f27db1238b174"
    assert blake2xs(FOX, 65535)[:32].hex() == digest


def test_the_root_of_blake2xs_is_a_blake2s_of_the_standard_library() -> None:
    """The standard library refuses only the expansion's depth 0; the root it makes."""
    for size in (1, 32, 64, 65535):
        root = hashlib.blake2s(ABC, node_offset=size << 32, person=b"AleoHtC0").digest()
        assert blake2s(ABC, node_offset=size << 32, person=b"AleoHtC0") == root


# ---- Elligator 2, by RFC 9380


def map_to_curve(u: int, p: int, j: int, k: int, z: int, sqrt: Callable[[int], int]) -> tuple[int, int]:
    """RFC 9380 section 6.7.1: Elligator 2 for K t^2 = s^3 + J s^2 + s; returns (s, t)."""
    x1 = -(j * pow(k, -1, p)) * pow(1 + z * u * u, -1, p) % p
    x2 = (-x1 - j * pow(k, -1, p)) % p

    def g(x: int) -> int:
        return (x**3 + j * pow(k, -1, p) * x * x + x * pow(k, -2, p)) % p

    square = pow(g(x1), (p - 1) // 2, p) in (0, 1)
    x = x1 if square else x2
    y = sqrt(g(x))
    if (y % 2 == 1) != square:
        y = -y % p
    return x * k % p, y * k % p


def tonelli_shanks(a: int, p: int) -> int:
    odd, twos = p - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    non_residue = next(n for n in range(2, 100) if pow(n, (p - 1) // 2, p) == p - 1)
    c, t, r = pow(non_residue, odd, p), pow(a, odd, p), pow(a, (odd + 1) // 2, p)
    while t not in (0, 1):
        i, power = 0, t
        while power != 1:
            i, power = i + 1, power * power % p
        b = pow(c, 1 << (twos - i - 1), p)
        twos, c, t, r = i, b * b % p, t * b * b % p, r * b % p
    assert r * r % p == a % p
    return r


def test_the_second_implementation_of_elligator_gives_the_points_of_rfc_9380() -> None:
    """Appendix J.4.2, curve25519_XMD:SHA-512_ELL2_NU_, first vector."""
    p = 2**255 - 19
    u = 0x608D892B641F0328523802A6603427C26E55E6F27E71A91A478148D45B5093CD
    x = 0x51125222DA5E763D97F3C10FCC92EA6860B9CCBBD2EB1285728F566721C1E65B
    y = 0x343D2204F812D3DFC5304A5808C6C0D81A903A5D228B342442AA3C9BA5520A3D
    assert map_to_curve(u, p, 486662, 1, 2, lambda a: tonelli_shanks(a, p)) == (x, y)


def test_elligator_agrees_with_the_second_implementation() -> None:
    p, rng = FR_MODULUS, random.Random(9380)
    for u in [1, 2, 3, p - 1, (p - 1) // 2, *(rng.randrange(1, p) for _ in range(30))]:
        j, k = edwards.MONTGOMERY_A, edwards.MONTGOMERY_B
        s, t = map_to_curve(u, p, j, k, edwards.D, lambda a: tonelli_shanks(a, p))
        assert k * t * t % p == (s**3 + j * s * s + s) % p
        point = (s * pow(t, -1, p) % p, (s - 1) * pow(s + 1, -1, p) % p)
        for _ in range(2):
            point = twice(point)
        assert elligator2.encode(u) == elligator2.encode(-u % p) == point
        assert edwards.is_in_subgroup(point)
    with pytest.raises(Halt):
        elligator2.encode(0)


def twice(point: tuple[int, int]) -> tuple[int, int]:
    """Doubling on -x^2 + y^2 = 1 + d x^2 y^2 by the addition law."""
    (x, y), p = point, FR_MODULUS
    product = edwards.D * x * x * y * y
    return 2 * x * y * pow(1 + product, -1, p) % p, (y * y + x * x) * pow(1 - product, -1, p) % p


# ---- Poseidon, by its paper

ROUNDS = {("Fr", rate): (17, 8, 31) for rate in range(2, 9)}
ROUNDS |= {("Fq", 2): (17, 8, 31), ("Fq", 3): (5, 8, 56), ("Fq", 4): (5, 8, 56)}
ROUNDS |= {("Fq", rate): (5, 8, 57) for rate in range(5, 9)}


def grain(p: int, rate: int, full: int, partial: int) -> tuple[list[list[int]], list[list[int]]]:
    """Constants and matrix from the shift register written as a plain list of 80 bits."""
    size, t = p.bit_length(), rate + 1
    text = f"{1:02b}{0:04b}{size:012b}{t:012b}{full:010b}{partial:010b}" + "1" * 30
    state = [int(c) for c in text]

    def clock() -> int:
        bit = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        del state[0]
        state.append(bit)
        return bit

    for _ in range(160):
        clock()

    def draw() -> int:
        bits = ""
        while len(bits) < size:
            keep, bit = clock(), clock()
            bits += str(bit) if keep else ""
        return int(bits, 2)

    def below() -> int:
        while (value := draw()) >= p:
            pass
        return value

    ark = [[below() for _ in range(t)] for _ in range(full + partial)]
    xs, ys = [draw() % p for _ in range(t)], [draw() % p for _ in range(t)]
    return ark, [[pow(x + y, -1, p) for y in ys] for x in xs]


def naive_permutation(
    p: int, alpha: int, full: int, ark: list[list[int]], mds: list[list[int]], state: Sequence[int]
) -> list[int]:
    values = list(state)
    for r, constants in enumerate(ark):
        for i in range(len(values)):
            values[i] = (values[i] + constants[i]) % p
        everywhere = r < full // 2 or r >= len(ark) - full // 2
        for i in range(len(values) if everywhere else 1):
            values[i] = pow(values[i], alpha, p)
        mixed = []
        for row in mds:
            total = 0
            for m, value in zip(row, values, strict=True):
                total += m * value
            mixed.append(total % p)
        values = mixed
    return values


def made(field: str, rate: int) -> PoseidonParameters:
    return poseidon.parameters_fr(rate) if field == "Fr" else poseidon.parameters_fq(rate)


@pytest.mark.parametrize(("field", "rate"), list(ROUNDS))
def test_poseidon_agrees_with_a_second_implementation(field: str, rate: int) -> None:
    p = FR_MODULUS if field == "Fr" else FQ_MODULUS
    alpha, full, partial = ROUNDS[field, rate]
    ark, mds = grain(p, rate, full, partial)
    parameters = made(field, rate)
    assert [list(row) for row in parameters.ark] == ark
    assert [list(row) for row in parameters.mds] == mds
    assert (p - 1) % alpha != 0  # the S-box is a permutation
    rng = random.Random(rate)
    for state in ([0] * (rate + 1), [p - 1] * (rate + 1), [rng.randrange(p) for _ in range(rate + 1)]):
        assert poseidon.permute(parameters, state) == naive_permutation(p, alpha, full, ark, mds, state)


@pytest.mark.parametrize("rate", [2, 4, 8])
def test_the_hash_agrees_with_a_second_sponge(rate: int) -> None:
    p = FR_MODULUS
    ark, mds = grain(p, rate, 8, 31)
    name = int.from_bytes(f"AleoPoseidon{rate}".encode(), "little") % p
    for length in (0, 1, rate - 1, rate, rate + 1, 3 * rate):
        inputs = list(range(7, 7 + length))
        blocks = [name, length, *[0] * (rate - 2), *inputs]
        blocks += [0] * (-len(blocks) % rate)
        state = [0] * (rate + 1)
        for start in range(0, len(blocks), rate):
            state = [state[0], *((s + b) % p for s, b in zip(state[1:], blocks[start : start + rate]))]
            state = naive_permutation(p, 17, 8, ark, mds, state)
        out = state[1:]
        assert poseidon.hash_many(rate, inputs, rate) == out
        assert poseidon.hash(rate, inputs) == out[0]
        more = naive_permutation(p, 17, 8, ark, mds, state)
        assert poseidon.hash_many(rate, inputs, rate + 1) == [*out, more[1]]


# ---- the pairing, by a textbook Miller loop over Fq[w]/(w^12 + 5)

Element = list[int]
X = 0x8508C00000000001


def times(a: Element, b: Element) -> Element:
    product = [0] * 23
    for i, left in enumerate(a):
        if left:
            for j, right in enumerate(b):
                product[i + j] += left * right
    return [(low - 5 * high) % FQ_MODULUS for low, high in zip(product[:12], [*product[12:], 0])]


def power(a: Element, exponent: int) -> Element:
    result = [1] + [0] * 11
    for bit in bin(exponent)[2:]:
        result = times(result, result)
        if bit == "1":
            result = times(result, a)
    return result


def inverse(a: Element) -> Element:
    """By the norm: a^(q + ... + q^11) / a^(1 + q + ... + q^11), powers of q coefficient by coefficient."""
    q = FQ_MODULUS
    conjugates = [1] + [0] * 11
    for k in range(1, 12):
        root = pow(-5, (q - 1) // 12 * k, q)
        conjugates = times(conjugates, [c * pow(root, i, q) % q for i, c in enumerate(a)])
    norm = times(a, conjugates)
    assert not any(norm[1:])
    return [c * pow(norm[0], -1, q) % q for c in conjugates]


def untwist(point: tuple[tuple[int, int], tuple[int, int]]) -> tuple[Element, Element]:
    x, y = [0] * 12, [0] * 12
    (x[2], x[8]), (y[3], y[9]) = point
    return x, y


def line_and_sum(t: tuple[Element, Element], s: tuple[Element, Element], p: tuple[int, int]):  # type: ignore[no-untyped-def]
    """The line through two points of the curve over Fq12, evaluated at p, and the points' sum."""
    q = FQ_MODULUS

    def minus(a: Element, b: Element) -> Element:
        return [(x - y) % q for x, y in zip(a, b)]

    if t == s:
        slope = times([3 * c for c in times(t[0], t[0])], inverse([2 * c % q for c in t[1]]))
    else:
        slope = times(minus(s[1], t[1]), inverse(minus(s[0], t[0])))
    at = [c % q for c in slope]
    px, py = [p[0]] + [0] * 11, [p[1]] + [0] * 11
    value = minus(minus(py, t[1]), times(at, minus(px, t[0])))
    x = minus(minus(times(at, at), t[0]), s[0])
    return value, (x, minus(times(at, minus(t[0], x)), t[1]))


def textbook_pairing(p: tuple[int, int], q: tuple[tuple[int, int], tuple[int, int]]) -> Element:
    """f_{x,Q}(P) to the power (q^12 - 1)/r, with no trick at all."""
    point = untwist(q)
    moving, value = point, [1] + [0] * 11
    for bit in bin(X)[3:]:
        line, moving = line_and_sum(moving, moving, p)
        value = times(times(value, value), line)
        if bit == "1":
            line, moving = line_and_sum(moving, point, p)
            value = times(value, line)
    return power(value, (FQ_MODULUS**12 - 1) // FR_MODULUS)


def flat(element: object) -> Element:
    """The product's Fq12 as coefficients of 1, w, ..., w^11."""
    (a0, a2, a4), (a1, a3, a5) = element  # type: ignore[misc]
    pairs = (a0, a1, a2, a3, a4, a5)
    return [pair[0] for pair in pairs] + [pair[1] for pair in pairs]


@pytest.mark.prove
def test_the_pairing_is_the_textbooks_cubed() -> None:
    """Ours takes 3(q^12 - 1)/r as its last exponent, so it is the cube of the plain pairing."""
    for a, b in ((1, 1), (5, 12345678901234567890)):
        p, q = g1.mul(g1.GENERATOR, a), g2.mul(g2.GENERATOR, b)
        assert p is not None and q is not None
        plain = textbook_pairing(p, q)
        assert power(plain, 3) == flat(pairing.final_exponentiation(pairing.miller_loop([(p, q)])))
        if (a, b) == (1, 1):
            base = plain
        else:
            assert plain == power(base, a * b % FR_MODULUS)
    assert power(base, FR_MODULUS) == [1] + [0] * 11
    assert base != [1] + [0] * 11
