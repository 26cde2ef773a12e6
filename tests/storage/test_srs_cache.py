"""What is derived from a reference string is found again, refused when damaged, and never needed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from avm.algebra import g2
from avm.algebra.points import G1Points
from avm.algebra.weierstrass import ShortWeierstrass
from avm.api import pipeline, workspace
from avm.api.artifacts import Constrained
from avm.base.errors import DecodeError, StoreError
from avm.storage import srs_files
from avm.storage.disk_cache import DiskCache
from avm.storage.parameters import Parameters
from avm.storage.srs_cache import development_string
from tests.storage.test_disk_cache import Told


@pytest.fixture
def blob(tmp_path: Path) -> Path:
    """A development string of 2^6 powers in a file."""
    return srs_files.generate(6, tmp_path / "small.srs", Parameters(tmp_path))[0]


@pytest.fixture(scope="module")
def constrained() -> Constrained:
    """The circuit of the hello sample with the assignment of a run."""
    sample = next(s for s in workspace.samples() if s.name == "hello")
    built = pipeline.build(workspace.open_project(sample.path))
    return pipeline.constrain(pipeline.run(built, "main", ["7u32", "35u32"]))


def test_a_development_string_is_checked_once(
    blob: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = DiskCache(tmp_path / "derived")
    first = development_string(blob, cache)

    def unwanted(*_: object) -> bool:
        raise AssertionError("a point is checked once more")

    monkeypatch.setattr(ShortWeierstrass, "is_on_curve", unwanted)
    monkeypatch.setattr(G1Points, "from_uncompressed", unwanted)
    second = development_string(blob, cache)
    assert second.table.first(64) == first.table.first(64)
    assert second.digest == first.digest and second.updates == first.updates
    assert second.gamma_powers == first.gamma_powers and second.negative_powers == first.negative_powers


def test_damaged_powers_are_refused_told_and_made_again(blob: Path, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "derived")
    first = development_string(blob, cache)
    (path,) = cache.folder.iterdir()
    data = path.read_bytes()
    for other in (data[:-96], data[:100], data[:-1] + bytes([data[-1] ^ 1]), b""):
        path.write_bytes(other)
        told = Told()
        assert development_string(blob, cache, told).table.first(64) == first.table.first(64)
        assert len(told.lines) == 1 and "refused and made again" in told.lines[0]
        assert path.read_bytes() == data


def test_an_entry_vouches_for_one_file_only(blob: Path, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "derived")
    development_string(blob, cache)
    other = srs_files.generate(6, tmp_path / "other.srs", Parameters(tmp_path))[0]
    assert development_string(other, cache).digest != development_string(blob, cache).digest
    assert len(list(cache.folder.iterdir())) == 2
    data = bytearray(blob.read_bytes())
    data[200] ^= 1
    blob.write_bytes(data)
    with pytest.raises(DecodeError):
        development_string(blob, cache)
    blob.unlink()
    with pytest.raises(StoreError):
        development_string(blob, cache)


def test_official_powers_are_derived_once(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Parameters(tmp_path).import_official(shared / "params")
    first = Parameters(tmp_path).srs_for(5000, kind="official")
    powers, last = first.powers(5000), first.shifted_powers(4094)
    monkeypatch.setattr(G1Points, "from_uncompressed", lambda *_: pytest.fail("decoded once more"))
    second = Parameters(tmp_path).srs_for(5000, kind="official")
    assert second.powers(5000) == powers and second.powers(100) == powers[:100]
    assert second.shifted_powers(4094) == last and second.shifted_powers(62) == last[-63:]
    assert (second.highest_power, second.table.available_last) == (65535, 65536)


def test_a_damaged_official_file_is_named_and_nothing_is_kept(shared: Path, tmp_path: Path) -> None:
    parameters = Parameters(tmp_path)
    parameters.import_official(shared / "params")
    path = parameters.official_folder / "powers-of-beta-15.usrs"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1  # far above the powers that are asked for
    path.write_bytes(data)
    with pytest.raises(StoreError, match="powers-of-beta-15"):
        parameters.srs_for(100, kind="official").powers(100)
    assert not list(parameters.derived.folder.glob("powers-*"))


def test_small_official_files_are_the_published_ones_or_refused(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "parameters" / "official"
    shutil.copytree(shared / "params", folder)
    checked: list[object] = []
    original = ShortWeierstrass.is_in_subgroup
    monkeypatch.setattr(
        ShortWeierstrass, "is_in_subgroup", lambda self, p: checked.append(p) or original(self, p)
    )
    assert Parameters(tmp_path).srs_for(100, kind="official").digest and not checked
    (folder / "beta-h.usrs").chmod(0o644)
    (folder / "beta-h.usrs").write_bytes(g2.to_uncompressed(g2.double(g2.GENERATOR)))
    with pytest.raises(StoreError, match="beta-h"):
        Parameters(tmp_path).srs_for(100, kind="official")


@pytest.mark.prove
def test_a_proof_is_made_where_nothing_can_be_kept(tmp_path: Path, constrained: Constrained) -> None:
    root = tmp_path / "cache"
    root.write_bytes(b"a file where the folder should be")
    told = Told()
    told.step = lambda done, total: None  # type: ignore[method-assign]
    proved = pipeline.prove(constrained, Parameters(root), progress=told)
    assert pipeline.verify(proved).valid
    kept = [line for line in told.lines if "not kept" in line]
    assert any("shape" in line for line in kept) and any("index" in line for line in kept)
    assert any(line.startswith("Development SRS: used, but not kept") for line in kept)


@pytest.mark.prove
def test_a_second_proof_takes_everything_from_the_cache(
    tmp_path: Path, constrained: Constrained, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pipeline.prove(constrained, Parameters(tmp_path))
    for name in ("avm.varuna.indexer.index", "avm.varuna.indexer.circuit_shape"):
        monkeypatch.setattr(name, lambda *_, **__: pytest.fail("made once more"))
    monkeypatch.setattr("avm.r1cs.system.ConstraintSystem.matrices", lambda _: pytest.fail("built again"))
    second = pipeline.prove(constrained, Parameters(tmp_path))
    assert pipeline.verify(second).valid and second.view.circuit_id == first.view.circuit_id


@pytest.mark.prove
def test_a_proof_survives_the_damage_of_every_cached_file(tmp_path: Path, constrained: Constrained) -> None:
    first = pipeline.prove(constrained, Parameters(tmp_path))
    for path in (tmp_path / "derived").iterdir():
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0x10
        path.write_bytes(data)
    told = Told()
    told.step = lambda done, total: None  # type: ignore[method-assign]
    second = pipeline.prove(constrained, Parameters(tmp_path), progress=told)
    assert pipeline.verify(second).valid and second.view.circuit_id == first.view.circuit_id
    refused = [line for line in told.lines if "refused and made again" in line]
    assert {line.split()[4] for line in refused} == {"shape", "powers", "index"}
