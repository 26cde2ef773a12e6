"""The benches' tables are built from measurements as they are; no figure is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.varuna.sample_system import sample_system
from avm.vm import RunConfig, execute, load
from tests.bench import (
    disk_caches,
    growth,
    kernel_tables,
    machine,
    main_proof,
    main_tables,
    oracle,
    prover,
    scale,
    tiers,
)
from tests.bench.__main__ import shown
from tests.bench.figure import Figure
from tests.bench.scale import Scale
from tests.bench.table import Table, ratio, scaled
from tests.oracle.client import OracleAbsent

HALF = Scale(19.8, 9.9)
NONE = Scale(None)


def _measured(tier: str) -> dict[str, object]:
    timed = {"wall": 2.0, "cpu": 3.0}
    proof = {**timed, "stages": {"Row check": 0.5}, "peak": 1 << 20, "bytes": 957, "verify": timed}
    product = 19.8 if tier == "ifma" else None
    return {
        "tier": tier,
        "srs": "s",
        "product": product,
        "index": timed,
        "prove": proof,
        "batch": proof,
        "peak": 3 << 20,
    }


def test_a_table_prints_aligned_and_as_an_object_per_row() -> None:
    table = Table("T", ("name", "ms"), (("a", 1.5), ("long name", None)), ("a note",))
    lines = table.text().splitlines()
    assert lines[0] == "T" and lines[-1] == "  a note"
    assert len({len(line) for line in lines[2:5]}) == 1
    assert table.to_dict()["rows"] == [{"name": "a", "ms": 1.5}, {"name": "long name", "ms": None}]
    with pytest.raises(ValueError, match="1 cells"):
        Table("T", ("name", "ms"), (("a",),))


def test_every_table_is_json_and_text() -> None:
    assert json.loads(shown("prove", HALF.table(), True))["table"] == "The core"
    assert "The core" in shown("prove", HALF.table(), False)
    assert json.loads(shown("build", Figure("f", 1.0, "s"), True))["unit"] == "s"


def test_times_are_scaled_by_the_measured_product_or_not_at_all() -> None:
    assert HALF.factor == 0.5 and scaled(3.0, HALF.factor) == 1.5
    assert NONE.factor is None and scaled(3.0, None) is None
    assert "no IFMA here" in NONE.table().text()
    assert ratio(3.0, 2.0) == 1.5 and ratio(None, 2.0) is None and ratio(1.0, None) is None


def test_the_reference_is_that_of_the_engine() -> None:
    if tiers.runnable()[0] != "ifma":
        pytest.skip("the engine's own measure loads only where the tier ifma runs")
    from avm.algebra.reference_product import REFERENCE_NANOSECONDS

    assert scale.REFERENCE_NANOSECONDS == REFERENCE_NANOSECONDS
    assert scale.restored(19.8) == HALF and scale.restored(None) == NONE
    assert scale.best([HALF, NONE, Scale(9.9, 9.9)]).factor == 1.0 and scale.best([NONE]) == NONE


def test_the_main_tables_name_every_tier_and_its_targets() -> None:
    measured = [_measured("ifma"), _measured("portable")]
    proof = main_tables.proof_table(measured)
    assert [row["tier"] for row in proof.to_dict()["rows"]] == ["ifma", "portable"]
    assert [row["scaled, s"] for row in proof.to_dict()["rows"]] == [1.0, None]
    assert main_tables.stage_table(measured).rows == (("Row check", 0.25, 0.5),)
    more = main_tables.more_table(measured).to_dict()["rows"]
    wanted = {row["figure"]: row["at most"] for row in more if row["tier"] == "ifma"}
    assert wanted["verification"] == main_tables.TARGETS["verify"]
    assert all(row["at most"] is None for row in more if row["tier"] == "portable")


def test_the_main_shape_has_the_counts_of_the_real_function() -> None:
    matrices, assignment = prover.main_shape()
    assert (matrices.num_public, matrices.num_private) == (12, 12_921)
    assert matrices.num_constraints == 12_926 and matrices.nonzeros == (32_191, 46_449, 16_949)
    assert len(assignment.public) == 12 and len(assignment.private) == 12_921


def test_a_system_of_the_main_shape_has_its_matrices_and_satisfies_them() -> None:
    matrices, assignment = sample_system(30)
    system = disk_caches.system_of(matrices, assignment)
    assert system.matrices() == matrices and system.assignment() == assignment
    assert system.is_satisfied


def test_kernel_tables_set_a_measurement_beside_the_design(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_tables, "measure", lambda: HALF)
    table = kernel_tables.transforms(logs=(6,), repeats=1)
    (row,) = table.to_dict()["rows"]
    assert row["raw, ms"] > 0 and row["scaled, ms"] == row["raw, ms"] / 2
    assert row["design, ms"] is None and row["scaled / design"] is None


def test_skewed_scalars_are_zeros_ones_small_and_uniform() -> None:
    from avm.algebra import vector

    values = vector.to_ints(kernel_tables.skewed(vector.random(64)))
    assert values[::4] == [0] * 16 and values[1::4] == [1] * 16
    assert all(value < 1 << 64 for value in values[2::8])
    assert sum(value > 1 << 64 for value in values) >= 20


def test_growth_explains_every_step(tmp_path: Path) -> None:
    level = tmp_path / "index2"
    level.mkdir()
    for name, text in (("type", "Unified"), ("size", "1024K"), ("level", "2")):
        (level / name).write_text(text + "\n")
    assert growth.cache_sizes(tmp_path) == {2: 1 << 20}
    common = {"product": 19.8, "index": 1.0, "prove": 1.0, "verify": 0.01, "peak": 1 << 20, "bytes": 957}
    rows = [
        {"log": 10, "string": "official", "processor": 1.0, "domains": [11, 11, 12, 12, 11], **common},
        {"log": 11, "string": "development", "processor": 3.0, "domains": [12, 12, 13, 13, 12], **common},
    ]
    text = growth.table(rows).text()
    assert "hiding adds a row" in text and "5 of 5 domains double" in text
    assert "more than twice the time" in text and "a development string goes on" in text
    assert "leave the cache of level 2" in growth.explain(rows[0], rows[1], {2: 1 << 20})


def test_the_tier_in_use_is_the_first_that_runs_here() -> None:
    from avm.algebra.tiers import tier

    found = tiers.runnable()
    assert found[0] == tier() and "portable" in found and len(set(found)) == len(found)


def test_a_child_answers_with_its_last_line_or_its_last_words() -> None:
    with pytest.raises(RuntimeError, match="No module named"):
        tiers.in_child("tests.bench.absent")


def test_without_the_real_engine_the_comparison_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Path:
        raise OracleAbsent("needs Node")

    monkeypatch.setattr(oracle, "oracle_folder", absent)
    table = oracle.compare(_measured("ifma"))
    assert table.rows == () and table.notes == ("skipped: needs Node",)


def test_timed_counts_elapsed_and_processor_time() -> None:
    result, took = main_proof.timed(lambda: 7)
    assert result == 7 and set(took) == {"wall", "cpu"}


def test_the_programs_of_the_machine_s_bench_run() -> None:
    for text in (machine.straight(), machine.called(), machine.hashes("hash.psd2", "r1", "field")):
        assert execute(load(text), "main", machine.INPUTS, RunConfig()).ok
