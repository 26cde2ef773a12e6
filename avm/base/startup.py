"""What every entry point does before it imports anything else: nothing of the current folder is run or read.

The Studio and ``avm`` are started inside projects of strangers. Python puts the current folder first on its
path for ``python -m``, and numba reads ``.numba_config.yaml`` there, which can name a folder whose pickles it
loads. New files are closed to others even where a library makes them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_CONFIGURATION = "numba.core.config"


def settle() -> None:
    """Close new files to others, take the current folder off the path, keep numba from its settings file."""
    os.umask(0o077)
    leave_current_folder()
    ignore_numba_file()


def leave_current_folder() -> None:
    """Take the current folder, by whatever name, off ``sys.path``, unless our own packages lie in it."""
    here = os.path.realpath(os.curdir)
    if here != os.path.realpath(_ROOT):
        sys.path[:] = [entry for entry in sys.path if not _is(entry, here)]


def _is(entry: object, folder: str) -> bool:
    return isinstance(entry, str) and os.path.realpath(entry or os.curdir) == folder


def ignore_numba_file() -> None:
    """From now on numba takes no ``.numba_config.yaml``; its variables ``NUMBA_...`` are read as ever."""
    loaded = sys.modules.get(_CONFIGURATION)
    if loaded is not None:
        loaded.__dict__["_config_fname"] = ""
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds numba's module of settings as ever and has it loaded by ``_Loader``."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _CONFIGURATION:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Runs the module while no reader of YAML is to be had, then gives the settings file no name."""

    def __init__(self, plain: Loader) -> None:
        self._plain = plain

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._plain.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        import warnings

        absent = object()
        yaml = sys.modules.get("yaml", absent)
        sys.modules["yaml"] = None  # type: ignore[assignment]
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="A Numba config file is found")
                self._plain.exec_module(module)
        finally:
            if yaml is absent:
                del sys.modules["yaml"]
            else:
                sys.modules["yaml"] = yaml  # type: ignore[assignment]
        module.__dict__["_config_fname"] = ""
