"""The translation circuit: a record that crosses a dynamic call is the same on both sides.

Each record of a program has one; it ties the id that the called function knows, of the record, to the id that
the caller knows, of its dynamic form (`synthesizer/process/src/trace/translation/assignment.rs`).
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.errors import CheckFailure
from avm.base.progress import Cancel
from avm.data import circuit_record_ids as records
from avm.data.circuit_dynamic_record import CircuitDynamicRecord, entries_root
from avm.data.circuit_names import count_name, count_program_id
from avm.data.circuit_record import CircuitRecord
from avm.data.dynamic import DynamicRecord
from avm.data.given_values import given_values
from avm.data.record import Record
from avm.data.types import RecordValue
from avm.primitives.poseidon import hash_circuit
from avm.program.model import Body
from avm.program.scope import Scope
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar, Point
from avm.vm.blank import MOST_LITERALS, Blanks
from avm.vm.circuit import Circuit, Tally
from avm.vm.environment import Environment
from avm.vm.function_circuit_ids import new_public

_IDENTITY: Point = (0, 1)


@dataclass(frozen=True, slots=True)
class Translation:
    """A record at a dynamic call.

    ``to_static`` says that it is an input; ``external`` that the called function knows it as a record of
    another program. ``index`` is its place among the translations of an execution, ``place`` that among the
    inputs, then outputs, of the call. View key and gamma are those of a record that is spent or made here.
    """

    record: Record
    dynamic: DynamicRecord
    program: str
    name: str
    function_id: int
    to_static: bool
    external: bool
    index: int
    place: int
    tvk: int
    id_static: int
    id_dynamic: int
    view_key: int = 0
    gamma: Point = _IDENTITY


def synthesize_translation(
    translation: Translation,
    *,
    limit: int | None = None,
    variables: int | None = None,
    cancel: Cancel | None = None,
) -> Circuit:
    """Return the circuit of a translation.

    ``Halt`` as soon as there are more than ``limit`` constraints or more than ``variables`` beside One.
    """
    cs = ConstraintSystem(variables, limit, cancel)
    tally = Tally(cs)
    count_program_id(cs, translation.program)
    count_name(cs, translation.name)
    with tally.part(f"translation of {translation.name}"):
        _synthesize(cs, translation)
    return Circuit(cs, translation.program, translation.name, tuple(tally.entries))


def given_translation(given: Translation) -> list[int]:
    """Return the numbers that ``synthesize_translation`` hands to the circuit, in their order."""
    return [
        *(int(given.to_static), int(given.external), given.function_id, given.index, given.place),
        *(given.id_static, given.id_dynamic, *given_values(given.record), *given_values(given.dynamic)),
        *(given.tvk, given.view_key, *given.gamma),
    ]


def _synthesize(cs: ConstraintSystem, given: Translation) -> None:
    with cs.named("is to static"):
        to_static = BooleanVar.new(cs, Mode.PUBLIC, given.to_static)
    with cs.named("is external"):
        external = BooleanVar.new(cs, Mode.PUBLIC, given.external)
    function_id = new_public(cs, given.function_id, "function id")
    new_public(cs, given.index, "translation index")
    place = new_public(cs, given.place, "register index")
    id_static = new_public(cs, given.id_static, "id")
    id_dynamic = new_public(cs, given.id_dynamic, "dynamic id")
    record, dynamic = CircuitRecord.new(cs, given.record), CircuitDynamicRecord.new(cs, given.dynamic)
    tvk, view_key = FieldVar.new(cs, Mode.PRIVATE, given.tvk), FieldVar.new(cs, Mode.PRIVATE, given.view_key)
    gamma = GroupVar.new(cs, Mode.PRIVATE, given.gamma)

    with cs.gadget("dynamic id"):
        seen_dynamic = hash_circuit(cs, 8, [function_id, *dynamic.to_fields(), tvk, place])
    commitment = records.commitment(record, given.program, given.name, view_key)
    serial = records.serial_number(gamma, commitment)
    own = FieldVar.ternary(to_static, serial, commitment)
    with cs.gadget("external id"):
        foreign = hash_circuit(cs, 8, [function_id, *record.to_fields(), tvk, place])
    seen_static = FieldVar.ternary(external, foreign, own)
    root = entries_root(cs, record.entries)
    cs.assert_eq(record.owner.to_group().lc, dynamic.owner.to_group().lc)
    cs.assert_eq(record.nonce.lc, dynamic.nonce.lc)
    cs.assert_eq(record.version.lc(), dynamic.version.lc())
    cs.assert_eq(root.lc, dynamic.root.lc)
    cs.assert_eq(seen_static.lc, id_static.lc)
    cs.assert_eq(seen_dynamic.lc, id_dynamic.lc)


def blank_translation(
    env: Environment,
    name: str,
    *,
    limit: int | None = None,
    variables: int | None = None,
    cancel: Cancel | None = None,
) -> Circuit:
    """Synthesize the translation circuit of a record of the main program from made-up values.

    Raises ``CheckFailure`` for an unknown record; ``Halt`` as soon as there are more than ``limit``
    constraints or ``variables`` beside One; ``Unsupported`` when it has more literals than ``MOST_LITERALS``.
    """
    program = env.program
    if name not in program.records:
        raise CheckFailure(f"'{program.id}' has no record '{name}'")
    scope = Scope(program, Body(name, (), (), ()), env.programs)
    record = Blanks(MOST_LITERALS).value(RecordValue(name), scope)
    assert isinstance(record, Record)
    translation = Translation(
        record, DynamicRecord.of(record), program.id, name, 1, False, False, 0, 0, 1, 1, 1
    )
    return synthesize_translation(translation, limit=limit, variables=variables, cancel=cancel)
