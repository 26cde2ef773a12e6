"""Conformance answers about accounts, values, hashes and records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from avm.account.address import address_text, parse_address
from avm.account.keys import PrivateKey, ViewKey
from avm.account.signature import Signature, message_of_bytes, sign
from avm.algebra.edwards import mul
from avm.base.bits import bits_to_bytes_le
from avm.base.codec import ByteReader
from avm.base.errors import AvmError, DecodeError, ParseFailure, Unsupported
from avm.data import record_ciphertext as records
from avm.data import request as requests
from avm.data.big_endian import raw_bits_be
from avm.data.ciphertext import Ciphertext
from avm.data.future import Future
from avm.data.identifier import check_identifier, function_id, identifier_field
from avm.data.literal import Literal
from avm.data.plaintext import Plaintext, Struct, parse_plaintext
from avm.data.record import Record, parse_record
from avm.data.types import ExternalRecordValue, PlaintextValue, RecordValue, Visibility, parse_value_type
from avm.data.value import Value, parse_value, read_value, value_to_bytes
from avm.ledger.state import transaction_tree
from avm.ledger.transition import Transition
from avm.ledger.transition_codec import transition_to_bytes
from avm.primitives import poseidon
from avm.primitives.bhp import bhp
from avm.primitives.domain import domain_separator
from avm.primitives.pedersen import pedersen

Reply = dict[str, Any]


def _bits(bits: list[bool]) -> str:
    return "".join("1" if bit else "0" for bit in bits)


def _fields(fields: list[int] | tuple[int, ...]) -> list[str]:
    return [f"{field}field" for field in fields]


def _literal(text: str, suffix: str) -> Any:
    literal = Literal.parse(text)
    if literal.type.type_name != suffix:
        raise ParseFailure(f"'{text}' is not a {suffix}")
    return literal.value


def _account(request: Reply) -> Reply:
    if "seed" in request:
        key = PrivateKey(int.from_bytes(bytes.fromhex(request["seed"]), "little"))
    else:
        key = PrivateKey.parse(request["private_key"])
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


def _message(request: Reply) -> list[int]:
    if "value" in request:
        return parse_plaintext(request["value"]).to_fields()
    return message_of_bytes(bytes.fromhex(request["message"]))


def _sign_verify(request: Reply) -> Reply:
    signature = Signature.parse(request["signature"])
    valid = signature.verify(parse_address(request["address"]), _message(request))
    return {
        "ok": True,
        "valid": valid,
        "bytes": signature.to_bytes().hex(),
        "challenge": f"{signature.challenge}scalar",
        "response": f"{signature.response}scalar",
        "fields": _fields(signature.to_fields()),
        "signer": address_text(signature.compute_key.address()),
    }


def _sign(request: Reply) -> Reply:
    key = PrivateKey.parse(request["private_key"])
    return {"ok": True, "signature": str(sign(key, _message(request)))}


def _pack_be(bits: list[bool]) -> bytes:
    chunks = [bits[i : i + 8] for i in range(0, len(bits), 8)]
    return bytes(int(_bits(chunk), 2) for chunk in chunks)[::-1]


def _plaintext(value: Plaintext) -> Reply:
    raw, raw_be = value.raw_bits(), raw_bits_be(value)
    kind = "struct" if isinstance(value, Struct) else "array"
    return {
        "type": value.type.type_name if isinstance(value, Literal) else kind,
        "text": str(value),
        "bytes": value.to_bytes().hex(),
        "bits": _bits(value.tagged_bits()),
        "fields": _fields(value.to_fields()),
        "bytes_raw_le": bits_to_bytes_le(raw).hex(),
        "bytes_raw_be": _pack_be(raw_be).hex(),
        "bits_raw_le": _bits(raw),
        "bits_raw_be": _bits(raw_be),
        "fields_raw": _fields(value.to_fields_raw()),
    }


def _reads_back(value: Value, data: bytes) -> bool:
    try:
        return str(read_value(ByteReader(data))) == str(value)
    except DecodeError:
        return False


def _described(value: Value) -> Reply:
    data = value_to_bytes(value)
    reply: Reply = {
        "ok": True,
        "kind": "record" if isinstance(value, Record) else "future",
        "text": str(value),
        "bytes": data.hex(),
        "bits": _bits(value.tagged_bits()),
        "bits_raw_le": _bits(value.raw_bits()),
        "bits_raw_be": _bits(raw_bits_be(value)),
        "fields": _fields(value.to_fields()),
        "fields_raw": _fields(value.to_fields_raw()),
        "bytes_read_back": _reads_back(value, data),
    }
    if not isinstance(value, Record | Future):
        reply.update(kind="plaintext", plaintext=_plaintext(value))
    return reply


def _value(request: Reply) -> Reply:
    if "bytes" in request:
        # What follows the value is not looked at: the reference stops at its end too.
        return {"ok": True, "text": str(read_value(ByteReader(bytes.fromhex(request["bytes"]))))}
    if "string" in request:
        text = request["string"]
        try:
            field = f"{identifier_field(check_identifier(text))}field"
        except ParseFailure:
            field = None
        return {"ok": True, "string_to_field": field, "domain_separator": f"{domain_separator(text)}field"}
    return _described(parse_value(request["value"]))


def _hash_input_bits(request: Reply) -> list[bool]:
    if "bits" in request:
        return [c == "1" for c in request["bits"]]
    value = parse_value(request["value"])
    return value.raw_bits() if request["raw"] else value.tagged_bits()


def _poseidon(request: Reply, rate: int) -> Reply:
    if "fields" in request:
        fields = [_literal(text, "field") for text in request["fields"]]
    else:
        value = parse_value(request["value"])
        fields = value.to_fields_raw() if request["raw"] else value.to_fields()
    domain, form = request.get("domain", ""), request.get("as", "field")
    if "outputs" in request:
        return {
            "ok": True,
            "result": _fields(poseidon.hash_many(rate, fields, request["outputs"], domain=domain)),
        }
    if form == "group":
        return {"ok": True, "result": f"{poseidon.hash_to_group(rate, fields, domain=domain)[0]}group"}
    if form == "scalar":
        return {"ok": True, "result": f"{poseidon.hash_to_scalar(rate, fields, domain=domain)}scalar"}
    return {"ok": True, "result": f"{poseidon.hash(rate, fields, domain=domain)}field"}


def _hash(request: Reply) -> Reply:
    name = request["algorithm"]
    family = name.rstrip("0123456789")
    size = int(name[len(family) :])
    if family == "poseidon":
        return _poseidon(request, size)
    if family not in ("bhp", "pedersen"):
        raise Unsupported(f"the hash {name} is not built")
    hasher = (bhp if family == "bhp" else pedersen)(size, request.get("domain", ""))
    bits = _hash_input_bits(request)
    form = request.get("as", "field")
    if "randomizer" in request:
        point = hasher.commit_to_group(bits, _literal(request["randomizer"], "scalar"))
    else:
        point = hasher.hash_to_group(bits)
    return {"ok": True, "result": f"{point[0]}{form}"}


def _decrypt(request: Reply) -> Reply:
    encrypted = records.RecordCiphertext.parse(request["ciphertext"])
    record = encrypted.decrypt(ViewKey.parse(request["view_key"]))
    bits = encrypted.to_bits()
    return {
        "ok": True,
        "text": str(record),
        "bytes": record.to_bytes().hex(),
        "bits": _bits(record.tagged_bits()),
        "fields": _fields(record.to_fields()),
        "owner": address_text(record.owner),
        "nonce": f"{record.nonce[0]}group",
        "ciphertext_bytes": encrypted.to_bytes().hex(),
        "ciphertext_bits": _bits(bits),
        "ciphertext_fields": _fields(encrypted.to_fields()),
    }


def _ids(request: Reply) -> Reply:
    key, record = PrivateKey.parse(request["private_key"]), parse_record(request["record"])
    view_key = records.record_view_key(record.nonce, key.view_key)
    commitment = records.commitment(record, request["program_id"], request["record_name"], view_key)
    gamma = records.gamma(key, commitment)
    return {
        "ok": True,
        "record_view_key": f"{view_key}field",
        "commitment": f"{commitment}field",
        "tag": f"{records.tag(key.view_key.graph_key(), commitment)}field",
        "gamma": f"{gamma[0]}group",
        "serial_number": f"{records.serial_number(gamma, commitment)}field",
    }


def _encrypt(request: Reply) -> Reply:
    view_key = _literal(request["record_view_key"], "field")
    encrypted = records.encrypt_record(parse_record(request["record"]), view_key)
    sender = records.sender_ciphertext(parse_address(request["signer"]), view_key)
    return {
        "ok": True,
        "ciphertext": str(encrypted),
        "checksum": f"{encrypted.checksum()}field",
        "sender_ciphertext": f"{sender}field",
    }


def _encrypt_value(request: Reply) -> Reply:
    if "plaintext_view_key" in request:
        view_key = _literal(request["plaintext_view_key"], "field")
    else:
        view_key = mul(parse_address(request["address"]), _literal(request["randomizer"], "scalar"))[0]
    encrypted = Ciphertext.encrypt(parse_plaintext(request["value"]), view_key)
    return {
        "ok": True,
        "ciphertext": str(encrypted),
        "bytes": encrypted.to_bytes().hex(),
        "fields": _fields(encrypted.fields),
    }


def _decrypt_value(request: Reply) -> Reply:
    key = _literal(request["plaintext_view_key"], "field")
    return {"ok": True, "value": str(Ciphertext.parse(request["ciphertext"]).decrypt(key))}


def _transition(request: Reply) -> Reply:
    transition = Transition.from_json(request["transition"])
    key = PrivateKey.parse(request["private_key"]).view_key
    tvk = mul(transition.tpk, key.scalar)[0]
    reply = {
        "ok": True,
        "transition_id": transition.id_text,
        "bytes": transition_to_bytes(transition).hex(),
        "tvk": f"{tvk}field",
        "execution_id": f"{transaction_tree(1, [transition.id]).root}field",
    }
    try:
        shown = transition.decrypted(tvk)
    except DecodeError:
        return reply
    decrypted = shown.to_json()
    return {**reply, "decrypted_id": decrypted.pop("id"), "decrypted": decrypted}


def _input_id(item: requests.InputId | requests.RecordInputId) -> Reply:
    if isinstance(item, requests.InputId):
        return {"type": item.kind, "id": f"{item.id}field"}
    return {
        "type": "record",
        "commitment": f"{item.commitment}field",
        "gamma": f"{item.gamma[0]}group",
        "record_view_key": f"{item.record_view_key}field",
        "serial_number": f"{item.serial_number}field",
        "tag": f"{item.tag}field",
    }


def _request(request: Reply) -> Reply:
    key, program = PrivateKey.parse(request["private_key"]), request["program_id"]
    tvk, is_root = _literal(request["tvk"], "field"), request["is_root"]
    function, tcm = function_id(program, request["function"]), requests.transition_commitment(tvk)
    tags = key.view_key.graph_key()
    ids: list[requests.InputId | requests.RecordInputId] = []
    for index, (text, type_text) in enumerate(zip(request["inputs"], request["input_types"], strict=True)):
        kind, value = parse_value_type(type_text), parse_value(text)
        if isinstance(kind, RecordValue) and isinstance(value, Record):
            ids.append(requests.record_input_id(value, program, kind.name, key, tags))
        elif isinstance(kind, ExternalRecordValue) and isinstance(value, Record):
            external = requests.external_record_id(function, value, tvk, index)
            ids.append(requests.InputId("external_record", external))
        elif isinstance(kind, PlaintextValue) and not isinstance(value, Record | Future):
            if kind.visibility is Visibility.PRIVATE:
                number = requests.ciphertext_id(requests.hidden(function, value, tvk, index))
            else:
                number = requests.shown_id(function, value, tcm, index)
            ids.append(requests.InputId(str(kind.visibility), number))
        else:
            raise ParseFailure(f"input {index} is not a {type_text}")
    valid, other = (
        requests.verify_request(
            Signature.parse(request[name]), key.address, function, tvk, ids, is_root=is_root
        )
        for name in ("signature", "other_signature")
    )
    return {
        "ok": True,
        "signer": address_text(key.address),
        "sk_tag": f"{tags.sk_tag}field",
        "tcm": f"{tcm}field",
        "scm": f"{requests.signer_commitment(key.address, tvk)}field",
        "input_ids": [_input_id(item) for item in ids],
        "valid": valid,
        "other_valid": other,
    }


_RECORD: dict[str, Callable[[Reply], Reply]] = {
    "decrypt": _decrypt,
    "ids": _ids,
    "encrypt": _encrypt,
    "encrypt_value": _encrypt_value,
    "decrypt_value": _decrypt_value,
    "transition": _transition,
    "request": _request,
}


def _record(request: Reply) -> Reply:
    handler = _RECORD.get(request["what"])
    if handler is None:
        raise Unsupported(f"the record request '{request['what']}' is not built")
    return handler(request)


def _refusing(handler: Callable[[Reply], Reply]) -> Callable[[Reply], Reply]:
    """Turn the bad numbers and hex of a request into a refusal."""

    def checked(request: Reply) -> Reply:
        try:
            return handler(request)
        except AvmError:
            raise
        except ValueError as error:
            raise ParseFailure(f"the request cannot be read: {error}") from error

    return checked


HANDLERS: dict[str, Callable[[Reply], Reply]] = {
    "avm.account": _refusing(_account),
    "avm.sign_verify": _refusing(_sign_verify),
    "avm.sign": _refusing(_sign),
    "avm.value": _refusing(_value),
    "avm.hash": _refusing(_hash),
    "avm.record": _refusing(_record),
}
