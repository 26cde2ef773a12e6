"""The survey of reference strings: everything is listed, nothing is claimed that was not looked at."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from avm.base.errors import AvmError, StoreError
from avm.storage import srs_files, srs_survey
from avm.storage.parameters import Parameters


@pytest.fixture
def small(tmp_path: Path) -> Parameters:
    """Parameters with one development string of 2^6 powers."""
    made = Parameters(tmp_path)
    srs_files.generate(6, None, made)
    return made


def test_nothing_is_an_empty_survey(tmp_path: Path) -> None:
    assert srs_survey.survey(Parameters(tmp_path)) == ()


def test_a_development_string_is_listed_with_digest_history_and_place(small: Parameters) -> None:
    (found,) = srs_survey.survey(small)
    assert found.insecure and found.fault == "" and found.highest_power == 63
    assert found.digest == srs_files.load(found.path).digest
    assert found.contributions == ("creation",) and found.size == found.path.stat().st_size
    srs_files.contribute(found.path, found.path, "Ada")
    (later,) = srs_survey.survey(small)
    assert later.contributions == ("creation", "Ada") and later.digest != found.digest
    checks = srs_survey.verify_string(later)
    assert all(check.passed for check in checks)
    assert "Update 1" in [check.name for check in checks]


def test_a_damaged_string_is_listed_with_the_reason(small: Parameters) -> None:
    path = small.development_path(6)
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    (found,) = srs_survey.survey(small)
    assert "checksum" in found.fault and found.digest == ""


def test_only_a_development_string_of_this_machine_can_be_deleted(small: Parameters, tmp_path: Path) -> None:
    (found,) = srs_survey.survey(small)
    with pytest.raises(AvmError):
        srs_survey.delete_string(found, Parameters(tmp_path / "elsewhere"))
    assert found.path.exists()
    srs_survey.delete_string(found, small)
    assert not found.path.exists() and srs_survey.survey(small) == ()


def test_official_files_are_compared_with_the_published_checksums(shared: Path, tmp_path: Path) -> None:
    parameters = Parameters(tmp_path)
    parameters.import_official(shared / "params")
    (found,) = srs_survey.survey(parameters)
    assert not found.insecure and found.fault == "" and found.highest_power == (1 << 16) - 1
    assert len(found.files) == 7 and all(f.agrees for f in found.files)
    spoiled = parameters.official_folder / "beta-h.usrs"
    spoiled.write_bytes(b"\0" * 192)
    (again,) = srs_survey.survey(parameters)
    assert "beta-h.usrs" in again.fault
    assert [f.name for f in again.files if not f.agrees] == ["beta-h.usrs"]
    with pytest.raises(AvmError):
        srs_survey.delete_string(again, parameters)


@pytest.mark.parametrize(("logs", "reach"), [(range(15, 22), 21), ((15, 16, 18), 16)])
def test_the_list_says_how_far_the_official_files_reach_without_a_gap(
    logs: Iterable[int], reach: int, tmp_path: Path
) -> None:
    parameters = Parameters(tmp_path)
    parameters.official_folder.mkdir(parents=True)
    names = [f"powers-of-beta-{log}" for log in logs]
    for name in (*names, "shifted-powers-of-beta-15", "powers-of-beta-gamma", "neg-powers-of-beta", "beta-h"):
        (parameters.official_folder / f"{name}.usrs").touch()
    (found,) = parameters.describe()
    assert found.highest_power == (1 << reach) - 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.timeout(30)
def test_a_pipe_is_no_reference_string(tmp_path: Path) -> None:
    """It is refused at once, not waited for."""
    os.mkfifo(tmp_path / "pipe.srs")
    with pytest.raises(StoreError, match="not a regular file"):
        srs_files.verify_file(tmp_path / "pipe.srs")
