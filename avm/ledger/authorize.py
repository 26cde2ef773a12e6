"""Authorizes calls: runs a function and signs a request for it and for every call in it.

The run draws the secret of each transition; the requests are signed with the same secrets afterwards, so that
the records that the run made have the nonces of their transitions. Source: snarkVM
``synthesizer/process/src/stack/{authorize,evaluate}.rs`` and ``ledger/block/src/transition`` (``from``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from avm.account.keys import PrivateKey
from avm.algebra.edwards import Point
from avm.base.errors import Halt
from avm.base.progress import Cancel
from avm.data.request import (
    Request,
    sign_request,
    signer_commitment,
    transition_secret,
)
from avm.data.response import Response, make_response
from avm.data.types import ValueType
from avm.data.value import Value
from avm.isa.machine import MachineValue
from avm.isa.operand import Register
from avm.ledger.authorization import Authorization
from avm.ledger.called import called
from avm.ledger.rejection import Reason, rejected
from avm.ledger.transition import Transition
from avm.program.model import Function
from avm.vm.environment import Environment
from avm.vm.execute import execute
from avm.vm.interpreter import RunConfig
from avm.vm.trace import Frame, Trace, TransitionKeys


@dataclass(frozen=True)
class AuthorizedRun:
    """A run with its signed requests: request ``i`` is of ``frames[i]``, callers before what they call."""

    trace: Trace
    frames: tuple[Frame, ...] = field(repr=False)
    requests: tuple[Request, ...] = field(repr=False)
    transitions: tuple[Transition, ...]

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The frames in the order in which they ended, which is that of an execution."""
        return tuple(sorted(range(len(self.frames)), key=lambda i: (self.frames[i].end_step, -i)))

    @property
    def authorization(self) -> Authorization:
        """What proves the run without a key."""
        return Authorization(self.requests, tuple(self.transitions[i] for i in self.order))


def authorize(
    env: Environment,
    function: str,
    inputs: Sequence[str | MachineValue],
    key: PrivateKey,
    cancel: Cancel | None = None,
) -> AuthorizedRun:
    """Run a function of the main program and sign it.

    Raises:
        Halt: the run halts.
        CheckFailure, ParseFailure: the function is unknown, or inputs do not fit.
    """
    config = RunConfig(
        signer=key.address,
        keys=lambda signer: TransitionKeys(transition_secret(key), signer),
        cancel=cancel,
    )
    trace, frames = run_function(env, function, inputs, config)
    requests = tuple(_request(env, trace, frame, frames[0], key) for frame in frames)
    made = zip(requests, frames, strict=True)
    transitions = tuple(
        transition_of(request, function_of(env, frame), frame.outputs) for request, frame in made
    )
    return AuthorizedRun(trace, frames, requests, transitions)


def run_function(
    env: Environment, function: str, inputs: Sequence[str | MachineValue], config: RunConfig
) -> tuple[Trace, tuple[Frame, ...]]:
    """Run a function and return its trace, and the frames of functions, callers before what they call."""
    trace = execute(env, function, inputs, config, finalize=False)
    if trace.halt is not None:
        raise Halt(trace.halt.message, hint=trace.halt.hint, place=trace.halt.span)
    return trace, tuple(frame for frame in trace.frames if frame.kind == "function")


def replay(env: Environment, authorization: Authorization, cancel: Cancel | None = None) -> AuthorizedRun:
    """Run what somebody signed: the outermost request is of a function of the main program.

    Raises:
        VerifyError: a request is not signed, or the run makes other calls or transitions.
        Halt: the run halts.
    """
    root, requests = authorization.requests[0], authorization.requests
    if root.program != env.program.id:
        raise rejected(Reason.FORM, f"the outermost request is of {root.program}, not of {env.program.id}")
    given = iter(requests)

    def keys(signer: Point) -> TransitionKeys:
        request = next(given, None)
        if request is None:
            raise rejected(Reason.FORM, "the run makes more calls than were signed")
        return TransitionKeys.seen(signer, request.tvk)

    config = RunConfig(signer=root.signer, keys=keys, cancel=cancel)
    trace, frames = run_function(env, root.function, root.inputs, config)
    if len(frames) != len(requests):
        raise rejected(Reason.FORM, f"the run makes {len(frames)} calls, {len(requests)} were signed")
    for frame, request in zip(frames, requests, strict=True):
        _check_request(env, trace, frame, request, root)
    made = zip(requests, frames, strict=True)
    transitions = tuple(
        transition_of(request, function_of(env, frame), frame.outputs) for request, frame in made
    )
    run = AuthorizedRun(trace, frames, requests, transitions)
    if run.authorization.transitions != authorization.transitions:
        raise rejected(Reason.FORM, "the run makes other transitions than the signed ones")
    return run


def _check_request(env: Environment, trace: Trace, frame: Frame, request: Request, root: Request) -> None:
    """Raise VerifyError unless a request is signed for the call that ran in a frame."""
    name = f"{frame.program}/{frame.name}"
    asked = (request.program, request.function, request.inputs, request.dynamic)
    if asked != (frame.program, frame.name, frame.inputs, is_dynamic(trace, frame)):
        raise rejected(Reason.FORM, f"the request of {name} is for another call")
    signed = request.verify(
        declared([item.type for item in function_of(env, frame).inputs]),
        is_root=request is root,
        checksum=env.programs[frame.program].checksum_field(),
    )
    if request.signer != root.signer or request.scm != signer_commitment(root.signer, root.tvk) or not signed:
        raise rejected(Reason.FORM, f"the request of {name} is not signed by the signer of the run")


def is_dynamic(trace: Trace, frame: Frame) -> bool:
    """Whether values named the function that ran in a frame."""
    return frame.call_step is not None and trace.steps[frame.call_step].opcode == "call.dynamic"


def function_of(env: Environment, frame: Frame) -> Function:
    """Return the function that ran in a frame."""
    return env.programs[frame.program].functions[frame.name]


def _request(env: Environment, trace: Trace, frame: Frame, root: Frame, key: PrivateKey) -> Request:
    """Return the signed request of a frame."""
    return sign_request(
        key,
        frame.program,
        frame.name,
        _values(frame.inputs),
        declared([item.type for item in function_of(env, frame).inputs]),
        is_root=frame is root,
        root_tvk=None if frame is root else keys_of(root).view_key,
        checksum=env.programs[frame.program].checksum_field(),
        dynamic=is_dynamic(trace, frame),
        secret=keys_of(frame).secret,
    )


def keys_of(frame: Frame) -> TransitionKeys:
    """Return the keys of a function's frame."""
    assert frame.keys is not None
    return frame.keys


def declared(types: Sequence[object]) -> list[ValueType]:
    """Return the types of a function's inputs or outputs, all of which have a visibility or a name."""
    return list(types)  # type: ignore[arg-type]


def _values(values: Sequence[MachineValue]) -> list[Value]:
    return list(values)


def response_of(request: Request, function: Function, outputs: Sequence[Value]) -> Response:
    """Return the response to a request from the outputs of its function."""
    return make_response(
        request.program,
        request.function,
        outputs,
        declared([item.type for item in function.outputs]),
        output_registers(function),
        inputs=len(request.inputs),
        tvk=request.tvk,
        signer=request.signer,
    )


def output_registers(function: Function) -> list[int | None]:
    """Return the register of each output, None for what is no register."""
    operands = (item.operand for item in function.outputs)
    return [operand.locator if isinstance(operand, Register) else None for operand in operands]


def transition_of(request: Request, function: Function, outputs: Sequence[Value]) -> Transition:
    """Return the transition of a request and the outputs of its function."""
    types = declared([item.type for item in function.outputs])
    response = response_of(request, function, outputs)
    return called(request, response, types, output_registers(function))
