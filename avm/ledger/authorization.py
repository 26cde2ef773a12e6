"""Authorizations: the signed requests of a call and of the calls in it, with the transitions they lead to.

Whoever has one can prove the call without any key of the account. Requests stand in the order in which they
are made (the caller first), transitions in the order in which they end (callees first).
Source: snarkVM ``synthesizer/process/src/stack/authorization``.
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError
from avm.base.json_value import JsonObject, items, members
from avm.base.reading import reading
from avm.data.request import Request
from avm.data.request_codec import read_request, request_from_json, request_to_bytes, request_to_json
from avm.ledger import state
from avm.ledger.transition import Transition
from avm.ledger.transition_codec import read_transition, transition_from_json, transition_to_bytes

MAX_REQUESTS = state.MAX_TRANSITIONS + 1


@dataclass(frozen=True)
class Authorization:
    """Requests and as many transitions."""

    requests: tuple[Request, ...]
    transitions: tuple[Transition, ...]

    @property
    def execution_id(self) -> int:
        """The id of the execution that the transitions make."""
        return state.transaction_tree(1, (transition.id for transition in self.transitions)).root

    def is_call_of(self, program: str, *functions: str) -> bool:
        """Whether this is one call, of one of these functions."""
        found = [(request.program, request.function) for request in self.requests]
        return len(found) == 1 and found[0][0] == program and found[0][1] in functions

    @property
    def is_fee(self) -> bool:
        """Whether this pays a fee and does nothing else."""
        return self.is_call_of("credits.aleo", "fee_private", "fee_public")

    def check(self) -> None:
        """Raise DecodeError unless every transition is that of a request."""
        counts = len(self.requests), len(self.transitions)
        if counts[0] != counts[1] or not 1 <= counts[0] <= MAX_REQUESTS:
            raise DecodeError("an authorization has one transition for each of 1 to 32 requests")
        by_commitment = {request.tcm: request for request in self.requests}
        for index, transition in enumerate(self.transitions):
            request = by_commitment.get(transition.tcm)
            if request is None:
                raise DecodeError(f"transition {index} has no request")
            if fault := _difference(request, transition):
                raise DecodeError(f"transition {index} differs from its request: {fault}")

    def to_bytes(self) -> bytes:
        """Return the network's bytes."""
        out = ByteWriter().u8(1).u8(len(self.requests))
        for request in self.requests:
            out.raw(request_to_bytes(request))
        out.u8(len(self.transitions))
        for transition in self.transitions:
            out.raw(transition_to_bytes(transition))
        return out.bytes()

    @classmethod
    def read(cls, reader: ByteReader) -> Authorization:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical or ``check`` refuses it."""
        if (version := reader.u8()) != 1:
            raise DecodeError(f"there is no authorization of version {version}")
        requests = tuple(read_request(reader) for _ in range(_count(reader.u8())))
        transitions = tuple(read_transition(reader) for _ in range(_count(reader.u8())))
        return _checked(cls(requests, transitions))

    def to_json(self) -> JsonObject:
        """Return the network's JSON values."""
        return {
            "requests": [request_to_json(request) for request in self.requests],
            "transitions": [transition.to_json() for transition in self.transitions],
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Authorization:
        """Return the authorization of ``to_json``; DecodeError or ParseFailure when it is none."""
        with reading("an authorization"):
            requests, transitions = items(data["requests"]), items(data["transitions"])
            _count(len(requests))
            _count(len(transitions))
            return _checked(
                cls(
                    tuple(request_from_json(members(item)) for item in requests),
                    tuple(transition_from_json(members(item)) for item in transitions),
                )
            )


def _count(number: int) -> int:
    if not 1 <= number <= MAX_REQUESTS:
        raise DecodeError(f"an authorization has 1 to {MAX_REQUESTS} requests and transitions, not {number}")
    return number


def _checked(authorization: Authorization) -> Authorization:
    authorization.check()
    return authorization


def _difference(request: Request, transition: Transition) -> str:
    """Return what a transition has otherwise than its request, or the empty string."""
    parts = {
        "program": (request.program, transition.program),
        "function": (request.function, transition.function),
        "number of inputs": (len(request.inputs), len(transition.inputs)),
        "public key": (request.tpk, transition.tpk),
        "signer commitment": (request.scm, transition.scm),
    }
    return next((name for name, (asked, made) in parts.items() if asked != made), "")


@dataclass(frozen=True)
class ProvingRequest:
    """What a service that proves for others is asked: a call, the fee for it, and whether to send both.

    Source: the network's SDK, whose proving service takes this.
    """

    authorization: Authorization
    fee: Authorization | None = None
    broadcast: bool = False

    def to_bytes(self) -> bytes:
        """Return the bytes: the call, a flag and the fee, and whether to send."""
        out = ByteWriter().raw(self.authorization.to_bytes()).boolean(self.fee is not None)
        return out.raw(b"" if self.fee is None else self.fee.to_bytes()).boolean(self.broadcast).bytes()

    @classmethod
    def read(cls, reader: ByteReader) -> ProvingRequest:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
        authorization = Authorization.read(reader)
        fee = Authorization.read(reader) if reader.boolean() else None
        return cls(authorization, fee, reader.boolean())

    def to_json(self) -> JsonObject:
        """Return the service's JSON values."""
        return {
            "authorization": self.authorization.to_json(),
            "fee_authorization": None if self.fee is None else self.fee.to_json(),
            "broadcast": self.broadcast,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> ProvingRequest:
        """Return the request of ``to_json``; DecodeError or ParseFailure when it is none."""
        with reading("a proving request"):
            paid = data.get("fee_authorization")
            fee = None if paid is None else Authorization.from_json(members(paid))
            broadcast = data["broadcast"]
            if not isinstance(broadcast, bool):
                raise DecodeError("a proving request says whether to broadcast")
            return cls(Authorization.from_json(members(data["authorization"])), fee, broadcast)
