"""How kernels are compiled: without the GIL, cached on disk in a folder that changes with their sources.

numba's own cache does not notice an edited intrinsic, so the folder's name is a digest of all kernel sources,
the tier, the versions of numba and llvmlite, and the CPU. ``AVM_CACHE_DIR`` overrides the user's cache; where
the folder cannot be made, the kernels are kept in the temporary folder instead.
"""

from __future__ import annotations

import gc
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import llvmlite.binding
import numba
import numba.extending
import platformdirs

from avm.algebra.kernels.select import limb_tier, tier

F = TypeVar("F", bound=Callable[..., Any])

njit: Any = numba.njit
OPTIONS = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
"""What all compiled functions share; without the wrapper for C callbacks, of which there are none."""


def cache_folder() -> Path:
    """Return the folder of this build's compiled kernels; it may not exist yet."""
    root = os.environ.get("AVM_CACHE_DIR") or platformdirs.user_cache_dir("avm-studio", appauthor=False)
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for source in sorted(here.rglob("*.py")):
        digest.update(source.relative_to(here).as_posix().encode())
        digest.update(source.read_bytes())
    features = llvmlite.binding.get_host_cpu_features().flatten()
    versions = (numba.__version__, llvmlite.__version__)
    for text in (*versions, llvmlite.binding.get_host_cpu_name(), features, tier(), limb_tier()):
        digest.update(text.encode())
    # Twenty digits keep numba's long file names below the path limit of Windows.
    return Path(root) / "kernels" / digest.hexdigest()[:20]


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / "avm-studio-kernels" / folder.name
    return folder


# Without it LLVM ends the process where it meets assembly.
llvmlite.binding.initialize_native_asmparser()
config: Any = numba.config
config.CACHE_DIR = str(_writable(cache_folder()))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the search for cyclic garbage, which takes an eighth of the time of compiling."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


compiled_here: list[str] = []
"""Names of the kernels that this process compiled, because the cache did not have them."""


def kernel(signature: str) -> Callable[[F], F]:
    """Compile a function for one signature when its module is imported; calls release the GIL."""
    decorate = njit(signature, cache=True, **OPTIONS)

    def compiled(function: F) -> F:
        with _without_collector():
            made = decorate(function)
        if made.stats.cache_misses:
            compiled_here.append(function.__name__)
        return cast(F, made)

    return compiled


def device(function: F) -> F:
    """Mark a helper that is compiled into the kernels that call it; Python itself cannot call it."""
    return cast(F, njit(function, no_cpython_wrapper=True, **OPTIONS))


def intrinsic(function: F) -> F:
    """Mark a function that emits LLVM code; its first parameter is numba's typing context."""
    return cast(F, numba.extending.intrinsic(function))
