"""Structured reference strings as files: make, contribute to, describe and check one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from avm.base import files
from avm.base.errors import AvmError
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.storage.parameters import Parameters
from avm.storage.srs_cache import LARGEST
from avm.varuna.report import Check, SrsInfo

if TYPE_CHECKING:
    from avm.varuna.srs.reference_string import Srs

SMALLEST_LOG2, LARGEST_LOG2 = 6, 22


def load(path: Path) -> Srs:
    """Read an SRS file; ``DecodeError`` when it is not one, ``StoreError`` when it cannot be read."""
    from avm.varuna.srs.codec import srs_from_bytes

    return srs_from_bytes(files.read_bytes(path, LARGEST))


def generate(
    degree_log2: int,
    output: Path | None,
    parameters: Parameters,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> tuple[Path, SrsInfo]:
    """Make a development SRS with ``2**degree_log2`` powers and write it to ``output`` or the cache."""
    from avm.varuna.srs.codec import srs_to_bytes
    from avm.varuna.srs.development import development_srs

    if not SMALLEST_LOG2 <= degree_log2 <= LARGEST_LOG2:
        raise AvmError(
            f"a development SRS of 2^{degree_log2} powers cannot be made",
            code="EAVM1104",
            hint=f"choose {SMALLEST_LOG2} to {LARGEST_LOG2}",
        )
    progress.stage("Development SRS", f"2^{degree_log2} powers")
    srs = development_srs(degree_log2, progress=progress, cancel=cancel)
    if output is None:
        return parameters.store_development(srs, degree_log2), srs.describe()
    files.write_bytes(output, srs_to_bytes(srs))
    return output, srs.describe()


def contribute(
    source: Path,
    output: Path,
    name: str,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> SrsInfo:
    """Put a new secret on top of the SRS in ``source``, with a proof of the update, into ``output``."""
    from avm.varuna.srs.codec import srs_to_bytes
    from avm.varuna.srs.contribution import contribute as update

    srs = update(load(source), name=name, progress=progress, cancel=cancel)
    files.write_bytes(output, srs_to_bytes(srs))
    return srs.describe()


def verify_file(
    path: Path, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None
) -> tuple[Check, ...]:
    """Check the structure of the SRS in ``path`` and the chain of its updates."""
    from avm.varuna.srs.consistency import check_srs
    from avm.varuna.srs.contribution import verify_updates

    srs = load(path)
    return (
        *check_srs(srs, progress=progress, cancel=cancel).checks,
        *verify_updates(srs, progress=progress, cancel=cancel).checks,
    )
