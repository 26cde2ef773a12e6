"""How kernels are compiled: without the GIL, cached on disk in a folder that changes with their sources.

numba's own cache does not notice an edited intrinsic, so the folder's name is a digest of all kernel sources,
the tier, the versions of Python, numba and llvmlite, and the CPU. ``AVM_CACHE_DIR`` overrides the user's
cache. Code is loaded only from a folder of this user's that nobody else can write or replace; where there is
none, the kernels live in a folder of this process alone and are compiled anew by the next. What is kept is
machine code that needs no numba (see ``native``), on Linux with an x86-64 processor; elsewhere, and with
``AVM_LOADER=numba``, it is numba's own cache.
"""

from __future__ import annotations

import gc
import hashlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import llvmlite.binding
import platformdirs

from avm.algebra.kernels import native
from avm.algebra.kernels.select import limb_tier, tier
from avm.base import files
from avm.base.startup import ignore_numba_file

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
"""What all compiled functions share."""
KEPT_BY_NUMBA = os.environ.get("AVM_LOADER") == "numba" or (sys.platform, platform.machine()) != (
    "linux",
    "x86_64",
)
"""Whether numba keeps and loads the kernels, slower at every start: wherever ``native`` was never tried."""


def cache_folder() -> Path:
    """Return the folder of this build's compiled kernels; it may not exist yet."""
    root = os.environ.get("AVM_CACHE_DIR") or platformdirs.user_cache_dir("avm-studio", appauthor=False)
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for source in sorted(here.rglob("*.py")):
        digest.update(source.relative_to(here).as_posix().encode())
        digest.update(source.read_bytes())
    features = llvmlite.binding.get_host_cpu_features().flatten()
    versions = (sys.version, _version_of_numba(), llvmlite.__version__)
    for text in (*versions, llvmlite.binding.get_host_cpu_name(), features, tier(), limb_tier()):
        digest.update(text.encode())
    # Twenty digits keep numba's long file names below the path limit of Windows.
    return Path(root) / "kernels" / digest.hexdigest()[:20]


def _version_of_numba() -> str:
    """Return what tells numba's versions apart, if possible without importing it."""
    spec = find_spec("numba")
    try:
        return Path(str(spec.origin if spec else "")).with_name("_version.py").read_text()
    except OSError:
        import numba

        return str(numba.__version__)


def trusted_folder(folder: Path) -> tuple[Path, str]:
    """Return ``folder`` when code may be loaded from it, else a private one and the reason in words.

    ``folder`` is ``ROOT/kernels/DIGEST``. Its two last levels are closed to others here, the root too when
    it is the user's own cache and not a folder that was named to us. What others left in it before is not
    loaded (``files.read_owned``).
    """
    root = [] if os.environ.get("AVM_CACHE_DIR") else [folder.parents[1]]
    for level in (*root, folder.parent, folder):
        files.tighten(level, files.FOLDER_MODE)
    if files.owned_folder(folder.parent) and files.owned_folder(folder):
        found = folder.resolve()
        if not KEPT_BY_NUMBA or all(files.owned(path) for path in found.rglob("*")):
            return found, ""
    why = f"{folder.parent} cannot be made, or others can write there: the kernels are compiled at each start"
    return files.private_folder("avm-studio-kernels-"), why


ignore_numba_file()
# Without it LLVM ends the process where it meets assembly.
llvmlite.binding.initialize_native_asmparser()
FOLDER, NOT_KEPT = trusted_folder(cache_folder())
"""Where the kernels of this build are kept, and why they are not kept for the next process, or nothing."""


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
made_here: list[str] = []
"""Keys of the kernels whose sources this process ran."""


def kernel(signature: str) -> Callable[[F], F]:
    """Compile a function for one signature when its module is imported; calls release the GIL.

    Arguments are passed by position. Kernels call devices and intrinsics, not each other. ImportError when
    the kernel needs more of numba's run time than arrays of its own.
    """

    def compiled(function: F) -> F:
        if KEPT_BY_NUMBA:
            return _kept_by_numba(signature, function)
        key = f"{function.__module__.rpartition('.')[2]}.{function.__name__}{_elsewhere(function)}"
        made = native.load(FOLDER, key)
        if made is None:
            with _without_collector():
                symbol, machine_code = _compile(signature, function)
            made = native.keep(FOLDER, key, function, signature, symbol, machine_code)
            compiled_here.append(function.__name__)
        made_here.append(key)
        return cast(F, made)

    return compiled


def _kept_by_numba(signature: str, function: F) -> F:
    import numba

    config: Any = numba.config
    config.CACHE_DIR = str(FOLDER)
    decorate: Any = numba.njit
    with _without_collector():
        made = decorate(signature, cache=True, **OPTIONS)(function)
    if made.stats.cache_misses:
        compiled_here.append(function.__name__)
    return cast(F, made)


def _elsewhere(function: Callable[..., Any]) -> str:
    """Return a digest of a kernel's source outside this package, which the folder's name leaves out."""
    source = Path(function.__code__.co_filename)
    if source.parent == Path(__file__).parent:
        return ""
    return "." + hashlib.sha256(source.read_bytes()).hexdigest()[:20]


def _njit(compiler: str) -> Any:
    """Return numba's decorator without its wrappers, and with one of the compilers of ``passes``."""
    import numba

    without_wrapper = partial(numba.njit, no_cpython_wrapper=True, **OPTIONS)
    if KEPT_BY_NUMBA:
        return without_wrapper

    from avm.algebra.kernels import passes

    return partial(without_wrapper, pipeline_class=getattr(passes, compiler))


def _compile(signature: str, function: Callable[..., Any]) -> tuple[str, bytes]:
    """Return the name of the compiled function and its machine code."""
    made = _njit("KernelCompiler")(signature)(function)
    (result,) = made.overloads.values()
    library = result.library
    called = {f.name for f in library._final_module.functions if f.is_declaration}
    foreign = [name for name in called if not name.startswith("llvm.") and name not in native.PROVIDED]
    if foreign:
        raise ImportError(f"the kernel {function.__name__} calls {', '.join(foreign)}")
    return result.fndesc.llvm_func_name, library._get_compiled_object()


def device(function: F) -> F:
    """Mark a helper that is compiled into the kernels that call it; Python itself cannot call it.

    A helper made by a function that takes others, as a pattern, is named after what it was given: compiled
    code is found by its name, also beside what another process has compiled.
    """
    if function.__closure__:
        given = "".join(_told(cell.cell_contents) for cell in function.__closure__)
        function.__qualname__ += "_" + hashlib.sha256(given.encode()).hexdigest()[:16]
    return cast(F, _njit("DeviceCompiler")(function))


def _told(given: Any) -> str:
    """Return what tells one thing given to a pattern from another: where a function stands, or a constant."""
    function = getattr(given, "py_func", None) or getattr(given, "_defn", None)
    if function is not None:
        return f"{function.__module__}.{function.__qualname__};"
    return (
        f"{given.dtype}{given.shape}{given.tobytes().hex()};" if hasattr(given, "tobytes") else f"{given!r};"
    )


def intrinsic(function: F) -> F:
    """Mark a function that emits LLVM code; its first parameter is numba's typing context."""
    import numba.extending

    return cast(F, numba.extending.intrinsic(function))
