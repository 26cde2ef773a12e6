"""Conformance answers about executions: their proofs, held against programs and keys that are given."""

from __future__ import annotations

from avm.base.consensus import Rules
from avm.base.errors import DecodeError, VerifyError
from avm.base.json_value import JsonObject, items, members, number, text
from avm.conformance.data import Handler, field_texts, refusing
from avm.conformance.machine import environment_of
from avm.conformance.varuna import official_verifier
from avm.ledger.execution_check import verify_execution
from avm.ledger.network import Execution
from avm.storage.network_keys import ChainKeys, credits_program
from avm.varuna.verifying_key import VerifyingKey


def rules_of(request: JsonObject) -> Rules:
    """Return the rules at the height that a request names."""
    return Rules.at(number(members(request["settings"]).get("block_height", 20_000_000), 1 << 32))


def _keys(request: JsonObject, program: str, rules: Rules) -> ChainKeys:
    given = {(program, text(request["function"])): VerifyingKey.parse(text(request["verifying_key"]))}
    for owner, pairs in members(request.get("import_keys") or {}).items():
        for function, key in map(items, items(pairs)):
            given[owner, text(function)] = VerifyingKey.parse(text(key))
    return ChainKeys(rules, given)


def _verify_execution(request: JsonObject) -> JsonObject:
    rules = rules_of(request)
    env = environment_of(request)
    credits = credits_program()
    programs = {credits.id: credits, **env.programs}
    srs = official_verifier(request)
    try:
        execution = Execution.from_json(members(request["execution"]))
        keys = _keys(request, env.program.id, rules)
        proved = verify_execution(execution, programs, keys, srs, rules)
    except (VerifyError, DecodeError) as error:
        return {"ok": True, "valid": False, "message": error.message}
    return {"ok": True, "valid": True, "public_inputs": field_texts(proved[0].instances[-1])}


HANDLERS: dict[str, Handler] = {"avm.verify_execution": refusing(_verify_execution)}
