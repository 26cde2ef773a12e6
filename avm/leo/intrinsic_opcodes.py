"""Built-in functions as instructions: the opcode, operands and result type of each."""

from __future__ import annotations

from avm.leo import ast
from avm.leo.intrinsics import Intrinsic

_FAMILIES = {
    "pedersen64": "ped64",
    "pedersen128": "ped128",
    "poseidon2": "psd2",
    "poseidon4": "psd4",
    "poseidon8": "psd8",
}
NAMES = {
    "SelfChecksum": "checksum",
    "SelfEdition": "edition",
    "SelfProgramOwner": "program_owner",
    "SelfCaller": "self.caller",
    "SelfSigner": "self.signer",
    "BlockHeight": "block.height",
    "BlockTimestamp": "block.timestamp",
    "NetworkId": "network.id",
    "GroupGen": "group::GEN",
    "AleoGenerator": "aleo::GENERATOR",
    "AleoGeneratorPowers": "aleo::GENERATOR_POWERS",
}
PROGRAM_DATA = {"ProgramChecksum": "checksum", "ProgramEdition": "edition", "ProgramOwner": "program_owner"}
PLAIN = {
    "SignatureVerify": "sign.verify",
    "SnarkVerify": "snark.verify",
    "SnarkVerifyBatch": "snark.verify.batch",
}
COORDINATES = {"GroupToXCoordinate": "group.x", "GroupToYCoordinate": "group.y"}


MAPPINGS = {
    "MappingGet": "get",
    "MappingGetOrUse": "get.or_use",
    "MappingContains": "contains",
    "MappingSet": "set",
    "MappingRemove": "remove",
}
RANDOM = "rand.chacha"


def opcode(intrinsic: Intrinsic) -> str | None:
    """The opcode that a built-in function becomes, None for those that become no instruction of their own."""
    match intrinsic.kind:
        case "Hash" | "Commit":
            return hash_opcode(intrinsic)
        case "ECDSAVerify":
            return ecdsa_opcode(intrinsic)
        case "Serialize" | "Deserialize":
            return bits_opcode(intrinsic)
        case "ChaChaRand":
            return RANDOM
        case kind:
            return PLAIN.get(kind) or MAPPINGS.get(kind)


def hash_opcode(intrinsic: Intrinsic) -> str:
    """`hash.bhp256`, `hash.keccak256.native.raw`, `commit.ped64`."""
    family, native, _ = intrinsic.family.partition("_native")
    word = "commit" if intrinsic.kind == "Commit" else "hash"
    name = _FAMILIES.get(family, family) + (".native" if native else "")
    return f"{word}.{name}{'.raw' if intrinsic.raw else ''}"


def ecdsa_opcode(intrinsic: Intrinsic) -> str:
    """`ecdsa.verify.keccak256.eth`"""
    digest = intrinsic.family
    for suffix in ("_raw", "_eth"):
        if digest.endswith(suffix):
            return f"ecdsa.verify.{digest.removesuffix(suffix)}.{suffix[1:]}"
    return f"ecdsa.verify.{digest}"


def bits_opcode(intrinsic: Intrinsic) -> str:
    """`serialize.bits.raw`"""
    return f"{intrinsic.kind.lower()}.bits{'.raw' if intrinsic.raw else ''}"


def result_type(intrinsic: Intrinsic) -> ast.Type:
    """The result type that the name fixes."""
    assert intrinsic.result is not None
    return intrinsic.result
