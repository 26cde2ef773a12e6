"""Poseidon against published values of the reference, and the sponge's order of permutations."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra.fields import FR_MODULUS
from avm.base.errors import Halt
from avm.primitives import elligator2, poseidon
from avm.primitives.grain_lfsr import poseidon_parameters

fields = st.integers(0, FR_MODULUS - 1)


@pytest.mark.parametrize(
    ("parameters", "first"),
    [
        (
            poseidon.parameters_fr(2),
            1370773116404421539888881648821194629032979299946048429076387284005101684675,
        ),
        (
            poseidon.parameters_fr(4),
            1938618153915392443680844598029810201246194507135996901458264098669274389515,
        ),
        (
            poseidon.parameters_fr(8),
            2806882019829952968543507592167502510188638053153774646465991640201889135551,
        ),
        (
            poseidon.parameters_fq(2),
            123249878756453098914639601843199176451997132612914162343590671120179979107846114348064675842753496966502226470504,
        ),
    ],
)
def test_the_first_round_constant_is_the_references(parameters, first):
    assert parameters.ark[0][0] == first
    assert len(parameters.ark) == 39
    assert {len(row) for row in parameters.ark} == {parameters.rate + 1}


def test_the_mixing_matrix_is_the_references():
    mds = poseidon.parameters_fr(2).mds
    assert mds[0][0] == 6093452032963406658309134825240609333033222270199073508119142384975416392638


def test_parameters_are_drawn_once():
    assert poseidon_parameters(FR_MODULUS, 2, 17, 8, 31) is poseidon.parameters_fr(2)


@pytest.mark.parametrize(
    ("rate", "inputs", "digest"),
    [
        (2, [1, 2], 331654914538502470743870876231218532880590298544129720907024905288306182975),
        (4, [], 7196703107433800454858787951765682358737857309038035338614525537102918225225),
        (8, list(range(1, 10)), 7853231438363713270986752697081375491819898228551374873072865584940581241570),
    ],
)
def test_hashes_are_the_references(rate, inputs, digest):
    assert poseidon.hash(rate, inputs) == digest


def test_hash_to_group_is_the_references_and_refuses_nothing():
    x = 5465201691924198042165356438128462916341880959747902366050898835539169422578
    assert poseidon.hash_to_group(4, [1])[0] == x
    with pytest.raises(Halt):
        poseidon.hash_to_group(4, [])


def test_elligator_has_no_image_of_zero():
    with pytest.raises(Halt):
        elligator2.encode(0)


@given(st.lists(fields, max_size=9), st.integers(0, 9))
def test_absorbing_in_pieces_is_absorbing_at_once(elements, cut):
    one, two = (poseidon.Sponge(poseidon.parameters_fr(2)) for _ in range(2))
    one.absorb(elements)
    two.absorb(elements[:cut])
    two.absorb(elements[cut:])
    assert one.squeeze(3) == two.squeeze(1) + two.squeeze(2)


def test_a_copy_of_a_sponge_goes_its_own_way():
    sponge = poseidon.Sponge(poseidon.parameters_fr(2))
    sponge.absorb([1, 2, 3])
    other = sponge.copy()
    other.absorb([4])
    assert other.squeeze(1) != sponge.squeeze(1)


def test_absorbing_and_squeezing_nothing_does_nothing():
    one, two = (poseidon.Sponge(poseidon.parameters_fr(2)) for _ in range(2))
    one.absorb([])
    one.squeeze(0)
    one.absorb([5])
    two.absorb([5])
    assert one.squeeze(1) == two.squeeze(1)


def test_a_scalar_hash_is_the_low_bits_of_the_hash():
    assert poseidon.hash_to_scalar(2, [7]) == poseidon.hash(2, [7]) % 2**250


def test_a_prf_hashes_the_seed_first():
    assert poseidon.prf(4, 3, [1, 2]) == poseidon.hash(4, [3, 1, 2])


@settings(deadline=None, max_examples=15)
@given(st.sampled_from([2, 3, 4, 8]), st.data())
def test_sparse_partial_rounds_give_what_the_definition_gives(rate, data):
    parameters = poseidon.parameters_fr(rate)
    state = data.draw(st.lists(fields, min_size=rate + 1, max_size=rate + 1))
    assert poseidon.permute_sparse(parameters, state) == poseidon.permute_plain(parameters, state)


def test_sparse_partial_rounds_hold_over_the_larger_field_too():
    parameters = poseidon.parameters_fq(2)
    state = [1, parameters.modulus - 1, 12345]
    assert poseidon.permute_sparse(parameters, state) == poseidon.permute_plain(parameters, state)
