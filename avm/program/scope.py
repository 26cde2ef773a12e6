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
)
from avm.isa.machine import Signature
from avm.isa.types import RegisterType, qualify, register_type
from avm.program.model import Body, Finalize, Function, MappingDef, Program, View

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

    def check_type(self, type_: RegisterType) -> None:
        """Fail unless every name in the type exists."""
        seen: set[StructType] = set()
        pending = [type_]
        while pending:
            part = pending.pop()
            if isinstance(part, ArrayType):
                pending.append(part.element)
            elif isinstance(part, StructType) and part not in seen:
                seen.add(part)
                pending += [member for _, member in self.members(part)]
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
        known: set[tuple[RegisterType, RegisterType]] = set()
        pending = [(left, right)]
        while pending:
            a, b = pair = pending.pop()
            if a == b or pair in known:
                continue
            known.add(pair)
            if isinstance(a, StructType) and isinstance(b, StructType) and a.name == b.name:
                mine, theirs = self.members(a), self.members(b)
                if [name for name, _ in mine] != [name for name, _ in theirs]:
                    return False
                pending += [(s, t) for (_, s), (_, t) in zip(mine, theirs, strict=True)]
            elif isinstance(a, ArrayType) and isinstance(b, ArrayType) and a.length == b.length:
                pending.append((a.element, b.element))
            else:
                return False
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
