"""The proof file: a proof with everything public that is needed to verify it, as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avm.api.pipeline import verify_view
from avm.api.varuna_versions import name_of, superseded
from avm.api.views import VerifyView
from avm.api.workspace import write_text_safely
from avm.base.errors import DecodeError, StoreError

if TYPE_CHECKING:
    from avm.api.artifacts import Proved
    from avm.api.parameters import Parameters

FORMAT = "avm-proof-1"
_FIELDS = {
    "program": str,
    "function": str,
    "varuna_version": int,
    "srs": str,
    "srs_digest": str,
    "verifying_key": str,
    "srs_verifier": str,
    "public_inputs": list,
    "proof": str,
}


def save(path: Path, proved: Proved) -> None:
    """Write a proof file; ``StoreError`` when the disk refuses, and an older file stays as it was."""
    view = proved.view
    document = {
        "format": FORMAT,
        "program": proved.constrained.ran.view.program,
        "function": proved.constrained.ran.view.function,
        "varuna_version": proved.version,
        "srs": view.srs,
        "srs_digest": view.srs_digest,
        "srs_verifier": proved.verifier.to_bytes().hex(),
        "verifying_key": view.verifying_key,
        "public_inputs": [str(x) for x in proved.public_inputs],
        "outputs": list(proved.constrained.ran.view.outputs),
        "proof": view.text,
    }
    write_text_safely(path, json.dumps(document, indent=2) + "\n")


def load(path: Path) -> dict[str, Any]:
    """Read a proof file; ``DecodeError`` says what is wrong with one that is not."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError:
        raise DecodeError(f"{path.name} is not a proof file: it is not text") from None
    try:
        document = json.loads(text)
    except ValueError as error:
        raise DecodeError(f"{path.name} is not a proof file: {error}") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DecodeError(f"{path.name} is not a proof file", hint='its "format" must be ' + FORMAT)
    for name, kind in _FIELDS.items():
        if not isinstance(document.get(name), kind):
            raise DecodeError(f"{path.name} has no valid field {name!r}")
    return document


def verify(path: Path, parameters: Parameters) -> VerifyView:
    """Verify a proof file.

    The verifier's half of the SRS comes from the official files when the proof names them and they are
    imported here; else from the file itself, which a check named "trusted SRS" then points out.
    """
    from avm.varuna.proof import Proof
    from avm.varuna.reference_string import SrsVerifier
    from avm.varuna.verifier import verify as verify_proof
    from avm.varuna.verifying_key import VerifyingKey
    from avm.varuna.version import VarunaVersion

    document = load(path)
    key = VerifyingKey.parse(document["verifying_key"])
    proof = Proof.parse(document["proof"])
    try:
        inputs = [int(x) for x in document["public_inputs"]]
        blob = bytes.fromhex(document["srs_verifier"])
        version = VarunaVersion(document["varuna_version"])
    except (TypeError, ValueError) as error:
        raise DecodeError(f"{path.name} is corrupt: {error}") from None
    carried = SrsVerifier.from_bytes(blob)
    trusted = carried.digest in parameters.verifiers()
    report = verify_proof(key, carried, [1, *inputs], proof, version=version)
    detail = (
        "the SRS is one of this machine's"
        if trusted
        else "the SRS came with the file: valid only for somebody who trusts whoever made it"
    )
    sound = version is VarunaVersion.V3
    protocol = superseded(version) or name_of(version)
    more = (("trusted SRS", trusted, detail), ("sound protocol version", sound, protocol))
    return verify_view(report, more)
