"""Tables of the main shape: proof, stages, verification, batch and key generation, tier by tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench import main_proof, prover
from tests.bench.scale import restored
from tests.bench.table import Cell, Table, ratio, scaled

Measured = Mapping[str, Any]
MIB = 1 << 20
SHAPE = (
    f"{prover.PUBLICS} publics, {prover.PRIVATES} privates, {prover.CONSTRAINTS} constraints, "
    f"{' / '.join(map(str, prover.ENTRIES))} entries"
)
TARGETS = {"proof": 0.8, "memory": 1024, "index": 3.0, "verify": 10.0, "batch": 4.0}


def proof_table(tiers: Sequence[Measured]) -> Table:
    """Return the proof of each tier: seconds raw and scaled, processor time, peak memory."""
    rows: list[tuple[Cell, ...]] = []
    for found in tiers:
        best, scale = found["prove"], restored(found["product"])
        rows.append(
            (
                found["tier"],
                scale.nanoseconds,
                best["wall"],
                scaled(best["wall"], scale.factor),
                best["cpu"],
                scaled(best["cpu"], scale.factor),
                best["cpu"] / best["wall"],
                found["peak"] / MIB,
                best["bytes"],
            )
        )
    columns = (
        "tier",
        "product, ns",
        "proof, s",
        "scaled, s",
        "processor, s",
        "scaled, s (processor)",
        "workers busy",
        "peak MiB",
        "proof bytes",
    )
    notes = (
        SHAPE,
        f"{main_proof.WORKERS} workers, warm, best run; each tier in a process of its own; "
        f"string: {tiers[0]['srs'] if tiers else '-'}",
        f"wanted of the tier ifma: {TARGETS['proof']} s scaled, {TARGETS['memory']} MiB",
        "workers busy: processor over elapsed time; well below 2 means that other programs took the cores",
    )
    return Table("Proof of the main shape", columns, tuple(rows), notes)


def stage_table(tiers: Sequence[Measured]) -> Table:
    """Return the stages of one proof in each tier, scaled where there is a measure."""
    factors = [restored(found["product"]).factor for found in tiers]
    heads = [f"{found['tier']}, s{' scaled' if factor else ''}" for found, factor in zip(tiers, factors)]
    rows = tuple(
        (name, *(found["prove"]["stages"][name] * (factor or 1.0) for found, factor in zip(tiers, factors)))
        for name in (tiers[0]["prove"]["stages"] if tiers else ())
    )
    return Table("Stages of that proof", ("stage", *heads), rows)


def more_table(tiers: Sequence[Measured]) -> Table:
    """Return key generation, verification, and the batch against one proof."""
    rows: list[tuple[Cell, ...]] = []
    for found in tiers:
        one, batch, tier = found["prove"], found["batch"], found["tier"]
        factor = restored(found["product"]).factor

        def row(
            name: str,
            value: float,
            unit: str,
            target: str = "",
            tier: str = tier,
            factor: float | None = factor,
        ) -> None:
            limit = TARGETS.get(target) if tier == "ifma" else None
            rows.append((tier, name, value, scaled(value, factor), unit, limit))

        row("key generation (index), elapsed", found["index"]["wall"], "s", "index")
        row("key generation (index), processor", found["index"]["cpu"], "s")
        row("verification", one["verify"]["cpu"] * 1e3, "ms", "verify")
        row(f"verification, batch of {main_proof.BATCH}", batch["verify"]["cpu"] * 1e3, "ms")
        row(f"proof of a batch of {main_proof.BATCH}, elapsed", batch["wall"], "s")
        for name, clock in (("elapsed", "wall"), ("processor", "cpu")):
            share = ratio(batch[clock], one[clock])
            wanted = TARGETS["batch"] if found["tier"] == "ifma" else None
            rows.append(
                (
                    found["tier"],
                    f"batch of {main_proof.BATCH} / one, {name}",
                    share,
                    share,
                    "x",
                    wanted,
                )
            )
    columns = ("tier", "figure", "raw", "scaled", "unit", "at most")
    notes = (SHAPE, "verification: processor time of its one thread")
    return Table("Key generation, verification, batch", columns, tuple(rows), notes)
