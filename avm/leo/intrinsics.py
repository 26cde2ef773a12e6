"""The built-in functions: their raw names (`_bhp256_hash_to_field`), older path names, arity and nature.

The hash, commit, random and ECDSA families are regular and made by rule; the rest is listed.
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.leo.ast import (
    ADDRESS,
    BOOLEAN,
    FIELD,
    GROUP,
    INTEGER_TYPES,
    SCALAR,
    U32,
    ArrayType,
    Literal,
    Type,
)


@dataclass(frozen=True, slots=True)
class Intrinsic:
    """One built-in function.

    `kind` groups intrinsics that share their rules (`Hash`, `Commit`, `MappingGet` ..); `family` is the
    algorithm in lower case (`bhp256`), `raw` the variant without type tags; `result` the result type where
    the name alone fixes it; `arity` the number of arguments; `finalize_command` whether it works on-chain
    only; `pure` whether it neither halts nor touches state, where no opcode says so.
    """

    name: str
    kind: str
    arity: int
    family: str = ""
    raw: bool = False
    result: Type | None = None
    finalize_command: bool = False
    pure: bool = True


_RESULTS: dict[str, Type] = {
    "address": ADDRESS,
    "field": FIELD,
    "group": GROUP,
    **{name: INTEGER_TYPES[name] for name in ("i8", "i16", "i32", "i64", "i128")},
    **{name: INTEGER_TYPES[name] for name in ("u8", "u16", "u32", "u64", "u128")},
    "scalar": SCALAR,
}
_COMMITS = {
    "BHP256": "bhp256",
    "BHP512": "bhp512",
    "BHP768": "bhp768",
    "BHP1024": "bhp1024",
    "Pedersen64": "pedersen64",
    "Pedersen128": "pedersen128",
}
_BIT_HASHES = {
    "Keccak256": "keccak256",
    "Keccak384": "keccak384",
    "Keccak512": "keccak512",
    "SHA3_256": "sha3_256",
    "SHA3_384": "sha3_384",
    "SHA3_512": "sha3_512",
}
_HASHES = {
    **_COMMITS,
    "Poseidon2": "poseidon2",
    "Poseidon4": "poseidon4",
    "Poseidon8": "poseidon8",
    **_BIT_HASHES,
}


def bit_array(length: int) -> ArrayType:
    """`[bool; length]`"""
    return ArrayType(BOOLEAN, Literal("Integer", str(length), U32))


def _chain(name: str, kind: str, arity: int, pure: bool = False) -> Intrinsic:
    return Intrinsic(name, kind, arity, finalize_command=True, pure=pure)


def _build() -> tuple[dict[str, Intrinsic], dict[tuple[str, str], str]]:
    table: dict[str, Intrinsic] = {}
    paths: dict[tuple[str, str], str] = {}

    def add(item: Intrinsic, module: str = "", function: str = "") -> None:
        table[item.name] = item
        if module:
            paths[module, function] = item.name

    for result, type_ in {**_RESULTS, "bool": BOOLEAN}.items():
        add(
            Intrinsic(f"_chacha_rand_{result}", "ChaChaRand", 0, result=type_, finalize_command=True),
            "ChaCha",
            f"rand_{result}",
        )
    for module, family in _COMMITS.items():
        for result in ("address", "field", "group"):
            add(
                Intrinsic(f"_{family}_commit_to_{result}", "Commit", 2, family, result=_RESULTS[result]),
                module,
                f"commit_to_{result}",
            )
    for module, family in _HASHES.items():
        for raw in (False, True):
            tail = "_raw" if raw else ""
            for result, type_ in _RESULTS.items():
                function = f"hash_to_{result}{tail}"
                item = Intrinsic(f"_{family}_{function}", "Hash", 1, family, raw, type_)
                add(item, module, function)
            if module in _BIT_HASHES:
                function = f"hash_to_bits{tail}"
                bits = bit_array(int(family[-3:]))
                add(
                    Intrinsic(f"_{family}_{function}", "Hash", 1, f"{family}_native", raw, bits),
                    module,
                    function,
                )
    digests = ["digest", "digest_eth"]
    digests += [f"{family}{tail}" for family in _BIT_HASHES.values() for tail in ("", "_raw", "_eth")]
    for digest in digests:
        add(
            Intrinsic(
                f"_ecdsa_verify_{digest}",
                "ECDSAVerify",
                3,
                digest,
                result=BOOLEAN,
                finalize_command=True,
            ),
            "ECDSA",
            f"verify_{digest}",
        )
    for name, kind in (
        ("_self_address", "SelfAddress"),
        ("_self_caller", "SelfCaller"),
        ("_self_checksum", "SelfChecksum"),
        ("_self_edition", "SelfEdition"),
        ("_self_id", "SelfId"),
        ("_self_program_owner", "SelfProgramOwner"),
        ("_self_signer", "SelfSigner"),
        ("_block_height", "BlockHeight"),
        ("_block_timestamp", "BlockTimestamp"),
        ("_network_id", "NetworkId"),
        ("_group_gen", "GroupGen"),
    ):
        add(Intrinsic(name, kind, 0))
    add(Intrinsic("_aleo_generator", "AleoGenerator", 0), "Aleo", "generator")
    add(Intrinsic("_aleo_generator_powers", "AleoGeneratorPowers", 0), "Aleo", "generator_powers")
    add(Intrinsic("_serialize_to_bits", "Serialize", 1), "Serialize", "to_bits")
    add(Intrinsic("_serialize_to_bits_raw", "Serialize", 1, raw=True), "Serialize", "to_bits_raw")
    add(Intrinsic("_deserialize_from_bits", "Deserialize", 1), "Deserialize", "from_bits")
    add(
        Intrinsic("_deserialize_from_bits_raw", "Deserialize", 1, raw=True),
        "Deserialize",
        "from_bits_raw",
    )
    add(Intrinsic("_group_to_x_coordinate", "GroupToXCoordinate", 1), "group", "to_x_coordinate")
    add(Intrinsic("_group_to_y_coordinate", "GroupToYCoordinate", 1), "group", "to_y_coordinate")
    add(Intrinsic("_signature_verify", "SignatureVerify", 3), "signature", "verify")
    add(Intrinsic("_optional_unwrap", "OptionalUnwrap", 1), "Optional", "unwrap")
    add(Intrinsic("_optional_unwrap_or", "OptionalUnwrapOr", 2), "Optional", "unwrap_or")
    add(_chain("_final_run", "FinalRun", 1), "Final", "run")
    add(_chain("_snark_verify", "SnarkVerify", 4), "Snark", "verify")
    add(_chain("_snark_verify_batch", "SnarkVerifyBatch", 4), "Snark", "verify_batch")
    add(_chain("_mapping_get", "MappingGet", 2), "Mapping", "get")
    add(_chain("_mapping_set", "MappingSet", 3), "Mapping", "set")
    add(_chain("_mapping_get_or_use", "MappingGetOrUse", 3), "Mapping", "get_or_use")
    add(_chain("_mapping_remove", "MappingRemove", 2), "Mapping", "remove")
    add(_chain("_mapping_contains", "MappingContains", 2), "Mapping", "contains")
    add(_chain("_vector_get", "VectorGet", 2, pure=True))
    add(_chain("_vector_set", "VectorSet", 3))
    paths["Vector", "get"] = "_mapping_get"
    paths["Vector", "set"] = "_mapping_set"
    add(_chain("_vector_push", "VectorPush", 2), "Vector", "push")
    add(_chain("_vector_len", "VectorLen", 1, pure=True), "Vector", "len")
    add(_chain("_vector_clear", "VectorClear", 1), "Vector", "clear")
    add(_chain("_vector_pop", "VectorPop", 1), "Vector", "pop")
    add(_chain("_vector_swap_remove", "VectorSwapRemove", 2), "Vector", "swap_remove")
    add(_chain("_program_checksum", "ProgramChecksum", 1, pure=True))
    add(_chain("_program_edition", "ProgramEdition", 1, pure=True))
    add(_chain("_program_owner", "ProgramOwner", 1, pure=True))
    add(_chain("_function_checksum", "FunctionChecksum", 2, pure=True))
    add(Intrinsic("_dynamic_call", "DynamicCall", 3, pure=False))
    add(_chain("_dynamic_contains", "DynamicContains", 4))
    add(_chain("_dynamic_get", "DynamicGet", 4))
    add(_chain("_dynamic_get_or_use", "DynamicGetOrUse", 5))
    return table, paths


INTRINSICS, _PATHS = _build()


def intrinsic_at_path(module: str, function: str) -> str | None:
    """The raw name behind the older form `Module::function`."""
    return _PATHS.get((module, function))
