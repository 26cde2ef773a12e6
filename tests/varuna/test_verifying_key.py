"""The verifying key's codec and the sizes it derives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra import g1
from avm.base.errors import DecodeError
from avm.varuna.verifying_key import CircuitInfo, VerifyingKey, fault_of

u64 = st.integers(0, 2**64 - 1)


@settings(max_examples=4, deadline=None)
@given(st.tuples(u64, u64, u64, u64, u64, u64), st.binary(min_size=32, max_size=32), u64)
def test_bytes_and_text_read_back_the_same(sizes: tuple[int, ...], circuit_id: bytes, variables: int) -> None:
    key = VerifyingKey(CircuitInfo(*sizes), (g1.GENERATOR, None) * 6, circuit_id, variables)
    data = key.to_bytes()
    assert len(data) == 673
    assert VerifyingKey.from_bytes(data) == key
    assert VerifyingKey.parse(str(key)) == key
    for wrong in (data[:-1], data + b"\0", b"\0" + data[1:], data[:49] + b"\x0d" + data[50:]):
        with pytest.raises(DecodeError):
            VerifyingKey.from_bytes(wrong)


@settings(max_examples=50)
@given(st.binary(max_size=700))
def test_random_bytes_are_refused_without_any_other_error(data: bytes) -> None:
    with pytest.raises(DecodeError):
        VerifyingKey.from_bytes(b"\x01" + data)


@pytest.mark.parametrize(
    ("sizes", "word"),
    [
        ((3, 20, 5, 4, 4, 4), "power of two"),
        ((16, 16, 5, 4, 4, 4), "private"),
        ((2, 9, 5, 4, 1, 4), "two entries"),
        ((2, 9, 0, 4, 4, 4), "two entries"),
        ((2, 2**50, 5, 4, 4, 4), "impossible"),
        ((2**20, 2**21, 5, 4, 4, 4), "more than"),
    ],
)
def test_sizes_that_no_circuit_has_are_named(sizes: tuple[int, ...], word: str) -> None:
    assert word in fault_of(CircuitInfo(*sizes))


def test_sizes_of_a_circuit_have_no_fault() -> None:
    info = CircuitInfo(2, 9, 5, 4, 4, 3)
    assert fault_of(info) == ""
    assert info.degree_bounds == (14, 2, 2, 2)
    assert info.highest_power == 19


def test_the_networks_own_keys_read_back_byte_for_byte(shared: Path) -> None:
    lines = (shared / "vectors" / "credits_keys.jsonl").read_text(encoding="utf-8").splitlines()
    for row in list(map(json.loads, lines))[::8]:
        if "error" in row:
            continue
        key = VerifyingKey.from_bytes(bytes.fromhex(row["bytes"]))
        assert str(key) == row["text"]
        assert key.checksum == row["checksum"]
        assert key.to_bytes().hex() == row["bytes"]
        assert key.info.num_constraints == row["num_constraints"]
