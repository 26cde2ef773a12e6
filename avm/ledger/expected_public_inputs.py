"""What a transition says, held against the function that it calls and the proof that comes with it.

The proof shows that some run of the function has certain public inputs. Here these are computed from the
transition alone, after kinds and types of its parts were checked, so that it cannot state anything else.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import CheckFailure
from avm.data.types import kind_of
from avm.data.value import Value, parse_value
from avm.isa.types import InterfaceType, RegisterType, register_type
from avm.ledger.finalize import FindProgram, environment
from avm.ledger.rejection import Reason, rejected
from avm.ledger.transaction import Execution
from avm.ledger.transition import Part
from avm.program.scope import Scope
from avm.vm.public_values import public_values
from avm.vm.values import require

_SHOWN = ("constant", "public", "future")


def _values(
    parts: Sequence[Part], types: Sequence[InterfaceType | RegisterType], scope: Scope, what: str
) -> list[tuple[str, Value | None]]:
    """Return (kind, value) of parts that fit their types; the values of private ones are not known."""
    if len(parts) != len(types):
        raise CheckFailure(f"it has {len(parts)} {what}s, the function has {len(types)}")
    found: list[tuple[str, Value | None]] = []
    for index, (part, type_) in enumerate(zip(parts, types)):
        if part.kind != kind_of(type_):
            raise CheckFailure(f"{what} {index} is {part.kind}, the function has {type_} there")
        value = parse_value(part.value) if part.kind in _SHOWN else None
        if value is not None:
            require(value, register_type(type_), scope, f"{what} {index}")
        found.append((part.kind, value))
    return found


def expected_public_inputs(execution: Execution, find: FindProgram) -> tuple[int, ...]:
    """Return the public inputs that a proof of the execution's call must have.

    Raises:
        VerifyError: the program or function is unknown, parts of the transition do not fit it, or the
            signer is needed but not given.
    """
    call = execution.transitions[-1]
    stored = find(call.program)
    if stored is None:
        raise rejected(Reason.UNKNOWN_PROGRAM, f"{call.program} is not deployed")
    env = environment(stored.source, stored.edition, stored.owner, find)
    function = env.program.functions.get(call.function)
    if function is None:
        raise rejected(Reason.UNKNOWN_PROGRAM, f"{call.program} has no function {call.function}")
    scope = Scope(env.program, function, env.programs)
    try:
        return public_values(
            env,
            call.function,
            _values(call.inputs, [item.type for item in function.inputs], scope, "input"),
            _values(call.outputs, [item.type for item in function.outputs], scope, "output"),
            signer=execution.signer,
            caller=execution.signer,
        )
    except CheckFailure as error:
        raise rejected(
            Reason.PROOF,
            f"this is not a call of {call.program}/{call.function}: {error.message}",
            hint="" if execution.signer is not None else "A function that uses its caller needs the signer.",
        ) from error
