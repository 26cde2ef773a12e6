"""Answers the conformance questions about programs and their evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from avm.account.address import address_text
from avm.account.keys import PrivateKey
from avm.base.consensus import Rules
from avm.base.errors import AvmError
from avm.base.json_value import JsonObject, JsonValue, items, members, number, text
from avm.data.identifier import identifier_field, program_address
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    PlaintextType,
    PlaintextValue,
    RecordValue,
    StructType,
)
from avm.isa.machine import MachineValue
from avm.isa.types import DynamicFuture, DynamicRecord, InterfaceType, RegisterType
from avm.program.model import Function, Program
from avm.program.parser import parse
from avm.program.scope import Scope
from avm.vm.costs import execution_cost, namespace_cost
from avm.vm.environment import Deployment, Environment, load
from avm.vm.execute import execute
from avm.vm.interpreter import RunConfig
from avm.vm.trace import Frame, Trace

_KINDS: dict[type, str] = {
    RecordValue: "record",
    ExternalRecordValue: "external_record",
    FutureValue: "future",
    DynamicRecord: "dynamic_record",
    DynamicFuture: "dynamic_future",
}


def _kind(type_: InterfaceType | RegisterType) -> str:
    if isinstance(type_, PlaintextValue):
        return str(type_.visibility)
    return _KINDS[type(type_)]


def _text(value: MachineValue) -> str:
    return str(value)


def _program(request: JsonObject) -> JsonObject:
    if "program" not in request:
        return {"ok": True, "address": address_text(program_address(text(request["program_id"])))}
    try:
        program = parse(text(request["program"]))
        inputs = {f.name: _function_inputs(program, f) for f in program.functions.values()}
    except AvmError as failure:
        return {"ok": True, "parses": False, "message": failure.message}
    reply: dict[str, JsonValue] = {
        "ok": True,
        "parses": True,
        "text": str(program),
        "program_id": program.id,
        "checksum": program.checksum().hex(),
        "functions": list(program.functions),
        "imports": list(program.imports),
        "mappings": [_mapping(program, name) for name in program.mappings],
        "address": address_text(program_address(program.id)),
        "name_field": f"{identifier_field(program.id.removesuffix('.aleo'))}field",
        "function_inputs": inputs,
        "loads": True,
    }
    try:
        load(program, _imports(request))
    except AvmError as failure:
        reply["loads"] = False
        reply["load_error"] = failure.message
    return reply


def _mapping(program: Program, name: str) -> dict[str, str]:
    mapping = program.mappings[name]
    return {"name": name, "key_type": str(mapping.key), "value_type": str(mapping.value)}


def _function_inputs(program: Program, function: Function) -> list[JsonObject]:
    """Describe the inputs; a struct that does not exist cannot be described."""
    scope = Scope(program, function, {})
    described: list[JsonObject] = []
    for item in function.inputs:
        type_ = item.type
        entry: JsonObject
        if isinstance(type_, PlaintextValue):
            entry = {**_describe(type_.type, scope), "visibility": str(type_.visibility)}
        elif isinstance(type_, RecordValue):
            entry = {"type": "record", "record": type_.name, "members": _entries(type_, scope)}
        elif isinstance(type_, ExternalRecordValue):
            entry = {"type": "external_record", "locator": f"{type_.program}/{type_.name}"}
        else:
            entry = {"type": str(type_)}
        described.append({**entry, "register": f"r{item.register}"})
    return described


def _describe(type_: PlaintextType, scope: Scope) -> JsonObject:
    if isinstance(type_, StructType):
        if type_.program:
            return {"type": "external_struct", "locator": str(type_)}
        members = [{"name": name, **_describe(member, scope)} for name, member in scope.members(type_)]
        return {"type": "struct", "struct_id": type_.name, "members": members}
    if isinstance(type_, ArrayType):
        inner: PlaintextType = type_
        while isinstance(inner, ArrayType):
            inner = inner.element
        return {"type": "array", "element_type": _describe(inner, scope), "length": type_.length}
    return {"type": str(type_)}


def _entries(type_: RecordValue, scope: Scope) -> list[JsonObject]:
    members = [
        {"name": name, **_describe(entry, scope), "visibility": str(visibility)}
        for name, visibility, entry in scope.entries(type_)
    ]
    return [*members, {"name": "_nonce", "type": "group", "visibility": "public"}]


def _imports(request: JsonObject) -> Mapping[str, str]:
    return {name: text(source) for name, source in members(request.get("imports") or {}).items()}


@lru_cache(maxsize=16)
def _environment(text: str, imports: tuple[tuple[str, str], ...], edition: int) -> Environment:
    program = parse(text)
    return load(program, dict(imports), {program.id: Deployment(edition)})


def environment_of(request: JsonObject) -> Environment:
    """Return the program of a request, loaded with its imports."""
    imports = tuple(sorted(_imports(request).items()))
    return _environment(text(request["program"]), imports, number(request.get("edition", 1), 1 << 16))


def _evaluate(request: JsonObject) -> JsonObject:
    try:
        env = environment_of(request)
    except AvmError as failure:
        return {"ok": True, "result": "program_rejected", "message": failure.message}
    signer = PrivateKey.parse(text(request["private_key"])).address
    function, inputs = text(request["function"]), list(map(text, items(request["inputs"])))
    trace = execute(env, function, inputs, RunConfig(signer=signer), finalize=False)
    if trace.halt is not None:
        return {"ok": True, "result": "halts", "message": trace.halt.message}
    return {
        "ok": True,
        "result": "ok",
        "outputs": [_text(o.value) for o in trace.outputs],
        "output_types": [_kind(o.type) for o in trace.outputs],
        "calls": [_call(env, trace, frame) for frame in trace.calls()],
    }


def _call(env: Environment, trace: Trace, frame: Frame) -> JsonObject:
    declared = env.programs[frame.program].functions[frame.name].outputs
    return {
        "program": frame.program,
        "function": frame.name,
        "outputs": [
            {"type": _kind(o.type), "value": _text(v)} for o, v in zip(declared, frame.outputs, strict=True)
        ],
    }


def _fees(request: JsonObject) -> JsonObject:
    if "program" not in request:
        return {"ok": True, "microcredits": str(namespace_cost(text(request["name"])))}
    env = environment_of(request)
    height = number(members(request.get("settings") or {}).get("block_height", 20_000_000), 1 << 32)
    cost = execution_cost(env, text(request["function"]), Rules.at(height).version)
    return {"ok": True, "microcredits": str(cost.total)}


HANDLERS = {"avm.program": _program, "avm.evaluate": _evaluate, "avm.fees": _fees}
