"""Kernels as built-in functions: what they take and refuse, and what is kept of them on disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from avm.algebra.aot import compiled_here, kernel, native
from avm.algebra.aot import folder as folders
from avm.algebra.aot.calling import MOST_WORDS, Signature


def _sum(a, first, out):  # type: ignore[no-untyped-def]
    """Return how many rows were summed from the first on."""
    scratch = np.empty(a.shape[1], np.uint64)
    scratch[:] = 0
    for i in range(first, a.shape[0]):
        for j in range(a.shape[1]):
            scratch[j] += a[i, j]
    for j in range(a.shape[1]):
        out[j] = scratch[j]
    return a.shape[0] - first


def _all_set(flags):  # type: ignore[no-untyped-def]
    clear = 0
    for flag in flags:
        clear += flag == 0
    return clear == 0


TEXT = "int64(uint64[:,::1],int64,uint64[::1])"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("avm.algebra.aot.compiling.FOLDER", tmp_path)
    return tmp_path


def test_a_signature_is_read() -> None:
    signature = Signature.parse("boolean(uint64[:,:,::1],int64,uint8[::1])")
    assert signature == Signature("boolean", (("uint64", 3), ("int64", 0), ("uint8", 1)))
    assert signature.words == 2 + 11 + 1 + 7


@pytest.mark.parametrize(
    "text",
    [
        "void(uint64)",
        "float64(int64)",
        "void(uint64[:,:])",
        "void(uint64[:])",
        "void(int64",
        "void(float32[::1])",
    ],
)
def test_a_signature_that_cannot_be_passed_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Signature.parse(text)
    with pytest.raises(ValueError):
        Signature.parse("void(" + ",".join(["uint64[:,:,::1]"] * (MOST_WORDS // 11 + 1)) + ")")


def test_a_kernel_takes_arrays_and_integers_and_returns_its_result(folder: Path) -> None:
    total = kernel(TEXT)(_sum)
    flags = kernel("boolean(uint8[::1])")(_all_set)
    a, out = np.arange(12, dtype=np.uint64).reshape(3, 4), np.zeros(4, np.uint64)
    assert total(a, 1, out) == 2 and out.tolist() == [12, 14, 16, 18]
    assert total(a, np.int64(-1), out) == 4
    assert total(np.zeros((0, 4), np.uint64), 0, out) == 0 and not out.any()
    assert flags(np.ones(3, np.uint8)) is True and flags(np.zeros(3, np.uint8)) is False


def test_an_array_without_elements_may_lie_anywhere(folder: Path) -> None:
    total = kernel(TEXT)(_sum)
    nothing = np.ndarray((0, 4), np.uint64, bytearray(65), offset=1)
    assert nothing.__array_interface__["data"][0] % 8
    out = np.ones(4, dtype=np.uint64)
    assert total(nothing, 0, out) == 0 and not out.any()


def test_a_kernel_refuses_what_its_signature_does_not_name(folder: Path) -> None:
    total = kernel(TEXT)(_sum)
    a, out = np.zeros((3, 4), np.uint64), np.zeros(4, np.uint64)
    locked = np.zeros(4, np.uint64)
    locked.setflags(write=False)
    odd = np.zeros(33, np.uint8)[1:].view(np.uint64)
    swapped = a.astype(">u8")
    for wrong in (
        (a, 0),
        (a, 0, out, out),
        (a.astype(np.int64), 0, out),
        (a.astype(np.uint32), 0, out),
        (a.astype(np.float64), 0, out),
        (swapped, 0, out),
        (out, 0, out),
        (a[:, ::2], 0, out),
        (a.T, 0, out),
        (a, 0, locked),
        (a, 0, odd),
        (a, 1.5, out),
        (a, "0", out),
        (None, 0, out),
    ):
        before = [sys.getrefcount(x) for x in (a, out, locked)]
        with pytest.raises((TypeError, ValueError)):
            total(*wrong)
        assert [sys.getrefcount(x) for x in (a, out, locked)] == before
    with pytest.raises(OverflowError):
        total(a, 1 << 63, out)


def test_a_kernel_lets_go_of_its_arguments(folder: Path) -> None:
    total = kernel(TEXT)(_sum)
    a, out = np.zeros((3, 4), np.uint64), np.zeros(4, np.uint64)
    before = sys.getrefcount(a), sys.getrefcount(out), sys.getrefcount(None)
    for _ in range(1000):
        total(a, 0, out)
    assert (sys.getrefcount(a), sys.getrefcount(out)) == before[:2]
    assert abs(sys.getrefcount(None) - before[2]) < 500


def test_a_kernel_is_found_again_and_compiled_anew_when_its_file_is_damaged(folder: Path) -> None:
    compiled_here.clear()
    kernel(TEXT)(_sum)
    assert compiled_here == ["_sum"]
    kernel(TEXT)(_sum)
    assert compiled_here == ["_sum"]
    (file,) = folder.glob("*_sum*.native")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    total = kernel(TEXT)(_sum)
    assert compiled_here == ["_sum", "_sum"]
    assert total(np.ones((2, 4), np.uint64), 0, np.zeros(4, np.uint64)) == 2


def test_a_folder_that_cannot_be_written_costs_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setattr("avm.algebra.aot.compiling.FOLDER", blocked / "kernels")
    assert kernel(TEXT)(_sum)(np.ones((2, 4), np.uint64), 0, np.zeros(4, np.uint64)) == 2


def test_a_kernel_that_needs_more_of_numba_is_refused(folder: Path) -> None:
    def raises(a):  # type: ignore[no-untyped-def]
        print(a[0])

    with pytest.raises(ImportError, match="calls"):
        kernel("void(int64[::1])")(raises)
    assert native.load(folder, "nothing") is None


PATTERN = """
from avm.algebra.aot import device

def adding(number):
    @device
    def add(a, out):
        x = a[0]
{steps}
        out[0] = x + number
        return 0
    return add
"""
MEMBER = """
import numpy as np
from avm.algebra.aot import kernel
from pattern import adding

_add = adding(np.uint64({number}))

@kernel("int64(uint64[::1],uint64[::1])")
def run(a, out):
    _add(a, out)
    return _add(a, out)
"""
BOTH = """
import numpy as np
import first, second
for module in (first, second):
    out = np.zeros(1, np.uint64)
    module.run(np.zeros(1, np.uint64), out)
    print(int(out[0]))
"""


@pytest.mark.parametrize("loader", ["", "numba"])
def test_kernels_compiled_in_two_processes_keep_their_own_helpers(tmp_path: Path, loader: str) -> None:
    """Two helpers of one pattern have one name in each process, and stand side by side in a third."""
    steps = "\n".join(f"        x = (x * x) ^ (x >> {n % 63 + 1})" for n in range(400))
    (tmp_path / "pattern.py").write_text(PATTERN.format(steps=steps))
    for name, number in (("first", 1), ("second", 2)):
        (tmp_path / f"{name}.py").write_text(MEMBER.format(number=number))
    environment = {
        **os.environ,
        "AVM_CACHE_DIR": str(tmp_path / "cache"),
        "AVM_LOADER": loader,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), str(tmp_path)]),
    }
    for code in ("import first", "import second"):
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    done = subprocess.run(
        [sys.executable, "-c", BOTH], env=environment, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["1", "2"]


def test_numba_of_another_minor_version_is_trusted_with_nothing_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AVM_LOADER", raising=False)
    monkeypatch.setattr(folders, "_version_of_numba", lambda: '"version": "0.69.0"')
    assert not folders.supported() and folders.kept_by_numba()


def test_the_version_that_is_trusted_is_the_one_that_is_pinned() -> None:
    pinned = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    below = f"0.{int(folders.PROVED_WITH.split('.')[1]) + 1}"
    assert f'"numba>={folders.PROVED_WITH.rstrip(".")},<{below}"' in pinned
