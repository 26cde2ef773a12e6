"""Getting ready: the kernels of the first proof and of the hashes are there; a cancel is honoured."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from avm.api.preparation import prepare_prover
from avm.base.errors import Cancelled
from avm.base.progress import Cancel
from avm.storage.parameters import Parameters

SCRIPT = """
import sys
from pathlib import Path
from avm.storage.parameters import Parameters
from avm.api.preparation import prepare_prover

class Heard:
    def stage(self, name, detail=""):
        hashes = "avm.primitives.bhp_compiled" in sys.modules
        print(name, "avm.algebra.elements" in sys.modules and not hashes)
    def step(self, done, total): ...

prepare_prover(Parameters(Path(sys.argv[1])), Heard())
wanted = ("primitives.poseidon_compiled", "primitives.bhp_compiled", "algebra.msm", "varuna.verifier")
print(all("avm." + name in sys.modules for name in wanted))
loaded = {name for name in sys.modules if name.startswith("avm.algebra.kernels.")}
from avm.varuna.rehearsal import rehearse
rehearse(None)
print(loaded == {name for name in sys.modules if name.startswith("avm.algebra.kernels.")})
"""


def test_hashes_come_first_and_nothing_is_left_to_load(tmp_path: Path) -> None:
    """In a process of its own, which has loaded nothing yet."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True, timeout=500
    )
    *stages, loaded, nothing_more = done.stdout.splitlines()
    assert stages == [
        "Hash kernels False",
        "Compile kernels False",
        "Read the parameters False",
        "Rehearsal False",
    ]
    assert loaded == "True"
    assert nothing_more == "True"


def test_a_second_time_compiles_nothing_and_a_cancel_is_honoured(tmp_path: Path) -> None:
    prepare_prover(Parameters(tmp_path))
    assert prepare_prover(Parameters(tmp_path)) is False
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        prepare_prover(Parameters(tmp_path), cancel=cancel)


def test_a_kernel_that_the_cache_lacks_counts_as_compiled(tmp_path: Path) -> None:
    script = (
        "import avm.algebra.kernels.msm_layout\n"
        "from avm.algebra import kernels_compiled\n"
        "print(kernels_compiled())"
    )
    environment = {**os.environ, "AVM_CACHE_DIR": str(tmp_path), "AVM_KERNELS": ""}
    counts = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            timeout=500,
            env=environment,
        )
        counts.append(int(done.stdout))
    assert counts[0] > 0
    assert counts[1] == 0
