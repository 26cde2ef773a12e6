"""Seeded random users of the window: nothing they do breaks its invariants (see `monkey`)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

pytestmark = pytest.mark.qt

spec = importlib.util.spec_from_file_location("monkey", Path(__file__).with_name("monkey.py"))
assert spec is not None and spec.loader is not None
monkey = importlib.util.module_from_spec(spec)
sys.modules["monkey"] = monkey
spec.loader.exec_module(monkey)

STEPS = 150


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_user_breaks_nothing(seed: int, tmp_path: Path, qapp: QApplication) -> None:
    report = monkey.play(tmp_path, seed, steps=STEPS)
    assert not report.failures, str(report)
    assert report.steps == STEPS
