"""Growth from 2^10 to 2^17 constraints, in a process of its own, and why the figures jump where they do."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import scale
from tests.bench.main_proof import timed
from tests.bench.strings import string_for
from tests.bench.table import Cell, Table, scaled

LOGS = tuple(range(10, 18))
MIB = 1 << 20
ENTRIES_PER_ROW = 4
"""At most so many in the densest matrix of a generated circuit: one long string serves all larger sizes."""
POINT_BYTES = 3 * 64
"""A point and its image under the endomorphism, three lines of limbs, as the sums read them."""


def measure(logs: Sequence[int]) -> list[dict[str, Any]]:
    """Return the figures of one generated circuit for each size."""
    from avm.base.pool import Pool
    from avm.varuna.indexer import circuit_shape, index
    from avm.varuna.prover import prove
    from avm.varuna.sample_system import sample_system
    from avm.varuna.verifier import verify
    from avm.varuna.version import VarunaVersion
    from tests.bench.peak import Peak

    v3 = VarunaVersion.V3
    rows = []
    srs = string_for(0)
    with Pool(2) as pool:
        for log in logs:
            matrices, assignment = sample_system(1 << log)
            info = circuit_shape(matrices).info
            if info.highest_power > srs.highest_power:
                srs = string_for(max(info.highest_power, ENTRIES_PER_ROW * (1 << max(logs)) - 1))
            string = "development" if srs.insecure else "official"
            with Peak() as peak:
                (key, verifying), indexed = timed(partial(index, matrices, srs, pool=pool))
                runs, cores = [], []
                for _ in range(3 if log < 15 else 2):
                    cores.append(scale.measure())
                    runs.append(timed(partial(prove, key, srs, assignment, version=v3, pool=pool)))
            (proof, report), _ = runs[0]
            inputs = list(assignment.public)
            checks = [
                timed(partial(verify, verifying, srs.verifier(), inputs, proof, version=v3)) for _ in range(5)
            ]
            if not all(outcome.valid for outcome, _ in checks):
                raise ArithmeticError(f"a proof of 2^{log} constraints does not verify")
            domains = [info.constraint_domain, info.variable_domain, *info.matrix_domains]
            rows.append(
                {
                    "log": log,
                    "product": scale.best(cores).nanoseconds,
                    "string": string,
                    "index": indexed["wall"],
                    "prove": min(took["wall"] for _, took in runs),
                    "processor": min(took["cpu"] for _, took in runs),
                    "verify": min(took["cpu"] for _, took in checks),
                    "peak": peak.bytes,
                    "bytes": report.proof_bytes,
                    "domains": [domain.size.bit_length() - 1 for domain in domains],
                }
            )
            del key, verifying, matrices, assignment
    return rows


def table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return the growth as a table with a sentence for every step."""
    caches = cache_sizes()
    body: list[tuple[Cell, ...]] = []
    notes = [
        "growth: of the processor time; domains: of rows, variables and the entries of A, B and C",
        "one process for all sizes: the peak holds the reference string and what Python has not given back",
    ]
    before: Mapping[str, Any] | None = None
    for row in rows:
        factor = scale.restored(row["product"]).factor
        body.append(
            (
                f"2^{row['log']}",
                row["string"],
                row["index"],
                row["prove"],
                scaled(row["prove"], factor),
                row["processor"],
                scaled(row["processor"], factor),
                row["processor"] / row["prove"],
                None if before is None else row["processor"] / before["processor"],
                row["verify"] * 1e3,
                row["peak"] / MIB,
                row["bytes"],
                " / ".join(map(str, row["domains"])),
            )
        )
        notes.append(explain(before, row, caches))
        before = row
    columns = (
        "constraints",
        "string",
        "index, s",
        "prove, s",
        "scaled, s",
        "processor, s",
        "scaled, s (processor)",
        "workers busy",
        "growth",
        "verify, ms",
        "peak MiB",
        "proof bytes",
        "domains, log2",
    )
    return Table("Growth", columns, tuple(body), tuple(notes))


def explain(before: Mapping[str, Any] | None, row: Mapping[str, Any], caches: Mapping[int, int]) -> str:
    """Return why a circuit costs what it costs against the one of half its size."""
    rows, variables, *entries = row["domains"]
    largest = max(row["domains"])
    name = f"2^{row['log']}: "
    if before is None:
        return (
            name + f"hiding adds a row, so the rows take a domain of 2^{rows}; the widest matrix one of "
            f"2^{max(entries)}; small sums are bound by their windows and by Python's share"
        )
    doubled = sum(a > b for a, b in zip(row["domains"], before["domains"]))
    text = (
        f"{doubled} of 5 domains double, to 2^{rows} rows, 2^{variables} variables, 2^{max(entries)} entries"
    )
    held, was = POINT_BYTES << largest, POINT_BYTES << max(before["domains"])
    for level, size in caches.items():
        if was <= size < held:
            text += (
                f"; the {held / MIB:.0f} MiB of points of the largest sum leave the cache of level {level}"
                f" ({size / MIB:.3g} MiB)"
            )
    factor = row["processor"] / before["processor"]
    if factor < 1.8:
        text += "; less than twice the time: larger sums take wider windows, and fixed costs weigh less"
    elif factor > 2.2:
        text += "; more than twice the time: transforms of 2^n cost n 2^n and read past the caches"
    if row["string"] != before["string"]:
        text += f"; the {before['string']} files end here, a {row['string']} string goes on"
    return name + text


def cache_sizes(folder: Path = Path("/sys/devices/system/cpu/cpu0/cache")) -> dict[int, int]:
    """Return bytes of this core's data caches by level; empty where the system does not tell."""
    found: dict[int, int] = {}
    for place in sorted(folder.glob("index*")):
        try:
            if (place / "type").read_text().strip() == "Instruction":
                continue
            text = (place / "size").read_text().strip()
            found[int((place / "level").read_text())] = int(text.rstrip("K")) * 1024
        except (OSError, ValueError):
            continue
    return found


if __name__ == "__main__":
    print(json.dumps({"rows": measure([int(log) for log in sys.argv[1:]] or LOGS)}))
