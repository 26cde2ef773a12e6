"""How kernels are compiled: without the GIL, cached on disk in a folder that changes with their sources.

numba's own cache does not notice an edited intrinsic, so the folder's name is a digest of all kernel sources,
the versions of numba and llvmlite, and the CPU. ``AVM_CACHE_DIR`` overrides the user's cache folder; where
the folder cannot be made, the kernels are kept in the temporary folder instead.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import llvmlite.binding
import numba
import numba.extending
import platformdirs

F = TypeVar("F", bound=Callable[..., Any])


def cache_folder() -> Path:
    """Return the folder of this build's compiled kernels; it may not exist yet."""
    root = os.environ.get("AVM_CACHE_DIR") or platformdirs.user_cache_dir("avm-studio", appauthor=False)
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for source in sorted(here.rglob("*.py")):
        digest.update(source.relative_to(here).as_posix().encode())
        digest.update(source.read_bytes())
    features = llvmlite.binding.get_host_cpu_features().flatten()
    for text in (numba.__version__, llvmlite.__version__, llvmlite.binding.get_host_cpu_name(), features):
        digest.update(text.encode())
    # Twenty digits keep numba's long file names below the path limit of Windows.
    return Path(root) / "kernels" / digest.hexdigest()[:20]


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / "avm-studio-kernels" / folder.name
    return folder


config: Any = numba.config
config.CACHE_DIR = str(_writable(cache_folder()))


def kernel(signature: str) -> Callable[[F], F]:
    """Compile a function for one signature when its module is imported; calls release the GIL."""
    return cast(Callable[[F], F], numba.njit(signature, nogil=True, cache=True, error_model="numpy"))


def device(function: F) -> F:
    """Mark a helper that is compiled into the kernels that call it."""
    return cast(F, numba.njit(function, nogil=True, error_model="numpy"))


def intrinsic(function: F) -> F:
    """Mark a function that emits LLVM code; its first parameter is numba's typing context."""
    return cast(F, numba.extending.intrinsic(function))
