"""A kill at any moment of editing, building or making projects loses nothing and breaks nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.qt, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]


def test_kills_at_random_moments_lose_nothing() -> None:
    seed = os.environ.get("AVM_KILL_SEED", "1")
    command = [sys.executable, "-m", "tests.app.kill_soak", "--times", "12", "--seed", seed]
    soak = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "12 kills" in soak.stdout
