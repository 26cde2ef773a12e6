"""The standard library `std`, written out by rule for just the functions a program names.

Nearly all of its functions wrap one built-in: a hash, commitment, random value, conversion to bits, or a
read of the execution context. The source made here is parsed like any library.
"""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.diagnostics import Diagnostics
from avm.base.sources import Source
from avm.isa.ops.commitment import CommitOp
from avm.isa.ops.hashing import HashOp
from avm.isa.ops.randomness import RandomOp
from avm.isa.sizes import literal_bits
from avm.leo.ast import Library, Module, NodeBuilder
from avm.leo.ast.printer import show_type
from avm.leo.ast_builder import read_module
from avm.leo.intrinsics import INTRINSICS
from avm.leo.operators import leo_name
from avm.leo.parses import Parses

NAME = "std"
ModulePath = tuple[str, ...]

_TYPES = {leo_name(t): t for t in RandomOp.results}
"""The types of literals that the functions take and give."""
CONTEXT = {
    "addr": ("", "_self_address"),
    "caller": ("@_caller_annotation", "_self_caller"),
    "signer": ("", "_self_signer"),
    "id": ("", "_self_id"),
    "checksum": ("@_onchain_context", "_self_checksum"),
    "edition": ("@_onchain_context", "_self_edition"),
    "program_owner": ("@_onchain_context", "_self_program_owner"),
    "block_height": ("@_onchain_context", "_block_height"),
    "block_timestamp": ("@_onchain_context", "_block_timestamp"),
    "network_id": ("@_onchain_context", "_network_id"),
}
_ID, _CALLABLE = "@_program_id_arg", "@_callable_function_arg"
_PROGRAM = {
    "checksum": (_ID, "PROG: address", "_program_checksum", "PROG"),
    "edition": (_ID, "PROG: address", "_program_edition", "PROG"),
    "program_owner": (_ID, "PROG: address", "_program_owner", "PROG"),
    "function_checksum": (
        f"{_ID}\n{_CALLABLE}",
        "PROG: address, FN_NAME: identifier",
        "_function_checksum",
        "PROG, FN_NAME",
    ),
}
_GROUP = {
    "generator": ("", "group", "_group_gen()"),
    "aleo_generator": ("", "group", "_aleo_generator()"),
    "aleo_generator_powers": ("", "[group; 251]", "_aleo_generator_powers()"),
    "to_x_coordinate": ("g: group", "field", "g.to_x_coordinate()"),
    "to_y_coordinate": ("g: group", "field", "g.to_y_coordinate()"),
}
_SIGNATURES = {
    "verify_schnorr": (
        "sig: signature, signer: address, message: field",
        "_signature_verify(sig, signer, message)",
    ),
    "verify_ecdsa_digest": (
        "sig: [u8; 65], verifying_key: [u8; 33], prehash: [u8; 32]",
        "_ecdsa_verify_digest(sig, verifying_key, prehash)",
    ),
    "verify_ecdsa_digest_eth": (
        "sig: [u8; 65], eth_address: [u8; 20], prehash: [u8; 32]",
        "_ecdsa_verify_digest_eth(sig, eth_address, prehash)",
    ),
}


def _fn(name: str, inputs: str, result: str, body: str, head: str = "", final: bool = False) -> str:
    keyword = "final fn" if final else "fn"
    return f"{head}\nexport {keyword} {name}({inputs}) -> {result} {{\n    return {body};\n}}\n"


def _result(intrinsic: str) -> str:
    """The type that a built-in function gives."""
    type_ = INTRINSICS[intrinsic].result
    assert type_ is not None
    return show_type(type_)


def _hash(word: str, algorithm: str, name: str) -> str | None:
    """`hash_u8_to_field_raw`, `commit_u8_to_field`: of a literal, if the algorithm takes its type."""
    raw = "_raw" if name.endswith("_raw") else ""
    source, _, result = name.removeprefix(f"{word}_").removesuffix("_raw").partition("_to_")
    intrinsic = f"_{algorithm}_{word}_to_{result}{raw}"
    type_, found = _TYPES.get(source), INTRINSICS.get(intrinsic)
    if found is None or type_ is None or not name.startswith(f"{word}_"):
        return None
    op, bits = found.op, literal_bits(type_, raw=True)
    assert isinstance(op, HashOp | CommitOp)
    if op.longest is not None and bits >= op.longest:
        return None
    if isinstance(op, HashOp) and op.takes_whole_bytes and bits % 8:
        return None
    extra = ", r: scalar" if word == "commit" else ""
    return _fn(name, f"x: {source}{extra}", _result(intrinsic), f"{intrinsic}(x{', r' if extra else ''})")


def _serialize(name: str) -> str | None:
    """`to_bits_u8`, `from_bits_raw_field`"""
    word, _, type_ = name.partition("_bits_")
    raw = "_raw" if type_.startswith("raw_") else ""
    type_ = type_.removeprefix("raw_")
    if word not in ("to", "from") or type_ not in _TYPES or (word == "from" and type_ == "bool"):
        return None
    bits = f"[bool; {literal_bits(_TYPES[type_], raw=bool(raw))}]"
    if word == "to":
        return _fn(name, f"x: {type_}", bits, f"_serialize_to_bits{raw}(x)")
    return _fn(name, f"bits: {bits}", type_, f"_deserialize_from_bits{raw}::[{type_}](bits)")


def source_of(path: ModulePath, name: str) -> str | None:
    """The source of one function of `std`, or None if the library has none of that name."""
    match path:
        case ("hash" | "commit" as word, algorithm):
            return _hash(word, algorithm, name)
        case ("rand",):
            type_ = name.removeprefix("chacha_")
            if type_ not in _TYPES or type_ == name:
                return None
            return _fn(name, "", type_, f"_chacha_rand_{type_}()", final=True)
        case ("serialize",):
            return _serialize(name)
        case ("ctx",) if name in CONTEXT:
            head, intrinsic = CONTEXT[name]
            return _fn(name, "", _result(intrinsic), f"{intrinsic}()", head)
        case ("prog",) if name in _PROGRAM:
            head, generics, intrinsic, arguments = _PROGRAM[name]
            body = f"{intrinsic}({arguments})"
            return _fn(f"{name}::[{generics}]", "", _result(intrinsic), body, head, True)
        case ("grp",) if name in _GROUP:
            inputs, result, body = _GROUP[name]
            return _fn(name, inputs, result, body)
        case ("sig",) if name in _SIGNATURES:
            inputs, body = _SIGNATURES[name]
            return _fn(name, inputs, "bool", body, final=True)
        case _:
            return None


def library(
    names: Iterable[tuple[ModulePath, str]],
    builder: NodeBuilder,
    parses: Parses | None = None,
) -> Library:
    """`std` with the named functions only; names it does not have are left out."""
    wanted: dict[ModulePath, list[str]] = {}
    for path, name in dict.fromkeys(names):
        text = source_of(path, name)
        if text is not None:
            wanted.setdefault(path, []).append(text)
    modules: dict[ModulePath, Module] = {}
    for path, texts in wanted.items():
        source = Source(f"{NAME}/{'/'.join(path)}.leo", "".join(texts), seen=False)
        modules[path] = read_module(source, NAME, path, builder, Diagnostics(), parses)
    return Library(NAME, modules, (), (), (), ())
