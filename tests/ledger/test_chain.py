"""The chain accepts what is right, refuses the rest with the reason, and can account for itself."""

import copy
import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from avm.account.address import address_text
from avm.account.keys import PrivateKey
from avm.api.ledger import LedgerSession
from avm.base.errors import Cancelled, StoreError, Unsupported, VerifyError
from avm.base.progress import Cancel
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import parse_plaintext
from avm.ledger.block import Block
from avm.ledger.chain import Ledger
from avm.ledger.ids import Kind, parse_id
from avm.ledger.rejection import Reason
from avm.ledger.transaction import Deployment, Execution, Proof, Transaction
from avm.ledger.transition import make_transition
from avm.primitives.hash_to_curve import mul_generator
from avm.types.literal_type import LiteralType
from avm.vm.environment import load
from avm.vm.public_values import public_values
from tests.ledger.support import BANK, SIGNER, Trusting, call, deploy


@pytest.fixture
def ledger():
    chain = Ledger(None, Trusting())
    yield chain
    chain.close()


@pytest.fixture(scope="module")
def bank_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("chain") / "bank.ledger"
    chain = Ledger(path, Trusting())
    chain.advance([deploy()])
    chain.close()
    return path


@pytest.fixture
def bank(bank_file, tmp_path):
    chain = Ledger(Path(shutil.copy(bank_file, tmp_path)), Trusting())
    yield chain
    chain.close()


def changes(ledger):
    """Every value that a mapping has had."""
    store = ledger.store
    return [(place, store.changes(*place, ledger.height)) for place in store.mappings()]


def refused(ledger, transactions, reason, match="."):
    before = (ledger.height, ledger.state_root, changes(ledger))
    with pytest.raises(VerifyError, match=match) as caught:
        ledger.advance(transactions)
    assert caught.value.code == reason.value
    assert (ledger.height, ledger.state_root, changes(ledger)) == before


def balance(ledger, who, height=2**62):
    value = ledger.store.get("bank.aleo", "balances", parse_plaintext(who), height)
    return None if value is None else str(value)


def test_an_execution_changes_the_mapping_and_moves_the_root(bank):
    before = bank.state_root
    block = bank.advance([call(bank, "put", ["1u32", "5u64"])])
    assert (block.height, bank.height) == (2, 2)
    assert bank.state_root != before
    assert balance(bank, "1u32") == "5u64"
    assert [str(op.change) for op in block.transactions[0].operations] == ["Change.UPDATE"]


def test_a_deployment_makes_the_mappings_and_runs_the_constructor(bank):
    assert bank.store.mappings() == (("bank.aleo", "balances"),)
    assert balance(bank, "0u32") == "7u64"
    assert bank.store.program("bank.aleo").source == BANK
    assert bank.store.programs() == ("bank.aleo",)


def test_transactions_of_one_block_see_each_other(ledger):
    block = ledger.advance(
        [
            deploy(),
            call(ledger, "put", ["1u32", "5u64"], secret=1),
            call(ledger, "put", ["1u32", "6u64"], secret=2),
        ]
    )
    assert len(block.transactions) == 3
    assert balance(ledger, "1u32") == "11u64"


def test_every_height_keeps_its_values(bank):
    bank.advance([call(bank, "put", ["1u32", "5u64"], secret=1)])
    bank.advance([call(bank, "put", ["1u32", "1u64"], secret=2)])
    bank.advance([call(bank, "drop", ["1u32"], secret=3)])
    assert [balance(bank, "1u32", height) for height in range(1, 5)] == [None, "5u64", "6u64", None]
    history = bank.store.history("bank.aleo", "balances", parse_plaintext("1u32"))
    assert [(c.height, c.value and str(c.value)) for c in history] == [(2, "5u64"), (3, "6u64"), (4, None)]
    assert [str(key) for key, _ in bank.store.entries("bank.aleo", "balances", 3)] == ["0u32", "1u32"]
    assert [str(key) for key, _ in bank.store.entries("bank.aleo", "balances")] == ["0u32"]
    last = dict(bank.store.changes("bank.aleo", "balances"))[parse_plaintext("1u32")]
    assert (last.height, last.value) == (4, None)


def test_an_invalid_proof_is_refused(bank):
    refused(bank, [call(bank, "put", ["1u32", "5u64"], proof=b"wrong")], Reason.PROOF)
    refused(bank, [call(bank, "put", ["1u32", "5u64"], key=b"other")], Reason.PROOF, "verifying key")


def test_a_proof_of_other_public_values_is_refused(bank):
    honest = call(bank, "put", ["1u32", "5u64"]).payload
    forged = replace(honest, proof=replace(honest.proof, public_inputs=(*honest.proof.public_inputs[:-1], 1)))
    refused(bank, [Transaction(forged)], Reason.PROOF, "other public values")
    # The transition of one call with the proof of another.
    other = call(bank, "put", ["1u32", "6u64"], secret=2).payload
    mixed = replace(honest, transitions=other.transitions)
    refused(bank, [Transaction(mixed)], Reason.PROOF, "other public values")


def test_parts_of_another_kind_or_type_are_refused(bank):
    def made(inputs, function="put"):
        future = Future("bank.aleo", "put", (parse_plaintext("1u32"), parse_plaintext("5u64")))
        return make_transition(
            "bank.aleo",
            function,
            [(kind, parse_plaintext(text)) for kind, text in inputs],
            [("future", future)],
            signer=SIGNER.address,
            tpk=mul_generator(9),
            tvk=9,
        )

    honest = call(bank, "put", ["1u32", "5u64"]).payload
    for inputs, match in (
        ([("public", "1i32"), ("private", "5u64")], "does not fit"),
        ([("public", "1u32"), ("public", "5u64")], "input 1 is public"),
        ([("public", "1u32")], "it has 1 inputs"),
    ):
        refused(bank, [Transaction(replace(honest, transitions=(made(inputs),)))], Reason.PROOF, match)
    absent = replace(honest, transitions=(made([("public", "1u32")], "take"),))
    refused(bank, [Transaction(absent)], Reason.UNKNOWN_PROGRAM, "no verifying key for take")


WHO = """program who.aleo;

function me:
    assert.eq self.caller self.signer;
    output self.caller as address.public;
"""


def test_the_signer_must_stand_in_the_open_where_the_function_uses_it(ledger):
    ledger.advance([deploy(WHO, ("me",))])
    address = Literal(LiteralType.ADDRESS, SIGNER.address)
    transition = make_transition(
        "who.aleo", "me", [], [("public", address)], signer=SIGNER.address, tpk=mul_generator(4), tvk=4
    )
    shown = public_values(
        load(WHO), "me", [], [("public", address)], signer=SIGNER.address, caller=SIGNER.address
    )
    proof = Proof(b"proof", 2, b"verifying key", shown)
    root = parse_id(Kind.STATE_ROOT, ledger.state_root)
    hidden = Transaction(Execution((transition,), root, proof))
    refused(ledger, [hidden], Reason.PROOF, "self")
    open_ = Transaction(Execution((transition,), root, proof, SIGNER.address).signed(4))
    assert Transaction.from_json(open_.to_json()).payload.signer == SIGNER.address
    refused(
        ledger, [Transaction(replace(open_.payload, signer=PrivateKey(1).address))], Reason.PROOF, "other"
    )
    assert ledger.advance([open_]).height == 2
    deployed, called = (block.transactions[0] for block in LedgerSession(ledger).blocks(1))
    assert (deployed.signer, called.signer) == ("", address_text(SIGNER.address))


def test_using_an_id_twice_is_refused(bank):
    transaction = call(bank, "put", ["1u32", "5u64"])
    refused(bank, [transaction, transaction], Reason.DOUBLE_USE, "transaction")
    bank.advance([transaction])
    refused(bank, [transaction], Reason.DOUBLE_USE, "transaction")
    other = call(bank, "put", ["2u32", "5u64"], proof=b"another")
    refused(bank, [other], Reason.DOUBLE_USE, "transition public key")


def test_a_state_root_of_another_chain_is_refused(bank):
    other = "sr1dz06ur5spdgzkguh4pr42mvft6u3nwsg5drh9rdja9v8jpcz3czsls9geg"
    refused(bank, [call(bank, "put", ["1u32", "5u64"], root=other)], Reason.PREVIOUS_ROOT)


def test_an_older_state_root_of_this_chain_is_fine(bank):
    transaction = call(bank, "put", ["1u32", "5u64"], root=bank.store.state_root(0))
    assert bank.advance([transaction]).height == 2


def test_an_unknown_program_is_refused(ledger):
    refused(ledger, [call(ledger, "put", ["1u32", "5u64"])], Reason.UNKNOWN_PROGRAM, "not deployed")
    importing = "import bank.aleo;\n\n" + BANK.replace("bank.aleo", "shop.aleo")
    refused(ledger, [deploy(importing)], Reason.UNKNOWN_PROGRAM, "imports bank.aleo")


@pytest.mark.parametrize("function", ["x" * 3000, "", "put\u0663", "nothing"])
def test_a_function_that_no_program_can_have_is_refused(bank, function):
    transaction = call(bank, "put", ["1u32", "5u64"])
    execution = transaction.payload
    (transition,) = execution.transitions
    renamed = replace(execution, transitions=(replace(transition, function=function),))
    refused(bank, [Transaction(renamed.signed(1))], Reason.UNKNOWN_PROGRAM, "no verifying key")


def test_a_function_without_a_key_is_refused_until_one_is_added(ledger):
    ledger.advance([deploy(functions=("put",))])
    refused(ledger, [call(ledger, "drop", ["0u32"])], Reason.UNKNOWN_PROGRAM, "no verifying key")
    block = ledger.advance([deploy(functions=("drop",))])
    assert block.transactions[0].operations == ()
    ledger.advance([call(ledger, "drop", ["0u32"])])
    assert balance(ledger, "0u32") is None


def test_public_code_that_halts_is_refused(bank):
    transaction = call(bank, "put", ["0u32", "18446744073709551615u64"])
    refused(bank, [transaction], Reason.FINALIZE, "halts")
    refused(bank, [call(bank, "drop", ["9u32"])], Reason.FINALIZE)


def test_a_program_cannot_be_deployed_twice_or_changed(bank):
    refused(bank, [deploy()], Reason.DOUBLE_USE)
    refused(bank, [deploy(owner=SIGNER.address)], Reason.DOUBLE_USE)
    refused(bank, [deploy(BANK.replace("7u64", "8u64"))], Reason.DEPLOYMENT, "another text")


@pytest.mark.parametrize(
    ("transaction", "match"),
    [
        (deploy(BANK + "\n"), "canonical"),
        (deploy(functions=("pull",)), "not of functions"),
        (deploy(functions=("put", "put")), "not of functions"),
        (
            Transaction(
                Deployment(
                    "program empty.aleo;\n\nmapping m:\n    key as u8.public;\n    value as u8.public;\n"
                )
            ),
            "1 to 31",
        ),
    ],
)
def test_a_malformed_deployment_is_refused(ledger, transaction, match):
    refused(ledger, [transaction], Reason.DEPLOYMENT, match)


def test_a_changed_value_no_longer_fits_its_id(bank):
    data = call(bank, "put", ["1u32", "5u64"]).to_json()
    changed = copy.deepcopy(data)
    changed["execution"]["transitions"][0]["inputs"][0]["value"] = "2u32"
    refused(bank, [Transaction.from_json(changed)], Reason.FORM, "part 0")
    changed = copy.deepcopy(data)
    changed["execution"]["transitions"][0]["inputs"][0]["id"] = "5field"
    with pytest.raises(VerifyError, match="another id"):
        Transaction.from_json(changed)
    with pytest.raises(VerifyError, match="not a transaction"):
        Transaction.from_json({"type": "execute"})


def test_blocks_read_back_from_json_and_are_accepted_by_another_ledger(bank):
    bank.advance([call(bank, "put", ["1u32", "5u64"])])
    exported = json.loads(json.dumps(bank.export()))
    with_blocks = Ledger(None, Trusting())
    for data in exported[1:]:
        with_blocks.add(Block.from_json(data))
    assert with_blocks.state_root == bank.state_root
    assert balance(with_blocks, "1u32") == "5u64"
    assert len(bank.export(1, 1)) == 1


def test_a_block_with_a_wrong_previous_root_is_refused(bank):
    other = Ledger(None, Trusting())
    block = bank.advance([call(bank, "put", ["1u32", "5u64"])])
    with pytest.raises(VerifyError, match="previous state root") as caught:
        other.add(block)
    assert caught.value.code == Reason.PREVIOUS_ROOT.value
    assert other.height == 0


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (("previous_hash",), "ab19dklwl9vp63zu3hwg57wyhvmqf92fx5g8x0t6dr72py8r87pxupqfne5t9", Reason.LINK),
        (("header", "metadata", "height"), 5, Reason.LINK),
        (("header", "metadata", "timestamp"), 1, Reason.LINK),
        (("header", "metadata", "round"), 9, Reason.LINK),
        (("header", "finalize_root"), "1field", Reason.LINK),
    ],
)
def test_a_block_that_does_not_follow_is_refused(bank, place, value, reason):
    target = Ledger(None, Trusting())
    data = bank.block(1).to_json()
    holder = data
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = value
    with pytest.raises(VerifyError, match="another hash") as caught:
        Block.from_json(data)
    data["block_hash"] = caught.value.message.split()[-1]
    with pytest.raises(VerifyError) as caught:
        target.add(Block.from_json(data))
    assert caught.value.code == reason.value
    assert target.height == 0


def test_the_chain_verifies_and_a_changed_entry_is_found(bank):
    bank.advance([call(bank, "put", ["1u32", "5u64"])])
    assert all(check.passed for check in bank.verify_chain(proofs=True))
    bank.store._db.execute("UPDATE changes SET value = NULL WHERE height = 2")
    bank.store._db.execute("UPDATE programs SET source = replace(source, '7u64', '8u64')")
    bank.store._db.execute("DELETE FROM used_ids WHERE kind = 'transition commitment'")
    failed = [check.name for check in bank.verify_chain() if not check.passed]
    assert failed == ["used ids", "programs", "changes"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE transactions SET body = replace(body, '5u64', '6u64') WHERE height = 2",
        "UPDATE transactions SET body = 'nothing' WHERE height = 2",
        "UPDATE blocks SET header = replace(header, '\"round\":2', '\"round\":3') WHERE height = 2",
        "UPDATE blocks SET state_root = 'sr1' WHERE height = 2",
        "DELETE FROM transactions WHERE height = 2",
    ],
)
def test_a_tampered_block_is_found(bank, tampering):
    bank.advance([call(bank, "put", ["1u32", "5u64"])])
    bank.store._db.execute("PRAGMA foreign_keys = OFF")
    bank.store._db.execute(tampering)
    failed = [check for check in bank.verify_chain() if not check.passed]
    assert [check.name for check in failed][:1] == ["block 2"]


def test_verifying_the_chain_can_be_cancelled(bank):
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        bank.verify_chain(cancel=cancel)


def test_checking_a_transaction_changes_nothing(bank):
    transaction = call(bank, "put", ["1u32", "5u64"])
    bank.check(transaction)
    assert bank.height == 1
    bank.advance([transaction])
    with pytest.raises(VerifyError):
        bank.check(transaction)


def test_an_absent_block_is_said_to_be_absent(ledger):
    with pytest.raises(StoreError, match="no block 3"):
        ledger.block(3)
    with pytest.raises(StoreError, match="no block 3"):
        ledger.store.state_root(3)


def test_blocks_get_later_even_when_the_clock_does_not(ledger):
    first = ledger.advance([], timestamp=5)
    second = ledger.advance([], timestamp=5)
    assert first.timestamp == second.timestamp - 1
    assert ledger.next_context(timestamp=0).timestamp == second.timestamp + 1
    assert ledger.next_context().random_seed != bytes(32)


def test_calls_that_the_proof_does_not_cover_are_not_taken(bank):
    one, two = (call(bank, "put", ["1u32", "5u64"], secret=k).payload for k in (1, 2))
    execution = replace(one, transitions=(*two.transitions, *one.transitions))
    with pytest.raises(Unsupported, match="several"):
        bank.advance([Transaction(execution)])
    with pytest.raises(Unsupported):
        bank.advance([Transaction(replace(one, transitions=()))])
    assert bank.height == 1


def test_a_transaction_has_a_place(bank):
    transaction = call(bank, "put", ["1u32", "5u64"])
    bank.advance([transaction])
    assert bank.store.place(transaction.id_text) == (2, 0)
    assert bank.store.place("at1") is None


def test_threads_add_blocks_one_after_another(ledger):
    failures = []

    def work():
        try:
            for _ in range(3):
                ledger.advance([])
                ledger.block(ledger.height)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert ledger.height == 9
    assert all(check.passed for check in ledger.verify_chain())
