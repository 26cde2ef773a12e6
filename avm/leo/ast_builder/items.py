"""Converts item nodes, and whole files into programs, modules and libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast_builder.base import find_node, find_token, nodes_of, tokens_of
from avm.leo.ast_builder.statements import StatementReader
from avm.leo.cst import TYPE_KINDS, Node
from avm.leo.lexer import IDENT, KEYWORDS, STRING, Token

_FUNCTIONS = ("FUNCTION_DEF", "FINAL_FN_DEF", "VIEW_FN_DEF")
_MEMBERS = ("STRUCT_MEMBER", "STRUCT_MEMBER_PUBLIC", "STRUCT_MEMBER_PRIVATE", "STRUCT_MEMBER_CONSTANT")
_PARAMS = ("PARAM", "PARAM_PUBLIC", "PARAM_PRIVATE", "PARAM_CONSTANT")
_PROGRAM_ITEMS = (
    *_FUNCTIONS,
    "GLOBAL_CONST",
    "STRUCT_DEF",
    "RECORD_DEF",
    "INTERFACE_DEF",
    "MAPPING_DEF",
    "STORAGE_DEF",
    "CONSTRUCTOR_DEF",
    "PROGRAM_DECL",
    "IMPORT",
)
_OUTSIDE_HELP = "Move the declaration outside the `program` block, to the top level of the file."
_OUTSIDE = {
    "STRUCT_DEF": "`struct` definitions are not allowed inside a `program { ... }` block.",
    "GLOBAL_CONST": "`const` declarations are not allowed inside a `program { ... }` block.",
    "INTERFACE_DEF": "`interface` definitions are not allowed inside a `program { ... }` block.",
}
_VIEW_INSIDE = "`view fn` is only allowed inside a `program { ... }` block."


class FileAbandoned(Exception):
    """The file has no single program to speak of; the diagnostic is already reported."""


def _mode(kind: str) -> ast.Mode:
    for mode in (ast.Mode.PUBLIC, ast.Mode.PRIVATE, ast.Mode.CONSTANT):
        if kind == mode.value or kind.endswith(f"_{mode.value.upper()}"):
            return mode
    return ast.Mode.NONE


@dataclass
class _Items:
    """Items of one unit while its file is read."""

    functions: list[ast.Function] = field(default_factory=list)
    composites: list[ast.Composite] = field(default_factory=list)
    consts: list[ast.ConstDeclaration] = field(default_factory=list)
    interfaces: list[ast.Interface] = field(default_factory=list)
    mappings: list[ast.Mapping] = field(default_factory=list)
    storage: list[ast.StorageVariable] = field(default_factory=list)
    constructors: list[ast.Constructor] = field(default_factory=list)

    def sorted_functions(self) -> tuple[ast.Function, ...]:
        """Entry functions first, otherwise as written."""
        return tuple(sorted(self.functions, key=lambda f: f.variant is not ast.Variant.ENTRY_POINT))


class ItemReader(StatementReader):
    """Items and files."""

    # Files ----------------------------------------------------------------------------------------------

    def program(self, root: Node) -> ast.Program:
        """A program file; raises FileAbandoned when there is no single program or constructor."""
        imports: dict[str, ast.ProgramId] = {}
        items = _Items()
        program_id: ast.ProgramId | None = None
        parents: tuple[tuple[Span, ast.Type], ...] = ()
        span = self.whole(root)
        for child in nodes_of(root):
            if child.kind == "IMPORT":
                imported = self._import(child)
                imports[imported.symbol] = imported
            elif child.kind == "PROGRAM_DECL":
                if program_id is not None:
                    self.report("multiple_program_declarations", self.from_token(child))
                    continue
                program_id = self._program_id(child)
                parents = self._parents(child)
                span = self.whole(child)
                for item in nodes_of(child):
                    self._collect(item, True, items)
                    self._collect_state(item, items)
            else:
                self._collect(child, False, items)
        if len(items.constructors) > 1:
            extra = items.constructors[1].span
            self.report("custom", extra, msg="A program can only have one constructor.")
            raise FileAbandoned
        if program_id is None:
            self.report("missing_program_declaration", self.whole(root))
            raise FileAbandoned
        scope = ast.ProgramScope(
            program_id,
            parents,
            tuple(items.consts),
            tuple(items.composites),
            tuple(items.mappings),
            tuple(items.storage),
            items.sorted_functions(),
            tuple(items.interfaces),
            items.constructors[0] if items.constructors else None,
            span,
        )
        return ast.Program({}, imports, {}, {program_id.symbol: scope})

    def module(self, root: Node, unit: str, path: tuple[str, ...]) -> ast.Module:
        """A module file of the program or library `unit`."""
        items = _Items()
        for child in nodes_of(root):
            self._collect(child, False, items)
        return ast.Module(
            unit,
            path,
            tuple(items.consts),
            tuple(items.composites),
            items.sorted_functions(),
            tuple(items.interfaces),
        )

    def library(self, root: Node, name: str) -> ast.Library:
        """A library file."""
        items = _Items()
        for child in nodes_of(root):
            if child.kind in ("GLOBAL_CONST", "STRUCT_DEF", "FUNCTION_DEF", "INTERFACE_DEF"):
                self._collect(child, False, items)
            elif child.kind == "VIEW_FN_DEF":
                self.report("custom", self.whole(child), msg=_VIEW_INSIDE)
            elif child.kind in _PROGRAM_ITEMS:
                self.report(
                    "custom",
                    self.whole(child),
                    msg="Only `const` declarations, `struct` definitions, `fn` functions, and `interface` "
                    "definitions are allowed in a library.",
                )
        return ast.Library(
            name,
            {},
            tuple(items.consts),
            tuple(items.composites),
            tuple(items.functions),
            tuple(items.interfaces),
        )

    def _collect(self, item: Node, in_program: bool, items: _Items) -> None:
        if in_program and item.kind in _OUTSIDE:
            self._report_with_help(_OUTSIDE[item.kind], _OUTSIDE_HELP, self.from_token(item))
        if item.kind in _FUNCTIONS:
            if item.kind == "VIEW_FN_DEF" and not in_program:
                self.report("custom", self.whole(item), msg=_VIEW_INSIDE)
            items.functions.append(self._function(item, in_program))
        elif item.kind in ("STRUCT_DEF", "RECORD_DEF"):
            items.composites.append(self._composite_def(item, in_program))
        elif item.kind == "GLOBAL_CONST":
            items.consts.append(self._global_const(item, in_program))
        elif item.kind == "INTERFACE_DEF":
            items.interfaces.append(self._interface(item, in_program))

    def _collect_state(self, item: Node, items: _Items) -> None:
        if item.kind == "MAPPING_DEF":
            items.mappings.append(self._mapping(item))
        elif item.kind == "STORAGE_DEF":
            items.storage.append(self._storage(item))
        elif item.kind == "CONSTRUCTOR_DEF":
            items.constructors.append(self._constructor(item))

    def _report_with_help(self, message: str, help_: str, span: Span) -> None:
        self.diagnostics.error("EPAR0370047", message, span, help=help_)

    def _exported(self, node: Node, in_program: bool) -> bool | None:
        return None if in_program else find_token(node, "export") is not None

    def _wrong_network(self, node: Node) -> Token | None:
        seen_dot = False
        for token in tokens_of(node):
            if token.kind == ".":
                seen_dot = True
            elif seen_dot and token.kind == IDENT:
                return token
        return None

    def _import(self, node: Node) -> ast.ProgramId:
        span = self.whole(node)
        name = find_token(node, IDENT)
        if name is None:
            self.missing("import name", node.text, span)
        network = find_token(node, "aleo")
        program_id = ast.ProgramId(
            ast.Identifier(name.text if name is not None else "_error", span, self.next_id()),
            ast.Identifier("aleo", span if network is None else self.token_span(network), self.next_id()),
        )
        wrong = self._wrong_network(node)
        if network is None and wrong is not None:
            self.report("invalid_network", self.token_span(wrong))
        return program_id

    def _program_id(self, node: Node) -> ast.ProgramId:
        span = self.whole(node)
        name = self.require_identifier(node, "program name")
        network = find_token(node, "aleo")
        if network is not None:
            return ast.ProgramId(name, ast.Identifier("aleo", self.token_span(network), self.next_id()))
        wrong = self._wrong_network(node)
        if wrong is not None:
            self.report("invalid_network", self.token_span(wrong))
        else:
            self.missing(".aleo network", node.text, span)
        return ast.ProgramId(name, ast.Identifier("aleo", span, self.next_id()))

    def _parents(self, node: Node) -> tuple[tuple[Span, ast.Type], ...]:
        parents = find_node(node, {"PARENT_LIST"})
        if parents is None:
            return ()
        kinds = [child for child in nodes_of(parents) if child.kind in TYPE_KINDS]
        return tuple([(self.whole(child), self.type(child)) for child in kinds])

    # Functions ------------------------------------------------------------------------------------------

    def _annotations(self, node: Node) -> tuple[ast.Annotation, ...]:
        return tuple([self._annotation(child) for child in nodes_of(node) if child.kind == "ANNOTATION"])

    def _annotation(self, node: Node) -> ast.Annotation:
        span, id_ = self.trimmed(node), self.next_id()
        token = next((t for t in tokens_of(node) if t.kind == IDENT or t.kind in KEYWORDS), None)
        if token is None:
            self.missing("annotation name", node.text, span)
            identifier = self.error_identifier(span)
        else:
            identifier = self.identifier(token)
        pairs = {}
        for pair in nodes_of(node):
            if pair.kind == "ANNOTATION_PAIR":
                key, value = find_token(pair, IDENT, "address", "mapping"), find_token(pair, STRING)
                if key is not None and value is not None:
                    pairs[key.text] = value.text[1:-1]
        return ast.Annotation(identifier, pairs, span, id_)

    def _function(self, node: Node, in_program: bool) -> ast.Function:
        span, id_ = self.with_annotations(node, self.from_token(node)), self.next_id()
        annotations = self._annotations(node)
        if node.kind == "FINAL_FN_DEF":
            variant = ast.Variant.FINAL_FN
        elif not in_program:
            variant = ast.Variant.FN
        else:
            variant = ast.Variant.VIEW if node.kind == "VIEW_FN_DEF" else ast.Variant.ENTRY_POINT
        identifier = self.require_identifier(node, "function name")
        self.check_identifier(identifier)
        const_parameters = self._const_parameters(node)
        inputs = self._inputs(node)
        outputs = self._outputs(node)
        return ast.Function(
            annotations,
            variant,
            identifier,
            const_parameters,
            inputs,
            outputs,
            ast.output_type(outputs),
            self._body(node, span),
            self._exported(node, in_program),
            span,
            id_,
        )

    def _body(self, node: Node, span: Span) -> ast.Block:
        block = find_node(node, {"BLOCK"})
        return self.error_block(span) if block is None else self.block(block)

    def _inputs(self, node: Node) -> tuple[ast.Input, ...]:
        params = find_node(node, {"PARAM_LIST"})
        if params is None:
            return ()
        return tuple([self._input(child) for child in nodes_of(params) if child.kind in _PARAMS])

    def _input(self, node: Node) -> ast.Input:
        span, id_ = self.from_token(node), self.next_id()
        identifier = self.require_identifier(node, "parameter name")
        self.check_identifier(identifier)
        return ast.Input(identifier, _mode(node.kind), self.require_type(node, "parameter type"), span, id_)

    def _outputs(self, node: Node) -> tuple[ast.Output, ...]:
        """Outputs with the mode that stands before each type."""
        holder = find_node(node, {"RETURN_TYPE"}) or node
        outputs = []
        mode, start = ast.Mode.NONE, None
        for child in holder.children:
            if isinstance(child, Token):
                if child.kind in ("public", "private", "constant"):
                    mode, start = _mode(child.kind), child.start
            elif child.kind in TYPE_KINDS:
                type_ = self.type(child)
                span = self.content(child)
                if start is not None:
                    span = Span(self.source, start, span.end)
                outputs.append(ast.Output(mode, type_, span, self.next_id()))
                mode, start = ast.Mode.NONE, None
                if holder is node:
                    break
        return tuple(outputs)

    def _const_parameters(self, node: Node) -> tuple[ast.ConstParameter, ...]:
        parameters = find_node(node, {"CONST_PARAM_LIST"})
        if parameters is None:
            return ()
        result = []
        for child in nodes_of(parameters):
            if child.kind == "CONST_PARAM":
                span, id_ = self.from_token(child), self.next_id()
                identifier = self.require_identifier(child, "const parameter name")
                type_ = self.require_type(child, "const parameter type")
                result.append(ast.ConstParameter(identifier, type_, span, id_))
        return tuple(result)

    def _constructor(self, node: Node) -> ast.Constructor:
        span, id_ = self.with_annotations(node, self.from_token(node)), self.next_id()
        return ast.Constructor(self._annotations(node), self._body(node, span), span, id_)

    # Data -----------------------------------------------------------------------------------------------

    def _composite_def(self, node: Node, in_program: bool) -> ast.Composite:
        span, id_ = self.from_token(node), self.next_id()
        is_record = node.kind == "RECORD_DEF"
        identifier = self.require_identifier(node, "struct/record name")
        self.check_identifier(identifier)
        const_parameters = self._const_parameters(node)
        members = self._members_of(node)
        exported = None if is_record else self._exported(node, in_program)
        return ast.Composite(identifier, const_parameters, members, is_record, exported, span, id_)

    def _members_of(self, node: Node) -> tuple[ast.Member, ...]:
        return tuple([self._member_def(child) for child in nodes_of(node) if child.kind in _MEMBERS])

    def _member_def(self, node: Node) -> ast.Member:
        span, id_ = self.from_token(node), self.next_id()
        identifier = self.require_identifier(node, "member name")
        self.check_identifier(identifier)
        return ast.Member(_mode(node.kind), identifier, self.require_type(node, "member type"), span, id_)

    def _global_const(self, node: Node, in_program: bool) -> ast.ConstDeclaration:
        span, id_ = self.from_token(node), self.next_id()
        place = self.require_identifier(node, "const name")
        self.check_definition(place)
        type_ = self.require_type(node, "const type")
        value = self.require_expression(node, "const value")
        return ast.ConstDeclaration(place, type_, value, self._exported(node, in_program), span, id_)

    def _mapping(self, node: Node) -> ast.Mapping:
        span, id_ = self.from_token(node), self.next_id()
        identifier = self.require_identifier(node, "name in mapping")
        types = [child for child in nodes_of(node) if child.kind in TYPE_KINDS]
        found = [self.type(child) for child in types[:2]]
        for label in ("key type in mapping", "value type in mapping")[len(found) :]:
            self.missing(label, node.text, span)
            found.append(ast.ERR)
        return ast.Mapping(identifier, found[0], found[1], span, id_)

    def _storage(self, node: Node) -> ast.StorageVariable:
        span, id_ = self.from_token(node), self.next_id()
        identifier = self.require_identifier(node, "name in storage")
        return ast.StorageVariable(identifier, self.require_type(node, "type in storage"), span, id_)

    # Interfaces -----------------------------------------------------------------------------------------

    def _interface(self, node: Node, in_program: bool) -> ast.Interface:
        identifier = self.require_identifier(node, "interface name")
        parents = self._parents(node)
        functions, records, mappings, storages = [], [], [], []
        for child in nodes_of(node):
            if child.kind == "FN_PROTOTYPE_DEF":
                functions.append(self._function_prototype(child))
            elif child.kind == "RECORD_PROTOTYPE_DEF":
                records.append(self._record_prototype(child))
            elif child.kind == "MAPPING_DEF":
                mappings.append(self._mapping(child))
            elif child.kind == "STORAGE_DEF":
                storages.append(self._storage(child))
        return ast.Interface(
            identifier,
            parents,
            tuple(functions),
            tuple(records),
            tuple(mappings),
            tuple(storages),
            self._exported(node, in_program),
            self.whole(node),
            self.next_id(),
        )

    def _function_prototype(self, node: Node) -> ast.FunctionPrototype:
        variant = ast.Variant.ENTRY_POINT if find_token(node, "view") is None else ast.Variant.VIEW
        identifier = self.require_identifier(node, "function name")
        const_parameters = self._const_parameters(node)
        inputs = self._inputs(node)
        outputs = self._outputs(node)
        return ast.FunctionPrototype(
            (),
            variant,
            identifier,
            const_parameters,
            inputs,
            outputs,
            ast.output_type(outputs),
            self.whole(node),
            self.next_id(),
        )

    def _record_prototype(self, node: Node) -> ast.RecordPrototype:
        span = self.whole(node)
        identifier = self.require_identifier(node, "record name")
        members = self._members_of(node)
        if _says_nothing(members) and (members or find_token(node, "{") is not None):
            self.report("record_prototype_redundant", span, record_name=identifier.name)
            members = ()
        return ast.RecordPrototype(identifier, members, span, self.next_id())


def _says_nothing(members: Sequence[ast.Member]) -> bool:
    """Whether a record prototype asks for no more than `owner: address`, which every record has."""
    return all(
        member.identifier.name == "owner" and member.type_ == ast.ADDRESS and member.mode is ast.Mode.NONE
        for member in members
    )
