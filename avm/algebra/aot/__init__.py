"""The one door to compiled kernels: ``kernel``, ``device`` and ``intrinsic`` mark what is compiled.

A kernel is compiled when its module is imported for the first time, and kept on disk (``folder``). On Linux
with an x86-64 processor what is kept is machine code (``native``, ``calling``) that a later start loads
without numba and without the sources (``prebuilt``). Compiling it takes numba apart (``numba_pipeline``), so
numba is pinned to the minor version with which that was proved. Elsewhere, and with ``AVM_LOADER=numba``,
numba's own cache is used; ``supported`` tells. No arithmetic stands here.
"""

from avm.algebra.aot.compiling import compiled_here, device, intrinsic, kernel
from avm.algebra.aot.folder import supported

__all__ = ["compiled_here", "device", "intrinsic", "kernel", "supported"]
