"""What holds for every pass of the compiler, taken from the pipeline's own lists.

Each pass finds the facts it requires, makes those it ensures true, is a file of its own, keeps the places in
the source, and changes nothing when it runs twice, where it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path

import pytest

import avm.leo.passes
from avm.leo import ast, pipeline
from avm.leo.ast import Variant
from avm.leo.compilation import Pass
from tests.leo.lowering import Record, Step, recorded


def flat(entries: Iterable[pipeline.Entry]) -> Iterator[Pass]:
    """The passes of entries in the order of their first run."""
    for entry in entries:
        match entry:
            case Pass():
                yield entry
            case pipeline.Recheck(passes):
                yield from passes
            case pipeline.FixedPoint(parts):
                yield from flat(parts)


PIPELINE = tuple(item for stage in pipeline.PIPELINE for item in flat(stage.entries))
GOLDEN = sorted((Path(__file__).parent / "leo" / "golden").glob("*.leo"))
NOT_PASSES = {"__init__", "peephole"}


@lru_cache(maxsize=1)
def compilations() -> tuple[Record, ...]:
    return tuple(recorded(path.read_text(encoding="utf-8")) for path in GOLDEN)


def steps(item: Pass) -> Iterator[tuple[Record, Step]]:
    for compilation in compilations():
        for step in compilation.steps:
            if step.item is item:
                yield compilation, step


def tree(node: object) -> Iterator[object]:
    """A node and everything below it."""
    yield node
    if isinstance(node, tuple):
        for element in node:
            yield from tree(element)
    elif is_dataclass(node):
        for field in fields(node):
            yield from tree(getattr(node, field.name))


def functions(program: ast.Program) -> list[ast.Function]:
    return list(program.scope.functions)


def _has(*kinds: type) -> Callable[[ast.Function], bool]:
    return lambda function: any(isinstance(node, kinds) for node in tree(function.block))


def _defined_twice(function: ast.Function) -> bool:
    names: list[str] = []
    for node in tree(function.block):
        if isinstance(node, ast.DefinitionStatement):
            places = node.place if isinstance(node.place, tuple) else (node.place,)
            names.extend(place.name for place in places)
    return len(names) != len(set(names))


def _assigns(function: ast.Function) -> bool:
    return any(
        isinstance(node, ast.AssignStatement) and isinstance(node.place, ast.Path)
        for node in tree(function.block)
    )


def _writes_elements(function: ast.Function) -> bool:
    return any(
        isinstance(node, ast.AssignStatement) and not isinstance(node.place, ast.Path)
        for node in tree(function.block)
    )


def _calls_intrinsic(prefix: str) -> Callable[[ast.Function], bool]:
    return lambda function: any(
        isinstance(node, ast.IntrinsicExpression) and node.name.startswith(prefix)
        for node in tree(function.block)
    )


def _branches_off_chain(function: ast.Function) -> bool:
    return not function.variant.is_onchain and _has(ast.ConditionalStatement)(function)


VIOLATIONS: dict[str, Callable[[ast.Function], bool]] = {
    "disambiguated": _calls_intrinsic("__unresolved_"),
    "finalize functions": _has(ast.AsyncExpression),
    "no storage": _calls_intrinsic("_vector_"),
    "no optionals": _calls_intrinsic("_optional_"),
    "ssa": lambda function: _defined_twice(function) or _assigns(function),
    "no consts": _has(ast.ConstDeclaration),
    "no tuples": _has(ast.TupleAccess),
    "no element writes": _writes_elements,
    "flat": _branches_off_chain,
}


def test_every_pass_is_in_the_pipeline() -> None:
    folder = Path(next(iter(avm.leo.passes.__path__)))
    files = {p.stem for p in folder.glob("*.py")} - NOT_PASSES
    assert {item.run.__module__.rsplit(".", 1)[1] for item in PIPELINE} == files


def test_names_tell_passes_apart() -> None:
    names: dict[str, Pass] = {}
    for item in PIPELINE:
        assert names.setdefault(item.name, item) is item


def test_the_order_provides_what_passes_require() -> None:
    facts: set[str] = set()
    for item in PIPELINE:
        assert item.requires <= facts, (item.name, item.requires - facts)
        facts = (facts - item.destroys) | item.ensures


def test_every_fact_that_can_be_seen_is_claimed_by_a_pass() -> None:
    assert set(VIOLATIONS) <= {fact for item in PIPELINE for fact in item.ensures}


@pytest.mark.parametrize("item", dict.fromkeys(PIPELINE), ids=lambda item: item.name)
class TestPass:
    def test_it_ran_on_every_golden_program(self, item: Pass) -> None:
        assert len({id(compilation) for compilation, _ in steps(item)}) == len(GOLDEN)

    def test_it_makes_true_what_it_ensures(self, item: Pass) -> None:
        for _, step in steps(item):
            for fact in item.ensures & VIOLATIONS.keys():
                wrong = [f.name for f in functions(step.after) if VIOLATIONS[fact](f)]
                assert not wrong, fact

    def test_statements_keep_their_place_in_the_source(self, item: Pass) -> None:
        for _, step in steps(item):
            for function in functions(step.after):
                lost = [n for n in _meaningful(function) if n.span.end <= n.span.start]
                assert not lost, function.name


@pytest.mark.parametrize(
    "item", [i for i in dict.fromkeys(PIPELINE) if i.idempotent], ids=lambda item: item.name
)
def test_a_second_run_changes_nothing(item: Pass) -> None:
    for compilation, step in steps(item):
        assert compilation.again(step) == step.after


def test_no_loop_and_no_const_parameter_is_left_for_lowering() -> None:
    for compilation in compilations():
        first = next(s for s in compilation.steps if s.item.name == "SsaForming (renaming)")
        for function in functions(first.before):
            assert not _has(ast.IterationStatement)(function)
            assert not function.const_parameters


def _meaningful(function: ast.Function) -> Iterator[ast.Statement]:
    if function.variant is Variant.ENTRY_POINT:
        for node in tree(function.block):
            if isinstance(node, ast.AssertStatement | ast.ExpressionStatement):
                yield node
