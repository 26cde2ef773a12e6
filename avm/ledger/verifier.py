"""What the ledger asks of the proof system: that a proof is valid and says what its transition says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from avm.base.errors import AvmError, DecodeError, VerifyError
from avm.ledger.finalize import FindProgram, environment
from avm.ledger.transaction import Deployment, Execution
from avm.program.versions import check_deployable
from avm.r1cs.system import ConstraintSystem
from avm.varuna.proof import Proof
from avm.varuna.verifying_key import CircuitShape, VerifyingKey
from avm.varuna.version import CURRENT
from avm.vm.constrain import circuit_of

if TYPE_CHECKING:
    from avm.varuna.proving_key import ProvingKey
    from avm.varuna.srs.reference_string import Srs, SrsVerifier


class ReferenceStrings(Protocol):
    """The reference strings of this machine, and what is derived from them and circuits."""

    def strings(self) -> tuple[Srs, ...]:
        """Every string that this machine holds."""
        ...

    def verifier_for(self, digest: str) -> SrsVerifier | None:
        """The verifier half of the string with this digest, None when it is not here."""
        ...

    def shape_of(self, system: ConstraintSystem) -> CircuitShape:
        """Sizes, id and number of variables of a circuit."""
        ...

    def key_of(self, system: ConstraintSystem, shape: CircuitShape, srs: Srs) -> ProvingKey:
        """The proving key of a circuit under a string that reaches it."""
        ...


class LedgerVerifier:
    """Verifies executions under the reference strings of this machine, and deployments' keys."""

    def __init__(self, strings: ReferenceStrings) -> None:
        self._strings = strings

    def execution(self, execution: Execution) -> None:
        """Raise ``VerifyError`` unless the proof is valid for the transition's public values."""
        from avm.varuna.verifier import verify

        claim = execution.proof
        if claim.version != CURRENT:
            raise VerifyError(
                f"proofs of Varuna V{claim.version} are refused:"
                f" the soundness argument covers V{CURRENT.value} alone",
                code="EAVM0610",
                hint=f"prove the run again with version {CURRENT.value}",
            )
        verifier = self._strings.verifier_for(claim.srs)
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
        reference string of this machine. The program keeps the newest rules of the network.
        """
        try:
            env = environment(deployment.program, deployment.edition, deployment.owner, find)
            check_deployable(env.program, env.programs)
        except AvmError as error:
            raise VerifyError(f"the program cannot be deployed: {error.message}", code="EAVM0617") from error
        for function, data in deployment.verifying_keys:
            try:
                key = VerifyingKey.from_bytes(data)
                system = self._circuit(deployment, function, find)
                shape = self._strings.shape_of(system)
            except AvmError as error:
                raise _refused_key(function, error.message) from None
            if (key.circuit_id, key.num_variables) != (shape.circuit_id, shape.num_variables):
                raise _refused_key(function, "it is the key of another circuit")
            if not any(data == known for known in self._keys(system, shape)):
                raise _refused_key(function, "it was not made under a reference string of this machine")

    def _circuit(self, deployment: Deployment, function: str, find: FindProgram) -> ConstraintSystem:
        """The circuit of a function, synthesized with the imports that ``find`` knows."""
        env = environment(deployment.program, deployment.edition, deployment.owner, find)
        return circuit_of(env, function).system

    def _keys(self, system: ConstraintSystem, shape: CircuitShape) -> Iterator[bytes]:
        """The verifying key of a circuit under each string that reaches it."""
        for srs in self._strings.strings():
            if srs.highest_power >= shape.info.highest_power:
                yield self._strings.key_of(system, shape, srs).verifying_key.to_bytes()


def _refused_key(function: str, why: str) -> VerifyError:
    return VerifyError(f"the verifying key of {function} is refused: {why}", code="EAVM0617")
