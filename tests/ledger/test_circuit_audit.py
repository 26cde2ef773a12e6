"""The audit of a function that makes a record: what the network leaves to a prover is found and named."""

from __future__ import annotations

from avm.api.circuit_audit import SENDER, audit_view
from avm.ledger.circuit_audit import circuit_to_audit
from avm.r1cs.audit import audit, question
from avm.vm.environment import load

MINT = """program mint.aleo;

record coin:
    owner as address.private;
    amount as u64.private;

function make:
    input r0 as u64.private;
    cast self.signer r0 into r1 as coin.record;
    output r1 as coin.record;
"""


def test_a_new_record_leaves_its_version_and_its_senders_ciphertext_to_the_prover() -> None:
    system = circuit_to_audit(load(MINT), "make")
    report = audit(question(system, everything=True, fixed=True))
    view = audit_view("mint.aleo/make", system, report, True, 0.0)
    verdicts = {found.name: (found.verdict, found.why) for found in view.outputs}
    assert verdicts == {
        "output 0 commitment": ("unique", ""),
        "output 0 checksum": ("unique", ""),
        "output 0 sender": ("free", SENDER),
    }
    assert view.ok and all(found.why for found in view.loose)
    assert [chosen.count for chosen in view.chosen] == [8] and "cast" in view.chosen[0].place
    assert all("record" in each.place for each in view.conditions), "they are those of BHP"
