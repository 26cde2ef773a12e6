"""Damaged JSON documents of the ledger and damaged proof files are refused, never a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avm.base.errors import AvmError
from avm.data.plaintext import parse_plaintext
from avm.ledger import network
from avm.ledger.authorization import Authorization
from avm.ledger.block import Block, Confirmed, genesis, make_block, next_metadata
from avm.ledger.operations import Change, Operation
from avm.ledger.transaction import Execution, Proof, Transaction
from avm.ledger.transition import Transition
from tests.fuzz.damage import JSON, damaged_json
from tests.ledger.support import deploy
from tests.ledger.test_called import authorization
from tests.ledger.test_network import FEE, PROVEN, deployed
from tests.ledger.test_transition import transition

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]
RELAXED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)


@cache
def transactions() -> tuple[Transaction, Transaction]:
    """A deployment and an execution."""
    proof = Proof(b"proof", 2, b"key", (1, 2), "circuit", "development")
    return deploy(), Transaction(Execution((transition(),), 5, proof, transition().tpk))


@cache
def block() -> Block:
    """A block with both and with changes of storage."""
    first = genesis()
    key, value = parse_plaintext("5u32"), parse_plaintext("7u64")
    program, mapping = "bank.aleo", "balances"
    operations = tuple(Operation(change, program, mapping, key, value) for change in list(Change)[1:2])
    confirmed = [Confirmed(transaction, operations) for transaction in transactions()]
    return make_block(first.hash, 3, next_metadata(first.header.metadata, 1), confirmed)


DOCUMENTS: dict[str, tuple[Callable[[Any], Any], Callable[[], list[Any]], int]] = {
    "transition": (Transition.from_json, lambda: [transition()], 200),
    "network transaction": (
        network.Transaction.from_json,
        lambda: [
            network.Transaction(PROVEN, FEE),
            network.Transaction(network.Execution(PROVEN.transitions, 5)),
            deployed(2),
        ],
        150,
    ),
    "authorization": (Authorization.from_json, lambda: [authorization()], 150),
    "transaction": (Transaction.from_json, lambda: list(transactions()), 150),
    "block": (Block.from_json, lambda: [block(), genesis()], 100),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_valid_documents_read_back(name: str) -> None:
    read, samples, _ = DOCUMENTS[name]
    for sample in samples():
        assert read(json.loads(json.dumps(sample.to_json()))).to_json() == sample.to_json()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_damaged_documents_are_refused_or_read_back(name: str) -> None:
    read, samples, examples = DOCUMENTS[name]
    documents = [sample.to_json() for sample in samples()]

    @settings(max_examples=examples, deadline=None, suppress_health_check=RELAXED)
    @given(damaged_json(documents) | JSON)
    def run(document: Any) -> None:
        try:
            value = read(document)
            again = value.to_json()
        except AvmError:
            return
        assert read(again).to_json() == again

    run()


def proof_document() -> dict[str, Any]:
    from tests.fuzz.codecs import development, proved

    (_, verifying), _, proof, _ = proved()
    srs = development()
    return {
        "format": "avm-proof-1",
        "program": "a.aleo",
        "function": "main",
        "varuna_version": 3,
        "srs": srs.name,
        "srs_digest": srs.digest,
        "srs_verifier": srs.verifier().to_bytes().hex(),
        "verifying_key": str(verifying),
        "public_inputs": ["546"],
        "outputs": [],
        "proof": str(proof),
    }


# A stranger's string is named, but the proof itself holds.
NOT_THE_PROOFS_FAULT = {"trusted SRS"}


class NoParameters:
    """No reference strings on this machine."""

    def verifiers(self) -> dict[str, str]:
        return {}


def test_damaged_proof_files_are_refused_or_do_not_verify(tmp_path: Path) -> None:
    from avm.api.proof_file import verify

    path, document = tmp_path / "proof.json", proof_document()
    path.write_text(json.dumps(document), encoding="utf-8")
    checks = {check.name: check.passed for check in verify(path, NoParameters()).checks}  # type: ignore[arg-type]
    assert {name for name, passed in checks.items() if not passed} == NOT_THE_PROOFS_FAULT

    @settings(max_examples=60, deadline=None, suppress_health_check=RELAXED)
    @given(damaged_json([document]) | JSON | st.binary(max_size=40))
    def run(damaged: Any) -> None:
        path.write_bytes(damaged if isinstance(damaged, bytes) else json.dumps(damaged).encode())
        try:
            view = verify(path, NoParameters())  # type: ignore[arg-type]
        except AvmError:
            return
        same = isinstance(damaged, dict) and all(
            damaged.get(name) == document[name] for name in ("proof", "verifying_key", "public_inputs")
        )
        assert same or not all(c.passed for c in view.checks if c.name not in NOT_THE_PROOFS_FAULT)

    run()
