"""The built-in functions by their raw names (`_bhp256_hash_to_field`).

Those that hash, commit, draw, verify ECDSA signatures and turn values into bits are made from their opcodes,
one for each type of the result; the rest is listed. A new hash is a function here by being an opcode.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from avm.isa.op import Op
from avm.isa.ops.commitment import CommitOp
from avm.isa.ops.hashing import HashOp
from avm.isa.ops.randomness import RandomOp
from avm.isa.ops.serialization import BitsOp, SerializeOp
from avm.isa.ops.verification import EcdsaVerifyOp
from avm.isa.registry import ops
from avm.leo.ast import ADDRESS, BOOLEAN, FIELD, GROUP, I64, U8, U16, U32, UNIT, ArrayType, Literal, Type
from avm.leo.operators import leo_name
from avm.leo.type_rules import LEO_TYPES


@dataclass(frozen=True, slots=True)
class Intrinsic:
    """One built-in function.

    `kind` groups intrinsics that share their rules (`Hash`, `Commit`, `MappingGet` ..). `opcode` is the
    instruction that it becomes or acts through; one without is an `operator`, or stands for a value, which
    an Aleo program calls `operand`. `result` is the result type where the name alone fixes it, `arity` the
    number of arguments; `on_chain` says that a function without an opcode works on-chain only.
    """

    name: str
    kind: str
    arity: int
    opcode: str = ""
    operand: str = ""
    operator: str = ""
    result: Type | None = None
    on_chain: bool = False

    @property
    def op(self) -> Op:
        """What its opcode says."""
        return ops()[self.opcode]

    @property
    def raw(self) -> bool:
        """Whether it takes or gives bits without type tags."""
        return self.opcode.endswith(".raw")

    @property
    def is_finalize_only(self) -> bool:
        """Whether it works on-chain only."""
        return self.op.is_finalize_only if self.opcode else self.on_chain


def bit_array(length: int) -> ArrayType:
    """`[bool; length]`"""
    return ArrayType(BOOLEAN, Literal("Integer", str(length), U32))


BYTES_32: Final = ArrayType(U8, Literal("Integer", "32", U8))
_POWERS = ArrayType(GROUP, Literal("Integer", "251", U32))


def _row(
    name: str,
    arity: int,
    opcode: str = "",
    operand: str = "",
    operator: str = "",
    result: Type | None = None,
    on_chain: bool = False,
) -> Intrinsic:
    kind = "".join([word.title() for word in name.split("_")])
    return Intrinsic(f"_{name}", kind, arity, opcode, operand, operator, result, on_chain)


_LISTED = (
    _row("self_address", 0, result=ADDRESS),
    _row("self_caller", 0, operand="self.caller", result=ADDRESS),
    _row("self_checksum", 0, operand="checksum", result=BYTES_32),
    _row("self_edition", 0, operand="edition", result=U16),
    _row("self_id", 0, result=ADDRESS),
    _row("self_program_owner", 0, operand="program_owner", result=ADDRESS),
    _row("self_signer", 0, operand="self.signer", result=ADDRESS),
    _row("block_height", 0, operand="block.height", result=U32),
    _row("block_timestamp", 0, operand="block.timestamp", result=I64),
    _row("network_id", 0, operand="network.id", result=U16),
    _row("group_gen", 0, operand="group::GEN", result=GROUP),
    _row("aleo_generator", 0, operand="aleo::GENERATOR", result=GROUP),
    _row("aleo_generator_powers", 0, operand="aleo::GENERATOR_POWERS", result=_POWERS),
    _row("group_to_x_coordinate", 1, operator="ToXCoordinate", result=FIELD),
    _row("group_to_y_coordinate", 1, operator="ToYCoordinate", result=FIELD),
    _row("program_checksum", 1, operand="checksum", result=BYTES_32, on_chain=True),
    _row("program_edition", 1, operand="edition", result=U16, on_chain=True),
    _row("program_owner", 1, operand="program_owner", result=ADDRESS, on_chain=True),
    _row("function_checksum", 2, operand="checksum", result=BYTES_32, on_chain=True),
    _row("signature_verify", 3, "sign.verify", result=BOOLEAN),
    _row("snark_verify", 4, "snark.verify", result=BOOLEAN),
    _row("snark_verify_batch", 4, "snark.verify.batch", result=BOOLEAN),
    _row("final_run", 1, "await", result=UNIT),
    _row("optional_unwrap", 1, "assert.eq"),
    _row("optional_unwrap_or", 2),
    _row("mapping_get", 2, "get"),
    _row("mapping_set", 3, "set"),
    _row("mapping_get_or_use", 3, "get.or_use"),
    _row("mapping_remove", 2, "remove"),
    _row("mapping_contains", 2, "contains"),
    _row("vector_get", 2, "get.or_use"),
    _row("vector_set", 3, "set"),
    _row("vector_push", 2, "set"),
    _row("vector_len", 1, "get.or_use"),
    _row("vector_clear", 1, "set"),
    _row("vector_pop", 1, "set"),
    _row("vector_swap_remove", 2, "set"),
    _row("dynamic_call", 3, "call.dynamic"),
    _row("dynamic_contains", 4, "contains.dynamic"),
    _row("dynamic_get", 4, "get.dynamic"),
    _row("dynamic_get_or_use", 5, "get.or_use.dynamic"),
)


def _made() -> Iterator[Intrinsic]:
    """The functions of opcodes that need no row."""
    for name, op in ops().items():
        match op:
            case HashOp(many=False) | CommitOp(raw=False):
                yield from _of_algorithm(op)
            case RandomOp():
                for type_ in op.results:
                    yield Intrinsic(
                        f"_chacha_rand_{leo_name(type_)}", "ChaChaRand", 0, name, result=LEO_TYPES[type_]
                    )
            case EcdsaVerifyOp():
                yield Intrinsic(f"_{name.replace('.', '_')}", "ECDSAVerify", 3, name, result=BOOLEAN)
            case BitsOp():
                word = "serialize_to" if isinstance(op, SerializeOp) else "deserialize_from"
                kind = type(op).__name__.removesuffix("Op")
                yield Intrinsic(f"_{word}_bits{'_raw' if op.raw else ''}", kind, 1, name)


def _of_algorithm(op: HashOp | CommitOp) -> Iterator[Intrinsic]:
    word, arity = ("hash", 1) if isinstance(op, HashOp) else ("commit", 2)
    results = {leo_name(t): LEO_TYPES[t] for t in op.results}
    if isinstance(op, HashOp) and op.native:
        results = {"bits": bit_array(op.size)}
    for result, type_ in results.items():
        name = f"_{op.algorithm.lower()}_{word}_to_{result}{'_raw' if op.raw else ''}"
        yield Intrinsic(name, word.title(), arity, op.mnemonic, result=type_)


INTRINSICS: Final = {row.name: row for row in (*_LISTED, *_made())}
_MODULES = {"Aleo", "ChaCha", "Deserialize", "ECDSA", "Final", "Mapping", "Optional", "Serialize", "Snark"}
_MODULES |= {"Vector", "group", "signature"}
_MODULES |= {op.algorithm for op in ops().values() if isinstance(op, HashOp | CommitOp)}


def intrinsic_at_path(module: str, function: str) -> str | None:
    """The raw name behind the older form `Module::function`."""
    if module == "Vector" and function in ("get", "set"):
        return f"_mapping_{function}"
    name = f"_{module.lower()}_{function}"
    return name if module in _MODULES and name in INTRINSICS and name != "_group_gen" else None
