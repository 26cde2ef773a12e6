"""Conformance answers about the proof system: keys, raw proofs, and proofs of given constraint systems."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from avm.base.errors import DecodeError, ParseFailure
from avm.base.json_value import JsonObject, JsonValue, hex_bytes, items, members, number, text

if TYPE_CHECKING:
    from avm.r1cs import Matrices, Row
    from avm.varuna.srs.reference_string import Srs, SrsVerifier
    from avm.varuna.verifying_key import VerifyingKey
    from avm.varuna.version import VarunaVersion


def key_info(key: VerifyingKey) -> dict[str, int]:
    """Return the numbers of a verifying key by their names in the protocol."""
    info = key.info
    return {
        "num_public_inputs_padded": info.num_public_inputs,
        "num_public_and_private_variables": info.num_public_and_private_variables,
        "num_constraints": info.num_constraints,
        "num_non_zero_a": info.num_non_zero_a,
        "num_non_zero_b": info.num_non_zero_b,
        "num_non_zero_c": info.num_non_zero_c,
        "num_variables": key.num_variables,
    }


def verifying_key(request: JsonObject) -> JsonObject:
    """Decode a verifying key from hex or text and describe it."""
    from avm.varuna.verifying_key import VerifyingKey

    if "bytes" in request:
        try:
            data = hex_bytes(request["bytes"])
        except ValueError as error:
            raise DecodeError(f"the key is not hex: {error}") from error
        key = VerifyingKey.from_bytes(data)
    else:
        key = VerifyingKey.parse(text(request["text"]))
    return {
        "ok": True,
        "accepted": True,
        "text": str(key),
        "bytes": key.to_bytes().hex(),
        "checksum": key.checksum,
        **key_info(key),
    }


def snark_verify(request: JsonObject) -> JsonObject:
    """Verify a proof against a verifying key and public inputs (with the leading 1)."""
    from avm.varuna.proof import Proof
    from avm.varuna.verifier import verify
    from avm.varuna.verifying_key import VerifyingKey

    key = VerifyingKey.parse(text(request["verifying_key"]))
    proof = Proof.parse(text(request["proof"]))
    inputs = [_field(text(each)) for each in items(request["inputs"])]
    report = verify(key, official_verifier(request), inputs, proof, version=_version(request))
    return {"ok": True, "valid": report.valid, "failed": list(report.failed)}


def prove_r1cs(request: JsonObject) -> JsonObject:
    """Index a given constraint system with the official parameters and prove its assignment."""
    from avm.r1cs import Assignment
    from avm.varuna.indexer import index
    from avm.varuna.prover import prove

    public = (1, *map(_number, items(request["public"])))
    private = tuple(map(_number, items(request["private"])))
    matrices = _matrices(request, len(public), len(private))
    srs = official(request)
    key, verifying = index(matrices, srs)
    proof, _ = prove(key, srs, Assignment(public, private), version=_version(request))
    return {"ok": True, "verifying_key": str(verifying), "proof": str(proof)}


@lru_cache(maxsize=2)
def _official(folder: str) -> Srs:
    from avm.storage.parameters import FolderFiles
    from avm.varuna.srs.official import official_srs

    return official_srs(FolderFiles(Path(folder)))


def official(request: JsonObject) -> Srs:
    """Return the official parameters in the folder that a request names."""
    return _official(text(members(request["settings"])["params"]))


def official_verifier(request: JsonObject) -> SrsVerifier:
    """Return the verifier's half of the official parameters in the folder that a request names."""
    return official(request).verifier()


def _version(request: JsonObject) -> VarunaVersion:
    from avm.varuna.version import VarunaVersion

    version = number(members(request["settings"]).get("varuna_version", 2), 1 << 8)
    if version not in {each.value for each in VarunaVersion}:
        raise ParseFailure(f"there is no Varuna version {version}")
    return VarunaVersion(version)


def _number(written: JsonValue) -> int:
    from avm.algebra.fields import FR_MODULUS

    try:
        value = int(str(written))
    except ValueError as error:
        raise ParseFailure(f"'{written}' is not a number") from error
    if not 0 <= value < FR_MODULUS:
        raise ParseFailure(f"'{written}' is not an element of the field")
    return value


def _field(written: str) -> int:
    if not written.endswith("field"):
        raise ParseFailure(f"'{written}' is not a field element")
    return _number(written.removesuffix("field"))


def _matrices(request: JsonObject, publics: int, privates: int) -> Matrices:
    from avm.r1cs import Matrices

    def rows(name: str) -> tuple[Row, ...]:
        given = [map(items, items(row)) for row in items(request[name])]
        made = tuple(tuple((_number(column), _number(value)) for value, column in row) for row in given)
        for row in made:
            columns = [column for column, _ in row]
            if columns != sorted(set(columns)) or any(not 0 <= c < publics + privates for c in columns):
                raise ParseFailure(f"a row of {name} has columns out of order or out of range")
            if any(value == 0 for _, value in row):
                raise ParseFailure(f"a row of {name} has a zero coefficient")
        return made

    a, b, c = rows("a"), rows("b"), rows("c")
    if not len(a) == len(b) == len(c):
        raise ParseFailure("the matrices have different numbers of rows")
    return Matrices.of_rows(publics, privates, a, b, c)


HANDLERS: dict[str, Callable[[JsonObject], JsonObject]] = {
    "avm.snark_verify": snark_verify,
    "avm.verifying_key": verifying_key,
    "avm.prove_r1cs": prove_r1cs,
}
