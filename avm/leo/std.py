"""The standard library `std`, written out by rule for just the functions a program names.

Nearly all of its functions wrap one built-in: a hash, commitment, random value, conversion to bits, or a
read of the execution context. The source made here is parsed like any library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from avm.base.diagnostics import Diagnostics
from avm.isa.sizes import literal_bits
from avm.leo.ast import INTEGER_TYPES, Library, Module, NodeBuilder
from avm.leo.ast_builder import read_module
from avm.leo.parses import Parses
from avm.leo.source import SourceMap
from avm.leo.type_rules import LITERAL_TYPES

NAME = "std"
ModulePath = tuple[str, ...]

_INTEGERS = tuple(INTEGER_TYPES)
_ALL = ("bool", *_INTEGERS, "field", "group", "scalar", "address")
_RESULTS = ("address", "field", "group", "scalar", *_INTEGERS)
_BHP = ("bhp256", "bhp512", "bhp768", "bhp1024")
_BITS = {
    "keccak256": 256,
    "keccak384": 384,
    "keccak512": 512,
    "sha3_256": 256,
    "sha3_384": 384,
    "sha3_512": 512,
}
_PEDERSEN = {
    f"pedersen{size}": ("bool", *(name for name, type_ in INTEGER_TYPES.items() if type_.bits < size))
    for size in (64, 128)
}
_HASHES = (*_BHP, *_BITS, *_PEDERSEN, "poseidon2", "poseidon4", "poseidon8")
_CONTEXT = {
    "addr": ("", "address", "_self_address"),
    "caller": ("@_caller_annotation", "address", "_self_caller"),
    "signer": ("", "address", "_self_signer"),
    "id": ("", "address", "_self_id"),
    "checksum": ("@_onchain_context", "[u8; 32]", "_self_checksum"),
    "edition": ("@_onchain_context", "u16", "_self_edition"),
    "program_owner": ("@_onchain_context", "address", "_self_program_owner"),
    "block_height": ("@_onchain_context", "u32", "_block_height"),
    "block_timestamp": ("@_onchain_context", "i64", "_block_timestamp"),
    "network_id": ("@_onchain_context", "u16", "_network_id"),
}
_PROGRAM = {"checksum": "[u8; 32]", "edition": "u16", "program_owner": "address"}
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


def _hash(family: str, name: str) -> str | None:
    raw = "_raw" if name.endswith("_raw") else ""
    source, _, result = name.removeprefix("hash_").removesuffix("_raw").partition("_to_")
    bits = _BITS.get(family)
    if source not in _PEDERSEN.get(family, _ALL) or not name.startswith("hash_"):
        return None
    if bits is not None and raw and source not in _INTEGERS:
        return None  # not a whole number of bytes
    if result in _RESULTS:
        shown = result
    elif result == "bits" and bits is not None and source in _INTEGERS:
        shown = f"[bool; {bits}]"
    else:
        return None
    return _fn(name, f"x: {source}", shown, f"_{family}_hash_to_{result}{raw}(x)")


def _commit(family: str, name: str) -> str | None:
    source, _, result = name.removeprefix("commit_").partition("_to_")
    if not name.startswith("commit_") or source not in _PEDERSEN.get(family, _ALL):
        return None
    if result not in ("address", "field", "group"):
        return None
    return _fn(name, f"x: {source}, r: scalar", result, f"_{family}_commit_to_{result}(x, r)")


def _serialize(name: str) -> str | None:
    for head in ("to_bits_raw_", "to_bits_", "from_bits_raw_", "from_bits_"):
        if not name.startswith(head):
            continue
        type_ = name.removeprefix(head)
        if type_ not in _ALL or (head.startswith("from") and type_ == "bool"):
            return None
        raw = "_raw" if "raw" in head else ""
        bits = f"[bool; {literal_bits(LITERAL_TYPES[type_], raw=bool(raw))}]"
        if head.startswith("to"):
            return _fn(name, f"x: {type_}", bits, f"_serialize_to_bits{raw}(x)")
        return _fn(name, f"bits: {bits}", type_, f"_deserialize_from_bits{raw}::[{type_}](bits)")
    return None


def _program(name: str) -> str | None:
    if name in _PROGRAM:
        generic = f"{name}::[PROG: address]"
        return _fn(
            generic,
            "",
            _PROGRAM[name],
            f"_program_{name.removeprefix('program_')}(PROG)",
            "@_program_id_arg",
            True,
        )
    if name == "function_checksum":
        generic = "function_checksum::[PROG: address, FN_NAME: identifier]"
        annotations = "@_program_id_arg\n@_callable_function_arg"
        return _fn(generic, "", "[u8; 32]", "_function_checksum(PROG, FN_NAME)", annotations, True)
    return None


def source_of(path: ModulePath, name: str) -> str | None:
    """The source of one function of `std`, or None if the library has none of that name."""
    match path:
        case ("hash", family) if family in _HASHES:
            return _hash(family, name)
        case ("commit", family) if family in _BHP or family in _PEDERSEN:
            return _commit(family, name)
        case ("rand",):
            type_ = name.removeprefix("chacha_")
            if type_ not in _ALL or type_ == name:
                return None
            return _fn(name, "", type_, f"_chacha_rand_{type_}()", final=True)
        case ("serialize",):
            return _serialize(name)
        case ("ctx",) if name in _CONTEXT:
            head, result, body = _CONTEXT[name]
            return _fn(name, "", result, f"{body}()", head)
        case ("prog",):
            return _program(name)
        case ("grp",) if name in _GROUP:
            inputs, result, body = _GROUP[name]
            return _fn(name, inputs, result, body)
        case ("sig",) if name in _SIGNATURES:
            inputs, body = _SIGNATURES[name]
            return _fn(name, inputs, "bool", body, final=True)
        case _:
            return None


def all_functions() -> Iterator[tuple[ModulePath, str]]:
    """Every function of `std`."""
    for family in _HASHES:
        for source in _ALL:
            for result in (*_RESULTS, "bits"):
                for raw in ("", "_raw"):
                    if _hash(family, name := f"hash_{source}_to_{result}{raw}") is not None:
                        yield ("hash", family), name
    for family in (*_BHP, *_PEDERSEN):
        for source in _PEDERSEN.get(family, _ALL):
            for result in ("address", "field", "group"):
                yield ("commit", family), f"commit_{source}_to_{result}"
    yield from ((("rand",), f"chacha_{type_}") for type_ in _ALL)
    for head in ("to_bits_", "to_bits_raw_", "from_bits_", "from_bits_raw_"):
        for type_ in _ALL:
            if _serialize(head + type_) is not None:
                yield ("serialize",), head + type_
    for module, names in (("ctx", _CONTEXT), ("grp", _GROUP), ("sig", _SIGNATURES), ("prog", _PROGRAM)):
        yield from (((module,), name) for name in names)
    yield ("prog",), "function_checksum"


def library(
    names: Iterable[tuple[ModulePath, str]],
    builder: NodeBuilder,
    sources: SourceMap,
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
        text = "".join(texts)
        key = sources.add(f"{NAME}/{'/'.join(path)}.leo", text)
        modules[path] = read_module(key, text, NAME, path, builder, Diagnostics(), parses)
    return Library(NAME, modules, (), (), (), ())
