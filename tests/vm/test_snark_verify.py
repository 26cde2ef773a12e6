"""``snark.verify`` and ``snark.verify.batch``: proofs that a program verifies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from avm.base.errors import Unsupported
from avm.data.literal import Literal
from avm.data.plaintext import Array
from avm.r1cs import Assignment, Matrices
from avm.types.literal_type import LiteralType
from avm.varuna.indexer import index
from avm.varuna.prover import prove
from avm.varuna.srs.development import development_srs
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.version import VarunaVersion
from avm.vm import BlockContext, RunConfig, Trace, execute_view, load

OLD, NEW = 20_000_000, 23_000_000
"""Heights before and after the rules want the third version of Varuna."""


@cache
def made(version: int) -> tuple[SrsVerifier, bytes, list[int], bytes]:
    """The string's verifier, a key, its public inputs and a proof that p * (p + 5) = q for a p = x * y."""
    srs = development_srs(7, seed=b"snark.verify")
    rows = ((((2, 1),), ((4, 1),)), (((3, 1),), ((0, 5), (4, 1))), (((4, 1),), ((1, 1),)))
    key, verifying = index(Matrices.of_rows(2, 3, *rows), srs)
    assignment = Assignment((1, 21 * 26), (3, 7, 21))
    proof, _ = prove(key, srs, assignment, version=VarunaVersion(version))
    return srs.verifier(), verifying.to_bytes(), list(assignment.public), proof.to_bytes()


def octets(data: bytes) -> Array:
    return Array(tuple(Literal(LiteralType.U8, byte) for byte in data))


def fields(numbers: Sequence[int]) -> Array:
    return Array(tuple(Literal(LiteralType.FIELD, number) for number in numbers))


def run(
    version: int,
    *,
    inputs: Sequence[int] | None = None,
    height: int = NEW,
    key: bytes | None = None,
    batch: bool = False,
    reference: bool = True,
) -> Trace:
    verifier, verifying, public, proof = made(version)
    key = verifying if key is None else key
    given = public if inputs is None else list(inputs)
    outer, inner = ("[{}; 1u32]", "[[{}; 1u32]; 1u32]") if batch else ("{}", "{}")
    types = [
        outer.format(f"[u8; {len(key)}u32]"),
        "u8",
        inner.format(f"[field; {len(given)}u32]"),
        f"[u8; {len(proof)}u32]",
    ]
    text = "program p.aleo;\nfunction f:\nview v:\n"
    text += "".join(f"    input r{i} as {t}.public;\n" for i, t in enumerate(types))
    text += f"    snark.verify{'.batch' * batch} r0 r1 r2 r3 into r4;\n    output r4 as boolean.public;\n"
    values = [octets(key), Literal(LiteralType.U8, version), fields(given), octets(proof)]
    if batch:
        values[0], values[2] = Array((values[0],)), Array((Array((values[2],)),))
    config = RunConfig(block=BlockContext(height=height), reference=verifier if reference else None)
    return execute_view(load(text), "v", values, config)


def verdict(trace: Trace) -> bool:
    assert trace.ok, trace.halt
    return bool(trace.outputs[0].value.value)  # type: ignore[union-attr]


@pytest.mark.parametrize("batch", [False, True], ids=["one", "batch"])
def test_a_proof_is_true_for_its_inputs_alone(batch: bool) -> None:
    assert verdict(run(3, batch=batch)) is True
    assert verdict(run(3, batch=batch, inputs=[1, 21 * 26, 0, 0])) is True
    assert verdict(run(3, batch=batch, inputs=[1, 21 * 26 + 1])) is False


def test_the_rules_of_the_block_say_which_version_they_take() -> None:
    assert verdict(run(2, height=OLD)) is True
    for version, height in ((2, NEW), (3, OLD)):
        halt = run(version, height=height).halt
        assert halt is not None and "Varuna" in halt.message


def test_what_does_not_fit_a_key_halts() -> None:
    for trace in (run(3, inputs=[1]), run(3, inputs=[1, 21 * 26, 5]), run(3, key=bytes(700))):
        assert trace.halt is not None


def test_a_run_without_a_reference_string_says_so() -> None:
    with pytest.raises(Unsupported):
        run(3, reference=False)
