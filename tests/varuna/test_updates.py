"""Development strings: their structure, their file, contributions and the history of updates."""

from __future__ import annotations

import dataclasses

import pytest

from avm.algebra import g1, g2
from avm.algebra.fields import FR_MODULUS
from avm.algebra.points import G1Points
from avm.base.errors import Cancelled, CheckFailure, DecodeError
from avm.base.progress import Cancel
from avm.varuna.prover import prove
from avm.varuna.srs.codec import srs_from_bytes, srs_to_bytes
from avm.varuna.srs.consistency import check_srs
from avm.varuna.srs.contribution import Secrets, contribute, verify_updates
from avm.varuna.srs.contribution_record import Knowledge
from avm.varuna.srs.development import development_srs
from avm.varuna.srs.reference_string import MemoryPowers, Srs
from avm.varuna.verifier import verify


@pytest.fixture(scope="module")
def updated(srs: Srs) -> Srs:
    return contribute(contribute(srs, "Ada"), "Grace")


def test_a_development_string_has_the_whole_structure(srs: Srs) -> None:
    outcome = check_srs(srs)
    assert outcome.valid, outcome.checks
    assert srs.insecure
    assert srs.highest_power == srs.max_degree == 127
    assert sorted(srs.negative_powers) == [0, 2, 6, 14, 30, 62, 126]
    info = srs.describe()
    assert (info.insecure, info.highest_power, info.contributions) == (True, 127, 1)


def test_fresh_strings_have_different_secrets() -> None:
    assert development_srs(4).digest != development_srs(4).digest


def test_contributions_keep_the_structure_and_the_history(srs: Srs, updated: Srs) -> None:
    assert check_srs(updated).valid
    history = verify_updates(updated)
    assert history.valid, history.checks
    assert [record.name for record in updated.updates] == ["creation", "Ada", "Grace"]
    assert updated.digest != srs.digest


def test_a_proof_needs_the_string_it_was_made_with(product, srs: Srs, updated: Srs) -> None:
    from avm.varuna.indexer import index

    key, verifying = index(product.matrices, updated)
    proof, _ = prove(key, updated, product.assignment)
    assert verify(verifying, updated.verifier(), product.inputs, proof).valid
    assert not verify(verifying, srs.verifier(), product.inputs, proof).valid


def _with_power(srs: Srs, place: int, point: g1.Point) -> Srs:
    points = srs.table.first(srs.table.available).to_affine()
    points[place] = point
    return dataclasses.replace(srs, table=MemoryPowers(G1Points.from_affine(points)))


@pytest.mark.parametrize("place", [0, 1, 60, 127])
def test_a_single_wrong_power_is_found(srs: Srs, place: int) -> None:
    wrong = _with_power(srs, place, g1.double(srs.powers(128)[place]))
    assert not check_srs(wrong).valid


def test_a_wrong_power_at_the_end_is_found_when_only_some_are_asked_for(srs: Srs) -> None:
    wrong = _with_power(srs, 126, g1.double(srs.powers(128)[126]))
    assert check_srs(srs, 16).valid
    assert not check_srs(wrong, 16).valid


def test_no_gamma_power_is_missing_or_apart_from_the_others(srs: Srs) -> None:
    for exponent in srs.gamma_powers:
        lacking = {e: point for e, point in srs.gamma_powers.items() if e != exponent}
        assert not check_srs(dataclasses.replace(srs, gamma_powers=lacking)).valid
    secrets = Secrets.draw(b"tests")
    for exponent, valid in ((9, False), (srs.max_degree + 3, True)):
        power = pow(secrets.beta, exponent, FR_MODULUS) * secrets.gamma % FR_MODULUS
        more = {**srs.gamma_powers, exponent: g1.mul(g1.GENERATOR, power)}
        assert check_srs(dataclasses.replace(srs, gamma_powers=more)).valid == valid


@pytest.mark.prove
def test_wrong_elements_of_the_other_groups_are_found(srs: Srs) -> None:
    gamma, negative = dict(srs.gamma_powers), dict(srs.negative_powers)
    gamma[2] = g1.GENERATOR
    negative[6] = g2.GENERATOR
    for change in ({"gamma_powers": gamma}, {"negative_powers": negative}, {"beta_h": g2.GENERATOR}):
        assert not check_srs(dataclasses.replace(srs, **change)).valid


def test_a_forged_record_is_found(updated: Srs) -> None:
    record = updated.updates[1]
    forgeries = [
        dataclasses.replace(record, name="Mallory"),
        dataclasses.replace(record, after_beta_g=g1.double(record.after_beta_g)),
        dataclasses.replace(record, after_beta_h=g2.double(record.after_beta_h)),
        dataclasses.replace(record, after_digest="00" * 32),
        dataclasses.replace(record, beta_proof=Knowledge(record.beta_proof.commitment, 1)),
        dataclasses.replace(record, gamma_proof=record.beta_proof),
    ]
    for forged in forgeries:
        updates = (updated.updates[0], forged, updated.updates[2])
        assert not verify_updates(dataclasses.replace(updated, updates=updates)).valid


def test_a_shortened_or_reordered_history_is_found(updated: Srs) -> None:
    first, second, third = updated.updates
    for updates in ((), (first,), (first, second), (second, third), (first, third), (first, third, second)):
        assert not verify_updates(dataclasses.replace(updated, updates=updates)).valid


def test_the_string_of_a_history_must_be_its_last(srs: Srs, updated: Srs) -> None:
    assert not verify_updates(dataclasses.replace(srs, updates=updated.updates)).valid


def test_the_official_string_cannot_be_updated_or_written(official: Srs) -> None:
    with pytest.raises(CheckFailure):
        contribute(official)
    with pytest.raises(CheckFailure):
        srs_to_bytes(official)


def test_the_file_reads_back_and_damage_is_refused(updated: Srs) -> None:
    data = srs_to_bytes(updated)
    restored = srs_from_bytes(data)
    assert srs_to_bytes(restored) == data
    assert restored.updates == updated.updates
    assert verify_updates(restored).valid
    for place in range(0, len(data), 997):
        damaged = bytearray(data)
        damaged[place] ^= 1
        with pytest.raises(DecodeError):
            srs_from_bytes(bytes(damaged))
    for wrong in (b"", data[:-1], data[:40], data + b"\0"):
        with pytest.raises(DecodeError):
            srs_from_bytes(wrong)


def test_secrets_are_not_shown_or_kept(srs: Srs) -> None:
    secrets = Secrets.draw(b"tests")
    assert str(secrets.beta) not in repr(secrets)
    assert srs.powers(2)[1] == g1.mul(g1.GENERATOR, secrets.beta)
    assert 0 < secrets.beta < FR_MODULUS


def test_sizes_out_of_range_and_cancellation_are_honoured() -> None:
    for size in (0, 3, 23):
        with pytest.raises(CheckFailure):
            development_srs(size)
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        development_srs(6, cancel=cancel)
