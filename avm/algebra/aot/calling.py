"""The code between Python and a compiled kernel: a built-in function that takes arrays and integers.

numba passes an array as five words and more (owner twice, elements, bytes of one, address, extents, strides)
and an integer as one; before them come the places for the result and for an exception, and what a kernel
returns is zero when all went well. ``call`` below has the calling convention of Python (METH_FASTCALL) on one
side and an array of such words on the other; a stub per number of words hands them over. Arguments are
checked as numba checks them: arrays of the kernel's type, C-contiguous, writable and aligned (one without
elements may lie anywhere: Python 3.13 has its empty buffers at an odd address), and integers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FORMATS = {
    "int8": (1, "bb"),
    "uint8": (1, "BB"),
    "int16": (2, "hh"),
    "uint16": (2, "HH"),
    "int32": (4, "il"),
    "uint32": (4, "IL"),
    "int64": (8, "lq"),
    "uint64": (8, "LQ"),
}
"""Bytes of an element, and the letters of the buffer protocol that mean it on one platform or another."""
RESULTS = ("void", "int64", "boolean")
MOST_ARGUMENTS, MOST_WORDS = 16, 128

FUNCTIONS = (
    "PyObject_GetBuffer",
    "PyBuffer_Release",
    "PyLong_AsLongLong",
    "PyErr_Occurred",
    "PyErr_SetString",
    "PyEval_SaveThread",
    "PyEval_RestoreThread",
    "PyLong_FromLongLong",
    "PyBool_FromLong",
    "Py_IncRef",
)
OBJECTS = ("PyExc_TypeError", "PyExc_RuntimeError")
TABLE = (*FUNCTIONS, *OBJECTS, "none", "stub", "kernel")
"""What a function carries in its bytes: these addresses, the kind of its result, the number of its arguments,
and a word for each of them.
"""


@dataclass(frozen=True)
class Signature:
    """What a kernel takes and returns; an argument is its type and its dimensions, 0 for an integer."""

    result: str
    arguments: tuple[tuple[str, int], ...]

    @classmethod
    def parse(cls, text: str) -> Signature:
        """Read text such as ``void(uint64[:,::1],int64)``; ValueError when ``call`` cannot pass that."""
        found = re.fullmatch(r"(\w+)\((.*)\)", text)
        pairs = re.findall(r"(\w+)(\[[:,]*:1\])?(?:,|$)", found[2]) if found else []
        arguments = tuple((kind, extents.count(",") + 1 if extents else 0) for kind, extents in pairs)
        whole = ",".join(kind + extents for kind, extents in pairs)
        if found is None or found[1] not in RESULTS or whole != found[2]:
            raise ValueError(f"no signature of a kernel: {text}")
        if any(kind not in FORMATS if dimensions else kind != "int64" for kind, dimensions in arguments):
            raise ValueError(f"an argument that a kernel cannot take: {text}")
        made = cls(found[1], arguments)
        if len(arguments) > MOST_ARGUMENTS or made.words > MOST_WORDS:
            raise ValueError(f"too many arguments for a kernel: {text}")
        return made

    @property
    def words(self) -> int:
        """The number of words that the kernel is called with, the two places included."""
        return 2 + sum(5 + 2 * dimensions if dimensions else 1 for _, dimensions in self.arguments)

    def described(self) -> list[int]:
        """Return the words after the addresses in the table; a byte each for an array's dimensions, bytes of
        an element and two letters.
        """
        out = [RESULTS.index(self.result), len(self.arguments)]
        for kind, dimensions in self.arguments:
            size, letters = FORMATS[kind]
            array = dimensions | size << 8 | ord(letters[0]) << 16 | ord(letters[1]) << 24
            out.append(array if dimensions else 0)
        return out


def memory() -> str:
    """Return LLVM code of what kernels need of numba's run time to make arrays and to let go of them.

    An array's owner is six words: references, two that are not used here, address, bytes, and one more.
    """
    return _MEMORY


def stub(words: int) -> str:
    """Return LLVM code of a function ``stub`` that calls a kernel with the words of an array."""
    loads = "\n".join(
        f"  %p{i} = getelementptr i64, ptr %words, i64 {i}\n  %w{i} = load i64, ptr %p{i}"
        for i in range(words)
    )
    passed = ", ".join(f"i64 %w{i}" for i in range(words))
    return (
        f"define i32 @stub(ptr %kernel, ptr %words) {{\n{loads}\n"
        f"  %status = call i32 %kernel({passed})\n  ret i32 %status\n}}\n"
    )


def call() -> str:
    """Return LLVM code of ``call``: its first parameter is the bytes object with the table."""
    loads = "\n".join(
        f"  %at_{name} = getelementptr ptr, ptr %table, i64 {i}\n  %{name} = load ptr, ptr %at_{name}"
        for i, name in enumerate(TABLE)
    )
    header = bytes.__basicsize__ - 1
    return _CALL.format(
        header=header, loads=loads, kind=len(TABLE), views=10 * MOST_ARGUMENTS, words=MOST_WORDS
    )


_MEMORY = """
declare ptr @PyMem_RawMalloc(i64)
declare void @PyMem_RawFree(ptr)

define ptr @NRT_MemInfo_alloc_aligned(i64 %size, i32 %alignment32) {
  %alignment = zext i32 %alignment32 to i64
  %room = add i64 %size, %alignment
  %all = add i64 %room, 48
  %owner = call ptr @PyMem_RawMalloc(i64 %all)
  %nothing = icmp eq ptr %owner, null
  br i1 %nothing, label %end, label %made

made:
  store i64 1, ptr %owner
  %after = getelementptr i8, ptr %owner, i64 47
  %past = getelementptr i8, ptr %after, i64 %alignment
  %place = ptrtoint ptr %past to i64
  %excess = urem i64 %place, %alignment
  %address = sub i64 %place, %excess
  %to_address = getelementptr i64, ptr %owner, i64 3
  store i64 %address, ptr %to_address
  %to_size = getelementptr i64, ptr %owner, i64 4
  store i64 %size, ptr %to_size
  br label %end

end:
  ret ptr %owner
}

define void @NRT_MemInfo_call_dtor(ptr %owner) {
  call void @PyMem_RawFree(ptr %owner)
  ret void
}
"""

# A buffer's description is ten words: address, owner, bytes, bytes of an element, read-only flag and (upper
# half) dimensions, format, extents, strides, and two more. 61 asks for one that is writable, contiguous and
# tells its format.
_CALL = """
@wrong_number = private constant [26 x i8] c"wrong number of arguments\\00"
@wrong_array = private constant [58 x i8] c"an array's type or dimensions are not those of the kernel\\00"
@no_success = private constant [18 x i8] c"the kernel failed\\00"

define ptr @call(ptr %self, ptr %args, i64 %count) {{
start:
  %table = getelementptr i8, ptr %self, i64 {header}
{loads}
  %described = getelementptr i64, ptr %table, i64 {kind}
  %kind = load i64, ptr %described
  %at_expected = getelementptr i64, ptr %described, i64 1
  %expected = load i64, ptr %at_expected
  %arguments = getelementptr i64, ptr %described, i64 2
  %views = alloca [{views} x i64], align 16
  %words = alloca [{words} x i64], align 16
  %result = alloca i64
  %exception = alloca ptr
  store i64 0, ptr %result
  store ptr null, ptr %exception
  store ptr %result, ptr %words
  %second = getelementptr i64, ptr %words, i64 1
  store ptr %exception, ptr %second
  %complete = icmp eq i64 %expected, %count
  br i1 %complete, label %next, label %miscounted

miscounted:
  call void %PyErr_SetString(ptr %PyExc_TypeError, ptr @wrong_number)
  ret ptr null

next:
  %i = phi i64 [0, %start], [%i_next, %taken]
  %used = phi i64 [2, %start], [%used_next, %taken]
  %held = phi i64 [0, %start], [%held_next, %taken]
  %done = icmp uge i64 %i, %count
  br i1 %done, label %run, label %argument

argument:
  %at_object = getelementptr ptr, ptr %args, i64 %i
  %object = load ptr, ptr %at_object
  %at_wanted = getelementptr i64, ptr %arguments, i64 %i
  %wanted = load i64, ptr %at_wanted
  %to = getelementptr i64, ptr %words, i64 %used
  %integral = icmp eq i64 %wanted, 0
  br i1 %integral, label %integer, label %array

integer:
  %number = call i64 %PyLong_AsLongLong(ptr %object)
  store i64 %number, ptr %to
  %used_by_integer = add i64 %used, 1
  %suspicious = icmp eq i64 %number, -1
  br i1 %suspicious, label %suspect, label %taken

suspect:
  %error = call ptr %PyErr_Occurred()
  %innocent = icmp eq ptr %error, null
  br i1 %innocent, label %taken, label %release

array:
  %view_index = mul i64 %held, 10
  %view = getelementptr i64, ptr %views, i64 %view_index
  %refused = call i32 %PyObject_GetBuffer(ptr %object, ptr %view, i32 61)
  %got = icmp eq i32 %refused, 0
  br i1 %got, label %check, label %release

check:
  %held_now = add i64 %held, 1
  %address = load i64, ptr %view
  %at_bytes = getelementptr i64, ptr %view, i64 2
  %bytes = load i64, ptr %at_bytes
  %at_size = getelementptr i64, ptr %view, i64 3
  %size = load i64, ptr %at_size
  %at_flags = getelementptr i64, ptr %view, i64 4
  %flags = load i64, ptr %at_flags
  %dimensions = lshr i64 %flags, 32
  %at_format = getelementptr i64, ptr %view, i64 5
  %format = load ptr, ptr %at_format
  %letter8 = load i8, ptr %format
  %letter = zext i8 %letter8 to i64
  %at_end = getelementptr i8, ptr %format, i64 1
  %end = load i8, ptr %at_end
  %wanted_dimensions = and i64 %wanted, 255
  %wanted8 = lshr i64 %wanted, 8
  %wanted_size = and i64 %wanted8, 255
  %wanted16 = lshr i64 %wanted, 16
  %letter_a = and i64 %wanted16, 255
  %letter_b = lshr i64 %wanted, 24
  %odd = urem i64 %address, %wanted_size
  %good_dimensions = icmp eq i64 %dimensions, %wanted_dimensions
  %good_size = icmp eq i64 %size, %wanted_size
  %good_a = icmp eq i64 %letter, %letter_a
  %good_b = icmp eq i64 %letter, %letter_b
  %good_letter = or i1 %good_a, %good_b
  %good_end = icmp eq i8 %end, 0
  %aligned = icmp eq i64 %odd, 0
  %empty = icmp eq i64 %bytes, 0
  %good_place = or i1 %aligned, %empty
  %good1 = and i1 %good_dimensions, %good_size
  %good2 = and i1 %good_letter, %good_end
  %good3 = and i1 %good1, %good2
  %good = and i1 %good3, %good_place
  br i1 %good, label %pass, label %mismatch

mismatch:
  call void %PyErr_SetString(ptr %PyExc_TypeError, ptr @wrong_array)
  br label %release

pass:
  store i64 0, ptr %to
  %to_parent = getelementptr i64, ptr %to, i64 1
  store i64 0, ptr %to_parent
  %to_elements = getelementptr i64, ptr %to, i64 2
  %elements = udiv i64 %bytes, %wanted_size
  store i64 %elements, ptr %to_elements
  %to_size = getelementptr i64, ptr %to, i64 3
  store i64 %size, ptr %to_size
  %to_address = getelementptr i64, ptr %to, i64 4
  store i64 %address, ptr %to_address
  %at_shape = getelementptr i64, ptr %view, i64 6
  %shape = load ptr, ptr %at_shape
  %at_strides = getelementptr i64, ptr %view, i64 7
  %strides = load ptr, ptr %at_strides
  %to_shape = getelementptr i64, ptr %to, i64 5
  %to_strides = getelementptr i64, ptr %to_shape, i64 %dimensions
  br label %extents

extents:
  %d = phi i64 [0, %pass], [%d_next, %extents]
  %at_extent = getelementptr i64, ptr %shape, i64 %d
  %extent = load i64, ptr %at_extent
  %to_extent = getelementptr i64, ptr %to_shape, i64 %d
  store i64 %extent, ptr %to_extent
  %at_stride = getelementptr i64, ptr %strides, i64 %d
  %stride = load i64, ptr %at_stride
  %to_stride = getelementptr i64, ptr %to_strides, i64 %d
  store i64 %stride, ptr %to_stride
  %d_next = add i64 %d, 1
  %more = icmp ult i64 %d_next, %dimensions
  br i1 %more, label %extents, label %passed

passed:
  %extents2 = shl i64 %dimensions, 1
  %used_by_array0 = add i64 %used, 5
  %used_by_array = add i64 %used_by_array0, %extents2
  br label %taken

taken:
  %held_next = phi i64 [%held, %integer], [%held, %suspect], [%held_now, %passed]
  %used_next = phi i64 [%used_by_integer, %integer], [%used_by_integer, %suspect], [%used_by_array, %passed]
  %i_next = add i64 %i, 1
  br label %next

run:
  %thread = call ptr %PyEval_SaveThread()
  %status = call i32 %stub(ptr %kernel, ptr %words)
  call void %PyEval_RestoreThread(ptr %thread)
  %well = icmp eq i32 %status, 0
  br i1 %well, label %release, label %failed

failed:
  call void %PyErr_SetString(ptr %PyExc_RuntimeError, ptr @no_success)
  br label %release

release:
  %good_run = phi i1 [false, %suspect], [false, %array], [false, %mismatch], [false, %failed], [true, %run]
  %to_drop = phi i64 [%held, %suspect], [%held, %array], [%held_now, %mismatch],
    [%held, %failed], [%held, %run]
  br label %drop

drop:
  %left = phi i64 [%to_drop, %release], [%left_next, %dropped]
  %none_left = icmp eq i64 %left, 0
  br i1 %none_left, label %finish, label %dropped

dropped:
  %left_next = sub i64 %left, 1
  %old_index = mul i64 %left_next, 10
  %old = getelementptr i64, ptr %views, i64 %old_index
  call void %PyBuffer_Release(ptr %old)
  br label %drop

finish:
  br i1 %good_run, label %answer, label %no_answer

no_answer:
  ret ptr null

answer:
  %value = load i64, ptr %result
  switch i64 %kind, label %as_nothing [i64 1, label %as_number
                                       i64 2, label %as_truth]

as_number:
  %made_number = call ptr %PyLong_FromLongLong(i64 %value)
  ret ptr %made_number

as_truth:
  %truth = and i64 %value, 1
  %made_truth = call ptr %PyBool_FromLong(i64 %truth)
  ret ptr %made_truth

as_nothing:
  call void %Py_IncRef(ptr %none)
  ret ptr %none
}}
"""
