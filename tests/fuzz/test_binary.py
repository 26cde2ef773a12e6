"""Damaged bytes are refused with an AvmError or decode to a value that encodes to the same bytes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.base.errors import AvmError, DecodeError
from avm.primitives import ecdsa
from avm.varuna.srs.official import official_srs
from tests.fuzz.codecs import Codec, all_codecs, development, proof_codecs, proved
from tests.fuzz.damage import damaged_bytes

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]
RELAXED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)


def fuzz(light: int, heavy: int, codec: Codec) -> settings:
    return settings(
        max_examples=heavy if codec.heavy else light, deadline=None, suppress_health_check=RELAXED
    )


def hold(codec: Codec, data: bytes) -> None:
    """The property: an AvmError, or the very same bytes again."""
    try:
        value = codec.decode(data)
    except AvmError:
        return
    assert codec.encode(value) == data, f"{codec.name} accepts an encoding that it does not write"


@pytest.fixture(scope="module")
def codecs() -> dict[str, Codec]:
    return {codec.name: codec for codec in all_codecs()}


NAMES = [
    "Fr", "Fq", "Fs", "G1 compressed", "G1 uncompressed", "G1 bytes", "G2 compressed", "G2 uncompressed",
    "G2 bytes", "Fr vector", "G1 vector", "group", "proof", "verifying key", "certificate",
    "proving key", "SRS blob", "SRS verifier", "value", "plaintext", "record", "future", "ciphertext",
    "record ciphertext", "signature", "identifier", "program id", "transition", "program", "request",
    "authorization", "network transaction",
]  # fmt: skip


def test_every_codec_is_fuzzed(codecs: dict[str, Codec]) -> None:
    assert list(codecs) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_valid_samples_read_back(codecs: dict[str, Codec], name: str) -> None:
    codec = codecs[name]
    for sample in codec.samples:
        assert codec.encode(codec.decode(sample)) == sample
        assert codec.seal(sample) == sample


@pytest.mark.parametrize("name", NAMES)
def test_damaged_bytes_are_refused_or_canonical(codecs: dict[str, Codec], name: str) -> None:
    codec = codecs[name]

    @fuzz(200, 60, codec)
    @given(damaged_bytes(codec.samples))
    def run(data: bytes) -> None:
        hold(codec, data)
        hold(codec, codec.seal(data))

    run()


@pytest.mark.parametrize("name", NAMES)
def test_random_bytes_are_refused_or_canonical(codecs: dict[str, Codec], name: str) -> None:
    codec = codecs[name]
    sizes = sorted({len(sample) for sample in codec.samples})

    @fuzz(100, 25, codec)
    @given(
        st.binary(max_size=120) | st.sampled_from(sizes).flatmap(lambda n: st.binary(min_size=n, max_size=n))
    )
    def run(data: bytes) -> None:
        hold(codec, data)
        hold(codec, codec.seal(data))

    run()


@pytest.mark.parametrize("name", NAMES)
def test_every_length_but_the_right_one_is_refused(codecs: dict[str, Codec], name: str) -> None:
    codec = codecs[name]
    sample = codec.samples[0]
    cuts = {0, 1, len(sample) // 2, len(sample) - 1} & set(range(len(sample)))
    for data in [*(sample[:cut] for cut in cuts), sample + b"\0", sample + sample]:
        hold(codec, data)
        hold(codec, codec.seal(data))


def test_no_part_of_a_proof_has_a_second_encoding() -> None:
    (_, _, _, proof) = proved()
    codec, data = proof_codecs()[0], proof.to_bytes()
    for part in proof.parts():
        value = int.from_bytes(data[part.offset : part.offset + part.size], "little")
        others = {
            "scalar": [value + FR_MODULUS],
            "point": [value + FQ_MODULUS, value | 0xC0 << 376, value | 0x40 << 376],
            "flag": [2, 255],
            "count": [value + 1, value + (1 << 32), (1 << 8 * part.size) - 1],
        }[part.kind]
        for other in (other for other in others if other < 1 << 8 * part.size):
            damaged = bytearray(data)
            damaged[part.offset : part.offset + part.size] = other.to_bytes(part.size, "little")
            with pytest.raises(DecodeError):
                codec.decode(bytes(damaged))


def test_no_commitment_of_a_key_has_a_second_encoding() -> None:
    codec = proof_codecs()[1]
    data = codec.samples[0]
    for k in range(12):
        place = 1 + 48 + 8 + 48 * k
        value = int.from_bytes(data[place : place + 48], "little")
        for other in (value + FQ_MODULUS, value | 0xC0 << 376, value | 0x40 << 376):
            damaged = data[:place] + other.to_bytes(48, "little") + data[place + 48 :]
            with pytest.raises(DecodeError):
                codec.decode(damaged)


class DamagedFiles:
    """The official files' form over a development string's points, one of them damaged."""

    def __init__(self, name: str, data: bytes) -> None:
        from avm.algebra import g1, g2

        srs = development()
        powers = sorted(srs.gamma_powers.items())
        bounds = sorted(srs.negative_powers.items())
        self.files = {
            "beta-h.usrs": g2.to_uncompressed(srs.beta_h),
            "powers-of-beta-gamma.usrs": len(powers).to_bytes(8, "little")
            + b"".join(e.to_bytes(8, "little") + g1.to_uncompressed(p) for e, p in powers),
            "neg-powers-of-beta.usrs": len(bounds).to_bytes(8, "little")
            + b"".join(d.to_bytes(8, "little") + g2.to_uncompressed(p) for d, p in bounds),
            "powers-of-beta-15.usrs": b"",
        }
        if name:
            self.files[name] = data

    def has(self, name: str) -> bool:
        return name in self.files

    def read(self, name: str, offset: int, size: int) -> bytes:
        return self.files[name][offset : offset + size]


@pytest.mark.parametrize("name", ["beta-h.usrs", "powers-of-beta-gamma.usrs", "neg-powers-of-beta.usrs"])
def test_damaged_official_files_are_refused_or_give_a_usable_verifier(name: str) -> None:
    sample = DamagedFiles("", b"").files[name]

    @settings(max_examples=25, deadline=None, suppress_health_check=RELAXED)
    @given(damaged_bytes([sample]))
    def run(data: bytes) -> None:
        try:
            srs = official_srs(DamagedFiles(name, data))
            srs.verifier().to_bytes()
        except AvmError:
            pass

    run()


def test_official_files_without_their_first_powers_or_with_one_twice_are_refused() -> None:
    for name, size in (("powers-of-beta-gamma.usrs", 104), ("neg-powers-of-beta.usrs", 200)):
        sample = DamagedFiles("", b"").files[name]
        first = sample[8 : 8 + size]
        count = int.from_bytes(sample[:8], "little")
        none = bytes(8)
        twice = (count + 1).to_bytes(8, "little") + first + sample[8:]
        turned = sample[:8] + sample[8 + size : 8 + 2 * size] + first + sample[8 + 2 * size :]
        for data in (none, twice, turned):
            with pytest.raises(AvmError):
                official_srs(DamagedFiles(name, data)).verifier().to_bytes()


def accepted(decode: Callable[[bytes], object], data: bytes) -> bool:
    try:
        decode(data)
    except AvmError:
        return False
    return True


@pytest.mark.parametrize(("plain", "kernel"), [("G1 uncompressed", "G1 vector"), ("Fr", "Fr vector")])
def test_a_kernel_accepts_the_encodings_that_the_plain_code_accepts(
    codecs: dict[str, Codec], plain: str, kernel: str
) -> None:
    samples = codecs[plain].samples
    size = len(samples[0])

    @settings(max_examples=150, deadline=None, suppress_health_check=RELAXED)
    @given(damaged_bytes(samples))
    def run(data: bytes) -> None:
        data = data[:size].ljust(size, b"\0")
        assert accepted(codecs[plain].decode, data) == accepted(codecs[kernel].decode, data)

    run()


def test_damaged_ecdsa_signatures_and_keys_are_refused_or_do_not_fit() -> None:
    digest = bytes.fromhex("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53")
    signature = bytes.fromhex(
        "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
        "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d8325"
    )
    signer = ecdsa.recover(digest, ecdsa.parse_signature(signature))
    assert signer is not None
    assert ecdsa.ethereum_address(signer).hex() == "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"
    key = bytes([2 + signer[1] % 2]) + signer[0].to_bytes(32, "big")

    @settings(max_examples=100, deadline=None, suppress_health_check=RELAXED)
    @given(damaged_bytes([signature]), damaged_bytes([key]))
    def run(damaged: bytes, other: bytes) -> None:
        if accepted(ecdsa.parse_key, other):
            assert ecdsa.verify(digest, ecdsa.parse_signature(signature), ecdsa.parse_key(other)) == (
                ecdsa.parse_key(other) == signer
            )
        if not accepted(ecdsa.parse_signature, damaged):
            return
        parsed = ecdsa.parse_signature(damaged)
        same = damaged[:64] == signature[:64]
        assert ecdsa.verify(digest, parsed, signer) == same
        if not same:
            assert ecdsa.recover(digest, parsed) != signer

    run()
