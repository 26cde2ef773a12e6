"""What the ledger asks of the proof system: that a proof is valid and says what its transition says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from avm.base.errors import AvmError, DecodeError, VerifyError

if TYPE_CHECKING:
    from avm.api.parameters import Parameters
    from avm.ledger.transaction import Deployment, Execution


class LedgerVerifier:
    """Verifies executions under the reference strings of this machine, and deployments' keys."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def execution(self, execution: Execution) -> None:
        """Raise ``VerifyError`` unless the proof is valid for the transition's public values."""
        from avm.varuna.proof import Proof
        from avm.varuna.verifier import verify
        from avm.varuna.verifying_key import VerifyingKey
        from avm.varuna.version import VarunaVersion

        claim = execution.proof
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
            version = VarunaVersion(claim.version)
        except (DecodeError, ValueError) as error:
            raise VerifyError(f"the proof cannot be read: {error}", code="EAVM0610") from None
        report = verify(key, verifier, [1, *claim.public_inputs], proof, version=version)
        if not report.valid:
            failed = ", ".join(report.failed)
            raise VerifyError(f"the proof is not valid: {failed} failed", code="EAVM0610")

    def deployment(self, deployment: Deployment) -> None:
        """Raise ``VerifyError`` unless the keys can be read and the program checks."""
        from avm.varuna.verifying_key import VerifyingKey

        for function, data in deployment.verifying_keys:
            try:
                VerifyingKey.from_bytes(data)
            except AvmError as error:
                raise VerifyError(
                    f"the verifying key of {function} cannot be read: {error.message}", code="EAVM0617"
                ) from None
