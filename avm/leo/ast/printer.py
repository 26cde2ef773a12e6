"""Prints any part of the tree as text, the way the reference compiler prints it in diagnostics and dumps."""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.deep import deeply
from avm.leo import ast
from avm.leo.ast import Mode, Variant
from avm.leo.ast.children import holds
from avm.leo.operators import ATOM, OPERATORS

_CAST = 12


@deeply
def show(node: object) -> str:
    """The text of a type, expression, statement, item, program or name."""
    if isinstance(node, ast.Expression):
        return show_expression(node)
    if isinstance(node, ast.Type):
        return show_type(node)
    if isinstance(node, ast.Statement):
        return show_statement(node)
    if isinstance(node, ast.Identifier):
        return node.name
    return _show_item(node)


class _Fields(dict[str, str]):
    """The texts of a node's fields, made when they are asked for."""

    def __init__(self, node: object) -> None:
        self.node = node

    def __missing__(self, name: str) -> str:
        value = getattr(self.node, name)
        if isinstance(value, ast.Block):
            return _body(value)
        return _joined(value) if isinstance(value, tuple) else show(value)


def _from_syntax(node: ast.Type | ast.Expression | ast.Statement) -> str:
    """The text that the class of a node declares."""
    if not node.SYNTAX:
        raise TypeError(f"no text is known for {node!r}")
    return node.SYNTAX.format_map(_Fields(node))


def _joined(parts: Iterable[object], separator: str = ", ") -> str:
    return separator.join([show(part) for part in parts])


def indent(text: str) -> str:
    """Every line four spaces to the right."""
    tail = "\n" if text.endswith("\n") else ""
    return "\n".join("    " + line for line in text.removesuffix("\n").split("\n")) + tail


def _const_arguments(arguments: tuple[ast.Expression, ...]) -> str:
    return f"::[{_joined(arguments)}]" if arguments else ""


# Types ------------------------------------------------------------------------------------------------


def show_type(node: ast.Type) -> str:
    """A type as the user would write it."""
    match node:
        case ast.ArrayType():
            length = node.length
            if isinstance(length, ast.Literal) and length.variant == "Integer":
                return f"[{show_type(node.element_type)}; {length.value}]"
            return f"[{show_type(node.element_type)}; {show_expression(length)}]"
        case ast.CompositeType():
            return show_path(node.path) + _const_arguments(node.const_arguments)
        case ast.FutureType():
            return f"Final<Fn({','.join([show_type(t) for t in node.inputs])})>"
        case _:
            return _from_syntax(node)


def show_path(path: ast.Path) -> str:
    """A path with its program in front, where one was written or resolved to an `.aleo` program."""
    text = "::".join(path.segments)
    if path.user_program is not None:
        return f"{path.user_program.symbol}::{text}"
    location = path.location
    if location is not None and location.program.endswith(".aleo"):
        return f"{location.program}::{text}"
    return text


# Expressions ------------------------------------------------------------------------------------------


def _precedence(node: ast.Expression) -> int:
    match node:
        case ast.BinaryExpression():
            return OPERATORS[node.op].printed
        case ast.CastExpression():
            return _CAST
        case ast.TernaryExpression():
            return 0
        case _:
            return ATOM


def _associates(node: ast.Expression) -> str:
    if not isinstance(node, ast.BinaryExpression) or OPERATORS[node.op].is_method:
        return "none"
    return "right" if OPERATORS[node.op].associativity == "right" else "left"


def _below(node: ast.Expression, limit: int) -> str:
    text = show_expression(node)
    return f"({text})" if _precedence(node) < limit else text


def _show_binary(node: ast.BinaryExpression) -> str:
    op = OPERATORS[node.op]
    if op.is_method:
        return f"{_below(node.left, ATOM)}.{op.text}({show_expression(node.right)})"
    mine, side = _precedence(node), _associates(node)

    def operand(child: ast.Expression, where: str) -> str:
        theirs = _precedence(child)
        text = show_expression(child)
        bare = theirs > mine or (theirs == mine and side == where == _associates(child))
        return text if bare else f"({text})"

    return f"{operand(node.left, 'left')} {op.text} {operand(node.right, 'right')}"


def show_literal(node: ast.Literal) -> str:
    """A literal with its suffix or quotes."""
    match node.variant:
        case "Field" | "Group" | "Scalar":
            return node.value + node.variant.lower()
        case "Integer":
            return node.value + (node.integer_type.name if node.integer_type else "")
        case "None":
            return "none"
        case "Identifier":
            return f"'{node.value}'"
        case "String":
            return f'"{node.value}"'
        case _:
            return node.value


def _show_dynamic(node: ast.DynamicOpExpression) -> str:
    target = show_expression(node.target_program)
    if node.network is not None:
        target += f", {show_expression(node.network)}"
    head = f"{show_type(node.interface)}@({target})::"
    kind = node.kind
    match kind:
        case ast.DynamicCall():
            return f"{head}{kind.function.name}({_joined(kind.arguments)})"
        case ast.DynamicRead():
            return head + kind.storage.name
        case ast.DynamicMemberOp():
            return f"{head}{kind.member.name}.{kind.op.name}({_joined(kind.arguments)})"


def _show_composite(node: ast.CompositeExpression) -> str:
    parts = []
    for member in node.members:
        name = member.identifier.name
        parts.append(name if member.expression is None else f"{name}: {show_expression(member.expression)}")
    if node.base is not None:
        parts.append(f"..{show_expression(node.base)}")
    body = f" {', '.join(parts)} " if parts else ""
    return f"{show_path(node.path)}{_const_arguments(node.const_arguments)} {{{body}}}"


def show_expression(node: ast.Expression) -> str:
    """An expression with as few parentheses as the reference printer uses."""
    match node:
        case ast.Path():
            return show_path(node)
        case ast.Literal():
            return show_literal(node)
        case ast.BinaryExpression():
            return _show_binary(node)
        case ast.UnaryExpression():
            return f"{_below(node.receiver, ATOM)}.{OPERATORS[node.op].text}()"
        case ast.TernaryExpression():
            parts = (_below(part, 1) for part in (node.condition, node.if_true, node.if_false))
            return "{} ? {} : {}".format(*parts)
        case ast.CastExpression():
            return f"{_below(node.expression, _CAST)} as {show_type(node.type_)}"
        case ast.CallExpression():
            arguments = _joined(node.arguments)
            return f"{show_path(node.function)}{_const_arguments(node.const_arguments)}({arguments})"
        case ast.IntrinsicExpression():
            types = _joined(t for t, _ in node.type_parameters)
            return f"{node.name}{f'::[{types}]' if types else ''}({_joined(node.arguments)})"
        case ast.CompositeExpression():
            return _show_composite(node)
        case ast.DynamicOpExpression():
            return _show_dynamic(node)
        case _:
            return _from_syntax(node)


# Statements -------------------------------------------------------------------------------------------


def _body(block: ast.Block) -> str:
    lines = []
    for statement in block.statements:
        bare = holds(type(statement), ast.Statement)
        lines.append(f"{indent(show_statement(statement))}{'' if bare else ';'}\n")
    return "".join(lines)


def _show_conditional(node: ast.ConditionalStatement) -> str:
    text = f"if {show_expression(node.condition)} {{\n{_body(node.then)}}}"
    match node.otherwise:
        case ast.Block() as block:
            return f"{text} else {{\n{_body(block)}}}"
        case ast.ConditionalStatement() as inner:
            return f"{text} else {_show_conditional(inner)}"
        case _:
            return text


def show_statement(node: ast.Statement) -> str:
    """A statement without its semicolon."""
    match node:
        case ast.AssertStatement():
            name = {"Assert": "assert", "AssertEq": "assert_eq", "AssertNeq": "assert_neq"}[node.variant]
            return f"{name}({_joined(node.expressions)})"
        case ast.Block():
            return f"{{\n{_body(node)}}}"
        case ast.ConditionalStatement():
            return _show_conditional(node)
        case ast.ConstDeclaration():
            export = "export " if node.is_exported else ""
            return f"{export}const {node.place.name}: {show_type(node.type_)} = {show_expression(node.value)}"
        case ast.DefinitionStatement():
            place = f"({_joined(node.place)})" if isinstance(node.place, tuple) else node.place.name
            if node.type_ is None or node.type_ == ast.ERR:
                return f"let {place} = {show_expression(node.value)}"
            return f"let {place}: {show_type(node.type_)} = {show_expression(node.value)}"
        case ast.IterationStatement():
            type_ = f": {show_type(node.type_)}" if node.type_ is not None else ""
            bounds = (
                f"{show_expression(node.start)}..{'=' if node.inclusive else ''}{show_expression(node.stop)}"
            )
            return f"for {node.variable.name}{type_} in {bounds} {{\n{_body(node.block)}}}\n"
        case ast.ReturnStatement():
            if isinstance(node.expression, ast.UnitExpression):
                return "return"
            return f"return {show_expression(node.expression)}"
        case _:
            return _from_syntax(node)


# Items ------------------------------------------------------------------------------------------------

_KEYWORD = {
    Variant.FINAL_FN: "final fn",
    Variant.FN: "fn",
    Variant.FINALIZE: "finalize",
    Variant.ENTRY_POINT: "fn",
    Variant.VIEW: "view fn",
}


def _show_item(node: object) -> str:
    match node:
        case ast.Annotation():
            return f"@{node.identifier.name}"
        case ast.ConstParameter():
            return f"{node.identifier.name}: {show_type(node.type_)}"
        case ast.Input():
            mode = "" if node.mode is Mode.NONE else f"{node.mode.value} "
            return f"{mode}{node.identifier.name}: {show_type(node.type_)}"
        case ast.Output():
            return (
                show_type(node.type_)
                if node.mode is Mode.NONE
                else f"{node.mode.value} {show_type(node.type_)}"
            )
        case ast.Member():
            if node.mode is Mode.NONE:
                return f"{node.identifier.name}: {show_type(node.type_)}"
            return f"{node.mode.value} {node.identifier.name} {show_type(node.type_)}"
        case ast.Function():
            return _show_function(node)
        case ast.FunctionStub():
            return _show_function_stub(node)
        case ast.FunctionPrototype():
            head = "view fn" if node.variant is Variant.VIEW else "fn"
            return f"{_annotations(node.annotations)}{head} {_signature(node)};"
        case ast.RecordPrototype():
            return f" record {node.name} {{\n{_members(node.members)}}}"
        case ast.Composite():
            export = "export " if node.is_exported else ""
            kind = "record" if node.is_record else "struct"
            parameters = f"::[{_joined(node.const_parameters)}]" if node.const_parameters else ""
            return f"{export}{kind} {node.name}{parameters} {{\n{_members(node.members)}}}"
        case ast.Mapping():
            return f"mapping {node.name}: {show_type(node.key_type)} => {show_type(node.value_type)}"
        case ast.StorageVariable():
            return f"storage {node.name}: {show_type(node.type_)}"
        case ast.Constructor():
            return f"{_annotations(node.annotations)}async constructor() {{\n{_body(node.block)}}}"
        case ast.Interface():
            return _show_interface(node)
        case ast.ProgramScope():
            return _show_scope(node)
        case ast.Module():
            return _show_module(node)
        case ast.Program():
            return _show_program(node)
        case ast.Library():
            return _show_library(node)
        case ast.Stub():
            return _show_item(node.body)
        case ast.AleoProgram():
            return _show_aleo(node)
        case _:
            return str(node)


def _annotations(annotations: tuple[ast.Annotation, ...]) -> str:
    return "".join(f"@{a.identifier.name}\n" for a in annotations)


def _members(members: tuple[ast.Member, ...]) -> str:
    return "".join([f"{indent(show(member))},\n" for member in members])


def _signature(node: ast.Function | ast.FunctionPrototype) -> str:
    parameters = f"::[{_joined(node.const_parameters)}]" if node.const_parameters else ""
    text = f"{node.name}{parameters}({_joined(node.input)})"
    if len(node.output) == 1:
        if node.output[0].type_ != ast.UNIT:
            text += f" -> {show(node.output[0])}"
    elif node.output:
        text += f" -> ({_joined(node.output)})"
    return text


def _show_function(node: ast.Function) -> str:
    export = "export " if node.is_exported else ""
    head = f"{_annotations(node.annotations)}{export}{_KEYWORD[node.variant]} {_signature(node)}"
    return f"{head} {{\n{_body(node.block)}}}"


def _show_function_stub(node: ast.FunctionStub) -> str:
    keyword = "entry" if node.variant is Variant.ENTRY_POINT else _KEYWORD[node.variant]
    returns = ",".join([show(o) for o in node.output]) or "()"
    return f"{keyword} {node.name}({_joined(node.input, ',')}) -> {returns}"


def _show_interface(node: ast.Interface) -> str:
    export = "export " if node.is_exported else ""
    parents = f" : {' + '.join([show_type(t) for _, t in node.parents])}" if node.parents else ""
    body = "".join([f"{indent(show(item))}\n" for item in (*node.functions, *node.records)])
    return f"{export}interface {node.name}{parents} {{\n{body}}}"


def _lines(parts: Iterable[object], end: str = "") -> str:
    return "".join([f"{indent(show(part))}{end}\n" for part in parts])


def _show_scope(node: ast.ProgramScope) -> str:
    entries = [f for f in node.functions if f.variant is Variant.ENTRY_POINT]
    views = [f for f in node.functions if f.variant is Variant.VIEW]
    others = [f for f in node.functions if not f.variant.is_externally_callable]
    constructor = [node.constructor] if node.constructor is not None else []
    return (
        f"program {node.program_id} {{\n"
        + _lines(node.consts, ";")
        + _lines(constructor)
        + _lines(node.composites)
        + _lines(node.mappings, ";")
        + _lines(entries)
        + _lines(views)
        + "}\n"
        + _lines(others)
    )


def _show_module(node: ast.Module) -> str:
    body = _lines(node.consts, ";") + _lines(node.composites) + _lines(node.functions)
    return f"module {'::'.join(node.path)} {{\n{body}}}\n"


def _show_program(node: ast.Program) -> str:
    parts = [show(stub) for stub in node.stubs.values()]
    parts += [show(module) for module in node.modules.values()]
    parts += [f"import {program_id};" for program_id in node.imports.values()]
    parts += [show(scope) for scope in node.program_scopes.values()]
    return "".join(f"{part}\n" for part in parts)


def _show_library(node: ast.Library) -> str:
    return (
        "".join([f"{show(stub)}\n" for stub in node.stubs.values()])
        + f"library {node.name} {{\n"
        + _lines(node.interfaces)
        + _lines(node.composites)
        + _lines(node.consts, ";")
        + _lines(node.functions)
        + "".join([f"{show(module)}\n" for module in node.modules.values()])
        + "}\n"
    )


def _show_aleo(node: ast.AleoProgram) -> str:
    imports = "".join(f"    import {program_id};\n" for program_id in node.imports)
    body = _lines(node.mappings, ";") + _lines(node.composites) + _lines(node.functions)
    return f"stub {node.stub_id} {{\n{imports}{body}}}"
