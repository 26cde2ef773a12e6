"""Which tier is chosen, and that every tier this machine can run agrees with the plain definitions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from avm.algebra import tiers
from avm.algebra.aot import folder
from avm.algebra.kernels import limbs_asm

ROOT = Path(__file__).resolve().parents[2]
HELD_TO_PLAIN_TWINS = (
    "tests/algebra/test_limbs.py",
    "tests/algebra/test_vector.py",
    "tests/algebra/test_msm.py",
    "tests/algebra/test_pairing_kernel.py",
    "tests/algebra/test_hash_kernels.py",
    "tests/primitives/test_compiled.py",
)
"""Field operations, batch inversion, sparse products, transforms, sums of points, pairing, Poseidon, BHP."""
OTHERS = [name for name in tiers.tiers() if name != tiers.tier()]


@pytest.mark.prove  # its kernels are compiled for each tier
@pytest.mark.parametrize("name", OTHERS)
def test_the_other_tiers_agree_with_the_plain_definitions(name: str) -> None:
    """The tests of the kernels pass in a process of each other tier; its kernels are compiled once."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *HELD_TO_PLAIN_TWINS],
        cwd=ROOT,
        env=dict(os.environ, AVM_KERNELS=name),
        capture_output=True,
        text=True,
        timeout=580,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_tier_follows_the_processor_and_the_wish() -> None:
    limbs = dict.fromkeys(tiers.REQUIRED_BY_ASM, True)
    everything = limbs | dict.fromkeys(tiers.REQUIRED_BY_IFMA, True)
    assert tiers.tier_for(everything) == tiers.tier_for(everything, "ifma") == "ifma"
    assert tiers.tier_for(limbs) == tiers.tier_for(limbs, "ifma") == "asm"
    assert tiers.tier_for(everything, "asm") == "asm"
    assert tiers.tier_for({}) == tiers.tier_for({}, "ifma") == tiers.tier_for({}, "asm") == "portable"
    for features in (limbs, everything):
        assert tiers.tier_for(features, "portable") == tiers.limb_tier_for(features, "portable") == "portable"
    for name in tiers.REQUIRED_BY_IFMA:
        assert tiers.tier_for({**everything, name: False}) == "asm"
    for name in limbs:
        assert tiers.tier_for({**limbs, name: False}) == "portable"
        assert tiers.limb_tier_for({**everything, name: False}) == "portable"
    assert tiers.limb_tier_for(everything) == "asm"


def test_the_portable_tier_runs_everywhere_and_every_tier_is_reachable() -> None:
    assert tiers.tiers()[0] == "portable"
    assert tiers.tier() in tiers.tiers()


def test_settings_of_numba_that_take_features_away_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CPU_FEATURES", "+64bit,+adx,-bmi2,+avx512ifma")
    tiers.features.cache_clear()
    try:
        assert tiers.features() == {"64bit": True, "adx": True, "bmi2": False, "avx512ifma": True}
        assert tiers.tiers() == ("portable",)
    finally:
        tiers.features.cache_clear()


def test_compiled_code_of_tiers_lies_in_folders_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = set()
    for lanes, limbs in (("portable", "portable"), ("asm", "asm"), ("ifma", "asm"), ("ifma", "portable")):
        monkeypatch.setattr(folder, "tier", lambda name=lanes: name)
        monkeypatch.setattr(folder, "limb_tier", lambda name=limbs: name)
        folders.add(folder.cache_folder())
    assert len(folders) == 4


@pytest.mark.parametrize(("modulus", "n"), [(101, 4), (2**89 - 1, 6)])
def test_assembly_names_no_symbol_and_no_register_but_its_own(modulus: int, n: int) -> None:
    text, result = limbs_asm.product_text(modulus, ["(%rsi)"] * n, ["(%rdi)"] * n, ["(%rcx)"] * (2 * n))
    names = {line.split()[0] for line in text.splitlines()}
    assert names <= {"movq", "movl", "movabsq", "xorl", "mulxq", "adcxq", "adoxq", "addq", "adcq", "imulq"}
    assert len(set(result)) == n and all(0 <= operand <= n for operand in result)
    assert text.count("mulxq") == 2 * n * n
