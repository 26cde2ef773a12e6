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
    MappingDef,
    Output,
    Program,
    RecordDef,
    StructDef,
    View,
)
from avm.program.parser import parse

__all__ = [
    "Body",
    "Closure",
    "Component",
    "Constructor",
    "Finalize",
    "Function",
    "Input",
    "MappingDef",
    "Output",
    "Program",
    "RecordDef",
    "StructDef",
    "View",
    "check",
    "parse",
    "register_types",
]
