"""What the ledger asks of the proof system: that a proof is valid and says what its transition says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from avm.base.errors import AvmError, DecodeError, Unsupported, VerifyError

if TYPE_CHECKING:
    from avm.api.circuit_cache import CircuitShape
    from avm.api.parameters import Parameters
    from avm.isa.types import RegisterType
    from avm.ledger.finalize import FindProgram
    from avm.ledger.transaction import Deployment, Execution
    from avm.program.model import Program
    from avm.r1cs.system import ConstraintSystem
    from avm.vm.environment import Environment


MOST_SAMPLE_LITERALS = 1 << 16
"""Literals of the largest input for which a circuit is made; larger ones have circuits out of reach."""


class LedgerVerifier:
    """Verifies executions under the reference strings of this machine, and deployments' keys."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def execution(self, execution: Execution) -> None:
        """Raise ``VerifyError`` unless the proof is valid for the transition's public values."""
        from avm.varuna.proof import Proof
        from avm.varuna.verifier import verify
        from avm.varuna.verifying_key import VerifyingKey
        from avm.varuna.version import CURRENT

        claim = execution.proof
        if claim.version != CURRENT:
            raise VerifyError(
                f"proofs of Varuna V{claim.version} are refused:"
                f" the soundness argument covers V{CURRENT.value} alone",
                code="EAVM0610",
                hint=f"prove the run again with version {CURRENT.value}",
            )
        verifier = self._parameters.verifier_for(claim.srs)
        if verifier is None:
            raise VerifyError(
                "the proof was made under a reference string that this machine does not have",
                code="EAVM0610",
                hint="import that SRS, or prove the run again here",
            )
        try:
            key = VerifyingKey.from_bytes(claim.verifying_key)
            proof = Proof.from_bytes(claim.data)
        except (DecodeError, ValueError) as error:
            raise VerifyError(f"the proof cannot be read: {error}", code="EAVM0610") from None
        if (proof.to_bytes(), key.to_bytes()) != (claim.data, claim.verifying_key):
            raise VerifyError("the proof or its key is not in its canonical form", code="EAVM0610")
        if key.circuit_id.hex() != claim.circuit_id:
            raise VerifyError("the circuit's id is not that of the verifying key", code="EAVM0610")
        report = verify(key, verifier, [1, *claim.public_inputs], proof, version=CURRENT)
        if not report.valid:
            failed = ", ".join(report.failed)
            raise VerifyError(f"the proof is not valid: {failed} failed", code="EAVM0610")

    def deployment(self, deployment: Deployment, find: FindProgram) -> None:
        """Raise ``VerifyError`` unless each key is that of its function's circuit.

        The circuit is synthesized again, with the imports that ``find`` knows, and indexed under each
        reference string of this machine.
        """
        from avm.varuna.verifying_key import VerifyingKey

        for function, data in deployment.verifying_keys:
            try:
                key = VerifyingKey.from_bytes(data)
                system = self._circuit(deployment, function, find)
                shape = self._parameters.shape_of(system)
            except AvmError as error:
                raise _refused_key(function, error.message) from None
            if (key.circuit_id, key.num_variables) != (shape.circuit_id, shape.num_variables):
                raise _refused_key(function, "it is the key of another circuit")
            if not any(data == known for known in self._keys(system, shape)):
                raise _refused_key(function, "it was not made under a reference string of this machine")

    def _circuit(self, deployment: Deployment, function: str, find: FindProgram) -> ConstraintSystem:
        """The circuit of a function, synthesized with sample inputs; its matrices do not depend on them."""
        from avm.api.accounts import LOCAL_SIGNER
        from avm.isa.types import register_type
        from avm.ledger.finalize import environment
        from avm.vm import MemoryStore, execute
        from avm.vm.constrain import constrain

        env = environment(deployment.program, deployment.edition, deployment.owner, find)
        declared = env.program.functions[function].inputs
        inputs = [_sample(register_type(i.type), env.program, env, [MOST_SAMPLE_LITERALS]) for i in declared]
        trace = execute(env, function, inputs, signer=LOCAL_SIGNER, store=MemoryStore(), finalize=False)
        return constrain(env, trace).system

    def _keys(self, system: ConstraintSystem, shape: CircuitShape) -> Iterator[bytes]:
        """The verifying key of a circuit under each string that reaches it."""
        from avm.varuna.indexer import index, required_degree

        variables = shape.num_variables
        for srs in self._parameters.strings():
            if srs.highest_power >= required_degree(shape.info):
                key = self._parameters.cached_key(
                    shape.circuit_id.hex(),
                    variables,
                    srs.digest,
                    lambda srs=srs: index(system.matrices(), srs, num_variables=variables)[0],  # type: ignore[misc]
                )
                yield key.verifying_key.to_bytes()


def _sample(type_: RegisterType, home: Program, env: Environment, left: list[int]) -> str:
    """Return the text of a value of a type that stands in the program ``home``.

    ``left`` counts down the literals that may still be written; ``Unsupported`` when there are more of them,
    or the type has no values that can be made up.
    """
    from avm.api.build_views import example_literal
    from avm.data.types import ArrayType, StructType
    from avm.types.literal_type import LiteralType

    if isinstance(type_, ArrayType):
        if type_.length > left[0]:
            raise Unsupported(f"an input has more than {MOST_SAMPLE_LITERALS:,} literals")
        return "[" + ", ".join(_sample(type_.element, home, env, left) for _ in range(type_.length)) + "]"
    if isinstance(type_, StructType):
        owner = home if type_.program is None else env.programs[type_.program]
        members = owner.structs[type_.name].members
        return "{ " + ", ".join(f"{n}: {_sample(t, owner, env, left)}" for n, t in members) + " }"
    literal = example_literal(type_) if isinstance(type_, LiteralType) else ""
    if not literal:
        raise Unsupported(f"keys of functions with an input of type {type_} are not certified yet")
    left[0] -= 1
    if left[0] < 0:
        raise Unsupported(f"an input has more than {MOST_SAMPLE_LITERALS:,} literals")
    return literal


def _refused_key(function: str, why: str) -> VerifyError:
    return VerifyError(f"the verifying key of {function} is refused: {why}", code="EAVM0617")
