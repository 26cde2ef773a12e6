"""Keccak against known digests, and its permutation against the standard library's SHA-3."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.primitives import keccak as k

EMPTY = {
    224: "f71837502ba8e10837bdd8d365adb85591895602fc552b48b7390abd",
    256: "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
}


@pytest.mark.parametrize("variant", EMPTY)
def test_the_digest_of_nothing_is_the_published_one(variant):
    assert k.keccak(variant, b"").hex() == EMPTY[variant]


@given(st.binary(max_size=300), st.sampled_from([224, 256, 384, 512]))
def test_the_permutation_gives_sha3_under_its_padding(data, variant):
    rate = 200 - variant // 4
    padded = bytearray(data) + bytes(rate - len(data) % rate)
    padded[len(data)] ^= 0x06
    padded[-1] ^= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            lanes[i] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        lanes = k.keccak_f1600(lanes)
    digest = b"".join(lane.to_bytes(8, "little") for lane in lanes)[: variant // 8]
    assert digest == hashlib.new(f"sha3_{variant}", data).digest() == k.sha3(variant, data)
