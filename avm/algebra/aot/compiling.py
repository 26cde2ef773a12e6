"""How a kernel is compiled: when its module is imported, for one signature, without the GIL."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite.binding

from avm.algebra.aot import native
from avm.algebra.aot.folder import ALGEBRA, cache_folder, kept_by_numba, trusted_folder
from avm.base.collector import paused_collector
from avm.base.startup import ignore_numba_file

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
"""What all compiled functions share."""
KEPT_BY_NUMBA = kept_by_numba()
ignore_numba_file()
# Without it LLVM ends the process where it meets assembly.
llvmlite.binding.initialize_native_asmparser()
FOLDER, NOT_KEPT = trusted_folder(cache_folder())
"""Where the kernels of this build are kept, and why they are not kept for the next process, or nothing."""


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
            with paused_collector():
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
    with paused_collector():
        made = decorate(signature, cache=True, **OPTIONS)(function)
    if made.stats.cache_misses:
        compiled_here.append(function.__name__)
    return cast(F, made)


def _elsewhere(function: Callable[..., Any]) -> str:
    """Return a digest of a kernel's source outside `kernels`, which the folder's name leaves out."""
    source = Path(function.__code__.co_filename)
    if source.parent == ALGEBRA / "kernels":
        return ""
    return "." + hashlib.sha256(source.read_bytes()).hexdigest()[:20]


def _njit(compiler: str) -> Any:
    """Return numba's decorator without its wrappers, and with one of the compilers of ``numba_pipeline``."""
    import numba

    without_wrapper = partial(numba.njit, no_cpython_wrapper=True, **OPTIONS)
    if KEPT_BY_NUMBA:
        return without_wrapper

    from avm.algebra.aot import numba_pipeline

    return partial(without_wrapper, pipeline_class=getattr(numba_pipeline, compiler))


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
