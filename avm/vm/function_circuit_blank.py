"""The circuit of a function without a call: made-up values take the place of those of a run.

The matrices are those of every call, and so is the key.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import CheckFailure
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.data.dynamic import DynamicRecord
from avm.data.identifier import program_address
from avm.data.request import Request, sign_request
from avm.data.types import PlaintextType, PlaintextValue, ValueType
from avm.isa.operand import Register
from avm.isa.statement import Statement
from avm.program.scope import Scope
from avm.vm.blank import MOST_LITERALS, Blanks, nobody
from avm.vm.circuit import Circuit
from avm.vm.environment import Environment
from avm.vm.function_circuit import FunctionCall, synthesize_function
from avm.vm.function_circuit_call import CallMade
from avm.vm.function_circuit_ids import declared
from avm.vm.function_circuit_request import Caller

_DYNAMIC_TARGET = ("a.aleo", "f")
"""What a made-up dynamic call names."""


def blank_circuit(
    env: Environment,
    function: str,
    *,
    network: int = 0,
    limit: int | None = None,
    variables: int | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Circuit:
    """Synthesize a function of the main program without a run.

    Raises ``CheckFailure`` for an unknown function; ``Halt`` as soon as there are more than ``limit``
    constraints or more than ``variables`` beside One; ``Unsupported`` for instructions whose constraints are
    not built yet, and when what is made up has more than ``MOST_LITERALS`` literals.
    """
    body = env.program.functions.get(function)
    if body is None:
        raise CheckFailure(f"'{env.program.id}' has no function '{function}'")
    scope = Scope(env.program, body, env.programs)
    return synthesize_function(
        env,
        scope,
        blank_call(scope),
        network=network,
        limit=limit,
        variables=variables,
        progress=progress,
        cancel=cancel,
    )


def blank_call(scope: Scope) -> FunctionCall:
    """Return a call of the function of ``scope`` from outside, by nobody and with made-up values.

    Its request is in order; what it calls takes other values than the function gives.
    """
    blanks = Blanks(MOST_LITERALS)
    request = _request(scope, blanks, None)
    caller = Caller(request.tvk, True, program_address(scope.program))

    def made(at: Scope, statement: Statement, called: Scope | None) -> CallMade:
        if called is not None:
            return CallMade(_request(called, blanks, request.tvk), blanks.outputs(called))
        given = len(statement.operands) - 3
        program, function = _DYNAMIC_TARGET
        types: Sequence[ValueType] = statement.types[:given]  # type: ignore[assignment]
        inputs = blanks.values(types, at)
        asked = sign_request(
            nobody(), program, function, inputs, types, is_root=False, root_tvk=request.tvk, nonce=1
        )
        return CallMade(asked, blanks.values(statement.types[given:], at))

    def opened(at: Scope, statement: Statement) -> DynamicRecord:
        register = statement.operands[0]
        assert isinstance(register, Register), "the check allows entries of registers only"
        type_: PlaintextType | PlaintextValue = statement.types[0]  # type: ignore[assignment]
        return blanks.opened(str(register.accesses[0]), type_, at)

    return FunctionCall(request, caller, made, opened)


def _request(scope: Scope, blanks: Blanks, root_tvk: int | None) -> Request:
    types = declared(scope.body.inputs)
    return sign_request(
        nobody(),
        scope.program,
        scope.name,
        blanks.values(types, scope),
        types,
        is_root=root_tvk is None,
        root_tvk=root_tvk,
        checksum=scope.owner.checksum_field(),
        nonce=1,
    )
