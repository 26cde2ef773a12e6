"""The transcript's packing of bytes and scalars, against the definition bit by bit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra import g1
from avm.algebra.fields import FR_MODULUS
from avm.primitives.poseidon import Sponge, parameters_fq
from avm.varuna.transcript import Transcript

scalars = st.integers(0, FR_MODULUS - 1)


class Recorder:
    """Stands for the sponge and keeps what is absorbed."""

    def __init__(self, outputs: list[int] | None = None) -> None:
        self.absorbed: list[int] = []
        self.outputs = outputs or []

    def absorb(self, elements: list[int]) -> None:
        self.absorbed += elements

    def squeeze(self, count: int) -> list[int]:
        taken, self.outputs = self.outputs[:count], self.outputs[count:]
        assert len(taken) == count
        return taken


def recorded(outputs: list[int] | None = None) -> tuple[Transcript, Recorder]:
    transcript, recorder = Transcript(b""), Recorder(outputs)
    transcript._sponge = recorder  # type: ignore[assignment]
    return transcript, recorder


def bits_of(value: int, size: int) -> str:
    return format(value, f"0{size}b")


@given(st.binary(max_size=200))
def test_bytes_are_absorbed_in_big_endian_chunks_of_376_bits(data: bytes) -> None:
    transcript, recorder = recorded()
    transcript.absorb_bytes(data)
    bits = "".join(bits_of(byte, 8) for byte in data)
    assert recorder.absorbed == [int(bits[i : i + 376], 2) for i in range(0, len(bits), 376)]


@given(st.lists(scalars, max_size=7))
def test_scalars_are_absorbed_as_pairs_of_51_bit_limbs(values: list[int]) -> None:
    transcript, recorder = recorded()
    transcript.absorb_scalars(values)
    limbs = [int(bits_of(v, 255)[i : i + 51], 2) for v in values for i in range(0, 255, 51)]
    expected = [limbs[i] * 2**53 + limbs[i + 1] for i in range(0, len(limbs) - 1, 2)]
    assert recorder.absorbed == expected + (limbs[-1:] if len(limbs) % 2 else [])


@given(st.integers(1, 12), st.data())
def test_challenges_are_consecutive_runs_of_252_bits(count: int, data: st.DataObject) -> None:
    needed = -(-252 * count // 376)
    native = data.draw(st.lists(st.integers(0, 2**377 - 1), min_size=needed, max_size=needed))
    transcript, recorder = recorded(native)
    bits = "".join(bits_of(element, 377)[1:] for element in native)
    assert transcript.squeeze_scalars(count) == [int(bits[252 * i : 252 * (i + 1)], 2) for i in range(count)]
    assert recorder.outputs == []


@given(st.integers(0, 2**377 - 1))
def test_a_short_challenge_is_the_top_168_of_376_bits(element: int) -> None:
    transcript, _ = recorded([element])
    assert transcript.squeeze_short() == int(bits_of(element, 377)[1:169], 2)


def test_infinity_is_absorbed_as_zero_one_one() -> None:
    transcript, recorder = recorded()
    transcript.absorb_points([None, g1.GENERATOR])
    assert recorder.absorbed == [0, 1, 1, *g1.GENERATOR, 0]


def test_absorbing_or_squeezing_nothing_changes_nothing() -> None:
    one, other = Transcript(b"VARUNA"), Transcript(b"VARUNA")
    other.absorb_scalars([])
    assert other.squeeze_scalars(0) == []
    assert one.squeeze_short() == other.squeeze_short()


@settings(max_examples=5, deadline=None)
@given(st.lists(scalars, min_size=1, max_size=3))
def test_the_transcript_is_a_duplex_sponge_over_fq(values: list[int]) -> None:
    transcript, sponge = Transcript(b"domain"), Sponge(parameters_fq(2))
    transcript.absorb_scalars(values)
    sponge.absorb([int.from_bytes(b"domain", "big")])
    _, recorder = (pair := recorded())
    pair[0].absorb_scalars(values)
    sponge.absorb(recorder.absorbed)
    assert transcript.squeeze_short() == (sponge.squeeze(1)[0] & (2**376 - 1)) >> 208
