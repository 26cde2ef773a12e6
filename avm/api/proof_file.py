"""The proof file: a proof with the whole public statement that it proves, as one JSON document.

Nothing in it is private, and nothing in it is believed: the values shown are those that the public inputs are
calculated from, the verifying key is derived again from the program's text, the reference string must be one
that this machine knows. What no circuit depends on is shown as a note.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from avm.algebra import load_kernels
from avm.api.varuna_versions import name_of, superseded
from avm.api.views import Check, Note, ProvedValue, VerifyReport
from avm.base import files
from avm.base.errors import AvmError, Cancelled, CheckFailure, DecodeError
from avm.base.json_value import JsonObject, hex_bytes, items, number, text
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.storage import proof_document
from avm.storage.proof_document import FORMAT, OLD_FORMAT
from avm.varuna.proof import Proof
from avm.varuna.report import KEY_CHECK
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.verifying_key import VerifyingKey, fault_of
from avm.varuna.version import VarunaVersion
from avm.vm.statement import Opened

if TYPE_CHECKING:
    from avm.api.artifacts import Proved
    from avm.storage.parameters import Parameters

SRS, PROTOCOL = "trusted SRS", "Protocol version"


def save(path: Path, proved: Proved) -> None:
    """Write a proof file; ``StoreError`` when the disk refuses, and an older file stays as it was.

    ``AvmError`` EAVM1701 for a proof whose public inputs hold private values: what a call of another program
    takes and returns is public in the caller's circuit.
    """
    statement = proved.statement()
    opened = Opened(statement)
    private = opened.private_calls()
    if private:
        raise AvmError(
            f"the proof was not written: it would show the private values of {', '.join(private)}",
            code="EAVM1701",
            hint="values between programs are public in the caller's circuit; prove the called function by "
            "itself, or make its inputs and outputs public",
        )
    document = {
        "format": FORMAT,
        "program": opened.program.id,
        "function": statement.function,
        "checksum": opened.checksum,
        "edition": statement.edition,
        "network": statement.network,
        "inputs": list(statement.inputs),
        "outputs": list(statement.outputs),
        "signer": statement.signer,
        "calls": [[list(taken), list(returned)] for taken, returned in statement.calls],
        "public_inputs": [str(x) for x in proved.public_inputs],
        "varuna_version": proved.version,
        "srs_verifier": proved.verifier.to_bytes().hex(),
        "verifying_key": proved.view.verifying_key,
        "proof": proved.view.text,
        "sources": list(statement.sources),
    }
    files.write_text(path, json.dumps(document, indent=2) + "\n")


def verify(
    path: Path,
    parameters: Parameters,
    *,
    accept_version: int = 0,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> VerifyReport:
    """Verify a proof file: valid when every check holds.

    The proof itself; its public inputs against the values that are shown; its key against the one that the
    program's text gives; its reference string against those of this machine; its protocol version, where
    ``accept_version`` is a superseded one that the caller takes all the same. Deriving the key takes about as
    long as preparing a proof does, and is left out once the values fail. ``DecodeError`` for what is no proof
    file.
    """
    document = proof_document.read(path)
    opened = _opened(path, document) if document["format"] == FORMAT else None
    key, proof, carried, version = _decode(path, document)
    from avm.varuna.verifier import verify as verify_proof

    columns = [int(text(x)) for x in items(document["public_inputs"])]
    report = verify_proof(key, carried, [1, *columns], proof, version=version)
    checks: list[Check] = []
    if opened is not None and report.valid:
        checks.append(opened.check(columns))
        if checks[0].passed:
            checks.append(_key_fits(opened, key, carried, parameters, progress, cancel))
    checks += [_trust(carried, parameters), _protocol(version, accept_version)]
    if opened is None:
        return report.saying(checks, _columns_shown(columns), _old_notes(document))
    return report.saying(checks, opened.lines(), opened.notes())


def _opened(path: Path, document: JsonObject) -> Opened:
    """The statement of a document, whose names must be those of its texts."""
    try:
        opened = Opened(proof_document.statement(document))
    except AvmError as error:
        raise _corrupt(path, error.message) from None
    named = (opened.program.id, opened.checksum)
    if named != (document["program"], document["checksum"]):
        raise _corrupt(path, f"its text is that of {named[0]} with the checksum {named[1]}")
    return opened


def _decode(path: Path, document: JsonObject) -> tuple[VerifyingKey, Proof, SrsVerifier, VarunaVersion]:
    """Key, proof, verifier's half of the string and version, each written in the one way that it has."""
    try:
        key, proof = VerifyingKey.parse(text(document["verifying_key"])), Proof.parse(text(document["proof"]))
        carried = SrsVerifier.from_bytes(hex_bytes(document["srs_verifier"]))
        version = VarunaVersion(number(document["varuna_version"], 1 << 8))
    except (AvmError, ValueError) as error:
        raise _corrupt(path, getattr(error, "message", str(error))) from None
    written = (str(key), str(proof), carried.to_bytes().hex())
    if written != tuple(document[name] for name in ("verifying_key", "proof", "srs_verifier")):
        raise _corrupt(path, "a key or a proof is not written in the one way that it has")
    return key, proof, carried, version


def _corrupt(path: Path, why: str) -> DecodeError:
    return DecodeError(f"{path.name} is corrupt: {why}")


# --- checks ------------------------------------------------------------------------------------------------


def _key_fits(
    opened: Opened,
    key: VerifyingKey,
    carried: SrsVerifier,
    parameters: Parameters,
    progress: Progress,
    cancel: Cancel | None,
) -> Check:
    """Derive the key from the program's text, nothing of it from the cache, and compare all of its bytes."""
    name = f"{opened.program.id}/{opened.statement.function}"
    try:
        derived = _derive(opened, key, carried, parameters, progress, cancel)
    except Cancelled:
        raise
    except AvmError as error:
        return Check(KEY_CHECK, False, f"the key of {name} cannot be derived: {error.message}")
    if derived.to_bytes() != key.to_bytes():
        return Check(KEY_CHECK, False, f"the proof is for another circuit than that of {name}")
    return Check(
        KEY_CHECK, True, f"the key is that of {name}, derived from its text (checksum {opened.checksum})"
    )


def _derive(
    opened: Opened,
    key: VerifyingKey,
    carried: SrsVerifier,
    parameters: Parameters,
    progress: Progress,
    cancel: Cancel | None,
) -> VerifyingKey:
    from avm.varuna.indexer import index

    srs = next((s for s in parameters.strings() if s.digest == carried.digest), None)
    if srs is None:
        raise CheckFailure("this machine does not have the reference string")
    if fault := fault_of(key.info):
        raise CheckFailure(fault)
    if key.info.highest_power > srs.highest_power:
        raise CheckFailure(f"the powers of {srs.name} that are here do not reach it")
    progress.stage("Derive the key", "the circuit, from the program's text")
    size = key.info
    system = opened.circuit(size.num_constraints, size.num_public_and_private_variables, progress, cancel)
    matrices = system.matrices()
    # A key counts one hiding entry in each matrix.
    if tuple(entries + 1 for entries in matrices.nonzeros) != size.as_tuple()[3:]:
        raise CheckFailure("its circuit has other sizes than the key")
    load_kernels(progress, cancel)
    return index(matrices, srs, num_variables=system.num_variables, progress=progress, cancel=cancel)[1]


def _trust(carried: SrsVerifier, parameters: Parameters) -> Check:
    if carried.digest not in parameters.verifiers():
        return Check(
            SRS, False, "the SRS came with the file: valid only for somebody who trusts whoever made it"
        )
    made_here = any(srs.insecure for srs in parameters.strings() if srs.digest == carried.digest)
    kind = "a development string, valid only for who trusts its maker" if made_here else "the official one"
    return Check(SRS, True, f"the SRS is one of this machine's: {kind} ({carried.digest[:16]}…)")


def _protocol(version: VarunaVersion, accepted: int) -> Check:
    old = superseded(version)
    taken = int(version) == accepted
    detail = f"{old}; taken because it was asked for" if old and taken else old or name_of(version)
    return Check(PROTOCOL, not old or taken, detail)


# --- what is shown -----------------------------------------------------------------------------------------


def _columns_shown(columns: list[int]) -> tuple[ProvedValue, ...]:
    return tuple(ProvedValue(f"x{i}", "field", f"{x}field") for i, x in enumerate(columns, 1))


def _old_notes(document: JsonObject) -> tuple[Note, ...]:
    name = f"{document['program']}/{document['function']}"
    return (
        Note(
            "Names",
            f"{name}, as the file says: {OLD_FORMAT} does not bind the program, the function or the key",
        ),
        Note("Values", "the public inputs have neither names nor types in this format"),
    )
