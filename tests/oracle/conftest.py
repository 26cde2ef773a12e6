"""The real engine as a test's counterpart: Node running the oracle beside the repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from avm.storage.parameters import FolderFiles
from avm.varuna.srs.official import official_srs
from avm.varuna.srs.reference_string import Srs
from tests.oracle.client import PARAMETERS, Oracle, OracleAbsent, oracle_folder
from tests.oracle.native import Native

Ask = Callable[..., dict[str, object]]


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Send the oracle a request and return its answer; skip where it cannot run."""
    try:
        oracle_folder()
    except OracleAbsent as absent:
        pytest.skip(str(absent))
    with Oracle(tmp_path_factory.mktemp("oracle")) as oracle:
        yield oracle.ask


@pytest.fixture(scope="session")
def native(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Native]:
    """The native service; skip where it cannot run."""
    try:
        service = Native(tmp_path_factory.mktemp("native"))
    except OracleAbsent as absent:
        pytest.skip(str(absent))
    with service:
        yield service


@pytest.fixture(scope="session")
def official() -> Srs:
    """The official string over the files beside the repository."""
    if not PARAMETERS.is_dir():
        pytest.skip("needs the official parameters in ../shared/params")
    return official_srs(FolderFiles(PARAMETERS))
