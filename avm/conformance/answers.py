"""Dispatches conformance requests to the handlers of each area."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache

import avm.conformance
from avm.base.errors import AvmError, Unsupported
from avm.base.json_value import JsonObject

Handler = Callable[[JsonObject], JsonObject]


@cache
def handlers() -> Mapping[str, Handler]:
    """All handlers by operation, from the other modules of this package."""
    found: dict[str, Handler] = {}
    for module in pkgutil.iter_modules(avm.conformance.__path__):
        if module.name == __name__.rpartition(".")[2]:
            continue
        table = importlib.import_module(f"avm.conformance.{module.name}").HANDLERS
        for operation, handler in table.items():
            if operation in found:
                raise ValueError(f"two handlers for {operation}")
            found[operation] = handler
    return found


def answer(request: JsonObject) -> JsonObject:
    """Return the reply to one request; what is not built is answered ``unsupported``."""
    operation = request.get("op", "")
    handler = handlers().get(operation) if isinstance(operation, str) else None
    if handler is None:
        return {"ok": False, "unsupported": True}
    try:
        return handler(request)
    except Unsupported as error:
        return {"ok": False, "unsupported": True, "message": error.message}
    except AvmError as error:
        return {"ok": False, "errors": [error.to_dict()]}
