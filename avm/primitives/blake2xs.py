"""BLAKE2Xs with tree parameters, the source of every Aleo generator.

Source: RFC 7693 and https://www.blake2.net/blake2x.pdf. The standard library's BLAKE2s refuses the
tree depth 0 that the expansion blocks need, so the compression function is written out here.
"""

from __future__ import annotations

import struct

_MASK = 0xFFFFFFFF
_IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
_SIGMA = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
_COLUMNS_AND_DIAGONALS = (
    (0, 4, 8, 12),
    (1, 5, 9, 13),
    (2, 6, 10, 14),
    (3, 7, 11, 15),
    (0, 5, 10, 15),
    (1, 6, 11, 12),
    (2, 7, 8, 13),
    (3, 4, 9, 14),
)


def _rotate(word: int, count: int) -> int:
    return (word >> count | word << (32 - count)) & _MASK


def _compress(state: list[int], block: bytes, count: int, last: bool) -> list[int]:
    words = struct.unpack("<16I", block)
    v = [*state, *_IV]
    v[12] ^= count & _MASK
    v[13] ^= count >> 32
    if last:
        v[14] ^= _MASK
    for order in _SIGMA:
        for step, (a, b, c, d) in enumerate(_COLUMNS_AND_DIAGONALS):
            v[a] = (v[a] + v[b] + words[order[2 * step]]) & _MASK
            v[d] = _rotate(v[d] ^ v[a], 16)
            v[c] = (v[c] + v[d]) & _MASK
            v[b] = _rotate(v[b] ^ v[c], 12)
            v[a] = (v[a] + v[b] + words[order[2 * step + 1]]) & _MASK
            v[d] = _rotate(v[d] ^ v[a], 8)
            v[c] = (v[c] + v[d]) & _MASK
            v[b] = _rotate(v[b] ^ v[c], 7)
    return [h ^ v[i] ^ v[i + 8] for i, h in enumerate(state)]


def blake2s(
    data: bytes,
    *,
    digest_size: int = 32,
    fanout: int = 1,
    depth: int = 1,
    leaf_size: int = 0,
    node_offset: int = 0,
    inner_size: int = 0,
    person: bytes = b"",
) -> bytes:
    """Return the BLAKE2s digest under a tree-mode parameter block, without key and salt."""
    parameters = struct.pack("<BBBBI", digest_size, 0, fanout, depth, leaf_size)
    parameters += (
        node_offset.to_bytes(6, "little") + bytes([0, inner_size]) + bytes(8) + person.ljust(8, b"\0")
    )
    state = [iv ^ word for iv, word in zip(_IV, struct.unpack("<8I", parameters))]
    count = 0
    while len(data) - count > 64:
        state = _compress(state, data[count : count + 64], count + 64, False)
        count += 64
    state = _compress(state, data[count:].ljust(64, b"\0"), len(data), True)
    return struct.pack("<8I", *state)[:digest_size]


def blake2xs(data: bytes, size: int, person: bytes = b"") -> bytes:
    """Return ``size`` bytes (1 to 65535) of BLAKE2Xs output for ``data``."""
    offset = size << 32
    root = blake2s(data, node_offset=offset, person=person)
    out = b""
    for i in range((size + 31) // 32):
        out += blake2s(
            root,
            digest_size=min(32, size - 32 * i),
            fanout=0,
            depth=0,
            leaf_size=32,
            node_offset=offset | i,
            inner_size=32,
            person=person,
        )
    return out
