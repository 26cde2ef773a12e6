"""Small circuits and development strings shared by the tests of the proof system."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from avm.base.pool import Pool
from avm.r1cs import Assignment, Matrices
from avm.varuna.indexer import index
from avm.varuna.proving_key import ProvingKey
from avm.varuna.sample_system import sample_system
from avm.varuna.srs.development import development_srs
from avm.varuna.srs.official import official_srs
from avm.varuna.srs.reference_string import Srs
from avm.varuna.verifying_key import VerifyingKey

SHARED = Path(__file__).resolve().parents[3] / "shared"


class Files:
    """Official files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        return (self.folder / name).is_file()

    def read(self, name: str, offset: int, size: int) -> bytes:
        with (self.folder / name).open("rb") as file:
            file.seek(offset)
            return file.read(size)


class System:
    """A circuit with an assignment and keys."""

    def __init__(self, matrices: Matrices, assignment: Assignment, srs: Srs) -> None:
        self.matrices, self.assignment = matrices, assignment
        key: ProvingKey
        verifying: VerifyingKey
        key, verifying = index(matrices, srs)
        self.key, self.verifying = key, verifying

    @property
    def inputs(self) -> list[int]:
        return list(self.assignment.public)


@pytest.fixture(scope="session")
def srs() -> Srs:
    """A development string of 2^7 powers with fixed secrets."""
    return development_srs(7, seed=b"tests")


@pytest.fixture(scope="session")
def product(srs: Srs) -> System:
    """x * y = p and p * (p + 5) = q with q public."""
    a, b = (((2, 1),), ((4, 1),)), (((3, 1),), ((0, 5), (4, 1)))
    c = (((4, 1),), ((1, 1),))
    return System(Matrices.of_rows(2, 3, a, b, c), Assignment((1, 21 * 26), (3, 7, 21)), srs)


@pytest.fixture(scope="session")
def sampled(srs: Srs) -> System:
    """Twenty random rows, five public inputs."""
    return System(*sample_system(20, publics=6, seed=7), srs)


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    with Pool(2) as made:
        yield made


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data beside the repository."""
    if not (SHARED / "vectors").is_dir():
        pytest.skip("needs the data in ../shared/vectors")
    return SHARED


@pytest.fixture(scope="session")
def official(shared: Path) -> Srs:
    """The official string over the files in ../shared/params."""
    if not (shared / "params").is_dir():
        pytest.skip("needs the official parameters in ../shared/params")
    return official_srs(Files(shared / "params"))


@pytest.fixture(scope="session")
def real_proofs(shared: Path) -> list[dict[str, object]]:
    """Executions by the real engine whose public inputs are known."""
    lines = (shared / "vectors" / "executions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if row.get("proof_public_inputs") and "execution" in row]
