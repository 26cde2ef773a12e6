"""Answers the conformance questions about circuits: sizes, id and keys of a function or a record."""

from __future__ import annotations

from collections.abc import Callable

from avm.base.json_value import JsonObject, text
from avm.conformance.machine import environment_of
from avm.conformance.varuna import key_info, official
from avm.vm.function_circuit_blank import blank_circuit
from avm.vm.translation_circuit import blank_translation


def _synthesize(request: JsonObject) -> JsonObject:
    """Describe the circuit of a function or of a record's translation, and its key when that is asked."""
    from avm.varuna.certificate import certify
    from avm.varuna.indexer import circuit_shape, index
    from avm.varuna.verifying_key import VerifyingKey

    env = environment_of(request)
    if "record" in request:
        cs = blank_translation(env, text(request["record"])).system
    else:
        cs = blank_circuit(env, text(request["function"])).system
    if not request.get("commit"):
        shape = circuit_shape(cs.matrices(), cs.num_variables)
        blank = VerifyingKey(shape.info, (), shape.circuit_id, shape.num_variables)
        return {"ok": True, "circuit_id": shape.circuit_id.hex(), **key_info(blank)}
    srs = official(request)
    proving, key = index(cs.matrices(), srs, cs.num_variables)
    return {
        "ok": True,
        "circuit_id": key.circuit_id.hex(),
        **key_info(key),
        "verifying_key": str(key),
        "checksum": key.checksum,
        "certificate": str(certify(proving, srs)),
    }


HANDLERS: dict[str, Callable[[JsonObject], JsonObject]] = {"avm.synthesize": _synthesize}
