"""The trees of the chain against mainnet's genesis block, and the ids of operations."""

from avm.data.plaintext import parse_plaintext
from avm.ledger import state
from avm.ledger.block import GENESIS_HASH, content_roots, genesis
from avm.ledger.ids import Kind, id_text, parse_id
from avm.ledger.operations import Change, Operation, finalize_id, key_id, mapping_id, value_id

# The header of mainnet's genesis block.
ROOTS = (
    0,
    4035423126578141205530950321011047260434062165156342052517186048435222015114,
    803107333740631196711813867264618322872728443340420270708893355272477996939,
    6701210049320844088765023442008963474924577059865519254276507158093251663465,
    0,
    0,
)
METADATA = state.Metadata(0, 0, 0, 1725462000, last_coinbase_timestamp=1725462000)
HASH = "ab19dklwl9vp63zu3hwg57wyhvmqf92fx5g8x0t6dr72py8r87pxupqfne5t9"


def test_the_hash_of_mainnets_genesis_header_is_that_of_its_block():
    header = state.Header(*ROOTS, METADATA)
    assert len(METADATA.bits()) == 696
    assert id_text(Kind.BLOCK, state.block_hash(0, header.tree().root)) == HASH


def test_ids_read_back():
    assert id_text(Kind.BLOCK, parse_id(Kind.BLOCK, HASH)) == HASH


def test_the_local_genesis_is_always_the_same():
    assert genesis().hash_text == GENESIS_HASH != HASH
    roots = content_roots(genesis().transactions)
    assert {name: getattr(genesis().header, name) for name in roots} == roots


def test_operations_hash_their_mapping_key_and_value():
    key, value = parse_plaintext("1u32"), parse_plaintext("2u64")
    update = Operation(Change.UPDATE, "a.aleo", "m", key, value)
    at = key_id("a.aleo", "m", key)
    assert update.ids() == (mapping_id("a.aleo", "m"), at, value_id(at, value))
    assert len(update.bits()) == 8 + 3 * 253
    assert len(Operation(Change.REMOVE, "a.aleo", "m", key).bits()) == 8 + 2 * 253
    assert len(Operation(Change.INITIALIZE, "a.aleo", "m").bits()) == 8 + 253
    assert finalize_id([update]) != finalize_id([update, update]) != state.empty_finalize_id()


def test_operations_read_back_from_json():
    key, value = parse_plaintext("{ a: 1u8 }"), parse_plaintext("[1u8, 2u8]")
    for operation in (
        Operation(Change.UPDATE, "a.aleo", "m", key, value),
        Operation(Change.REMOVE, "a.aleo", "m", key),
        Operation(Change.INITIALIZE, "a.aleo", "m"),
    ):
        assert Operation.from_json(operation.to_json()) == operation
