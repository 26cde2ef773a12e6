"""The targets of coverage-guided fuzzing take their seeds, and damaged seeds, without a fault."""

from __future__ import annotations

import random

import pytest

from tests.fuzz import targets

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]
HOSTILE = [
    b"",
    b"\0",
    b"\xff" * 20,
    b"[" * 5000,
    b"{}",
    b"null",
    b'"\\ud800"',
    b"9" * 5000,
    b"/*",
    b'{"a":1e999}',
]


@pytest.mark.parametrize("name", targets.MAKERS)
def test_a_target_takes_whatever_it_is_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avm.vm.limits.MAX_STEPS", targets.STEPS)
    one, seeds = targets.MAKERS[name](), targets.seeds(name)
    assert seeds
    rng = random.Random(name)
    damaged = []
    for seed in rng.sample(seeds, min(len(seeds), 12)):
        for _ in range(3):
            start = rng.randrange(len(seed) + 1)
            damaged.append(seed[:start] + rng.randbytes(rng.randrange(4)) + seed[start + rng.randrange(9) :])
    for data in [*HOSTILE, *seeds[:40], *damaged]:
        one(data)
