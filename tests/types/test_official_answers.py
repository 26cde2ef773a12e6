"""snarkVM's own answers: every recorded single-instruction program, by value and by circuit."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from avm.base.errors import Halt, ParseFailure
from avm.data.literal import Literal
from avm.primitives import elligator2
from avm.types import boolean, casts, field, group, scalar, string
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.integers import IntegerVar
from avm.types.integers import values as integers
from avm.types.literal_type import LiteralType as T
from avm.types.scalar import ScalarVar
from tests.types.circuits import SIMPLE, S, agrees, value_half

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "evaluate.jsonl"
LINE = re.compile(r"^\s+([a-z.]+) (.*) into r\d+(?: as ([a-z0-9]+))?;$")
Case = tuple[dict[str, Any], str, list[Literal], T | None]
TYPES = {str(type): type for type in T}
WORDS = {
    "abs": "abs_",
    "pow": "pow_",
    "and": "and_",
    "or": "or_",
    "not": "not_",
    "is.eq": "is_eq",
    "is.neq": "is_neq",
}
MODULES: dict[T, Any] = {
    T.BOOLEAN: boolean,
    T.FIELD: field,
    T.SCALAR: scalar,
    T.GROUP: group,
    T.ADDRESS: group,
}
VARS: dict[T, Any] = {T.BOOLEAN: BooleanVar, T.FIELD: FieldVar, T.SCALAR: ScalarVar, T.GROUP: GroupVar}
NAMES = (
    {name for name in vars(integers) if not name.startswith("_")}
    | SIMPLE.keys()
    | {
        "double",
        "square",
        "inv",
        "sqrt",
        "nand",
        "nor",
    }
)


def elligator2_value(x: int) -> tuple[int, int]:
    return elligator2.encode(x)


@cache
def cases() -> list[Case]:
    """Return the records whose function is one literal instruction on its inputs."""
    found: list[Case] = []
    for text in VECTORS.read_text().splitlines():
        record = json.loads(text)
        body = [line for line in record["program"].splitlines() if LINE.match(line)]
        if len(body) != 1 or record["program"].count(";") != 3 + len(record["inputs"]):
            continue
        match = LINE.match(body[0])
        assert match
        opcode, operands, target = match.groups()
        if opcode != record["opcode"] or record["result"] not in ("ok", "halts"):
            continue
        name = WORDS.get(opcode, opcode.replace(".", "_"))
        if name not in NAMES and opcode not in ("cast", "cast.lossy", "ternary"):
            continue
        values = []
        for operand in operands.split():
            register = re.fullmatch(r"r(\d+)", operand)
            try:
                values.append(Literal.parse(record["inputs"][int(register[1])] if register else operand))
            except ParseFailure:
                break
        else:
            found.append((record, name, values, TYPES.get(target)))
    return found


def halves(name: str, operands: list[Literal], target: T | None) -> tuple[Callable[..., Any], Any]:
    """Return the value half and the gadget (None when there is no circuit to compare)."""
    types = [operand.type for operand in operands]
    if target is not None and name == "cast":
        return lambda v: casts.cast(v, types[0], target), lambda x: casts.cast_var(x, target)
    if target is not None:
        return lambda v: casts.cast_lossy(v, types[0], target, elligator2_value), None
    if name == "mul" and T.SCALAR in types:
        flip = types[0] is T.SCALAR
        return lambda a, b: group.mul(T.GROUP, *((b, a) if flip else (a, b))), None
    main = types[1] if name == "ternary" else types[0]
    module = integers if main.is_integer else MODULES.get(main, string)
    kind = IntegerVar if main.is_integer else VARS.get(main)
    return value_half(module, name, main), kind and getattr(kind, name)


@pytest.mark.skipif(not VECTORS.exists(), reason="needs the vectors in ../shared")
def test_every_recorded_answer_is_given() -> None:
    seen = 0
    for record, name, operands, target in cases():
        value, _ = halves(name, operands, target)
        try:
            result = value(*(operand.value for operand in operands))
        except Halt:
            assert record["result"] != "ok", (record["opcode"], record["inputs"])
        else:
            assert record["result"] == "ok", (record["opcode"], record["inputs"], result)
            out = Literal.parse(record["outputs"][0])
            assert out.value == result, (record["opcode"], record["inputs"])
        seen += 1
    assert seen > 2000


@pytest.mark.skipif(not VECTORS.exists(), reason="needs the vectors in ../shared")
def test_circuits_give_the_recorded_answers() -> None:
    chosen: dict[tuple[str, ...], int] = {}
    for _, name, operands, target in cases():
        types = [operand.type for operand in operands]
        key = (name, str(types[0]), str(target))
        chosen[key] = chosen.get(key, 0) + 1
        value, gadget = halves(name, operands, target)
        slow = types[0].bits > (16 if name.startswith("pow") else 64)
        if gadget is None or chosen[key] > 1 or slow or {T.ADDRESS, T.SIGNATURE} & {*types}:
            continue
        agrees(value, gadget, [(operand.type, S, operand.value) for operand in operands])
