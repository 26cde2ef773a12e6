"""What structured reference strings lie on this machine: each with its place, its checks and what it costs.

Official files are compared with the published sizes and SHA-256; development strings are read for their
digest and their contributions. A file that cannot be used is listed with the reason, never hidden.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from avm.base.errors import AvmError, DecodeError, StoreError
from avm.base.files import sha256
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.storage import srs_files
from avm.storage.parameters import FolderFiles, Parameters, official_manifest
from avm.varuna.report import Check
from avm.varuna.srs.official import official_srs

OFFICIAL, DEVELOPMENT = "official", "development"


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """An official file of this machine; ``agrees`` says whether its SHA-256 is the published one."""

    name: str
    path: Path
    size: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class StringOnDisk:
    """A string with its place: the folder of the official files, or the file of a development string.

    ``highest_power`` is the largest exponent of beta at hand, ``size`` bytes on disk. ``fault`` says why a
    string cannot be used; ``files`` are those of the official string.
    """

    kind: str
    name: str
    path: Path
    size: int
    highest_power: int = 0
    digest: str = ""
    contributions: tuple[str, ...] = ()
    fault: str = ""
    files: tuple[OfficialFile, ...] = ()

    @property
    def insecure(self) -> bool:
        """Whether its maker could forge proofs."""
        return self.kind == DEVELOPMENT

    @property
    def log2(self) -> int:
        """A development string holds 2^log2 powers; 0 for the official one."""
        return _log2(self.path) or 0


def survey(
    parameters: Parameters, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None
) -> tuple[StringOnDisk, ...]:
    """Every string this machine holds, the official one first; reads and hashes the files."""
    progress.stage("Look at the parameters")
    found = []
    official = _official(parameters, cancel)
    if official is not None:
        found.append(official)
    files = [p for p in parameters.folder.glob("development-*.srs") if _log2(p) is not None]
    files.sort(key=lambda p: _log2(p) or 0)
    for done, path in enumerate(files):
        if cancel is not None:
            cancel.check()
        found.append(_development(path))
        progress.step(done + 1, len(files))
    return tuple(found)


def verify_string(
    string: StringOnDisk, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None
) -> tuple[Check, ...]:
    """Check a string: its structure, and its files' checksums or its chain of updates."""
    if string.kind == DEVELOPMENT:
        return srs_files.verify_file(string.path, progress, cancel)
    from avm.varuna.srs.consistency import check_srs

    checks = [
        Check(f.name, f.agrees, "the published SHA-256" if f.agrees else "not the published SHA-256")
        for f in string.files
    ]
    srs = official_srs(FolderFiles(string.path))
    return (*checks, *check_srs(srs, progress=progress, cancel=cancel).checks)


def delete_string(string: StringOnDisk, parameters: Parameters) -> None:
    """Delete a development string's file; ``AvmError`` for the official one, ``StoreError`` when it stays."""
    if string.kind != DEVELOPMENT or string.path.parent != parameters.folder:
        raise AvmError("only development strings of this machine can be deleted", code="EAVM1105")
    try:
        string.path.unlink()
    except OSError as error:
        raise StoreError(f"{string.path.name} was not deleted: {error.strerror or error}") from error


@lru_cache(maxsize=128)
def _sha256(path: Path, _size: int, _written: int) -> str:
    """SHA-256 of a file, remembered until its size or its time of writing changes."""
    return sha256(path).hexdigest()


def _log2(path: Path) -> int | None:
    found = re.fullmatch(r"development-(\d{1,2})\.srs", path.name)
    return int(found[1]) if found else None


def _official(parameters: Parameters, cancel: Cancel | None) -> StringOnDisk | None:
    folder, files = parameters.official_folder, []
    for name, published in official_manifest().items():
        path = folder / name
        if not path.is_file():
            continue
        if cancel is not None:
            cancel.check()
        facts = path.stat()
        size = facts.st_size
        agrees = size == published.size and _sha256(path, size, facts.st_mtime_ns) == published.sha256
        files.append(OfficialFile(name, path, size, agrees))
    if not files:
        return None
    bad = [f.name for f in files if not f.agrees]
    fault = f"{bad[0]} is not the published file" if bad else ""
    highest, digest = 0, ""
    if not fault and not parameters.has_official:
        fault = "some of the files that every proof needs are missing"
    if not fault:
        srs = official_srs(FolderFiles(folder))
        highest, digest = srs.highest_power, srs.digest
    return StringOnDisk(
        OFFICIAL,
        "Official universal SRS",
        folder,
        sum(f.size for f in files),
        highest,
        digest,
        (),
        fault,
        tuple(files),
    )


def _development(path: Path) -> StringOnDisk:
    name, size = f"Development SRS, 2^{_log2(path)}", path.stat().st_size
    try:
        srs = srs_files.load(path)
    except (DecodeError, StoreError) as error:
        return StringOnDisk(DEVELOPMENT, name, path, size, fault=error.message)
    names = tuple(record.name for record in srs.updates)
    return StringOnDisk(DEVELOPMENT, name, path, size, srs.highest_power, srs.digest, names)
