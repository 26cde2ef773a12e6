"""Modules of kernels that are filled without their sources, which run when another name is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FIRST = """
from avm.algebra.kernels import field_vector
from avm.algebra.aot import compiled_here
print(len(compiled_here))
"""
SECOND = """
import sys
import numpy as np
from avm.algebra.kernels import field_vector
from avm.algebra.aot import compiled_here
assert "numba" not in sys.modules
a, out = np.ones((2, 4), np.uint64), np.zeros((2, 4), np.uint64)
field_vector.add(a, a, out)
assert (out == 2).all()
assert field_vector.V == "uint64[:,::1]"
assert "numba" not in sys.modules
before = field_vector.add
assert len(field_vector.FR_ZERO) == 4
assert "numba" in sys.modules
assert field_vector.add is before
try:
    field_vector.nothing
except AttributeError:
    pass
else:
    raise AssertionError("a name from nowhere")
print(len(compiled_here))
"""
THIRD = """
from avm.algebra.kernels import vector_portable
from avm.algebra.aot import compiled_here
print(len(compiled_here) > 0)
"""


def _run(code: str, cache: Path) -> str:
    environment = {**os.environ, "AVM_CACHE_DIR": str(cache), "AVM_KERNELS": "portable", "PYTHONPATH": "."}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    assert int(_run(FIRST, folder)) > 0
    return folder


def test_a_module_is_filled_without_numba_and_runs_its_source_for_other_names(cache: Path) -> None:
    assert _run(SECOND, cache) == "0"


def test_kernels_compiled_later_find_what_they_call_in_a_filled_module(cache: Path) -> None:
    assert _run(THIRD, cache) == "True"


def test_a_damaged_list_or_kernel_is_made_again(cache: Path) -> None:
    (folder,) = (cache / "kernels").iterdir()
    (folder / "field_vector.names").write_bytes(b"damaged")
    assert _run(SECOND.replace('assert "numba" not in sys.modules', ""), cache) == "0"
    assert _run(SECOND, cache) == "0"
    (folder / "field_vector.sub.native").unlink()
    assert _run(FIRST, cache) == "1"
    assert _run(SECOND, cache) == "0"


START = """
import sys
import avm.algebra.msm, avm.algebra.transform, avm.varuna.indexer, avm.varuna.prover
print("numba" in sys.modules)
"""


def test_no_start_but_the_first_imports_numba() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", START], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"


WITH_NUMBA = """
import numpy as np
from avm.algebra.kernels import field_vector
from avm.algebra.aot import compiled_here
a, out = np.ones((2, 4), np.uint64), np.zeros((2, 4), np.uint64)
field_vector.add(a, a, out)
assert (out == 2).all()
assert hasattr(field_vector.add, "overloads")
print(len(compiled_here) > 0)
"""


def test_numba_can_keep_the_kernels_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVM_LOADER", "numba")
    assert [_run(WITH_NUMBA, tmp_path) for _ in range(2)] == ["True", "False"]
