"""Built-in functions as instructions: the opcode, operands and result type of each."""

from __future__ import annotations

from avm.leo import ast
from avm.leo.intrinsics import Intrinsic

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


def hash_opcode(intrinsic: Intrinsic) -> str:
    """`hash.bhp256`, `hash.keccak256.native.raw`, `commit.ped64`."""
    return intrinsic.opcode


ecdsa_opcode = bits_opcode = hash_opcode


def result_type(intrinsic: Intrinsic) -> ast.Type:
    """The result type that the name fixes."""
    assert intrinsic.result is not None
    return intrinsic.result
