"""The request of a call inside the circuit of its function: injected, then verified.

The order of everything is that of allocation on the network
(`circuit/program/src/request/{mod,verify,to_tpk}.rs`, `synthesizer/process/src/stack/execute.rs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.account.signature import SignatureVar
from avm.algebra.edwards import Point, add, mul
from avm.data.circuit_names import (
    NETWORK_BITS,
    count_constants,
    count_name,
    count_program_id,
    function_id_circuit,
)
from avm.data.given_values import given_ids, given_inputs, given_signature
from avm.data.request import InputId, Request
from avm.data.types import ValueType
from avm.isa.wire import Wire, inject_value
from avm.primitives.hash_to_curve import mul_generator, mul_generator_circuit
from avm.primitives.poseidon import hash_circuit, hash_to_scalar_circuit
from avm.program.scope import Scope
from avm.r1cs.hints import COPY
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.vm.circuit import Tally
from avm.vm.function_circuit_ids import (
    CallKeys,
    CircuitInputId,
    CircuitRecordInputId,
    check_input,
    inject_ids,
    new_public,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a call comes from: its root's view key, whether it is the root, and the program that made it.

    ``parent`` is the address of the calling program, of the program itself for the root.
    """

    root_tvk: int
    is_root: bool
    parent: Point


@dataclass(frozen=True)
class CircuitRequest:
    """A request's parts as variables, and what they were made public as."""

    program: str
    function: str
    network: int
    root_tvk: FieldVar
    checksum: FieldVar | None
    tpk: GroupVar
    tcm: FieldVar
    scm: FieldVar
    inputs: tuple[Wire, ...]
    signer: AddressVar
    input_ids: tuple[CircuitInputId | CircuitRecordInputId, ...]
    signature: SignatureVar
    sk_tag: FieldVar
    tvk: FieldVar
    is_root: BooleanVar
    caller: AddressVar

    def function_id(self) -> FieldVar:
        """Return the id of the function, whose hash is counted anew each time."""
        return function_id_circuit(self.tvk.cs, self.network, self.program, self.function)


def inject_request(
    cs: ConstraintSystem, request: Request, caller: Caller, checksum: int | None, network: int
) -> CircuitRequest:
    """Inject a request; ``checksum`` is the program's, if it has a constructor."""
    root_tvk = FieldVar.new(cs, Mode.PRIVATE, caller.root_tvk)
    sum_ = None if checksum is None else new_public(cs, checksum, "program checksum")
    tpk = _public_point(cs, _tpk(request), "tpk")
    tpk.enforce_in_group()
    tcm, scm = new_public(cs, request.tcm, "tcm"), new_public(cs, request.scm, "scm")
    inputs = tuple(
        inject_value(cs, _mode(item), value)
        for item, value in zip(request.input_ids, request.inputs, strict=True)
    )
    signer = AddressVar.new(cs, Mode.PRIVATE, request.signer)
    count_constants(cs, NETWORK_BITS)
    count_program_id(cs, request.program)
    count_name(cs, request.function)
    ids = tuple(inject_ids(cs, request.input_ids, ""))
    signature = SignatureVar.new(cs, Mode.PRIVATE, request.signature)
    sk_tag = FieldVar.new(cs, Mode.PRIVATE, request.sk_tag)
    tvk = FieldVar.new(cs, Mode.PRIVATE, request.tvk)
    with cs.named("is root"):
        is_root = BooleanVar.new(cs, Mode.PUBLIC, caller.is_root)
    parent = _public_point(cs, caller.parent, "parent")
    parent.enforce_in_group()
    from_whom = AddressVar.ternary(is_root, signer, AddressVar(parent))
    return CircuitRequest(
        request.program,
        request.function,
        network,
        root_tvk,
        sum_,
        tpk,
        tcm,
        scm,
        inputs,
        signer,
        ids,
        signature,
        sk_tag,
        tvk,
        is_root,
        from_whom,
    )


def given_request(request: Request, caller: Caller, checksum: int | None) -> list[int]:
    """Return the numbers that ``inject_request`` hands to the circuit, in their order.

    Raises:
        Unsupported: as ``given_inputs``.
    """
    sums = [] if checksum is None else [checksum]
    return [
        *(caller.root_tvk, *sums, *_tpk(request), request.tcm, request.scm),
        *given_inputs(request),
        *request.signer,
        *given_ids(request.input_ids),
        *given_signature(request.signature),
        *(request.sk_tag, request.tvk, int(caller.is_root), *caller.parent),
    ]


def verify_request(request: CircuitRequest, types: Sequence[ValueType], tally: Tally, scope: Scope) -> None:
    """Require that the ids are those of the inputs and that the signer signed them."""
    cs, keys = request.tvk.cs, None
    with tally.counting(scope, 0, "function id", kind="request"):
        function_id = request.function_id()
        is_root = FieldVar.ternary(request.is_root, FieldVar.one(cs), FieldVar.zero(cs))
        message = [request.tvk, request.tcm, function_id, is_root]
        if request.checksum is not None:
            message.append(request.checksum)
        keys = CallKeys(request.program, request.function_id(), request.tvk, request.tcm)
    signature = (request.signature.challenge, request.signature.response)
    inputs = BooleanVar.constant(cs, True)
    for index, (item, value, type_) in enumerate(zip(request.input_ids, request.inputs, types, strict=True)):
        with tally.counting(scope, index, f"id of input {index}", kind="request"):
            fits, added = check_input(
                item, value, type_, index, keys, request.signer, request.sk_tag, signature
            )
            inputs = inputs.and_(fits)
            message += added
    with tally.counting(scope, 0, "transition keys", kind="request"):
        transition = _check_keys(request)
    with tally.counting(scope, 0, "signature", kind="request"):
        signed = _check_signature(request, message)
        cs.assert_true(signed.and_(inputs).and_(transition).lc)


def _check_keys(request: CircuitRequest) -> BooleanVar:
    """Return whether tcm and scm are commitments and tpk is the point of the signature.

    The network makes a variable for the root's view key before it sees that there is one; nothing reads it.
    """
    cs = request.tvk.cs
    cs.derive(COPY, [request.tvk.lc], mode=Mode.PRIVATE)
    tcm = hash_circuit(cs, 2, [request.tvk])
    scm = hash_circuit(cs, 2, [request.signer.to_field(), request.root_tvk])
    made = request.signature
    tpk = made.compute_key.pk_sig.mul(made.challenge).add(mul_generator_circuit(made.response))
    fits = request.tpk.is_eq(tpk)
    fits = fits.and_(tcm.is_eq(request.tcm))
    return fits.and_(scm.is_eq(request.scm))


def _check_signature(request: CircuitRequest, message: Sequence[FieldVar]) -> BooleanVar:
    """Return whether the challenge is that of the message and the signer that of the signature's keys."""
    key = request.signature.compute_key
    points = [point.to_field() for point in (request.tpk, key.pk_sig, key.pr_sig)]
    preimage = [*points, request.signer.to_field(), *message]
    challenge = hash_to_scalar_circuit(request.tvk.cs, 8, preimage)
    address = key.address()
    fits = request.signature.challenge.is_eq(challenge)
    return fits.and_(request.signer.is_eq(address))


def _mode(item: object) -> Mode:
    constant = isinstance(item, InputId) and item.kind == "constant"
    return Mode.CONSTANT if constant else Mode.PRIVATE


def _public_point(cs: ConstraintSystem, point: Point, name: str) -> GroupVar:
    x, y = point
    return GroupVar(new_public(cs, x, f"{name}.x"), new_public(cs, y, f"{name}.y"))


def _tpk(request: Request) -> Point:
    signature = request.signature
    key, challenge = signature.compute_key, signature.challenge
    return add(mul_generator(signature.response), mul(key.pk_sig, challenge))
