"""An Aleo program as plain data; ``str`` of each part is its canonical text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from avm.base.span import Span
from avm.data.types import PlaintextType, Visibility
from avm.isa.instruction import Instruction
from avm.isa.operand import Operand
from avm.isa.types import InterfaceType, RegisterType

INDENT = "    "


def _lines(items: Iterable[object]) -> str:
    return "".join(f"{INDENT}{item}\n" for item in items)


@dataclass(frozen=True)
class Input:
    """``input r0 as u32.public;``"""

    register: int
    type: InterfaceType | RegisterType
    suffix: str = ""
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"input r{self.register} as {self.type}{self.suffix};"


@dataclass(frozen=True)
class Output:
    """``output r1 as u32.private;``"""

    operand: Operand
    type: InterfaceType | RegisterType
    suffix: str = ""
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"output {self.operand} as {self.type}{self.suffix};"


@dataclass(frozen=True)
class MappingDef:
    """Public storage from keys to values."""

    name: str
    key: PlaintextType
    value: PlaintextType
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"mapping {self.name}:\n" + _lines(
            (f"key as {self.key}.public;", f"value as {self.value}.public;")
        )


@dataclass(frozen=True)
class StructDef:
    """A struct and its members in order."""

    name: str
    members: tuple[tuple[str, PlaintextType], ...]
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"struct {self.name}:\n" + _lines(f"{name} as {type_};" for name, type_ in self.members)


@dataclass(frozen=True)
class RecordDef:
    """A record: the visibility of its owner, and its entries in order."""

    name: str
    owner: Visibility
    entries: tuple[tuple[str, Visibility, PlaintextType], ...]
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        entries = (f"{name} as {type_}.{seen};" for name, seen, type_ in self.entries)
        return f"record {self.name}:\n" + _lines((f"owner as address.{self.owner};", *entries))


@dataclass(frozen=True)
class Closure:
    """Code that functions of the same program run in place."""

    name: str
    inputs: tuple[Input, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[Output, ...]
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"closure {self.name}:\n" + _lines((*self.inputs, *self.instructions, *self.outputs))


@dataclass(frozen=True)
class Finalize:
    """The code of a function that runs in public when its transaction is accepted."""

    name: str
    inputs: tuple[Input, ...]
    instructions: tuple[Instruction, ...]
    span: Span | None = field(default=None, compare=False)

    outputs: tuple[Output, ...] = field(default=(), init=False, repr=False, compare=False)

    def __str__(self) -> str:
        return f"finalize {self.name}:\n" + _lines((*self.inputs, *self.instructions))


@dataclass(frozen=True)
class Function:
    """An entry point of a program, proved when it is executed."""

    name: str
    inputs: tuple[Input, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[Output, ...]
    finalize: Finalize | None = None
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        text = f"function {self.name}:\n" + _lines((*self.inputs, *self.instructions, *self.outputs))
        return text if self.finalize is None else f"{text}\n{self.finalize}"


@dataclass(frozen=True)
class Constructor:
    """The code that runs in public when the program is deployed or upgraded."""

    instructions: tuple[Instruction, ...]
    span: Span | None = field(default=None, compare=False)

    name: str = field(default="constructor", init=False, repr=False)
    inputs: tuple[Input, ...] = field(default=(), init=False, repr=False, compare=False)
    outputs: tuple[Output, ...] = field(default=(), init=False, repr=False, compare=False)

    def __str__(self) -> str:
        return "constructor:\n" + _lines(self.instructions)


@dataclass(frozen=True)
class View:
    """Code that reads mappings and returns values, without changing anything."""

    name: str
    inputs: tuple[Input, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[Output, ...]
    span: Span | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"view {self.name}:\n" + _lines((*self.inputs, *self.instructions, *self.outputs))


Component = MappingDef | StructDef | RecordDef | Closure | Function | Constructor | View
Body = Function | Closure | Finalize | Constructor | View
"""A component that holds code."""

_C = TypeVar("_C")


@dataclass(frozen=True)
class Program:
    """A program: its id (``name.aleo``), the ids of its imports, and its components in source order."""

    id: str
    imports: tuple[str, ...]
    components: tuple[Component, ...]

    def _of(self, kind: type[_C]) -> Mapping[str, _C]:
        return MappingProxyType({c.name: c for c in self.components if isinstance(c, kind)})

    @cached_property
    def mappings(self) -> Mapping[str, MappingDef]:
        """Mappings by name, in source order."""
        return self._of(MappingDef)

    @cached_property
    def structs(self) -> Mapping[str, StructDef]:
        """Structs by name, in source order."""
        return self._of(StructDef)

    @cached_property
    def records(self) -> Mapping[str, RecordDef]:
        """Records by name, in source order."""
        return self._of(RecordDef)

    @cached_property
    def closures(self) -> Mapping[str, Closure]:
        """Closures by name, in source order."""
        return self._of(Closure)

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Functions by name, in source order."""
        return self._of(Function)

    @cached_property
    def views(self) -> Mapping[str, View]:
        """Views by name, in source order."""
        return self._of(View)

    @cached_property
    def constructor(self) -> Constructor | None:
        """The constructor, if there is one."""
        return next((c for c in self.components if isinstance(c, Constructor)), None)

    def __str__(self) -> str:
        imports = "".join(f"import {name};\n" for name in self.imports)
        body = "\n".join(str(c) for c in self.components)
        return f"{imports}{chr(10) if imports else ''}program {self.id};\n\n{body}"

    def checksum(self) -> bytes:
        """Return the SHA3-256 digest (32 bytes) of the canonical text."""
        from avm.primitives.keccak import sha3

        return sha3(256, str(self).encode())


def kind_of(body: Body) -> str:
    """Return ``function``, ``closure``, ``finalize``, ``constructor`` or ``view``."""
    return type(body).__name__.lower()
