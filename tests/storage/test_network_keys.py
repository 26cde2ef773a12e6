"""The program and the keys that the network has built in are whole, and chosen by the rules."""

import pytest

from avm.base.consensus import Rules
from avm.base.errors import VerifyError
from avm.storage.network_keys import ChainKeys, credits_program, published_key
from avm.varuna.indexer import circuit_shape
from avm.vm.environment import load
from avm.vm.function_circuit_blank import blank_circuit
from avm.vm.translation_circuit import blank_translation

CHECKSUM = "42609e971de562a2f9c1514451f504191eeef06b79e494b582d4b2d61a049b36"


def test_credits_is_in_its_canonical_form_with_its_published_checksum():
    program = credits_program()
    assert program.checksum().hex() == CHECKSUM
    assert {"transfer_public", "fee_public", "fee_private", "upgrade"} <= set(program.functions)


def test_every_function_and_the_record_have_a_key_for_their_public_inputs():
    for name in (*credits_program().functions, "inclusion", "translation_credits"):
        key = published_key(name, Rules())
        assert key.info.num_public_inputs in (8, 16, 32)


def test_the_keys_of_records_changed_at_version_8():
    for name, same in (("transfer_public", True), ("transfer_private", False), ("inclusion", False)):
        old, new = published_key(name, Rules(7)), published_key(name, Rules(8))
        assert (old == new) == same
    assert published_key("inclusion", Rules(7)).info.num_public_inputs == 4


def test_a_key_that_nobody_gave_is_refused():
    keys = ChainKeys(Rules(), {})
    assert keys.of("credits.aleo", "credits") == published_key("translation_credits", Rules())
    assert keys.inclusion(0) == published_key("inclusion", Rules(1))
    for name in ("token.aleo", "credits.aleo"):
        with pytest.raises(VerifyError):
            keys.of(name, "nothing")


@pytest.mark.prove
@pytest.mark.parametrize("name", [*credits_program().functions, "credits"])
def test_a_published_key_is_of_the_circuit_that_is_synthesized_here(name):
    env = load(credits_program())
    is_record = name == "credits"
    system = (blank_translation(env, name) if is_record else blank_circuit(env, name)).system
    shape = circuit_shape(system.matrices(), system.num_variables)
    key = ChainKeys(Rules(), {}).of(env.program.id, name)
    assert (shape.info, shape.circuit_id, shape.num_variables) == (
        key.info,
        key.circuit_id,
        key.num_variables,
    )
