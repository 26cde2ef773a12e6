"""Compiled code is loaded only from where this user alone can have put it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from avm.algebra.aot import native
from avm.algebra.aot.folder import trusted_folder
from avm.base import files

pytestmark = pytest.mark.skipif(os.name == "nt", reason="modes are a Unix matter")


@pytest.fixture(autouse=True)
def named_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AVM_CACHE_DIR", str(tmp_path))


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_closed_to_others(tmp_path: Path) -> None:
    found, why = trusted_folder(tmp_path / "kernels" / "digest")
    assert (found, why) == (tmp_path.resolve() / "kernels" / "digest", "")
    assert _mode(found) == _mode(found.parent) == 0o700


@pytest.mark.parametrize("mode", [0o755, 0o775, 0o777])
def test_an_own_folder_is_closed(tmp_path: Path, mode: int) -> None:
    (tmp_path / "kernels" / "digest").mkdir(parents=True)
    (tmp_path / "kernels" / "digest").chmod(mode)
    found, why = trusted_folder(tmp_path / "kernels" / "digest")
    assert not why and _mode(found) == 0o700


@pytest.mark.parametrize("fault", ["link", "file", "open parent"])
def test_a_folder_that_others_can_fill_is_not_used(tmp_path: Path, fault: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    folder = root / "kernels" / "digest"
    if fault == "link":
        (tmp_path / "elsewhere").mkdir()
        (root / "kernels").symlink_to(tmp_path / "elsewhere")
    elif fault == "file":
        (root / "kernels").write_text("")
    else:
        root.chmod(0o777)
    found, why = trusted_folder(folder)
    assert why and found != folder
    assert _mode(found) == 0o700 and found.stat().st_uid == os.geteuid()
    assert trusted_folder(folder)[0] != found, "its name can be guessed"


@pytest.mark.parametrize("fault", ["writable", "group", "link", "pipe", "owner"])
def test_a_file_that_others_could_have_written_counts_as_missing(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "kernel.native"
    native.write(path, ("content",))
    assert native.read(path) == ("content",) and _mode(path) == 0o600
    if fault in ("writable", "group"):
        path.chmod(0o666 if fault == "writable" else 0o660)
    elif fault == "link":
        path.rename(tmp_path / "real")
        path.symlink_to(tmp_path / "real")
    elif fault == "pipe":
        path.unlink()
        os.mkfifo(path)
    else:
        if os.geteuid() != 0:
            pytest.skip("only root can give files away")
        os.chown(path, 65534, 65534)
    assert native.read(path) is None


def test_a_private_folder_is_gone_when_its_process_ends(tmp_path: Path) -> None:
    code = "from avm.base import files; print(files.private_folder('avm-test-'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    made = Path(done.stdout.strip())
    assert made.parent == Path(tempfile.gettempdir()) and not made.exists()


def test_a_folder_of_another_user_is_not_owned(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give folders away")
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 65534, 65534)
    assert not files.owned_folder(tmp_path / "theirs" / "kernels")
    assert trusted_folder(tmp_path / "theirs" / "kernels" / "digest")[1]
