"""Kernels start up, are cached by their sources, and are measured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from avm.algebra import load_kernels, msm
from avm.algebra.aot import compiling
from avm.base.errors import Cancelled
from avm.base.progress import Cancel
from tests.bench import algebra


def test_loading_the_kernels_reports_progress_and_honours_cancel(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[int, int]] = []

    class Recorder:
        def stage(self, name: str, detail: str = "") -> None:
            assert name == "Compile kernels"

        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    load_kernels(Recorder())
    assert steps == [], "they are loaded once"
    monkeypatch.setattr("avm.algebra.msm", msm)
    monkeypatch.delitem(sys.modules, "avm.algebra.msm")
    load_kernels(Recorder())
    assert steps[-1][0] == steps[-1][1] == len(steps)
    cancel = Cancel()
    cancel.cancel()
    del sys.modules["avm.algebra.msm"]
    with pytest.raises(Cancelled):
        load_kernels(cancel=cancel)


def test_cache_folder_follows_the_environment_and_the_sources(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AVM_CACHE_DIR", str(tmp_path))
    folder = compiling.cache_folder()
    assert folder.parent == tmp_path / "kernels"
    assert folder == compiling.cache_folder()
    monkeypatch.setattr(compiling.llvmlite.binding, "get_host_cpu_name", lambda: "another")
    assert compiling.cache_folder() != folder


def test_measurements_are_positive_plain_data() -> None:
    rows = [*algebra.bench_fields(64), *algebra.bench_transforms((6,)), *algebra.bench_msm((4,), (1,))]
    assert all(row.value > 0 and row.unit in ("ns", "ms") for row in rows)
    assert len({row.name for row in rows}) == len(rows)
