"""Conformance answers about accounts, values and hashes."""

from __future__ import annotations

from collections.abc import Callable

from avm.account.address import address_text, parse_address
from avm.account.keys import PrivateKey
from avm.account.signature import Signature, message_of_bytes, sign
from avm.base.bits import bits_to_bytes_le
from avm.base.codec import ByteReader
from avm.base.errors import AvmError, DecodeError, ParseFailure, Unsupported
from avm.base.json_value import JsonObject, JsonValue, hex_bytes, items, number, text
from avm.data.big_endian import raw_bits_be
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.identifier import check_identifier, identifier_field
from avm.data.literal import Literal
from avm.data.plaintext import Plaintext, Struct, parse_plaintext
from avm.data.record import Record
from avm.data.value import Value, parse_value, read_value, value_to_bytes
from avm.primitives import poseidon
from avm.primitives.bhp import bhp
from avm.primitives.domain import domain_separator
from avm.primitives.pedersen import pedersen

Handler = Callable[[JsonObject], JsonObject]


def bits_text(bits: list[bool]) -> str:
    """Return bits as text of 0 and 1."""
    return "".join("1" if bit else "0" for bit in bits)


def field_texts(fields: list[int] | tuple[int, ...]) -> list[str]:
    """Return field elements as program text."""
    return [f"{field}field" for field in fields]


def literal_value(value: JsonValue, suffix: str) -> int:
    """Return the value of a literal that must be of one type, field or scalar; ParseFailure otherwise."""
    literal = Literal.parse(text(value))
    if literal.type.type_name != suffix:
        raise ParseFailure(f"'{value}' is not a {suffix}")
    found: int = literal.value
    return found


def _account(request: JsonObject) -> JsonObject:
    if "seed" in request:
        key = PrivateKey(int.from_bytes(hex_bytes(request["seed"]), "little"))
    else:
        key = PrivateKey.parse(text(request["private_key"]))
    view, graph, compute = key.view_key, key.view_key.graph_key(), key.compute_key
    x = key.address[0]
    return {
        "ok": True,
        "private_key": key.reveal(),
        "private_key_bytes": key.seed.to_bytes(32, "little").hex(),
        "view_key": view.reveal(),
        "view_key_scalar": f"{view.scalar}scalar",
        "view_key_bytes": view.scalar.to_bytes(32, "little").hex(),
        "compute_key": {
            "pk_sig": f"{compute.pk_sig[0]}group",
            "pr_sig": f"{compute.pr_sig[0]}group",
            "sk_prf": f"{compute.sk_prf}scalar",
        },
        "graph_key": graph.reveal(),
        "sk_tag": f"{graph.sk_tag}field",
        "address": address_text(key.address),
        "address_group": f"{x}group",
        "address_field": f"{x}field",
        "address_bytes": x.to_bytes(32, "little").hex(),
    }


def _message(request: JsonObject) -> list[int]:
    if "value" in request:
        return parse_plaintext(text(request["value"])).to_fields()
    return message_of_bytes(hex_bytes(request["message"]))


def _sign_verify(request: JsonObject) -> JsonObject:
    signature = Signature.parse(text(request["signature"]))
    valid = signature.verify(parse_address(text(request["address"])), _message(request))
    return {
        "ok": True,
        "valid": valid,
        "bytes": signature.to_bytes().hex(),
        "challenge": f"{signature.challenge}scalar",
        "response": f"{signature.response}scalar",
        "fields": field_texts(signature.to_fields()),
        "signer": address_text(signature.compute_key.address()),
    }


def _sign(request: JsonObject) -> JsonObject:
    key = PrivateKey.parse(text(request["private_key"]))
    return {"ok": True, "signature": str(sign(key, _message(request)))}


def _pack_be(bits: list[bool]) -> bytes:
    chunks = [bits[i : i + 8] for i in range(0, len(bits), 8)]
    return bytes(int(bits_text(chunk), 2) for chunk in chunks)[::-1]


def _plaintext(value: Plaintext) -> JsonObject:
    raw, raw_be = value.raw_bits(), raw_bits_be(value)
    kind = "struct" if isinstance(value, Struct) else "array"
    return {
        "type": value.type.type_name if isinstance(value, Literal) else kind,
        "text": str(value),
        "bytes": value.to_bytes().hex(),
        "bits": bits_text(value.tagged_bits()),
        "fields": field_texts(value.to_fields()),
        "bytes_raw_le": bits_to_bytes_le(raw).hex(),
        "bytes_raw_be": _pack_be(raw_be).hex(),
        "bits_raw_le": bits_text(raw),
        "bits_raw_be": bits_text(raw_be),
        "fields_raw": field_texts(value.to_fields_raw()),
    }


def _reads_back(value: Value, data: bytes) -> bool:
    try:
        return str(read_value(ByteReader(data))) == str(value)
    except DecodeError:
        return False


_KINDS: dict[type, str] = {
    Record: "record",
    Future: "future",
    DynamicRecord: "dynamic_record",
    DynamicFuture: "dynamic_future",
}


def _described(value: Value) -> JsonObject:
    data = value_to_bytes(value)
    reply: dict[str, JsonValue] = {
        "ok": True,
        "kind": _KINDS.get(type(value), "plaintext"),
        "text": str(value),
        "bytes": data.hex(),
        "bits": bits_text(value.tagged_bits()),
        "bits_raw_le": bits_text(value.raw_bits()),
        "bits_raw_be": bits_text(raw_bits_be(value)),
        "fields": field_texts(value.to_fields()),
        "fields_raw": field_texts(value.to_fields_raw()),
        "bytes_read_back": _reads_back(value, data),
    }
    if isinstance(value, Plaintext):
        reply["plaintext"] = _plaintext(value)
    return reply


def _value(request: JsonObject) -> JsonObject:
    if "bytes" in request:
        # What follows the value is not looked at: the reference stops at its end too.
        return {"ok": True, "text": str(read_value(ByteReader(hex_bytes(request["bytes"]))))}
    if "string" in request:
        name = text(request["string"])
        try:
            field = f"{identifier_field(check_identifier(name))}field"
        except ParseFailure:
            field = None
        return {"ok": True, "string_to_field": field, "domain_separator": f"{domain_separator(name)}field"}
    return _described(parse_value(text(request["value"])))


def _hash_input_bits(request: JsonObject) -> list[bool]:
    if "bits" in request:
        return [c == "1" for c in text(request["bits"])]
    value = parse_value(text(request["value"]))
    return value.raw_bits() if request["raw"] else value.tagged_bits()


def _poseidon(request: JsonObject, rate: int) -> JsonObject:
    if "fields" in request:
        fields = [literal_value(each, "field") for each in items(request["fields"])]
    else:
        value = parse_value(text(request["value"]))
        fields = value.to_fields_raw() if request["raw"] else value.to_fields()
    domain, form = text(request.get("domain", "")), request.get("as", "field")
    if "outputs" in request:
        count = number(request["outputs"], 1 << 16)
        return {
            "ok": True,
            "result": field_texts(poseidon.hash_many(rate, fields, count, domain=domain)),
        }
    if form == "group":
        return {"ok": True, "result": f"{poseidon.hash_to_group(rate, fields, domain=domain)[0]}group"}
    if form == "scalar":
        return {"ok": True, "result": f"{poseidon.hash_to_scalar(rate, fields, domain=domain)}scalar"}
    return {"ok": True, "result": f"{poseidon.hash(rate, fields, domain=domain)}field"}


def _hash(request: JsonObject) -> JsonObject:
    name = text(request["algorithm"])
    family = name.rstrip("0123456789")
    size = int(name[len(family) :])
    if family == "poseidon":
        return _poseidon(request, size)
    if family not in ("bhp", "pedersen"):
        raise Unsupported(f"the hash {name} is not built")
    hasher = (bhp if family == "bhp" else pedersen)(size, text(request.get("domain", "")))
    bits = _hash_input_bits(request)
    form = request.get("as", "field")
    if "randomizer" in request:
        point = hasher.commit_to_group(bits, literal_value(request["randomizer"], "scalar"))
    else:
        point = hasher.hash_to_group(bits)
    return {"ok": True, "result": f"{point[0]}{form}"}


def refusing(handler: Handler) -> Handler:
    """Turn the bad numbers and hex of a request into a refusal."""

    def checked(request: JsonObject) -> JsonObject:
        try:
            return handler(request)
        except AvmError:
            raise
        except ValueError as error:
            raise ParseFailure(f"the request cannot be read: {error}") from error

    return checked


HANDLERS: dict[str, Handler] = {
    "avm.account": refusing(_account),
    "avm.sign_verify": refusing(_sign_verify),
    "avm.sign": refusing(_sign),
    "avm.value": refusing(_value),
    "avm.hash": refusing(_hash),
}
