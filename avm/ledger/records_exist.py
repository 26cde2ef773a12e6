"""Whether the records that an execution only refers to stand on the chain when it is over.

A function may take a record of another program, or a dynamic one, without spending it: nothing proves then
that the record exists. From consensus version 15 on every such input of the outermost function must reach a
function that spends it, and a record that a function makes and hands to others must be among its outputs.
Source: snarkVM ``synthesizer/process/src/verify_execution/ensure_records_exist.rs``. Stricter than there:
before version 20 the outermost transition may give such a record a dynamic id, and it is followed too.
"""

from __future__ import annotations

from collections.abc import Mapping

from avm.data.types import DynamicRecord, ExternalRecordValue, RecordValue
from avm.isa.instruction import Instruction
from avm.isa.operand import Register
from avm.ledger.call_tree import Node
from avm.ledger.parts import DYNAMIC, EXTERNAL, RECORDS
from avm.ledger.rejection import Reason, rejected
from avm.program.model import Program
from avm.vm.calls import function_calls

_REFERRED = (*EXTERNAL, DYNAMIC)
_Place = tuple[int, int]
"""A register of a transition: the index of the transition, the number of the register."""


def check_records_exist(root: Node, programs: Mapping[str, Program]) -> None:
    """Raise VerifyError unless every record that the execution refers to is spent or made by it."""
    registers = [item.register for item in root.function.inputs]
    found = zip(root.transition.inputs, registers, strict=True)
    families = [{(root.index, r)} for part, r in found if part.kind in _REFERRED]
    search = _Search(families, programs)
    search.visit(root)
    if search.families:
        (_, register), *_ = search.families[0]
        raise rejected(
            Reason.FORM, f"the record in r{register} of {root.function.name} is not known to be on the chain"
        )


class _Search:
    """Follows each record that the outermost function refers to: a family is all registers that hold it."""

    def __init__(self, families: list[set[_Place]], programs: Mapping[str, Program]) -> None:
        self.families, self._programs = families, programs

    def _same(self, old: _Place, new: _Place) -> None:
        for family in self.families:
            if old in family:
                family.add(new)
                break

    def _exists(self, place: _Place) -> None:
        for family in self.families:
            if place in family:
                self.families.remove(family)
                break

    def visit(self, node: Node) -> None:
        """Follow the instructions of a transition, and of those that it calls."""
        check = _Made(node)
        calls = {id(call.instruction) for call in function_calls(node.program, node.function, self._programs)}
        children = iter(node.children)
        for instruction in node.function.instructions:
            if instruction.mnemonic == "cast":
                self._cast(node, instruction, check)
            elif id(instruction) in calls:
                self._call(node, next(children), instruction, check)
            elif instruction.mnemonic == "call":
                self._closure(node, instruction)
        for output in node.function.outputs:
            if isinstance(output.type, DynamicRecord) and isinstance(output.operand, Register):
                check.output(output.operand.locator)

    def _cast(self, node: Node, instruction: Instruction, check: _Made) -> None:
        (type_,) = instruction.types
        if isinstance(type_, RecordValue):
            check.static.add(instruction.destinations[0])
        elif isinstance(type_, DynamicRecord):
            (operand,) = instruction.operands
            assert isinstance(operand, Register)
            made = instruction.destinations[0]
            self._same((node.index, operand.locator), (node.index, made))
            if operand.locator in check.static:
                check.dynamic[made] = operand.locator

    def _call(self, node: Node, child: Node, instruction: Instruction, check: _Made) -> None:
        assert child.call is not None
        arguments = child.call.arguments
        given = [operand.locator if isinstance(operand, Register) else None for operand in arguments]
        for register in given:
            if register is not None:
                check.passed(register)
        for register, item, part in zip(given, child.function.inputs, child.transition.inputs, strict=True):
            if register is None:
                continue
            if part.kind in RECORDS:
                self._exists((node.index, register))
            elif part.kind in _REFERRED:
                self._same((node.index, register), (child.index, item.register))
        self.visit(child)
        for register, output in zip(instruction.destinations, child.function.outputs, strict=True):
            if isinstance(output.type, DynamicRecord | ExternalRecordValue) and isinstance(
                output.operand, Register
            ):
                self._same((child.index, output.operand.locator), (node.index, register))

    def _closure(self, node: Node, instruction: Instruction) -> None:
        home, _, name = instruction.target.rpartition("/")
        program = self._programs[home] if home else node.program
        for output in program.closures[name].outputs:
            if isinstance(output.type, DynamicRecord | ExternalRecordValue):
                raise rejected(Reason.FORM, f"the closure {name} returns a record, which is not allowed")


class _Made:
    """The records that one function makes: ``dynamic`` leads from a dynamic form to the record itself."""

    def __init__(self, node: Node) -> None:
        self._name = f"{node.transition.program}/{node.transition.function}"
        outputs = (output.operand for output in node.function.outputs)
        self._outputs = {operand.locator for operand in outputs if isinstance(operand, Register)}
        self.static: set[int] = set()
        self.dynamic: dict[int, int] = {}

    def passed(self, register: int) -> None:
        """Refuse a record that was made here, is handed to a call and is no output."""
        if register in self.static:
            self._require(register)
        self.output(register)

    def output(self, register: int) -> None:
        """Refuse the dynamic form of a record that was made here and is no output."""
        if register in self.dynamic:
            self._require(self.dynamic[register])

    def _require(self, register: int) -> None:
        if register not in self._outputs:
            raise rejected(
                Reason.FORM, f"{self._name} hands on the record in r{register}, which it does not return"
            )
