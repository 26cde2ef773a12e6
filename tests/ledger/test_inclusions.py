"""Records that a run spends are included, from the chain or from the run itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from avm.account.address import address_text
from avm.account.keys import PrivateKey
from avm.base.consensus import MAINNET_HEIGHTS, Rules
from avm.base.errors import CheckFailure
from avm.data.request import RecordInputId
from avm.data.state_path import StatePath, header_leaf, transaction_leaf, transition_leaf
from avm.ledger import state
from avm.ledger.authorize import authorize
from avm.ledger.inclusions import inclusions
from avm.ledger.statements import inclusion_publics, spending_heights
from avm.primitives.hash_to_curve import generator
from avm.vm.environment import load
from avm.vm.inclusion_circuit import synthesize_inclusion

KEY = PrivateKey(7)
TOKEN = (
    f"{{ owner: {address_text(KEY.address)}.private, amount: 5u64.private, "
    f"_nonce: {generator()[0]}group.public, _version: 1u8.public }}"
)
COINS = """program coins.aleo;
record coin:
    owner as address.private;
    amount as u64.private;
function make:
    input r0 as u64.public;
    cast self.signer r0 into r1 as coin.record;
    output r1 as coin.record;
function spend:
    input r0 as coin.record;
    output r0.amount as u64.public;
"""
USES = """import coins.aleo;
program uses.aleo;
function go:
    input r0 as coins.aleo/coin.record;
    call coins.aleo/make 5u64 into r1;
    call coins.aleo/spend r0 into r2;
    call coins.aleo/spend r1 into r3;
    output r2 as u64.public;
"""
ENV = load(USES, {"coins.aleo": COINS})
RUN = authorize(ENV, "go", [TOKEN], KEY)
SPENT = [item for each in RUN.requests for item in each.input_ids if isinstance(item, RecordInputId)]


class Chain:
    """A chain with one block that matters: it made the record of a commitment."""

    def __init__(self, commitment: int) -> None:
        transition = state.transition_tree([((1, 8), (0, 8), (3, 8))], [commitment])
        made = state.transition_id(transition.root, 7)
        transaction = state.transaction_tree(1, [made])
        transactions = state.transactions_tree([1, transaction.root])
        header = state.Header(8, transactions.root, 1, 2, 3, 4, state.Metadata(0, 1, 1, 1)).tree()
        block = state.block_hash(8, header.root)
        chain = state.block_tree([11, block, 12])
        self.root = chain.root
        self._path = StatePath(
            *(chain.root, chain.path(1), block, 8, header.root, header.path(1)),
            *(header_leaf(1, transactions.root), transactions.path(1), transaction.root, transaction.path(0)),
            *(transaction_leaf(1, 0, made), transition.root, 7, transition.path(0)),
            transition_leaf(1, 0, 3, commitment),
        )

    def state_path(self, commitment: int) -> StatePath:
        return self._path


def test_a_record_of_the_run_is_found_in_it_and_another_on_the_chain():
    chain = Chain(SPENT[0].commitment)
    found = list(inclusions(RUN, chain.root, Rules(), chain))
    assert [each.is_global for each in found] == [True, False]
    assert [each.serial_number for each in found] == [item.serial_number for item in SPENT]
    publics = inclusion_publics(RUN.authorization.transitions, chain.root, Rules())
    assert [[each.local_state_root, each.serial_number] for each in found] == [p[2:4] for p in publics]


@pytest.mark.prove
@pytest.mark.parametrize("version", [0, 1])
def test_the_circuits_hold_and_make_public_what_the_verifier_computes(version):
    chain, rules = Chain(SPENT[0].commitment), Rules(8 if version else 7)
    publics = inclusion_publics(RUN.authorization.transitions, chain.root, rules)
    for given, expected in zip(inclusions(RUN, chain.root, rules, chain), publics, strict=True):
        cs = synthesize_inclusion(given, version)
        assert cs.is_satisfied
        assert list(cs.assignment().public) == expected


def test_a_record_that_the_chain_does_not_have_is_refused():
    for root, chain in ((5, None), (5, Chain(SPENT[0].commitment)), (Chain(9).root, Chain(9))):
        with pytest.raises(CheckFailure):
            list(inclusions(RUN, root, Rules(), chain))


def test_records_of_credits_are_upgraded_before_they_are_spent():
    *_, last = RUN.authorization.transitions
    height = MAINNET_HEIGHTS[7] + 1
    spend = replace(last, program="credits.aleo", function="split")
    upgrade = replace(spend, function="upgrade", inputs=last.inputs[:1], outputs=last.outputs[:1] * 2)
    assert spending_heights(last) == (True, 0)
    assert (spending_heights(spend), spending_heights(upgrade)) == ((True, height), (False, height))
