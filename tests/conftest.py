"""What all tests share: caches of their own, and the skip of tests that need data beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of vectors beside the repository; the test skips where it is absent."""
    if not (SHARED / "README.md").is_file():
        pytest.skip("needs the folder ../shared with the vectors of the real system")
    return SHARED


@pytest.fixture(scope="session")
def parameters(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Reference strings of the test session, made once in a folder of its own."""
    from avm.storage.parameters import Parameters

    return Parameters(tmp_path_factory.mktemp("parameters"))
