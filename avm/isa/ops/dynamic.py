"""Calls, records and mappings of programs named at run time (consensus version 14).

Source: `synthesizer/process/src/stack/call/dynamic.rs`, `synthesizer/program/src/logic/command/*/dynamic.rs`
and `synthesizer/program/src/logic/instruction/operation/get_record_dynamic.rs` of snarkVM.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from avm.base.errors import CheckFailure, Halt
from avm.data.dynamic import DynamicRecord
from avm.data.identifier import identifier_fault, program_id_fault
from avm.data.literal import Literal
from avm.data.plaintext import Plaintext
from avm.data.types import ExternalRecordValue, PlaintextValue, RecordValue, Visibility
from avm.isa.machine import CircuitMachine, Machine, MachineValue, Results, TypeScope, Values
from avm.isa.op import ON_CHAIN, Op, Trait, Types
from avm.isa.operand import Register
from avm.isa.operand_syntax import DynamicCallForm, DynamicEntryForm, DynamicMappingForm
from avm.isa.statement import Statement
from avm.isa.types import InterfaceType, RegisterType, register_type
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.isa.wire import Wire
    from avm.r1cs.system import ConstraintSystem


@dataclass(frozen=True, kw_only=True)
class DynamicOp(Op):
    """An opcode that names its program by values; ``names`` operands do so."""

    names: int = 3

    def _check_names(self, operands: Types) -> None:
        for index, found in enumerate(operands[: self.names]):
            if found not in (LiteralType.FIELD, LiteralType.IDENTIFIER):
                raise CheckFailure(
                    f"Instruction '{self.mnemonic}' expects input {index} to be a field or identifier "
                    f"element, found '{found}'"
                )

    def _named(self, values: Values) -> tuple[str, str]:
        """Return the program id and the name in it that the first values give; raises ``Halt``."""
        program, network, name = (_name(v) for v in values[:3])
        program_id = f"{program}.{network}"
        if fault := program_id_fault(program_id):
            raise Halt(f"{fault}, so {self.mnemonic} halts")
        return program_id, name


@dataclass(frozen=True, kw_only=True)
class DynamicCallOp(DynamicOp):
    """``call.dynamic``: records and futures cross as dynamic ones."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        self._check_names(operands)
        declared = [_declared(t) for t in statement.types]
        given = operands[3:]
        for index, (wanted, found) in enumerate(zip(declared, given)):
            if wanted != found:
                raise CheckFailure(f"argument {index + 1} is declared a {wanted}, but is a {found}")
        return tuple(declared[len(given) :])

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        program, function = self._named(values)
        results = machine.call_dynamic(program, function, values[3:])
        wanted = [_declared(t) for t in statement.types[len(values) - 3 :]]
        if len(results) != len(wanted):
            raise Halt(f"'{program}/{function}' returns {len(results)} values, not {len(wanted)}")
        for value, type_ in zip(results, wanted, strict=True):
            if not machine.fits(value, type_):
                raise Halt(f"'{program}/{function}' returns {value}, which is no {type_}")
        return results

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        return machine.call_dynamic(statement, operands)


def _declared(type_: object) -> RegisterType:
    if isinstance(type_, RecordValue | ExternalRecordValue):
        raise CheckFailure("a dynamic call passes records as dynamic.record")
    if isinstance(type_, PlaintextValue) and type_.visibility is Visibility.CONSTANT:
        raise CheckFailure("a dynamic call passes no constants")
    found: InterfaceType | RegisterType = type_  # type: ignore[assignment]
    return register_type(found)


@dataclass(frozen=True, kw_only=True)
class DynamicEntryOp(DynamicOp):
    """``get.record.dynamic``."""

    names: int = 0

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        register = statement.operands[0]
        accesses = register.accesses if isinstance(register, Register) else ()
        if len(accesses) != 1 or not isinstance(accesses[0], str):
            raise CheckFailure("'get.record.dynamic' names one entry of a register")
        target = register_type(statement.types[0])  # type: ignore[arg-type]
        return (target,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        record, operand, declared = values[0], statement.operands[0], statement.types[0]
        assert isinstance(operand, Register)
        name = str(operand.accesses[0])
        data = record.data if isinstance(record, DynamicRecord) else ()
        if data is None:
            raise Halt(f"the entries of the dynamic record are not known, so {self.mnemonic} halts")
        entry = dict(data).get(name)
        if entry is None:
            raise Halt(f"the dynamic record has no entry '{name}', so {self.mnemonic} halts")
        if isinstance(declared, PlaintextValue) and declared.visibility is not entry.visibility:
            raise Halt(f"the entry '{name}' is {entry.visibility}, not {declared.visibility}")
        type_ = register_type(cast(InterfaceType, declared))
        if not machine.fits(entry.value, type_):
            raise Halt(f"the entry '{name}' is no {type_}, so {self.mnemonic} halts")
        return (entry.value,)

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        return (operands[0],)


@dataclass(frozen=True, kw_only=True)
class DynamicMappingOp(DynamicOp):
    """``get.dynamic``, ``get.or_use.dynamic``, ``contains.dynamic``."""

    price: int = 1_500
    byte_price: int = 10

    def cost(self, statement: Statement, operands: Types, scope: TypeScope) -> int:
        return super().cost(statement, operands[self.names : self.names + 1], scope)

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        self._check_names(operands)
        if not statement.types:
            return (LiteralType.BOOLEAN,)
        target: RegisterType = statement.types[0]  # type: ignore[assignment]
        if len(operands) > 4 and target != operands[4]:
            raise CheckFailure(f"the default is a {operands[4]}, not a {target}")
        return (target,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        program, mapping = self._named(values)
        target, key = f"{program}/{mapping}", values[3]
        key_type, value_type = machine.find_mapping(program, mapping)
        if not machine.fits(key, key_type):
            raise Halt(f"the keys of '{target}' are of type {key_type}, so {self.mnemonic} halts")
        if statement.types and statement.types[0] != value_type:
            raise Halt(f"the values of '{target}' are of type {value_type}, so {self.mnemonic} halts")
        found = machine.mapping_read(target, cast(Plaintext, key), self.mnemonic.removesuffix(".dynamic"))
        if not statement.types:
            return (Literal(LiteralType.BOOLEAN, found is not None),)
        if found is None and len(values) <= 4:
            raise Halt(f"the mapping '{target}' has no value for {key}, so {self.mnemonic} halts")
        result = values[4] if found is None else found
        if not machine.fits(result, value_type):
            raise Halt(f"{result} is no {value_type} of this program, so {self.mnemonic} halts")
        return (result,)


def _name(value: MachineValue) -> str:
    """Return the name a field or identifier stands for: its bytes in little-endian order, up to a zero."""
    assert isinstance(value, Literal)
    if value.type is LiteralType.IDENTIFIER:
        text: str = value.value
    else:
        number: int = value.value
        text = number.to_bytes(32, "little").partition(b"\0")[0].decode("utf-8", "replace")
    if fault := identifier_fault(text):
        raise Halt(f"{value} is not a name: {fault}")
    return text


OPS: tuple[Op, ...] = (
    DynamicCallOp(
        mnemonic="call.dynamic",
        code=119,
        form=DynamicCallForm(),
        places=frozenset({"function"}),
        summary="Calls a function whose program and name are values. Records and futures cross as dynamic "
        "ones. Halts where there is no such function, where it does not take the operands or return the "
        "types that are named, and where it halts.",
    ),
    DynamicEntryOp(
        mnemonic="get.record.dynamic",
        code=120,
        form=DynamicEntryForm(),
        places=frozenset({"function", "closure"}),
        summary="Reads an entry of a dynamic record. Halts when the record has no such entry of that type.",
    ),
    DynamicMappingOp(
        mnemonic="get.dynamic",
        code=None,
        form=DynamicMappingForm(),
        places=ON_CHAIN,
        traits=Trait.READS | Trait.CAN_HALT,
        summary="Reads a mapping whose program and name are values. Halts when the key is missing.",
    ),
    DynamicMappingOp(
        mnemonic="get.or_use.dynamic",
        code=None,
        form=DynamicMappingForm(has_default=True),
        places=ON_CHAIN,
        traits=Trait.READS | Trait.CAN_HALT,
        summary="Reads a mapping whose program and name are values, or takes the default.",
    ),
    DynamicMappingOp(
        mnemonic="contains.dynamic",
        code=None,
        form=DynamicMappingForm(has_type=False),
        places=ON_CHAIN,
        traits=Trait.READS | Trait.CAN_HALT,
        summary="Says whether a mapping whose program and name are values has a key.",
    ),
)
