"""Measuring resident memory."""

import sys

import numpy as np
import pytest

from avm.api import memory
from tests.bench.peak import Peak


@pytest.mark.skipif(sys.platform == "win32", reason="this system does not tell resident memory")
def test_the_peak_of_a_block_holds_what_was_allocated_in_it() -> None:
    before = memory.resident_bytes()
    with Peak() as peak:
        block = np.ones(8_000_000)
        assert block.sum() == 8_000_000
        del block
    assert peak.bytes >= before + 50_000_000
