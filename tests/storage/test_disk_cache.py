"""The disk cache finds what it kept, refuses what is damaged or foreign, and never fails the work."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from avm.base.errors import Cancelled, DecodeError
from avm.storage import disk_cache
from avm.storage.disk_cache import DiskCache, engine_digest


class Told:
    """Collects what the person is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def stage(self, name: str, detail: str = "") -> None:
        self.lines.append(f"{name}: {detail}")

    def step(self, done: int, total: int) -> None:
        raise AssertionError("a cache has no steps")


class Source:
    """Something that is costly to make."""

    def __init__(self, cache: DiskCache, value: bytes = b"derived") -> None:
        self.cache, self.value, self.made = cache, value, 0
        self.told = Told()

    def make(self) -> bytes:
        self.made += 1
        return self.value

    def get(self, key: str = "k", kind: str = "index") -> bytes:
        return self.cache.get(kind, key, _decode, self.make, bytes, self.told)


def _decode(data: bytes) -> bytes:
    if data[:1] not in (b"d", b"\0"):
        raise DecodeError("it begins wrongly")
    return data


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(DiskCache(tmp_path / "derived"))


def test_what_was_kept_is_found_again(source: Source) -> None:
    assert source.get() == source.get() == b"derived"
    assert Source(DiskCache(source.cache.folder), b"other").get() == b"derived"
    assert source.made == 1 and source.told.lines == []


def test_another_key_or_kind_is_another_entry(source: Source) -> None:
    for key, kind in (("k", "index"), ("l", "index"), ("k", "shape")):
        source.get(key, kind)
    assert source.made == 3
    assert len(list(source.cache.folder.iterdir())) == 3


def test_every_flipped_bit_and_every_truncation_is_refused_and_told(source: Source) -> None:
    source.get()
    path = source.cache.path("index", "k")
    data = path.read_bytes()
    damaged = [data[:length] for length in range(0, len(data), 7)]
    for place in range(0, len(data), 3):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        damaged.append(bytes(flipped))
    damaged.append(data + b"\0")
    for number, other in enumerate(damaged, start=1):
        path.write_bytes(other)
        assert source.get() == b"derived"
        assert source.made == 1 + number and len(source.told.lines) == number
        assert path.read_bytes() == data
    assert all("refused and made again" in line for line in source.told.lines)


def test_a_file_of_another_entry_is_refused(source: Source) -> None:
    source.get("other")
    shutil.copy(source.cache.path("index", "other"), source.cache.path("index", "k"))
    assert source.get("k") == b"derived" and source.made == 2
    assert "belongs to something else" in source.told.lines[0]


def test_an_entry_of_another_version_of_the_engine_is_refused(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.get()
    monkeypatch.setattr(disk_cache, "engine_digest", lambda: "0" * 64)
    source.get()
    assert source.made == 2 and "another version" in source.told.lines[0]
    assert len(engine_digest()) == 64


def test_a_payload_that_does_not_decode_is_refused(source: Source) -> None:
    source.value = b"xerived"
    source.get()
    source.value = b"derived"
    assert source.get() == b"derived" and "begins wrongly" in source.told.lines[0]


def test_a_full_disk_or_a_folder_that_cannot_be_made_costs_only_time(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert source.get() == b"derived"
    assert "not kept" in source.told.lines[0] and "No space left" in source.told.lines[0]
    assert list(source.cache.folder.iterdir()) == []
    (tmp_path / "file").write_bytes(b"")
    blocked = Source(DiskCache(tmp_path / "file" / "derived"))
    assert blocked.get() == blocked.get() == b"derived" and blocked.made == 2


def test_a_folder_in_place_of_an_entry_costs_only_time(source: Source) -> None:
    source.cache.path("index", "k").mkdir(parents=True)
    assert source.get() == source.get() == b"derived"
    assert source.made == 2


def test_the_longest_unused_entries_go_first(tmp_path: Path) -> None:
    source = Source(DiskCache(tmp_path, limit=1000), bytes(150))
    for number, key in enumerate("abc"):
        source.get(key)
        os.utime(source.cache.path("index", key), (number, number))
    assert source.get("a") == bytes(150) and source.made == 3  # used: now the youngest
    source.get("d")
    left = {key for key in "abcd" if source.cache.path("index", key).exists()}
    assert left == {"a", "c", "d"}


def test_an_entry_larger_than_the_limit_is_neither_kept_nor_read(tmp_path: Path) -> None:
    source = Source(DiskCache(tmp_path, limit=200), bytes(300))
    source.get()
    assert list(tmp_path.iterdir()) == []
    source.cache.path("index", "k").write_bytes(bytes(300))
    source.get()
    assert source.made == 2 and "larger than any entry" in source.told.lines[0]


def test_a_cancelled_making_leaves_nothing(source: Source) -> None:
    def cancelled() -> bytes:
        raise Cancelled()

    with pytest.raises(Cancelled):
        source.cache.get("index", "k", _decode, cancelled, bytes)
    assert not source.cache.folder.exists()
