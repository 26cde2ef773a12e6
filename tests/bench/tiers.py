"""The kernel tiers that this machine can run, and child processes that use one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

from avm.algebra import tiers

ROOT = Path(__file__).resolve().parents[2]


def runnable() -> tuple[str, ...]:
    """Return the tiers that the processor allows, the one in use first."""
    import llvmlite.binding

    features = dict(llvmlite.binding.get_host_cpu_features())
    found = [name for name in get_args(tiers.Tier) if tiers.tier_for(features, name) == name]
    return (tiers.tier(), *(name for name in reversed(found) if name != tiers.tier()))


def in_child(module: str, *arguments: str, timeout: float = 600, **environment: str) -> dict[str, Any]:
    """Run ``python -m module`` in a process of its own; return the object on its last line.

    ``environment`` is added to this process's. Raises RuntimeError with the child's last words.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=dict(os.environ, **environment),
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed: {done.stderr.strip()[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
