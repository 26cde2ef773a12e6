"""What the caches on disk save: everything that a proof needs besides the witness, made and found again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from avm.r1cs import Assignment, Matrices
from avm.r1cs.linear import PRIVATE, LinearCombination
from avm.r1cs.system import ConstraintSystem
from avm.storage.parameters import Parameters
from avm.varuna.srs.reference_string import Srs
from tests.bench.main_proof import timed
from tests.bench.prover import main_shape
from tests.bench.strings import SHARED, string_for
from tests.bench.table import Cell, Table

T = TypeVar("T")
FOUND_RUNS = 3


def system_of(matrices: Matrices, assignment: Assignment) -> ConstraintSystem:
    """Return the constraint system with these matrices and values."""
    system = ConstraintSystem()
    for value in assignment.public[1:]:
        system.new_public(value)
    for value in assignment.private:
        system.new_private(value)
    publics = matrices.num_public

    def combination(row: tuple[tuple[int, int], ...]) -> LinearCombination:
        terms = {j if j < publics else j - publics + PRIVATE: k for j, k in row if j}
        constant = next((k for j, k in row if j == 0), 0)
        return LinearCombination(constant, terms)

    for rows in zip(matrices.a, matrices.b, matrices.c):
        system.enforce(*(combination(row) for row in rows))
    return system


def table() -> Table:
    """Return processor milliseconds of each step, with an empty cache and with a filled one."""
    system = system_of(*main_shape())
    string_for(1)  # kernels and modules are loaded
    with TemporaryDirectory() as name:
        root = Path(name)
        _strings(root)
        made = _steps(root, system)
        found = [_steps(root, system) for _ in range(FOUND_RUNS)]
        sizes = {kind: _megabytes(root, kind) for kind in ("powers", "shape", "index")}
    rows: list[tuple[Cell, ...]] = []
    for step, kind in (("string", ""), ("powers", "powers"), ("shape", "shape"), ("key", "index")):
        best = min(run[step] for run in found)
        rows.append((step, made[step], best, made[step] - best, sizes.get(kind)))
    saved = sum(float(row[3] or 0) for row in rows)
    notes = (
        "processor time of the main shape; made: the cache is empty; found: a fresh object reads it",
        "string: its few checked points; powers: in the kernels' form; shape: sizes and id; key: the index",
        f"together {saved:.0f} ms of each proof in a fresh process",
    )
    return Table(
        "Disk caches", ("step", "made, ms", "found, ms", "saved, ms", "MiB on disk"), tuple(rows), notes
    )


def _strings(root: Path) -> None:
    """Lay the official files, or a development string, where ``Parameters`` looks for them."""
    folder = root / "parameters"
    if (SHARED / "params").is_dir():
        shutil.copytree(SHARED / "params", folder / "official")
    else:
        Parameters(root).srs_for((1 << 16) - 1)
        shutil.rmtree(root / "derived")


def _steps(root: Path, system: ConstraintSystem) -> dict[str, float]:
    parameters = Parameters(root)
    took: dict[str, float] = {}

    def step(name: str, work: Callable[[], T]) -> T:
        result, clock = timed(work)
        took[name] = clock["cpu"] * 1e3
        return result

    srs: Srs = step("string", lambda: parameters.srs_for((1 << 16) - 1))
    step("powers", lambda: srs.powers(1 << 16))
    shape = step("shape", lambda: parameters.shape_of(system))

    step("key", lambda: parameters.key_of(system, shape, srs))
    return took


def _megabytes(root: Path, kind: str) -> float:
    return sum(path.stat().st_size for path in (root / "derived").glob(f"{kind}-*")) / (1 << 20)
