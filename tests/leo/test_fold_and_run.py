"""What the compiler folds is what the machine computes: every operator and cast, over all pairs of types.

Each expression is compiled twice, over literals and over inputs. The second program runs; the first must
hold the same value, or be refused where the run halts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest

from avm.account.address import address_text
from avm.base.sources import Source
from avm.leo import ast
from avm.leo.front import UnitSource
from avm.leo.operators import OPERATORS, Operator
from avm.leo.pipeline import CompileResult, compile
from avm.program import parse
from avm.vm import RunConfig, execute, load

SIGNER = "aleo1s3ws5tra87fjycnjrwsjcrnw2qxr8jfqqdugnf0xzqqw29q9m5pqem2u4t"
GENERATOR = 1540945439182663264862696551825005342995406165131907382295858612069623286213
FIELD, SCALAR = (
    8444461749428370424248824938781546531375899335154063827935233455917409239041,
    2111115437357092606062206234695386632838870926408408195193685246394721360383,
)
INTEGERS = tuple(ast.INTEGER_TYPES)
CASTABLE = (*INTEGERS, "bool", "field", "scalar", "group", "address")
HALTS = {"ECEV0378000", "ECEV0378001", "ESAZ0374008"}
A_BATCH = 240


@dataclass(frozen=True)
class Case:
    """An expression over `a` and `b`, the operands' types and values, the result's type."""

    shape: str
    types: tuple[str, ...]
    values: tuple[str, ...]
    result: str

    def over(self, *operands: str) -> str:
        return self.shape.format(*operands)


def leo(name: str) -> str:
    return "bool" if name == "boolean" else name


def edges(type_: str, dice: random.Random) -> list[str]:
    """Literals at the ends of a type's range, around its powers of two, and at random."""
    match type_:
        case "bool":
            return ["true", "false"]
        case "group":
            return ["0group", f"{GENERATOR}group", "2group"]
        case "address":
            return [SIGNER, address_text((0, 1))]
        case "field" | "scalar":
            modulus = FIELD if type_ == "field" else SCALAR
            powers = [2**n + d for n in (7, 8, 16, 63, 64, 127, 128) for d in (-1, 0)]
            numbers = [0, 1, 2, modulus - 1, modulus // 2, GENERATOR % modulus, *powers]
            return [f"{n}{type_}" for n in [*numbers, dice.randrange(modulus), SCALAR % modulus]]
        case _:
            kind = ast.INTEGER_TYPES[type_]
            low, high = kind.minimum, kind.maximum
            found = {low, low + 1, -1, 0, 1, 2, 3, high - 1, high, high // 2, dice.randint(low, high)}
            return [f"{n}{type_}" for n in sorted(found) if low <= n <= high]


def operator_cases(dice: random.Random, count: int) -> Iterator[Case]:
    """Some pairs of values for each operator and each row of its opcode's table."""
    for operator in OPERATORS.values():
        symbol = operator.text.lower()
        for types, result in rows(operator):
            names = tuple(leo(t) for t in types)
            if operator.operands == 1:
                shape = f"({{0}}).{symbol}()"
            else:
                shape = f"({{0}}).{symbol}({{1}})" if symbol[0].isalpha() else f"({{0}}) {symbol} ({{1}})"
            choices = list(product(*(edges(t, dice) for t in names)))
            for values in dice.sample(choices, min(count, len(choices))):
                yield Case(shape, names, values, leo(result))


def rows(operator: Operator) -> list[tuple[tuple[str, ...], str]]:
    """Operand types and result type of everything the opcode takes and Leo writes with this operator."""
    if operator.name in ("Eq", "Neq"):
        return [((t, t), "boolean") for t in ("boolean", *CASTABLE) if t != "bool"]
    if operator.target:
        return [(("group",), "field")]
    return [(tuple(t.type_name for t in types), result.type_name) for types, result in operator.rows]


def cast_cases(dice: random.Random, count: int) -> Iterator[Case]:
    for source, target in product(CASTABLE, CASTABLE):
        choices = edges(source, dice)
        for value in dice.sample(choices, min(count, len(choices))):
            yield Case(f"({{0}}) as {target}", (source,), (value,), target)


def program(functions: list[str]) -> str:
    body = "\n".join(functions)
    return f"program demo.aleo {{\n{body}\n@noupgrade\nconstructor() {{}}\n}}\n"


def compiled(functions: list[str]) -> CompileResult:
    return compile([UnitSource("program", Source("main.leo", program(functions)))])


def folded(cases: list[Case], through_let: bool) -> list[str | None]:
    """The value of each expression over literals; None where the compiler refuses it."""
    lines = []
    for i, case in enumerate(cases):
        if through_let and len(case.types) == 2:
            text = f"let x: {case.types[0]} = {case.values[0]}; return {case.over('x', case.values[1])};"
        else:
            text = f"return {case.over(*case.values)};"
        lines.append(f"fn f{i}() -> {case.result} {{ {text} }}")
    found: list[str | None] = [None] * len(cases)
    for start in range(0, len(cases), 30):
        some = lines[start : start + 30]
        left = dict(enumerate(some, start))
        result = compiled(some)
        while not result.ok:
            refused = [d for d in result.diagnostics if d.level == "error"]
            assert refused and {d.code for d in refused} <= HALTS, (refused, result.unsupported)
            text, order = program(list(left.values())), list(left)
            for d in refused:
                assert d.span is not None
                left.pop(order[text.count("\n", 0, d.span.start) - 1], None)
            if not left:
                break
            result = compiled(list(left.values()))
        else:
            for i in left:
                found[i] = run(result, f"f{i}", ())
    return found


def run(result: CompileResult, function: str, inputs: tuple[str, ...]) -> str | None:
    """The output of a function; None when it halts."""
    loaded = load(parse(result.programs[0].bytecode), {})
    trace = execute(loaded, function, list(inputs), RunConfig(signer=SIGNER))
    return None if trace.halt is not None else str(trace.outputs[0].value)


def computed(cases: list[Case]) -> list[str | None]:
    """The value of each expression over inputs; None where the run halts."""
    shapes = list(dict.fromkeys((c.shape, c.types, c.result) for c in cases))
    found: dict[tuple[str, tuple[str, ...], str], tuple[CompileResult, str]] = {}
    for start in range(0, len(shapes), 30):
        lines = []
        for i, (shape, types, result) in enumerate(shapes[start : start + 30]):
            inputs = ", ".join(f"x{k}: {t}" for k, t in enumerate(types))
            names = [f"x{k}" for k in range(len(types))]
            lines.append(f"fn f{i}({inputs}) -> {result} {{ return {shape.format(*names)}; }}")
        made = compiled(lines)
        assert made.ok, (made.diagnostics, made.unsupported)
        found |= {key: (made, f"f{i}") for i, key in enumerate(shapes[start : start + 30])}
    return [run(*found[(c.shape, c.types, c.result)], c.values) for c in cases]


def assert_same(cases: list[Case], through_let: bool = False) -> None:
    for start in range(0, len(cases), A_BATCH):
        some = cases[start : start + A_BATCH]
        for case, one, other in zip(some, folded(some, through_let), computed(some), strict=True):
            assert one == other, (case.over(*case.values), "folded", one, "computed", other)


@pytest.mark.parametrize("through_let", [False, True])
def test_operators_fold_to_what_they_compute(through_let: bool) -> None:
    assert_same(list(operator_cases(random.Random(11 + through_let), 1 + (not through_let))), through_let)


def test_casts_fold_to_what_they_compute() -> None:
    assert_same(list(cast_cases(random.Random(12), 4)))


def test_chains_of_casts_fold_to_what_they_compute() -> None:
    dice = random.Random(13)
    chains = [(s, m, t) for s in CASTABLE for m in INTEGERS for t in INTEGERS if m != t and s != m]
    field = [c for c in chains if c[0] in ("field", "scalar")]
    cases = []
    for source, middle, target in [*field, *dice.sample(chains, 60)]:
        shape = f"(({{0}}) as {middle}) as {target}"
        for value in dice.sample(edges(source, dice), 2):
            cases.append(Case(shape, (source,), (value,), target))
    cases.append(Case("(({0}) as i16) as i8", ("field",), ("255field",), "i8"))
    assert_same(cases)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("let t = (a, 2u32); let s = (t, t); return s.0.0;", "3u32"),
        ("let t = (a, 2u32); let s = (t, 7u32); let r = (s, t); return r.0.0.0 + r.0.1 + r.1.1;", "12u32"),
        ("let t = (a, 2u32); let s = (t, t); let (x, y) = s; return x.0 + y.1;", "5u32"),
        ("let t = (a, 2u32); let s = (t, t); let r = (t, t); return s == r ? 1u32 : 0u32;", "1u32"),
        ("let t = (a, 2u32); let s = (t, t); let r = (t, (t)); r = s; return r.1.1;", "2u32"),
        ("let t = (a, 2u32); let s = (t, t); s.0 = (9u32, a); return s.0.0 + s.1.0;", "12u32"),
        ("let t = (a, 2u32); let s = ((1u32), t); s.1.0 = 8u32; return s.1.0 + t.0 + s.0;", "12u32"),
        (
            "let t = (a, 2u32); let s = (t, t); let r = (s, s); r.1.0.1 = 8u32; return r.1.0.1 + s.0.1;",
            "10u32",
        ),
        ("let t = (a, 2u32); let s = (t, t); let r = (s, s); r.1.0 = (8u32, a); return r.1.0.1;", "3u32"),
        ("let t = (a, 2u32); let s = (t, t); let r = a == 3u32 ? s : (t, t); return r.1.1;", "2u32"),
        ("let t = (a, 2u32); let s = (t, t); assert_eq(s, s); return s.1.1;", "2u32"),
        ("let t = (a, 2u32); let s = (t, 5u32); if a == 3u32 { s = (t, 6u32); } return s.1 + s.0.0;", "9u32"),
        ("let t = (a, 2u32); let s = (t, 5u32); if a == 3u32 { s.1 = 4u32; } return s.1 + s.0.0;", "7u32"),
    ],
)
def test_tuples_in_tuples_are_what_they_hold(body: str, expected: str) -> None:
    """Written out they are refused; named by a binding first, as that refusal advises, they compile."""
    result = compiled([f"fn f(a: u32) -> u32 {{ {body} }}"])
    assert result.ok, (result.diagnostics, result.unsupported)
    assert run(result, "f", ("3u32",)) == expected
