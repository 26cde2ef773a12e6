"""Getting ready: the kernels of the first proof and of the hashes are there; a cancel is honoured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from avm.api.parameters import Parameters
from avm.api.warm import prepare
from avm.base.errors import Cancelled
from avm.base.progress import Cancel

SCRIPT = """
import sys
from pathlib import Path
from avm.api.parameters import Parameters
from avm.api.warm import prepare

class Heard:
    def stage(self, name, detail=""):
        hashes = "avm.primitives.bhp_compiled" in sys.modules
        print(name, "avm.algebra.elements" in sys.modules and not hashes)
    def step(self, done, total): ...

prepare(Parameters(Path(sys.argv[1])), Heard())
wanted = ("primitives.poseidon_compiled", "primitives.bhp_compiled", "algebra.msm",
          "algebra.kernels.pairing_tower", "algebra.kernels.g1_multiples", "varuna.verifier")
print(all("avm." + name in sys.modules for name in wanted))
"""


def test_hashes_come_first_and_nothing_is_left_to_load(tmp_path: Path) -> None:
    """In a process of its own, which has loaded nothing yet."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True, timeout=500
    )
    *stages, loaded = done.stdout.splitlines()
    assert stages == [
        "Hash kernels False",
        "Compile kernels False",
        "Read the parameters False",
        "Rehearsal False",
    ]
    assert loaded == "True"


def test_a_second_time_compiles_nothing_and_a_cancel_is_honoured(tmp_path: Path) -> None:
    prepare(Parameters(tmp_path))
    assert prepare(Parameters(tmp_path)) is False
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        prepare(Parameters(tmp_path), cancel=cancel)
