"""The standard library made by rule."""

from collections.abc import Iterator

from avm.base.diagnostics import Diagnostics
from avm.base.sources import Source
from avm.isa.ops.commitment import CommitOp
from avm.isa.ops.hashing import HashOp
from avm.isa.registry import ops
from avm.leo import std
from avm.leo.ast import PRIMITIVE_TYPES, NodeBuilder
from avm.leo.ast_builder import read_module
from avm.leo.intrinsics import INTRINSICS, intrinsic_at_path
from tests.test_every_op import NETWORK

MODULES = ("hash", "commit", "rand", "serialize", "ctx", "grp", "sig", "prog")


def all_functions() -> Iterator[tuple[std.ModulePath, str]]:
    """Every function of `std`, among all names that its patterns allow."""
    network = (op for op in ops().values() if op.code is not None and op.code < NETWORK)
    algorithms = {op.algorithm.lower() for op in network if isinstance(op, HashOp | CommitOp)}
    types = [*PRIMITIVE_TYPES]
    hashes = [f"_{a}_to_{b}{raw}" for a in types for b in [*types, "bits"] for raw in ("", "_raw")]
    candidates: list[tuple[std.ModulePath, str]] = [
        ((word, algorithm), word + tail)
        for word in ("hash", "commit")
        for algorithm in algorithms
        for tail in hashes
    ]
    heads = ("chacha_", "to_bits_", "to_bits_raw_", "from_bits_", "from_bits_raw_")
    words = """addr caller signer id checksum edition program_owner block_height block_timestamp network_id
        generator aleo_generator aleo_generator_powers to_x_coordinate to_y_coordinate
        verify_schnorr verify_ecdsa_digest verify_ecdsa_digest_eth function_checksum"""
    names = [*words.split(), *(head + type_ for head in heads for type_ in types)]
    candidates += [((module,), name) for module in MODULES for name in names]
    return (found for found in candidates if std.source_of(*found) is not None)


def test_std_has_all_its_functions_and_each_parses() -> None:
    names = list(all_functions())
    assert len(names) == len(set(names)) == 5931
    sample = names[::97]
    library = std.library(sample, NodeBuilder())
    assert sum(len(module.functions) for module in library.modules.values()) == len(sample)


def test_names_std_lacks_are_left_out() -> None:
    assert std.source_of(("hash", "keccak256"), "hash_bool_to_bits") is None
    assert std.source_of(("hash", "pedersen64"), "hash_u64_to_field") is None
    assert std.source_of(("nothing",), "f") is None
    assert not std.library([(("ctx",), "nobody")], NodeBuilder()).modules


def test_a_function_of_std_wraps_a_known_intrinsic() -> None:
    text = std.source_of(("rand",), "chacha_u32")
    assert text is not None
    found = Diagnostics()
    module = read_module(Source("x", text), "std", ("rand",), NodeBuilder(), found)
    assert not found.has_errors and module.functions[0].is_exported
    assert "_chacha_rand_u32" in INTRINSICS


def test_older_paths_name_the_same_intrinsics() -> None:
    assert intrinsic_at_path("BHP256", "hash_to_field") == "_bhp256_hash_to_field"
    assert intrinsic_at_path("Mapping", "get_or_use") == "_mapping_get_or_use"
    assert intrinsic_at_path("Mapping", "nothing") is None
