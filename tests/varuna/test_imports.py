"""What a window needs at start-up does not load the compiler of kernels."""

from __future__ import annotations

import subprocess
import sys


def test_plain_data_and_codecs_import_no_numba() -> None:
    modules = "proof, report, verifying_key, version; from avm.varuna.srs import official, reference_string"
    code = f"import sys; from avm.varuna import {modules}; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
