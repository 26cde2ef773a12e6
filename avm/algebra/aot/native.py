"""Compiled kernels on disk, and loaded into the process as built-in functions by LLVM alone.

numba's own cache would do, but it has to import numba, to set up its types and to read back its description
of every function: half of the time of a start. A file holds the machine code of one kernel and of its stub
under a digest; a file that does not fit it, or that another user could have written, counts as missing.
"""

from __future__ import annotations

import ctypes
import hashlib
import marshal
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import llvmlite.binding

from avm.algebra.aot.calling import FUNCTIONS, OBJECTS, Signature, call, memory, stub
from avm.base import files
from avm.base.errors import StoreError

llvm: Any = llvmlite.binding
Kernel = Callable[..., Any]
PROVIDED = ("NRT_MemInfo_alloc_aligned", "NRT_MemInfo_call_dtor", "memcpy", "memmove", "memset")
"""Functions that a kernel may call."""
_FASTCALL = 0x80
_kept: list[Any] = []
"""Definitions of functions that Python may call until the process ends."""
_functions: dict[Any, Kernel] = {}
"""The kernels of this process by what their files hold."""
_lock = threading.RLock()


class _Definition(ctypes.Structure):
    """PyMethodDef of Python's C interface."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


# ---- machine code


def _machine() -> Any:
    triple = llvm.get_process_triple()
    reloc = "static" if triple.startswith(("x86", "i386", "i686")) else "default"
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=llvm.get_host_cpu_name(), opt=2, reloc=reloc, codemodel="jitdefault", jit=True
    )


@lru_cache(maxsize=1)
def _engine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())


def _assembled(code: str, name: str, unique: str) -> bytes:
    """Compile LLVM code whose function ``name`` gets the unique name instead."""
    _engine()
    module = llvm.parse_assembly(code.replace(f"@{name}(", f"@{unique}(") if name else code)
    module.verify()
    machine: Any = _machine()
    return bytes(machine.emit_object(module))


def _loaded(machine_code: bytes, symbol: str) -> int:
    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(machine_code))
    engine.finalize_object()
    address = int(engine.get_function_address(symbol))
    if not address:
        raise ImportError(f"no function {symbol} in the compiled kernel")
    return address


# ---- files


def read(path: Path) -> Any:
    """Return what was written, or nothing; what is read becomes code, so only this user's own file counts."""
    data = files.read_owned(path)
    if data is None or hashlib.sha256(data[32:]).digest() != data[:32]:
        return None
    return marshal.loads(data[32:])


def write(path: Path, content: Any) -> None:
    """Write a file that is there as a whole or not at all; where it cannot be, the next start compiles."""
    data = marshal.dumps(content)
    with suppress(StoreError):
        files.write_bytes(path, hashlib.sha256(data).digest() + data, private=True)


# ---- built-in functions


@lru_cache(maxsize=1)
def _call(folder: Path) -> int:
    """Return the address of the function between Python and the kernels; what kernels call is loaded, too."""
    for name in ("PyMem_RawMalloc", "PyMem_RawFree"):
        llvm.add_symbol(name, _address(name))
    path = folder / "call.native"
    code = read(path)
    if code is None:
        code = (_assembled(memory(), "", ""), _assembled(call(), "call", "avm_call"))
        write(path, code)
    _loaded(code[0], "NRT_MemInfo_alloc_aligned")
    return _loaded(code[1], "avm_call")


def _address(name: str) -> int:
    return ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value or 0


@lru_cache(maxsize=1)
def _interface() -> tuple[int, ...]:
    python = ctypes.pythonapi
    functions = [_address(name) for name in FUNCTIONS]
    objects = [ctypes.c_void_p.in_dll(python, name).value or 0 for name in OBJECTS]
    return (*functions, *objects, id(None))


def _function(name: str, doc: str, address: int, carried: bytes) -> Kernel:
    definition = _Definition(name.encode(), address, _FASTCALL, doc.encode())
    new = ctypes.pythonapi.PyCFunction_NewEx
    new.restype = ctypes.py_object
    new.argtypes = (ctypes.POINTER(_Definition), ctypes.py_object, ctypes.py_object)
    _kept.append(definition)
    made: Kernel = new(ctypes.byref(definition), carried, None)
    return made


def _made(folder: Path, content: Any) -> Kernel:
    if content in _functions:
        return _functions[content]
    name, doc, text, symbol, kernel_code, stub_symbol, stub_code = content
    between = _call(folder)
    addresses = (_loaded(stub_code, stub_symbol), _loaded(kernel_code, symbol))
    table = (*_interface(), *addresses, *Signature.parse(text).described())
    made = _functions[content] = _function(name, doc, between, struct.pack(f"={len(table)}Q", *table))
    return made


def load(folder: Path, key: str) -> Kernel | None:
    """Return the kernel that was kept under the key in the folder, or nothing."""
    with _lock:
        content = read(folder / f"{key}.native")
        return None if content is None else _made(folder, content)


def keep(
    folder: Path, key: str, function: Kernel, signature: str, symbol: str, machine_code: bytes
) -> Kernel:
    """Keep a kernel's machine code under the key, and return the kernel."""
    with _lock:
        unique = "stub_" + key.replace(".", "_")
        stub_code = _assembled(stub(Signature.parse(signature).words), "stub", unique)
        doc = function.__doc__ or ""
        content = (function.__name__, doc, signature, symbol, machine_code, unique, stub_code)
        write(folder / f"{key}.native", content)
        return _made(folder, content)
