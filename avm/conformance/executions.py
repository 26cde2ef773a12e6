"""Conformance answers about executions and deployments: made, proved, and held against programs and keys."""

from __future__ import annotations

from functools import lru_cache

from avm.account.address import parse_address
from avm.account.keys import PrivateKey
from avm.base.consensus import Rules
from avm.base.errors import AvmError, DecodeError, VerifyError
from avm.base.json_value import JsonObject, items, members, number, text
from avm.conformance.data import Handler, field_texts, refusing
from avm.conformance.machine import environment_of
from avm.conformance.varuna import official, official_verifier
from avm.ledger.authorize import authorize
from avm.ledger.deployment import Deployment
from avm.ledger.deployment_check import make_deployment, verify_deployment
from avm.ledger.execution_check import verify_execution
from avm.ledger.ids import Kind, parse_id
from avm.ledger.network import Execution
from avm.ledger.proving import prove_execution, transition_instances
from avm.r1cs.system import ConstraintSystem
from avm.storage.network_keys import ChainKeys, credits_program
from avm.varuna.indexer import index
from avm.varuna.proving_key import ProvingKey
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifying_key import VerifyingKey


class OfficialKeys:
    """Indexes circuits under the official parameters and keeps the last keys."""

    def __init__(self, srs: Srs) -> None:
        self.srs = srs
        self._kept: dict[bytes, ProvingKey] = {}

    def key_of(self, system: ConstraintSystem) -> ProvingKey:
        """Return the key of a circuit."""
        name = system.digest()
        if name not in self._kept:
            while len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[name] = index(system.matrices(), self.srs, system.num_variables)[0]
        return self._kept[name]


_KEPT = 8


@lru_cache(maxsize=1)
def _keys_in(folder: str) -> OfficialKeys:
    return OfficialKeys(official({"settings": {"params": folder}}))


def _keys(request: JsonObject) -> OfficialKeys:
    return _keys_in(text(members(request["settings"])["params"]))


def rules_of(request: JsonObject) -> Rules:
    """Return the rules at the height that a request names, or that its settings name."""
    height = request.get("block_height", members(request["settings"]).get("block_height", 20_000_000))
    return Rules.at(number(height, 1 << 32))


def _given_keys(request: JsonObject, program: str, rules: Rules) -> ChainKeys:
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
        keys = _given_keys(request, env.program.id, rules)
        proved = verify_execution(execution, programs, keys, srs, rules)
    except (VerifyError, DecodeError) as error:
        return {"ok": True, "valid": False, "message": error.message}
    return {"ok": True, "valid": True, "public_inputs": field_texts(proved[0].instances[-1])}


def _execute(request: JsonObject) -> JsonObject:
    """`avm.execute`: authorize and prove a call."""
    env, keys = environment_of(request), _keys(request)
    root = parse_id(Kind.STATE_ROOT, text(request["state_root"]))
    inputs = list(map(text, items(request["inputs"])))
    run = authorize(env, text(request["function"]), inputs, PrivateKey.parse(text(request["private_key"])))
    execution = prove_execution(env, run, root, keys, rules_of(request))
    *_, last = transition_instances(env, run)
    return {
        "ok": True,
        "execution": execution.to_json(),
        "verifying_key": str(keys.key_of(last.system).verifying_key),
        "outputs": [str(output.value) for output in run.trace.outputs],
    }


def _deployment(request: JsonObject) -> JsonObject:
    """`avm.deployment`: the id of a deployment and whether it is valid, or the keys of a program."""
    rules = Rules.at(number(members(request["settings"]).get("block_height", 20_000_000), 1 << 32))
    if "deployment" not in request:
        env = environment_of(request)
        keys = _keys(request)
        made = make_deployment(env, parse_address(text(request["owner"])), keys, rules)
        return {"ok": True, "verifying_keys": made.to_json()["verifying_keys"]}
    deployment = Deployment.from_json(members(request["deployment"]))
    env = environment_of({**request, "program": str(deployment.program)})
    reply: JsonObject = {
        "ok": True,
        "deployment_id": f"{deployment.id}field",
        "bytes": deployment.to_bytes().hex(),
    }
    try:
        verify_deployment(deployment, env, official_verifier(request), rules)
    except AvmError as error:
        return {**reply, "valid": False, "message": error.message}
    return {**reply, "valid": True}


HANDLERS: dict[str, Handler] = {
    "avm.verify_execution": refusing(_verify_execution),
    "avm.execute": refusing(_execute),
    "avm.deployment": refusing(_deployment),
}
