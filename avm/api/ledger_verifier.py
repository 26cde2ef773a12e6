"""What the ledger asks of the proof system: that a proof is valid and says what its transition says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from avm.base.errors import AvmError, DecodeError, VerifyError

if TYPE_CHECKING:
    from avm.api.circuit_cache import CircuitShape
    from avm.api.parameters import Parameters
    from avm.ledger.finalize import FindProgram
    from avm.ledger.transaction import Deployment, Execution
    from avm.r1cs.system import ConstraintSystem


MOST_LITERALS = 1 << 16
"""Literals of the largest inputs for which a circuit is made; larger ones have circuits out of reach."""


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
        """The circuit of a function, synthesized with the imports that ``find`` knows."""
        from avm.ledger.finalize import environment
        from avm.vm.constrain import circuit_of

        env = environment(deployment.program, deployment.edition, deployment.owner, find)
        return circuit_of(env, function, literals=MOST_LITERALS).system

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


def _refused_key(function: str, why: str) -> VerifyError:
    return VerifyError(f"the verifying key of {function} is refused: {why}", code="EAVM0617")
