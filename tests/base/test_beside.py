"""What a maker that was killed left beside its place is removed, what is still being made is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from avm.base import beside, files

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(os.name == "nt", reason="needs locks on files and signals")

_MAKER = """
import sys
from pathlib import Path
from avm.base import beside
with beside.new_file(Path(sys.argv[1])) as file, beside.new_folder(Path(sys.argv[2])) as folder:
    file.path.write_text("half")
    (folder.path / "a").mkdir()
    (folder.path / "a" / "b").write_text("half")
    print("made", flush=True)
    sys.stdin.readline()
"""


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@posix
def test_only_what_has_no_maker_any_more_is_removed(tmp_path: Path) -> None:
    maker = subprocess.Popen(
        [sys.executable, "-c", _MAKER, str(tmp_path / "one.txt"), str(tmp_path / "two")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert maker.stdout is not None and maker.stdout.readline() == b"made\n"
    left = names(tmp_path)
    assert len(left) == 2 and all(name.endswith(beside.SUFFIX) for name in left)
    files.write_text(tmp_path / "three.txt", "whole")
    assert names(tmp_path) == [*left, "three.txt"]
    maker.send_signal(signal.SIGKILL)
    maker.communicate()
    assert names(tmp_path) == [*left, "three.txt"]
    files.write_text(tmp_path / "three.txt", "whole again")
    assert names(tmp_path) == ["three.txt"]


@posix
def test_other_names_links_and_pipes_stay(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.avm-new", ".a.avm-new", ".a.12345678.new", ".a.1234567.avm-new", ".a.12345678.avm-new~"):
        (folder / name).write_text("mine")
    (folder / ".l.12345678.avm-new").symlink_to(outside)
    os.mkfifo(folder / ".p.12345678.avm-new")
    before = names(folder)
    (folder / ".a.12345678.avm-new").write_text("left")
    (folder / ".d.12345678.avm-new").mkdir()
    (folder / ".d.12345678.avm-new" / "link").symlink_to(outside)
    beside.clean(folder)
    assert names(folder) == before
    assert names(outside) == ["kept"]


@posix
def test_without_locks_only_what_is_old_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int) -> bool:
        raise OSError("no locks here")

    monkeypatch.setattr(beside, "try_lock", refuse)
    new, old = tmp_path / ".n.12345678.avm-new", tmp_path / ".o.12345678.avm-new"
    for each in (new, old):
        each.write_text("left")
    os.utime(old, (0, 0))
    files.write_text(tmp_path / "a", "whole")
    assert names(tmp_path) == [new.name, "a"]


@posix
def test_a_maker_whose_file_was_cleaned_up_before_its_lock_makes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def late(handle: int) -> bool:
        if not taken:
            taken.extend(names(tmp_path))
            (tmp_path / taken[0]).unlink()
        return True

    monkeypatch.setattr(beside, "try_lock", late)
    files.write_text(tmp_path / "a", "whole")
    assert taken and names(tmp_path) == ["a"]


@posix
def test_a_leftover_of_thousands_of_levels_hinders_no_writing(tmp_path: Path) -> None:
    left = tmp_path / f".a.12345678{beside.SUFFIX}"
    left.mkdir()
    folder = os.open(left, os.O_RDONLY)
    for _ in range(3_000):
        os.mkdir("d", dir_fd=folder)
        below = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    files.write_text(tmp_path / "a", "whole")
    assert (tmp_path / "a").read_text() == "whole"
    subprocess.run(["rm", "-rf", str(left)], check=True)


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), beside.new_folder(tmp_path / "a") as new:
        (new.path / "b").write_text("half")
        raise RuntimeError
    with pytest.raises(RuntimeError), beside.new_file(tmp_path / "a") as made:
        assert made.path.exists()
        raise RuntimeError
    assert names(tmp_path) == []


def test_a_folder_gets_its_name_only_where_nothing_stands(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    with beside.new_folder(tmp_path / "empty") as new:
        (new.path / "b").write_text("whole")
        new.put()
    with pytest.raises(OSError), beside.new_folder(tmp_path / "full") as other:
        other.put()
    assert names(tmp_path) == ["empty", "full"]
    assert names(tmp_path / "empty") == ["b"] and names(tmp_path / "full") == ["mine"]


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    name = "é" * 127
    files.write_text(tmp_path / name, "whole")
    assert names(tmp_path) == [name]
