"""Guarded files: what may be read, where it may lie, and who may read what we write."""

import os
import stat
from pathlib import Path

import pytest

from avm.base import files
from avm.base.errors import DecodeError, StoreError

unix = pytest.mark.skipif(os.name == "nt", reason="modes are a Unix matter")


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/x",
        "a/../../x",
        "",
        "a//b",
        ".",
        "..",
        "a\x00b",
        "a\nb",
        "\ud800",
        "x" * 300,
        "..\\x",
        "\\\\host\\x",
    ],
)
def test_a_name_that_leaves_its_folder_or_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(files.PathRefused):
        files.inside(tmp_path, name)


def test_a_name_below_the_folder_is_taken(tmp_path: Path) -> None:
    assert files.inside(tmp_path, "src/a", "main.leo") == tmp_path.resolve() / "src" / "a" / "main.leo"


@unix
def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "out").symlink_to(tmp_path)
    with pytest.raises(files.PathRefused):
        files.inside(tmp_path / "project", "out/x")


@unix
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "m.leo")
    with pytest.raises(StoreError, match="not a regular file"):
        files.read_bytes(tmp_path / "m.leo")


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert files.read_bytes(tmp_path / "a", 5) == b"12345"
    with pytest.raises(StoreError, match="larger"):
        files.read_bytes(tmp_path / "a", 4)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a": [' * 50,
        "9" * 5000,
        "[NaN]",
        "[Infinity]",
        "[1e999]",
        '"\\ud800"',
        "{",
        '{"a" 1}',
        "[}" * 9,
    ],
)
def test_json_that_is_none_is_an_expected_failure(text: str) -> None:
    with pytest.raises(DecodeError):
        files.parse_json(text, "a document")


def test_brackets_in_strings_are_no_nesting() -> None:
    text = '["' + "[" * 1000 + '\\"[[", 12345678901234567890]'
    assert files.parse_json(text, "it") == ["[" * 1000 + '"[[', 12345678901234567890]


@unix
def test_what_is_written_is_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.txt"
    files.write_text(path, "x")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent, path.parent.parent)] == [
        0o600,
        0o700,
        0o700,
    ]


@unix
def test_a_wider_mode_is_kept_unless_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text("old")
    path.chmod(0o644)
    files.write_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    files.write_text(path, "new", private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@unix
def test_a_link_is_followed_but_not_for_private_files(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files.write_text(tmp_path / "link", "new")
    assert (tmp_path / "real").read_text() == "new" and (tmp_path / "link").is_symlink()
    files.write_text(tmp_path / "link", "mine", private=True)
    assert (tmp_path / "real").read_text() == "new" and not (tmp_path / "link").is_symlink()


@unix
def test_code_is_loaded_from_an_own_closed_folder_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert files.owned_folder(tmp_path / "kernels")
    assert stat.S_IMODE((tmp_path / "kernels").stat().st_mode) == 0o700
    (tmp_path / "link").symlink_to(tmp_path / "kernels")
    assert not files.owned_folder(tmp_path / "link")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    assert not files.owned_folder(tmp_path / "open")
    assert not files.owned_folder(tmp_path / "open" / "below")


@unix
@pytest.mark.parametrize("private", [False, True])
def test_only_a_file_is_replaced_by_what_is_written(tmp_path: Path, private: bool) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "folder") if private else ("pipe", "folder", "link"):
        with pytest.raises(StoreError, match="not a regular file"):
            files.write_text(tmp_path / name, "new", private=private)
    assert stat.S_ISFIFO((tmp_path / "pipe").lstat().st_mode)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        files.write_text(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["a"]


def test_our_folder_in_a_project_is_not_seen_by_git(tmp_path: Path) -> None:
    files.write_text(tmp_path / files.OWN_FOLDER / "ledger.db", "x")
    ignored = tmp_path / files.OWN_FOLDER / ".gitignore"
    assert ignored.read_text() == "*\n" and not (tmp_path / ".gitignore").exists()
    if os.name != "nt":
        assert stat.S_IMODE(ignored.stat().st_mode) == 0o600
    ignored.write_text("")
    files.make_folder(tmp_path / files.OWN_FOLDER / "more")
    assert ignored.read_text() == "", "the person's own words stay"
    files.make_folder(tmp_path / "other")
    assert not (tmp_path / "other" / ".gitignore").exists()
