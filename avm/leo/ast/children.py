"""What a node holds, read off the declaration of its class; the functions that read and rewrite it.

The annotations of a class say what its nodes hold: expressions, statements, types, or nodes of other classes
that hold some, be it one, perhaps none, a tuple or a mapping of them. Nothing else lists the children of a
node. The functions are made from the annotations when they are first needed, as `dataclass` makes methods.

A field of type `Path` names an item: it holds no expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from operator import is_
from threading import RLock
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from avm.leo.ast.base import Expression, Path, Statement, Type
from avm.leo.ast.nodes import Block, ConstDeclaration

N = TypeVar("N")
Rewrite = Callable[[Any, Any], Any]
"""Takes a rewriter and a node."""

_METHODS = {
    Block: "block",
    ConstDeclaration: "const",
    Expression: "expression",
    Statement: "otherwise",
    Type: "type_",
    object: "part",
}


_known: dict[object, set[type]] = {}
_lock = RLock()


def _families(hint: object) -> set[type]:
    """Which of expressions, statements and types a value holds, those in expressions and statements aside."""
    with _lock:
        found = _known.get(hint)
        if found is None:
            _known[hint] = set()  # what holds itself, by way of others, adds nothing to what these hold
            found = _known[hint] = _held(hint)
        return found


def _held(hint: object) -> set[type]:
    if not isinstance(hint, type):
        return set().union(*map(_families, get_args(hint)))
    if hint is not Path and (hint is Type or issubclass(hint, Expression | Statement)):
        return {next(family for family in (Expression, Statement, Type) if issubclass(hint, family))}
    hints = get_type_hints(hint).values() if is_dataclass(hint) and hint is not Path else ()
    return set().union(*map(_families, hints))


@cache
def declared(cls: type) -> dict[str, object]:
    """The fields of a class that hold nodes, in order, with their types."""
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in fields(cls) if _families(hints[f.name])}


def holds(cls: type, family: type) -> bool:
    """Whether nodes of a class hold, directly, nodes of a family."""
    return any(family in _families(hint) for hint in declared(cls).values())


# Reading ----------------------------------------------------------------------------------------------


def _read(hint: object, value: str, families: tuple[type, ...]) -> str:
    """Source of the nodes in a value, to stand in a tuple; empty if it holds none of these families."""
    if _families(hint).isdisjoint(families) or get_origin(hint) is Mapping:
        return ""
    if isinstance(hint, type):
        return value if issubclass(hint, families) else f"*read({value})"
    parts = get_args(hint)
    if NoneType in parts:
        one = _read(parts[0], value, families)
        return f"*(() if {value} is None else ({one},))"
    if Ellipsis in parts:
        one = _read(parts[0], "x", families)
        return f"*{value}" if one == "x" else f"*[y for x in {value} for y in ({one},)]"
    if get_origin(hint) is tuple:
        every = [_read(part, f"{value}[{i}]", families) for i, part in enumerate(parts)]
        return ", ".join(filter(None, every))
    return f"*read({value})"


def reader(*families: type[N]) -> Callable[[object], tuple[N, ...]]:
    """A function from a node to the nodes of these families directly below it, in the order of the source.

    Through nodes of no family it looks at what they hold; a mapping's values are left out.
    """
    known: dict[type, Callable[[object], tuple[N, ...]]] = {}

    def read(node: object) -> tuple[N, ...]:
        cls: type = node.__class__
        made = known.get(cls)
        if made is None:
            every = [_read(hint, f"node.{name}", families) for name, hint in declared(cls).items()]
            sources = [source for source in every if source]
            one = len(sources) == 1 and sources[0].startswith("*node.")
            text = sources[0][1:] if one else "".join([f"{source}, " for source in sources])
            made = known[cls] = eval(f"lambda node: {text if one else f'({text})'}", {"read": read})
        return made(node)

    return read


child_expressions = reader(Expression)
"""The expressions directly below a node, not those inside types or statements."""

child_statements = reader(Statement)
"""The statements directly below a node: for an expression, its final block."""

child_code: Callable[[object], tuple[Expression | Statement, ...]] = reader(Expression, Statement)
"""Expressions and statements directly below a node."""

child_types = reader(Type)
"""The types directly below a node."""

child_nodes: Callable[[object], tuple[Expression | Statement | Type, ...]] = reader(
    Expression, Statement, Type
)
"""Expressions, statements and types directly below a node."""


# Rewriting --------------------------------------------------------------------------------------------


def _rewritten(hint: object, value: str) -> str:
    """Source of the rewritten value."""
    if isinstance(hint, type):
        method = next(m for cls, m in _METHODS.items() if issubclass(hint, cls))
        return f"self.{method}({value})"
    parts = get_args(hint)
    if NoneType in parts:
        return f"(None if {value} is None else {_rewritten(parts[0], value)})"
    if Ellipsis in parts and parts[0] in (Expression, Statement):
        return f"self.{parts[0].__name__.lower()}s({value})"
    if Ellipsis in parts:
        return f"kept({value}, [{_rewritten(parts[0], 'x')} for x in {value}])"
    if get_origin(hint) is tuple:
        places = [f"{value}[{i}]" for i in range(len(parts))]
        every = [_rewritten(p, at) if _families(p) else at for p, at in zip(parts, places)]
        return f"({', '.join(every)})"
    if get_origin(hint) is Mapping:
        return f"{{k: {_rewritten(parts[1], 'x')} for k, x in {value}.items()}}"
    return f"self.part({value})"


def _kept(old: tuple[object, ...], new: list[object]) -> tuple[object, ...]:
    """The old tuple if the new list holds the same objects."""
    return old if all(map(is_, old, new)) else tuple(new)


def rewrite(cls: type, names: tuple[str, ...], with_types: bool, form: str = "{}") -> Rewrite:
    """A function that rewrites the named children of a node, in this order; all for no names.

    It gives the node itself if none of them changed. Without `with_types`, what holds only types stays.
    `form` is the source of what is returned for a node.
    """
    held = declared(cls)
    chosen = [n for n in names or held if with_types or _families(held[n]) != {Type}]
    lines = [f"    new_{name} = {_rewritten(held[name], f'node.{name}')}" for name in chosen]
    if chosen:
        same = " and ".join([f"new_{name} is node.{name}" for name in chosen])
        parts = [f"new_{f.name}" if f.name in chosen else f"node.{f.name}" for f in fields(cls)]
        lines += [f"    if not ({same}):", "        return " + form.format(f"cls({', '.join(parts)})")]
    lines.append(f"    return {form.format('node')}")
    scope: dict[str, Any] = {"cls": cls, "kept": _kept}
    exec("\n".join(["def rewrite(self, node):", *lines]), scope)
    made: Rewrite = scope["rewrite"]
    return made
