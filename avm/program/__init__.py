"""The program grammar: parser, canonical text, and the rules of loading."""

from avm.program.check import check, register_types
from avm.program.model import (
    Body,
    Closure,
    Component,
    Constructor,
    Finalize,
    Function,
    Input,
    Listing,
    MappingDef,
    Output,
    Program,
    RecordDef,
    StructDef,
    View,
)
from avm.program.parser import parse, parse_source
from avm.program.rules import check_form

__all__ = [
    "Body",
    "Closure",
    "Component",
    "Constructor",
    "Finalize",
    "Function",
    "Input",
    "Listing",
    "MappingDef",
    "Output",
    "Program",
    "RecordDef",
    "StructDef",
    "View",
    "check",
    "check_form",
    "parse",
    "parse_source",
    "register_types",
]
