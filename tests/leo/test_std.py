"""The standard library made by rule."""

from avm.base.diagnostics import Diagnostics
from avm.leo import std
from avm.leo.ast import NodeBuilder
from avm.leo.ast_builder import read_module
from avm.leo.intrinsics import INTRINSICS, intrinsic_at_path
from avm.leo.source import SourceMap


def test_std_has_all_its_functions_and_each_parses() -> None:
    names = list(std.all_functions())
    assert len(names) == len(set(names)) == 5931
    sample = names[::97]
    library = std.library(sample, NodeBuilder(), SourceMap())
    assert sum(len(module.functions) for module in library.modules.values()) == len(sample)


def test_names_std_lacks_are_left_out() -> None:
    assert std.source_of(("hash", "keccak256"), "hash_bool_to_bits") is None
    assert std.source_of(("hash", "pedersen64"), "hash_u64_to_field") is None
    assert std.source_of(("nothing",), "f") is None
    assert not std.library([(("ctx",), "nobody")], NodeBuilder(), SourceMap()).modules


def test_a_function_of_std_wraps_a_known_intrinsic() -> None:
    text = std.source_of(("rand",), "chacha_u32")
    assert text is not None
    found = Diagnostics()
    module = read_module("x", text, "std", ("rand",), NodeBuilder(), found)
    assert not found.has_errors and module.functions[0].is_exported
    assert "_chacha_rand_u32" in INTRINSICS


def test_older_paths_name_the_same_intrinsics() -> None:
    assert intrinsic_at_path("BHP256", "hash_to_field") == "_bhp256_hash_to_field"
    assert intrinsic_at_path("Mapping", "get_or_use") == "_mapping_get_or_use"
    assert intrinsic_at_path("Mapping", "nothing") is None
