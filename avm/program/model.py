"""An Aleo program as plain data; ``str`` of each part is its canonical text.

Each part knows its place in the source, which takes no part in equality: in the Aleo text that it was read
from, or in the Leo text that it was compiled from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from avm.base.span import LineIndex, Span
from avm.data.types import PlaintextType, Visibility
from avm.isa.instruction import Instruction
from avm.isa.operand import Operand
from avm.isa.types import InterfaceType, RegisterType

INDENT = "    "

Row: TypeAlias = "tuple[str, Span | None, Body | None]"
"""A line of a program's text with its end, the place of what stands in it, and the body of a statement."""


class Printed(ABC):
    """What has lines in the text of a program."""

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """Its lines."""

    def __str__(self) -> str:
        return "".join([text for text, _, _ in self.rows()])


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
class MappingDef(Printed):
    """Public storage from keys to values."""

    name: str
    key: PlaintextType
    value: PlaintextType
    span: Span | None = field(default=None, compare=False)

    def rows(self) -> Iterator[Row]:
        yield f"mapping {self.name}:\n", self.span, None
        yield f"{INDENT}key as {self.key}.public;\n", self.span, None
        yield f"{INDENT}value as {self.value}.public;\n", self.span, None


@dataclass(frozen=True)
class StructDef(Printed):
    """A struct and its members in order; ``places`` are those of the members."""

    name: str
    members: tuple[tuple[str, PlaintextType], ...]
    span: Span | None = field(default=None, compare=False)
    places: tuple[Span | None, ...] = field(default=(), compare=False)

    def rows(self) -> Iterator[Row]:
        yield f"struct {self.name}:\n", self.span, None
        for (name, type_), place in zip_longest(self.members, self.places):
            yield f"{INDENT}{name} as {type_};\n", place, None


@dataclass(frozen=True)
class RecordDef(Printed):
    """A record: the visibility of its owner, its entries in order, and the ``places`` of these."""

    name: str
    owner: Visibility
    entries: tuple[tuple[str, Visibility, PlaintextType], ...]
    span: Span | None = field(default=None, compare=False)
    places: tuple[Span | None, ...] = field(default=(), compare=False)

    def rows(self) -> Iterator[Row]:
        yield f"record {self.name}:\n", self.span, None
        yield f"{INDENT}owner as address.{self.owner};\n", self.span, None
        for (name, seen, type_), place in zip_longest(self.entries, self.places):
            yield f"{INDENT}{name} as {type_}.{seen};\n", place, None


@dataclass(frozen=True)
class Body(Printed):
    """What holds code: a component, or the finalize block of a function."""

    name: str
    inputs: tuple[Input, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[Output, ...]
    span: Span | None = field(default=None, compare=False)

    @property
    def kind(self) -> str:
        """``function``, ``closure``, ``finalize``, ``constructor`` or ``view``."""
        return type(self).__name__.lower()

    @property
    def header(self) -> str:
        """The first line."""
        return f"{self.kind} {self.name}:"

    @property
    def statements(self) -> tuple[Instruction | Output, ...]:
        """The instructions, then the outputs."""
        return (*self.instructions, *self.outputs)

    def checksum(self) -> bytes:
        """Return the SHA3-256 digest (32 bytes) of the canonical text, without a line's end."""
        return _digest(str(self).removesuffix("\n"))

    def rows(self) -> Iterator[Row]:
        yield f"{self.header}\n", self.span, None
        for given in self.inputs:
            yield f"{INDENT}{given}\n", given.span, None
        for part in self.statements:
            yield f"{INDENT}{part}\n", part.span, self


@dataclass(frozen=True)
class Closure(Body):
    """Code that functions of the same program run in place."""


@dataclass(frozen=True)
class Finalize(Body):
    """The code of a function that runs in public when its transaction is accepted."""

    outputs: tuple[Output, ...] = field(default=(), init=False, repr=False)


@dataclass(frozen=True)
class Function(Body):
    """An entry point of a program, proved when it is executed."""

    finalize: Finalize | None = None

    def rows(self) -> Iterator[Row]:
        yield from super().rows()
        if self.finalize is not None:
            yield "\n", None, None
            yield from self.finalize.rows()


@dataclass(frozen=True)
class Constructor(Body):
    """The code that runs in public when the program is deployed or upgraded."""

    name: str = field(default="constructor", init=False, repr=False)
    inputs: tuple[Input, ...] = field(default=(), init=False, repr=False)
    outputs: tuple[Output, ...] = field(default=(), init=False, repr=False)

    @property
    def header(self) -> str:
        return "constructor:"


@dataclass(frozen=True)
class View(Body):
    """Code that reads mappings and returns values, without changing anything."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The text of a program, and the 1-based lines in it of the statements of each body, by kind and name."""

    text: str = ""
    lines: Mapping[tuple[str, str], Sequence[int]] = field(default_factory=dict)

    def line(self, kind: str, name: str, index: int) -> int | None:
        """The line of a statement of a body, counted from 0; None where there is none."""
        lines = self.lines.get((kind, name), ())
        return lines[index] if index < len(lines) else None


Component = MappingDef | StructDef | RecordDef | Closure | Function | Constructor | View

_C = TypeVar("_C")


@dataclass(frozen=True)
class Program(Printed):
    """A program: its id (``name.aleo``), the ids of its imports, and its components in source order."""

    id: str
    imports: tuple[str, ...]
    components: tuple[Component, ...]
    span: Span | None = field(default=None, compare=False)

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

    @property
    def bodies(self) -> Iterator[Body]:
        """All code, each finalize block after its function."""
        for component in self.components:
            if isinstance(component, Body):
                yield component
            if isinstance(component, Function) and component.finalize is not None:
                yield component.finalize

    def rows(self) -> Iterator[Row]:
        for name in self.imports:
            yield f"import {name};\n", self.span, None
        if self.imports:
            yield "\n", None, None
        yield f"program {self.id};\n", self.span, None
        for component in self.components:
            yield "\n", None, None
            yield from component.rows()

    def render(
        self, *, leo: bool = False, each: Callable[[str, Span | None], object] = lambda text, place: None
    ) -> Listing:
        """Return the text with its lines; ``each`` hears of every line and may raise.

        With ``leo`` the white space is the Leo compiler's: none below the imports, and a single blank before
        the type in ``serialize.bits r0 (u8)``.
        """
        texts: list[str] = []
        lines: dict[tuple[str, str], list[int]] = {(body.kind, body.name): [] for body in self.bodies}
        for text, place, body in self.rows():
            if leo and texts and texts[-1].startswith("import ") and text == "\n":
                continue
            texts.append(text.replace("  (", " (") if leo else text)
            each(texts[-1], place)
            if body is not None:
                lines[body.kind, body.name].append(len(texts))
        return Listing("".join(texts), lines)

    def as_read(self, text: str) -> Listing:
        """Return the text that the program was read from with its lines."""
        index = LineIndex(text)
        lines = {
            (body.kind, body.name): [
                index.line_col(each.span.start)[0] for each in body.statements if each.span is not None
            ]
            for body in self.bodies
        }
        return Listing(text, lines)

    def checksum(self) -> bytes:
        """Return the SHA3-256 digest (32 bytes) of the canonical text."""
        return _digest(str(self))

    def checksum_field(self) -> int | None:
        """Return the checksum as requests sign it, its low 252 bits; None without a constructor."""
        return None if self.constructor is None else int.from_bytes(self.checksum(), "little") & _LOW_252


_LOW_252 = (1 << 252) - 1


def _digest(text: str) -> bytes:
    from avm.primitives.keccak import sha3

    return sha3(256, text.encode())
