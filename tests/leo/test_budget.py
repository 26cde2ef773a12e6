"""A compilation says what it does and stops when it is asked to."""

import dataclasses
import gc
from collections.abc import Sequence

import pytest

from avm.base.errors import Cancelled
from avm.base.progress import Cancel
from avm.base.sources import Source, source_of
from avm.leo import pipeline
from avm.leo.ast import Expression, Literal
from avm.leo.budget import (
    CHECK_EVERY,
    CODE,
    COPIED,
    DEAR,
    ELEMENTS,
    INHERITED,
    INLINED,
    INSTANCES,
    MOVED,
    PROGRAM,
    TOKENS,
    TUPLES,
    TURNS,
    UNROLLED,
    VARIABLES,
    ZEROS,
    Budget,
)
from avm.leo.consteval.folding import ConstEvaluator
from avm.leo.front import UnitSource
from avm.leo.lexer import lex
from avm.leo.pipeline import compile, examine

BODY = "".join(f"let x{i}: u8 = a.add_wrapped({i % 200}u8) ^ {i % 7}u8;\n" for i in range(60))
TEXT = (
    "program demo.aleo {\n"
    f"fn main(a: u8) -> u8 {{ {BODY} for i: u8 in 0u8..30u8 {{ a = a.add_wrapped(x1); }}"
    " return twice(a); }\n"
    "@noupgrade\nconstructor() {}\n}\n"
    "fn twice(a: u8) -> u8 { return a.add_wrapped(a); }\n"
)


class Stages:
    """Remembers the stages' names."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def stage(self, name: str, detail: str = "") -> None:
        self.names.append(name)

    def step(self, done: int, total: int) -> None:
        assert 0 <= done <= total


class CancelAt(Cancel):
    """Asks for a stop at the nth look and counts the looks."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self.looks = 0

    def check(self) -> None:
        self.looks += 1
        if self.looks == self.at:
            self.cancel()
        super().check()


def units(text: str = TEXT) -> Sequence[UnitSource]:
    return [UnitSource("program", Source("main.leo", text))]


def test_stages_are_named_in_order() -> None:
    stages = Stages()
    assert compile(units(), progress=stages).ok
    assert stages.names == [
        "Parse",
        "Check types",
        "Check effects",
        "Evaluate constants and unroll",
        "Lower",
        "Generate code",
        "Validate",
    ]


def test_a_check_names_its_stages() -> None:
    stages = Stages()
    examine(units(), progress=stages)
    assert stages.names == ["Parse", "Check types", "Check effects"]


def test_a_compilation_stops_wherever_it_is_asked_to() -> None:
    whole = CancelAt(0)
    assert compile(units(), cancel=whole).ok
    assert whole.looks > 100
    for at in range(1, whole.looks + 1, 7):
        cancel = CancelAt(at)
        with pytest.raises(Cancelled):
            compile(units(), cancel=cancel)
        assert cancel.looks == at


def test_a_check_stops_when_it_is_asked_to() -> None:
    cancel = CancelAt(5)
    with pytest.raises(Cancelled):
        examine(units(), cancel=cancel)


def test_steps_look_at_the_flag_now_and_then() -> None:
    cancel = CancelAt(0)
    budget = Budget(cancel=cancel)
    for _ in range(3 * CHECK_EVERY):
        budget.step()
    assert cancel.looks == 3


OUTSIDE = "fn main(a: u32, b: u32) -> u32 {{ {body} }} @noupgrade constructor() {{}}"


def text_of(body: str, outside: str = "") -> str:
    return f"program demo.aleo {{ {OUTSIDE.format(body=body)} }}\n{outside}"


def doubling(generic: bool, n: int) -> str:
    """Functions of which each calls the next one twice, with const arguments or without."""
    parameter = "::[N: u32]" if generic else ""
    calls = ("::[N * 2u32]", "::[N * 2u32 + 1u32]") if generic else ("", "")
    rows = [f"fn f{n}{parameter}(a: u32) -> u32 {{ return a; }}"]
    for i in range(n):
        one, two = (f"f{i + 1}{call}" for call in calls)
        rows.append(f"fn f{i}{parameter}(a: u32) -> u32 {{ return {one}(a) + {two}(a + 1u32); }}")
    return text_of(f"return f0{'::[1u32]' if generic else ''}(a);", "\n".join(rows))


def chain(n: int) -> str:
    """Functions of which each calls the next one once."""
    rows = [f"fn f{i}(a: u32) -> u32 {{ return f{i + 1}(a) + 1u32; }}" for i in range(n)]
    return text_of("return f0(a);", "\n".join([*rows, f"fn f{n}(a: u32) -> u32 {{ return a; }}"]))


def structs(n: int, member: str) -> str:
    """Structs of which each holds the one before it."""
    rows = [f"struct S{i} {{ {member.replace('*', f'S{i - 1}')} }}" for i in range(1, n)]
    return "\n".join(["struct S0 { a: u8 }", *rows])


def arrays(n: int) -> list[str]:
    """Constant arrays of which each holds the one before it twice."""
    rows, type_ = ["const T0: [u32; 2] = [1u32, 2u32];"], "[u32; 2]"
    for i in range(1, n):
        type_ = f"[{type_}; 2]"
        rows.append(f"const T{i}: {type_} = [T{i - 1}, T{i - 1}];")
    return rows


def pairs(n: int) -> str:
    """Constant structs of which each holds the one before it twice."""
    rows = ["const t0: S0 = S0 { a: 0u8 };"]
    rows += [f"const t{i}: S{i} = S{i} {{ a: t{i - 1}, b: t{i - 1} }};" for i in range(1, n)]
    return " ".join(rows)


BOMBS = {
    "arrays of literals that double": (
        text_of(
            "let t0 = [1u32, 2u32]; "
            + "".join(f"let t{i} = [t{i - 1}, t{i - 1}]; " for i in range(1, 40))
            + f"return a + t39{'[0u32]' * 40};"
        ),
        COPIED,
    ),
    "constant arrays that double": (
        text_of(f"return a + T39{'[0u32]' * 40};", "\n".join(arrays(40))),
        COPIED,
    ),
    "local constant arrays that double": (text_of(" ".join(arrays(40)) + "return a;"), COPIED),
    "constant structs that double": (
        text_of(pairs(19) + "return a;", structs(19, "a: *, b: *")),
        COPIED,
    ),
    "multiples of a constant group": (
        text_of(
            "let x = 2group; for i: u32 in 0u32..9000u32 { x = x * 5scalar; } assert_eq(x, 2group); return a;"
        ),
        DEAR,
    ),
    "a loop": (text_of("for i: u32 in 0u32..4294967295u32 { a = a + b; } return a;"), TURNS),
    "a loop without a body": (text_of("for i: u32 in 0u32..4294967295u32 { } return a;"), TURNS),
    "many statements": (
        text_of("for i: u32 in 0u32..60000u32 { a = a + b; b = b + a; } return a;"),
        UNROLLED,
    ),
    "loops in loops": (
        text_of("for i: u32 in 0u32..900u32 { for j: u32 in 0u32..900u32 { a = a + b; } } return a;"),
        UNROLLED,
    ),
    "generics that double": (doubling(True, 20), INSTANCES),
    "calls that double": (doubling(False, 26), INLINED),
    "a chain of calls": (chain(1_500), MOVED),
    "constants of constants": (
        text_of("return a;", "const X: [[[u8; 2048]; 2048]; 2048] = [[[0u8; 2048]; 2048]; 2048];"),
        ELEMENTS,
    ),
    "an input": (text_of("return a;").replace("b: u32", "b: [[[u8; 512]; 512]; 512]"), ELEMENTS),
    "tuples that double": (
        text_of(
            "let t0 = (a, b); "
            + "".join(f"let t{i} = (t{i - 1}, t{i - 1}); " for i in range(1, 18))
            + "return a;"
        ),
        TUPLES,
    ),
    "a large tuple used often": (
        text_of(
            f"let t = ({', '.join(['a'] * 1_000)}); "
            + "".join(f"let t{i} = t; " for i in range(300))
            + "return a;"
        ),
        TUPLES,
    ),
    "a mapping": (
        "program demo.aleo { mapping m: u8 => [[[u8; 512]; 512]; 512];"
        " fn f() {} @noupgrade constructor() {} }",
        ELEMENTS,
    ),
    "structs that double": (
        text_of("return a;", structs(41, "a: *, b: *")).replace("b: u32", "b: S40"),
        ELEMENTS,
    ),
    "stored structs that double": (
        "program demo.aleo { storage m: S40; fn f() {} @noupgrade constructor() {} }\n"
        + structs(41, "a: *, b: *"),
        ELEMENTS,
    ),
    "zeros of structs that double": (
        text_of("let z: S17? = none; return a;", structs(18, "a: *, b: *")),
        ZEROS,
    ),
    "large instructions": (
        text_of("for i: u32 in 0u32..400u32 { let x: [u32; 2048] = [a; 2048]; a = a ^ x[i]; } return a;"),
        PROGRAM,
    ),
    "a select of large values": (
        text_of("let z: [[u32; 2048]; 40] = a == b ? [[a; 2048]; 40] : [[b; 2048]; 40]; return z[0][0];"),
        VARIABLES,
    ),
    "interfaces of interfaces": (
        "\n".join(
            [
                "interface I0 { fn g0(a: u8) -> u8; }",
                *(f"interface I{i} : I{i - 1} {{ fn g{i}(a: u8) -> u8; }}" for i in range(1, 400)),
                text_of("return a;"),
            ]
        ),
        INHERITED,
    ),
    "tokens": (text_of("return " + "+".join(["a"] * 300_000) + ";"), TOKENS),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_blows_up_is_refused_with_the_limit_and_a_place(name: str) -> None:
    text, limit = BOMBS[name]
    result = compile(units(text))
    (found,) = [d for d in result.diagnostics if d.level == "error"]
    assert not result.ok and f"{limit.most:,} {limit.what}" in found.message
    assert (
        found.code == CODE
        and found.span is not None
        and source_of(found.span.source).path == "main.leo"
        and found.help
    )


def test_a_chain_of_helpers_costs_what_it_holds() -> None:
    counts = []
    for n in (200, 400):
        result = compile(units(chain(n)))
        assert result.ok
        counts.append(result.programs[0].bytecode.count("add "))
    assert counts == [200, 400]


def test_copies_of_repetitions_and_of_tables_are_within_the_limits() -> None:
    grids = "".join(f"let t{i} = [[{i}u8; 512]; 512]; " for i in range(4))
    table = f"const T: [u32; 200] = [{', '.join(f'{i}u32' for i in range(200))}];\n"
    table += "const G: [[u8; 512]; 512] = [[0u8; 512]; 512];\nconst H: [[[u8; 512]; 512]; 4] = [G, G, G, G];"
    reads = "for i: u32 in 0u32..1000u32 { a = a ^ T[i % 200u32]; } let t = T;"
    reads += "for i: u32 in 0u32..1000u32 { a = a ^ t[i % 200u32]; }"
    assert compile(units(text_of(f"{grids} {reads} return a;", table))).ok


def test_rounds_of_constants_count_the_parts_of_tuples_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    few = dataclasses.replace(TUPLES, most=100)
    monkeypatch.setattr("avm.leo.typecheck.expressions.TUPLES", few)
    monkeypatch.setattr("avm.leo.passes.check_types.TUPLES", few)
    pairs = "".join(f"let (x{i}, y{i}) = (a, X0); " for i in range(30))
    constants = "".join(f"const X{i}: u32 = X{i + 1} + 1u32;\n" for i in range(5)) + "const X5: u32 = 1u32;"
    assert compile(units(text_of(f"{pairs} for i: u32 in 0u32..X0 {{ a = a + b; }} return a;", constants))).ok


def rounds(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a compilation rewrites and checks the program anew."""
    count = 0
    same = pipeline.same

    def counted(one: object, other: object) -> bool:
        nonlocal count
        count += not same(one, other)
        return same(one, other)

    monkeypatch.setattr(pipeline, "same", counted)
    assert compile(units(text)).ok
    return count


def test_constants_in_any_order_take_the_same_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"const A{i}: u32 = A{i - 1} + 1u32;" for i in range(1, 200)]
    first = "const A0: u32 = 1u32;"
    forward = text_of("return A199;", "\n".join([first, *rows]))
    backward = text_of("return A199;", "\n".join([*reversed(rows), first]))
    assert rounds(backward, monkeypatch) == rounds(forward, monkeypatch) < 6


def test_unused_structs_of_structs_go_in_one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds(text_of("return a;", structs(200, "a: *")), monkeypatch) < 6


def test_reading_a_table_does_not_walk_through_it_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    on_literal = ConstEvaluator.on_Literal

    def counted(self: ConstEvaluator, node: Literal) -> Expression:
        nonlocal seen
        seen += 1
        return on_literal(self, node)

    monkeypatch.setattr(ConstEvaluator, "on_Literal", counted)
    table = f"const T: [u32; 100] = [{', '.join(f'{i}u32' for i in range(100))}];"
    counts = []
    for turns in (10, 60):
        seen = 0
        assert compile(
            units(text_of(f"for i: u32 in 0u32..{turns}u32 {{ a = a ^ T[i]; }} return a;", table))
        ).ok
        counts.append(seen)
    assert counts[1] - counts[0] < 50 * 100


def test_a_comment_of_any_size_is_one_token() -> None:
    for comment in ("/*" + "*x" * 500_000 + "*/", "//" + "x" * 1_000_000):
        tokens, errors = lex(comment)
        assert [t.text for t in tokens] == [comment, ""] and not errors


def test_the_last_stage_stops_too() -> None:
    """Generated code is read and checked again; a stop that is asked for there is heard."""
    body = "".join(f"let x{i}: u32 = a.add_wrapped({i}u32) ^ b; a = x{i};" for i in range(400))
    whole = CancelAt(0)
    looks: list[int] = []

    class Noting(Stages):
        def stage(self, name: str, detail: str = "") -> None:
            looks.append(whole.looks)
            super().stage(name, detail)

    assert compile(units(text_of(body + "return a;")), progress=Noting(), cancel=whole).ok
    assert whole.looks > looks[-1] + 20


def test_a_compilation_leaves_no_tree_in_a_cycle() -> None:
    """Python does not search for cycles meanwhile, so that nothing large may wait for such a search."""
    compile(units())
    gc.collect()
    gc.disable()
    try:
        assert compile(units()).ok
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = {type(item).__name__ for item in gc.garbage if type(item).__module__.startswith("avm.")}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert not left


LONG = "x" * 100_000
LONG_NAMES = {
    "an unknown variable": f"return {LONG};",
    "an unknown function": f"return {LONG}(a);",
    "an unknown path": f"return {LONG}::f(a);",
    "an unknown type": f"let z: {LONG} = a; return a;",
    "a name too long": f"let {LONG}: u32 = a; return a;",
    "an unexpected word": f"return a {LONG} a;",
    "a digit": f"return a + 1{LONG};",
    "a type of many parts": f"return 1u32 + ({', '.join(['a'] * 20_000)});",
}


@pytest.mark.parametrize("kind", LONG_NAMES)
def test_messages_show_the_beginning_of_what_is_very_long(kind: str) -> None:
    found = compile(units(text_of(LONG_NAMES[kind]))).diagnostics
    assert found and all(len(d.message) + len(d.help or "") < 6_000 for d in found)


def test_messages_show_names_of_some_hundred_letters_whole() -> None:
    name = "x" * 300
    assert any(f"`{name}`" in d.message for d in compile(units(text_of(f"return {name};"))).diagnostics)
