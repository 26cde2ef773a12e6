"""Conformance answers about records, requests, transitions, transactions and authorizations."""

from __future__ import annotations

from avm.account.address import address_text, parse_address
from avm.account.keys import PrivateKey, ViewKey
from avm.account.signature import Signature
from avm.algebra.edwards import mul
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, Unsupported
from avm.base.json_value import JsonObject, hex_bytes, items, members, text
from avm.conformance.data import Handler, bits_text, field_texts, literal_value, refusing
from avm.data import record_ciphertext as records
from avm.data import request as requests
from avm.data.ciphertext import Ciphertext
from avm.data.identifier import function_id
from avm.data.plaintext import parse_plaintext
from avm.data.record import Record, parse_record
from avm.data.request_codec import input_id_to_json
from avm.data.types import RecordValue, kind_of, parse_value_type
from avm.data.value import parse_value
from avm.ledger.authorization import Authorization
from avm.ledger.network import Transaction
from avm.ledger.state import transaction_tree
from avm.ledger.transition import Transition
from avm.ledger.transition_codec import transition_to_bytes


def _decrypt(request: JsonObject) -> JsonObject:
    encrypted = records.RecordCiphertext.parse(text(request["ciphertext"]))
    record = encrypted.decrypt(ViewKey.parse(text(request["view_key"])))
    bits = encrypted.to_bits()
    return {
        "ok": True,
        "text": str(record),
        "bytes": record.to_bytes().hex(),
        "bits": bits_text(record.tagged_bits()),
        "fields": field_texts(record.to_fields()),
        "owner": address_text(record.owner),
        "nonce": f"{record.nonce[0]}group",
        "ciphertext_bytes": encrypted.to_bytes().hex(),
        "ciphertext_bits": bits_text(bits),
        "ciphertext_fields": field_texts(encrypted.to_fields()),
    }


def _ids(request: JsonObject) -> JsonObject:
    key, record = PrivateKey.parse(text(request["private_key"])), parse_record(text(request["record"]))
    view_key = records.record_view_key(record.nonce, key.view_key)
    commitment = records.commitment(
        record, text(request["program_id"]), text(request["record_name"]), view_key
    )
    gamma = records.gamma(key, commitment)
    return {
        "ok": True,
        "record_view_key": f"{view_key}field",
        "commitment": f"{commitment}field",
        "tag": f"{records.tag(key.view_key.graph_key(), commitment)}field",
        "gamma": f"{gamma[0]}group",
        "serial_number": f"{records.serial_number(gamma, commitment)}field",
    }


def _encrypt(request: JsonObject) -> JsonObject:
    view_key = literal_value(request["record_view_key"], "field")
    encrypted = records.encrypt_record(parse_record(text(request["record"])), view_key)
    sender = records.sender_ciphertext(parse_address(text(request["signer"])), view_key)
    return {
        "ok": True,
        "ciphertext": str(encrypted),
        "checksum": f"{encrypted.checksum()}field",
        "sender_ciphertext": f"{sender}field",
    }


def _encrypt_value(request: JsonObject) -> JsonObject:
    if "plaintext_view_key" in request:
        view_key = literal_value(request["plaintext_view_key"], "field")
    else:
        view_key = mul(
            parse_address(text(request["address"])), literal_value(request["randomizer"], "scalar")
        )[0]
    encrypted = Ciphertext.encrypt(parse_plaintext(text(request["value"])), view_key)
    return {
        "ok": True,
        "ciphertext": str(encrypted),
        "bytes": encrypted.to_bytes().hex(),
        "fields": field_texts(encrypted.fields),
    }


def _decrypt_value(request: JsonObject) -> JsonObject:
    key = literal_value(request["plaintext_view_key"], "field")
    return {"ok": True, "value": str(Ciphertext.parse(text(request["ciphertext"])).decrypt(key))}


def _transition(request: JsonObject) -> JsonObject:
    transition = Transition.from_json(members(request["transition"]))
    key = PrivateKey.parse(text(request["private_key"])).view_key
    tvk = mul(transition.tpk, key.scalar)[0]
    reply: JsonObject = {
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
    decrypted = dict(shown.to_json())
    return {**reply, "decrypted_id": decrypted.pop("id"), "decrypted": decrypted}


def _request(request: JsonObject) -> JsonObject:
    key, program = PrivateKey.parse(text(request["private_key"])), text(request["program_id"])
    tvk, is_root = literal_value(request["tvk"], "field"), bool(request["is_root"])
    function, tcm = function_id(program, text(request["function"])), requests.transition_commitment(tvk)
    tags = key.view_key.graph_key()
    ids: list[requests.RequestId] = []
    given = zip(items(request["inputs"]), items(request["input_types"]), strict=True)
    for index, (shown, type_text) in enumerate(given):
        type_, value = parse_value_type(text(type_text)), parse_value(text(shown))
        if isinstance(type_, RecordValue) and isinstance(value, Record):
            ids.append(requests.record_input_id(value, program, type_.name, key, tags))
        else:
            kind = kind_of(type_)
            ids.append(requests.InputId(kind, requests.hash_id(kind, function, value, tvk, index)))
    valid, other = (
        requests.verify_request(
            Signature.parse(text(request[name])), key.address, function, tvk, ids, is_root=is_root
        )
        for name in ("signature", "other_signature")
    )
    return {
        "ok": True,
        "signer": address_text(key.address),
        "sk_tag": f"{tags.sk_tag}field",
        "tcm": f"{tcm}field",
        "scm": f"{requests.signer_commitment(key.address, tvk)}field",
        "input_ids": [input_id_to_json(item) for item in ids],
        "valid": valid,
        "other_valid": other,
    }


_RECORD: dict[str, Handler] = {
    "decrypt": _decrypt,
    "ids": _ids,
    "encrypt": _encrypt,
    "encrypt_value": _encrypt_value,
    "decrypt_value": _decrypt_value,
    "transition": _transition,
    "request": _request,
}


def _record(request: JsonObject) -> JsonObject:
    handler = _RECORD.get(text(request["what"]))
    if handler is None:
        raise Unsupported(f"the record request '{request['what']}' is not built")
    return handler(request)


def _transaction(request: JsonObject) -> JsonObject:
    if "bytes" in request:
        transaction = Transaction.read(ByteReader(hex_bytes(request["bytes"])))
        data = transaction.to_json()
        return {"ok": True, "transaction_id": data["id"], "type": data["type"], "transaction": data}
    transaction = Transaction.from_json(members(request["transaction"]))
    return {
        "ok": True,
        "transaction_id": transaction.id_text,
        "transition_ids": [transition.id_text for transition in transaction.transitions()],
        "bytes": transaction.to_bytes().hex(),
    }


def _authorization(request: JsonObject) -> JsonObject:
    if "bytes" in request:
        reader = ByteReader(hex_bytes(request["bytes"]))
        authorization = Authorization.read(reader)
        reader.finish()
        shown: JsonObject = {"authorization": authorization.to_json()}
    else:
        authorization = Authorization.from_json(members(request["authorization"]))
        shown = {"bytes": authorization.to_bytes().hex()}
    return {"ok": True, "execution_id": f"{authorization.execution_id}field", **shown}


HANDLERS: dict[str, Handler] = {
    "avm.record": refusing(_record),
    "avm.transaction": refusing(_transaction),
    "avm.authorization": refusing(_authorization),
}
