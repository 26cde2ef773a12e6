"""Where compiled kernels are kept: a folder that changes with their sources, for this user alone.

numba's own cache does not notice an edited intrinsic, so the folder's name is a digest of all sources of the
kernels and of this package, the tier, the versions of Python, numba and llvmlite, and the CPU.
``AVM_CACHE_DIR`` overrides the user's cache. Code is loaded only from a folder of this user's that nobody
else can write or replace; where there is none, the kernels live in a folder of this process alone and are
compiled anew by the next.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import llvmlite
import llvmlite.binding
import platformdirs

from avm.algebra.tiers import limb_tier, tier
from avm.base import files

ALGEBRA = Path(__file__).parents[1]
SOURCES = (ALGEBRA / "aot", ALGEBRA / "kernels")
PROVED_WITH = "0.68."
"""The minor version of numba whose inside ``native`` and ``numba_pipeline`` were held to by tests."""


def cache_folder() -> Path:
    """Return the folder of this build's compiled kernels; it may not exist yet."""
    root = os.environ.get("AVM_CACHE_DIR") or platformdirs.user_cache_dir("avm-studio", appauthor=False)
    digest = hashlib.sha256()
    for source in sorted(source for package in SOURCES for source in package.rglob("*.py")):
        digest.update(source.relative_to(ALGEBRA).as_posix().encode())
        digest.update(source.read_bytes())
    features = llvmlite.binding.get_host_cpu_features().flatten()
    versions = (sys.version, _version_of_numba(), llvmlite.__version__)
    for text in (*versions, llvmlite.binding.get_host_cpu_name(), features, tier(), limb_tier()):
        digest.update(text.encode())
    # Twenty digits keep numba's long file names below the path limit of Windows.
    return Path(root) / "kernels" / digest.hexdigest()[:20]


@lru_cache(maxsize=1)
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
        if not kept_by_numba() or all(files.owned(path) for path in found.rglob("*")):
            return found, ""
    why = f"{folder.parent} cannot be made, or others can write there: the kernels are compiled at each start"
    return files.private_folder("avm-studio-kernels-"), why


def supported() -> bool:
    """Return whether kernels can be kept as machine code and loaded without numba (see ``native``).

    That was proved on Linux with an x86-64 processor and one minor version of numba.
    """
    here = (sys.platform, platform.machine()) == ("linux", "x86_64")
    return here and PROVED_WITH in _version_of_numba()


def kept_by_numba() -> bool:
    """Return whether numba keeps and loads the kernels, slower at every start: where nothing else is
    ``supported``, and with ``AVM_LOADER=numba``.
    """
    return os.environ.get("AVM_LOADER") == "numba" or not supported()
