"""Names of a program and its imports, as one body of code sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from avm.base.errors import CheckFailure
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    PlaintextType,
    RecordValue,
    StructType,
    Visibility,
    innermost,
)
from avm.isa.machine import Signature
from avm.isa.types import RegisterType, qualify, register_type
from avm.program.model import Body, Finalize, Function, MappingDef, Program, StructDef, View

FEE_FUNCTIONS = ("credits.aleo/fee_private", "credits.aleo/fee_public")


@dataclass(frozen=True)
class Scope:
    """Resolves names for one ``body`` of ``owner``; ``programs`` holds every program loaded, by id."""

    owner: Program
    body: Body
    programs: Mapping[str, Program]

    @property
    def program(self) -> str:
        """Id of the program."""
        return self.owner.id

    @property
    def place(self) -> str:
        """Kind of the body."""
        return self.body.kind

    @property
    def name(self) -> str:
        """Name of the body."""
        return self.body.name

    def external(self, program: str) -> Program:
        """Return an imported program (or this one)."""
        if program == self.owner.id:
            return self.owner
        if program not in self.programs:
            raise CheckFailure(f"External program '{program}' is not imported by '{self.owner.id}'.")
        return self.programs[program]

    def imported(self, program: str) -> Program:
        """Return a program that this one imports by name."""
        if program not in self.owner.imports:
            raise CheckFailure(
                f"External program '{program}' is not imported by '{self.owner.id}'.",
                hint=f"Add 'import {program};'.",
            )
        return self.external(program)

    def members(self, type_: StructType) -> tuple[tuple[str, PlaintextType], ...]:
        """Members of a struct, with names as this program sees them."""
        home = self.external(type_.program) if type_.program else self.owner
        struct = home.structs.get(type_.name)
        if struct is None:
            raise CheckFailure(f"Struct '{type_.name}' in '{home.id}' is not defined.")
        if type_.program is None:
            return struct.members
        return tuple((name, _plain(qualify(member, home.id))) for name, member in struct.members)

    def entries(
        self, type_: RecordValue | ExternalRecordValue
    ) -> tuple[tuple[str, Visibility, PlaintextType], ...]:
        """Entries of a record, without its owner."""
        external = isinstance(type_, ExternalRecordValue)
        home = self.external(type_.program) if isinstance(type_, ExternalRecordValue) else self.owner
        record = home.records.get(type_.name)
        if record is None:
            raise CheckFailure(f"Record '{type_.name}' in '{home.id}' is not defined.")
        if not external:
            return record.entries
        return tuple((name, seen, _plain(qualify(t, home.id))) for name, seen, t in record.entries)

    def reach(self, program: str, home: Program | None = None) -> Program:
        """Return the program that a type of ``home``, which is this one by default, names: an import."""
        home = home or self.owner
        if program == home.id:
            raise CheckFailure(f"Attempted to get the main program '{program}' as an external program.")
        if program not in home.imports:
            raise CheckFailure(
                f"External program '{program}' is not imported.", hint=f"Add 'import {program};'."
            )
        return self.external(program)

    def _struct(self, home: Program, type_: StructType) -> tuple[Program, StructDef]:
        """The struct that a type names where ``home`` says it, and the program that has it."""
        home = self.reach(type_.program, home) if type_.program else home
        struct = home.structs.get(type_.name)
        if struct is None:
            raise CheckFailure(f"Struct '{type_.name}' in '{home.id}' is not defined.")
        return home, struct

    def check_type(self, type_: RegisterType) -> None:
        """Fail unless every name in the type exists; each program names structs of its own imports only."""
        seen: set[tuple[str, str]] = set()
        pending = [(self.owner, innermost(type_))] if isinstance(type_, PlaintextType) else []
        while pending:
            home, part = pending.pop()
            if isinstance(part, StructType):
                home, struct = self._struct(home, part)
                if (home.id, struct.name) not in seen:
                    seen.add((home.id, struct.name))
                    pending += [(home, innermost(member)) for _, member in struct.members]
        if isinstance(type_, ExternalRecordValue):
            self.reach(type_.program)
        if isinstance(type_, RecordValue | ExternalRecordValue):
            self.entries(type_)
        elif isinstance(type_, FutureValue):
            self.future_function(type_)

    def future_function(self, type_: FutureValue) -> Function:
        """Return the function whose finalize block a future runs."""
        function = self.external(type_.program).functions.get(type_.function)
        if function is None or function.finalize is None:
            raise CheckFailure(f"'{type_.program}/{type_.function}' does not have a finalize block")
        return function

    def future_arguments(self, type_: FutureValue) -> tuple[RegisterType, ...]:
        """Types of the arguments of a future."""
        finalize = self.future_function(type_).finalize
        assert finalize is not None
        types = (register_type(i.type) for i in finalize.inputs)
        return tuple(t if type_.program == self.owner.id else qualify(t, type_.program) for t in types)

    def same_type(self, left: RegisterType, right: RegisterType) -> bool:
        """Whether two types hold the same values; structs are equal by name and members, across programs."""
        if isinstance(left, PlaintextType) and isinstance(right, PlaintextType):
            return self._same(self.owner, left, self.owner, right)
        return left == right

    def same_member(self, struct: StructType, index: int, found: RegisterType) -> bool:
        """Whether a member of a struct, as the struct's program means it, holds the values of a type."""
        home, definition = self._struct(self.owner, struct)
        _, wanted = definition.members[index]
        return isinstance(found, PlaintextType) and self._same(home, wanted, self.owner, found)

    def _same(self, home: Program, left: PlaintextType, other: Program, right: PlaintextType) -> bool:
        """Whether a type of one program holds the values of a type of another."""
        known: set[tuple[str, PlaintextType, str, PlaintextType]] = set()
        pending = [(home, left, other, right)]
        while pending:
            home, a, other, b = pending.pop()
            while isinstance(a, ArrayType) and isinstance(b, ArrayType) and a.length == b.length:
                a, b = a.element, b.element
            key = (home.id, a, other.id, b)
            if key in known:
                continue
            known.add(key)
            if not (isinstance(a, StructType) and isinstance(b, StructType)):
                if a != b or isinstance(a, ArrayType):
                    return False
            elif a.name != b.name:
                return False
            elif home is not other or a != b or a.program:
                (home, mine), (other, theirs) = self._struct(home, a), self._struct(other, b)
                if [name for name, _ in mine.members] != [name for name, _ in theirs.members]:
                    return False
                pairs = zip(mine.members, theirs.members, strict=True)
                pending += [(home, s, other, t) for (_, s), (_, t) in pairs]
        return True

    def callee(self, target: str) -> Signature:
        """Types of a closure or external function (of a view in finalize), as seen from here."""
        if target in FEE_FUNCTIONS:
            raise CheckFailure(f"'{target}' pays the fee of a transaction and cannot be called")
        program, _, name = target.rpartition("/")
        home = self.imported(program) if program else self.owner
        if program == self.owner.id:
            raise CheckFailure(f"'{target}' is part of this program", hint=f"Write 'call {name}'.")
        found: Body | None
        if isinstance(self.body, Finalize):
            found = home.views.get(name)
            if found is None:
                raise CheckFailure(f"'{target}' is not a view, and finalize blocks call views only")
        else:
            found = self._function_or_closure(home, name, external=bool(program))
        return Signature(
            _types(found.inputs, program), _types(found.outputs, program), isinstance(found, View)
        )

    def _function_or_closure(self, home: Program, name: str, *, external: bool) -> Body:
        if not external and name == self.name:
            raise CheckFailure(f"Cannot invoke 'call' to self (in '{name}'): self-recursive call.")
        if not external and name in home.functions:
            raise CheckFailure(
                f"Cannot call '{name}' from '{self.name}'. Use a closure ('closure {name}:') instead.",
                hint="Functions of a program are called by other programs; make a closure to share code.",
            )
        found: Function | View | Body | None = home.functions.get(name) or home.closures.get(name)
        if found is None:
            raise CheckFailure(f"'{name}' is not defined in '{home.id}'.")
        if isinstance(found, Function) and found.finalize and not getattr(self.body, "finalize", None):
            raise CheckFailure(
                f"'{self.name}' must have a finalize block, because '{home.id}/{name}' has one"
            )
        return found

    def mapping(self, target: str) -> tuple[PlaintextType, PlaintextType]:
        """Key and value type of a mapping of this or an imported program."""
        program, _, name = target.rpartition("/")
        if program == self.owner.id:
            raise CheckFailure(f"'{target}' is part of this program", hint=f"Write '{name}'.")
        home = self.imported(program) if program else self.owner
        found: MappingDef | None = home.mappings.get(name)
        if found is None:
            raise CheckFailure(f"Mapping '{name}' in '{home.id}' is not defined.")
        if not program:
            return found.key, found.value
        return _plain(qualify(found.key, home.id)), _plain(qualify(found.value, home.id))

    def finalize_inputs(self) -> tuple[RegisterType, ...]:
        """Types the finalize block of this function takes."""
        finalize = self.body.finalize if isinstance(self.body, Function) else None
        if finalize is None:
            raise CheckFailure(f"'{self.program}/{self.name}' does not have a finalize block")
        return tuple(register_type(i.type) for i in finalize.inputs)

    def has_position(self, name: str) -> bool:
        """Whether a label exists in this body."""
        return name in self._positions

    @cached_property
    def _positions(self) -> frozenset[str]:
        return frozenset(i.target for i in self.body.instructions if i.mnemonic == "position")


def _plain(type_: RegisterType) -> PlaintextType:
    assert isinstance(type_, PlaintextType)
    return type_


def _types(items: Iterable[object], program: str) -> tuple[RegisterType, ...]:
    types = (register_type(item.type) for item in items)  # type: ignore[attr-defined]
    return tuple(qualify(t, program) if program else t for t in types)
