"""Modules of kernels that are there already: their names, without their sources, which would import numba.

When a module's kernels have been compiled, its kernels and constants are listed in the folder of compiled
kernels. The next process finds the list and fills the module from it; the first other name that is asked of
the module, such as an intrinsic for a kernel that is compiled then, runs its source after all. The folder
belongs to exactly these sources, so nothing in it is out of date.
"""

from __future__ import annotations

import importlib.machinery
import sys
import threading
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

import numpy as np

from avm.algebra.aot import compiling, native

_PACKAGE = "avm.algebra.kernels."


class _Loader(importlib.machinery.SourceFileLoader):
    """Fills a module from its list, or runs its source and lists what it made."""

    def exec_module(self, module: ModuleType) -> None:
        path = compiling.FOLDER / f"{module.__name__.removeprefix(_PACKAGE)}.names"
        listed = native.read(path)
        kernels = (
            {name: native.load(compiling.FOLDER, key) for name, key in listed[0].items()} if listed else {}
        )
        if listed is None or None in kernels.values():
            super().exec_module(module)
            _list(module, path)
            return

        lock, run = threading.RLock(), [False]

        def missing(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            with lock:
                if not run[0]:
                    run[0] = True
                    super(_Loader, self).exec_module(module)
                    del module.__dict__["__getattr__"]
            try:
                return module.__dict__[name]
            except KeyError:
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}") from None

        module.__dict__.update(kernels)
        module.__dict__.update({name: _unpacked(value) for name, value in listed[1].items()})
        module.__dict__["__getattr__"] = missing


class _Finder(MetaPathFinder):
    """Finds the modules of kernels, whatever is listed of them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(_PACKAGE):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def install() -> None:
    """Have the modules of kernels imported this way from now on."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _list(module: ModuleType, path: Any) -> None:
    """Write the list of a module that defines kernels."""
    prefix = module.__name__.removeprefix(_PACKAGE) + "."
    kernels = {key.removeprefix(prefix): key for key in compiling.made_here if key.startswith(prefix)}
    public = {name: value for name, value in module.__dict__.items() if not name.startswith("_")}
    if kernels:
        packed = {name: _packed(value) for name, value in public.items() if _is_constant(value)}
        native.write(path, (kernels, packed))


def _is_constant(value: Any) -> bool:
    if type(value) is tuple:
        return all(_is_constant(part) for part in value)
    return type(value) in (int, str, bytes, bool) or (type(value) is np.ndarray and value.dtype != object)


def _packed(value: Any) -> Any:
    """Return a constant as marshal takes it: arrays as their type, extents and bytes."""
    if type(value) is tuple:
        return ("tuple", [_packed(part) for part in value])
    if type(value) is np.ndarray:
        return ("array", value.dtype.str, value.shape, value.tobytes())
    return value


def _unpacked(value: Any) -> Any:
    if type(value) is not tuple:
        return value
    if value[0] == "tuple":
        return tuple(_unpacked(part) for part in value[1])
    return np.frombuffer(bytearray(value[3]), dtype=value[1]).reshape(value[2])
