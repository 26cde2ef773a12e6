"""Certificates tie a verifying key to its circuit."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.algebra import g1
from avm.base.errors import DecodeError
from avm.base.pool import Pool
from avm.varuna.certificate import Certificate, certify, verify_certificate
from avm.varuna.srs.reference_string import Srs


def test_a_certificate_verifies_for_its_key_and_circuit_only(product, sampled, srs: Srs, pool: Pool) -> None:
    verifier = srs.verifier()
    certificate = certify(sampled.key, srs, pool)
    assert certificate == certify(sampled.key, srs, pool)
    assert verify_certificate(sampled.verifying, sampled.matrices, verifier, certificate)
    assert not verify_certificate(sampled.verifying, product.matrices, verifier, certificate)
    assert not verify_certificate(product.verifying, product.matrices, verifier, certificate)
    first, second, *rest = sampled.verifying.commitments
    swapped = dataclasses.replace(sampled.verifying, commitments=(second, first, *rest))
    assert not verify_certificate(swapped, sampled.matrices, verifier, certificate)
    assert not verify_certificate(sampled.verifying, sampled.matrices, verifier, Certificate(g1.GENERATOR))


def test_bytes_and_text_read_back_the_same() -> None:
    certificate = Certificate(g1.GENERATOR)
    data = certificate.to_bytes()
    assert len(data) == 58
    assert Certificate.from_bytes(data) == Certificate.parse(str(certificate)) == certificate
    for wrong in (
        data[:-1] + b"\x01",
        data + b"\0",
        data[:-1],
        b"\x02" + data[1:],
        data[:1] + b"\x02" + data[2:],
    ):
        with pytest.raises(DecodeError):
            Certificate.from_bytes(wrong)


@given(st.binary(max_size=60))
def test_random_bytes_are_refused_without_any_other_error(data: bytes) -> None:
    with pytest.raises(DecodeError):
        Certificate.from_bytes(b"\x01" + data)
