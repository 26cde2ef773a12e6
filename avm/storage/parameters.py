"""The structured reference strings of this machine: official files, development strings, cached keys.

Everything lives in one cache folder. Official files are copied in only when their SHA-256 is the published
one. A development string is made on first need and is insecure: whoever made it could forge proofs. What is
derived from strings and circuits lies beside them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from avm.base import files
from avm.base.errors import AvmError, DecodeError, StoreError
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.storage import circuit_cache
from avm.storage.disk_cache import DiskCache
from avm.storage.srs_cache import CachedPowers, check_published, development_string, keep_development
from avm.varuna.report import SrsInfo
from avm.varuna.srs.official import FilePowers, official_srs
from avm.varuna.srs.official_files import OFFICIAL_FILES, OfficialFile
from avm.varuna.srs.reference_string import Srs, SrsVerifier
from avm.varuna.verifying_key import CircuitShape

if TYPE_CHECKING:
    from avm.r1cs.system import ConstraintSystem
    from avm.varuna.proving_key import ProvingKey

DEVELOPMENT_LOG2 = 15
_REQUIRED = ("powers-of-beta-15.usrs", "shifted-powers-of-beta-15.usrs", "powers-of-beta-gamma.usrs")
_SMALL = ("neg-powers-of-beta.usrs", "beta-h.usrs")
_SMALL_FILES = ("powers-of-beta-gamma.usrs", *_SMALL)
"""The files that the verifier's half comes from: compared with the published SHA-256 at every start."""


def cache_root() -> Path:
    """The folder for caches: ``AVM_CACHE_DIR`` when set, else the user's cache folder."""
    override = os.environ.get("AVM_CACHE_DIR")
    if override:
        return Path(override)
    import platformdirs

    return Path(platformdirs.user_cache_dir("avm-studio", appauthor=False))


def official_manifest() -> Mapping[str, OfficialFile]:
    """The official universal parameters by file name: size and SHA-256."""
    return {file.name: file for file in OFFICIAL_FILES}


class FolderFiles:
    """Reads official files from a folder; the varuna layer's source of powers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        return (self.folder / name).is_file()

    def read(self, name: str, offset: int, size: int) -> bytes:
        """Return ``size`` bytes from ``offset``; a negative size reads to the end.

        ``StoreError`` when the file is absent or too short.
        """
        path = self.folder / name
        if fault := files.ownership_fault(path):
            raise StoreError(f"the parameter file {name} is not used: {fault}")
        try:
            with path.open("rb") as file:
                file.seek(offset)
                data = file.read() if size < 0 else file.read(size)
        except OSError as error:
            raise StoreError(
                f"the parameter file {name} cannot be read: {error.strerror}",
                hint="import the official files again with `avm srs import FOLDER`",
            ) from error
        if size >= 0 and len(data) != size:
            raise StoreError(f"the parameter file {name} is shorter than it should be")
        return data


class Parameters:
    """Finds, makes and caches structured reference strings, the shapes of circuits and proving keys.

    One object may be used from several threads. ``cache_dir`` overrides the user's cache folder; ``derived``
    is the cache of what can be made again. No trouble with the cache makes a proof fail.
    """

    def __init__(self, cache_dir: Path | None = None) -> None:
        root = cache_dir or cache_root()
        self.folder = root / "parameters"
        self.derived = DiskCache(root / "derived")
        self._lock = threading.RLock()
        self._loaded: dict[str, Srs] = {}
        self._files: frozenset[tuple[str, int]] | None = None

    def renewed(self) -> Parameters:
        """This object while the files of its folder are as they were when first asked, else a new one."""
        found = (p for p in self.folder.rglob("*") if p.is_file() and p.suffix != ".part")
        now = frozenset((p.name, p.stat().st_mtime_ns) for p in found)
        same = self._files in (None, now)
        current = self if same else Parameters(self.folder.parent)
        current._files = now
        return current

    # --- official files ---------------------------------------------------------------------------------

    @property
    def official_folder(self) -> Path:
        """Where imported official files are kept."""
        return self.folder / "official"

    @property
    def has_official(self) -> bool:
        """Whether enough official files were imported to prove small circuits."""
        return all((self.official_folder / n).is_file() for n in (*_REQUIRED, *_SMALL))

    def import_official(
        self, source: Path | str, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None
    ) -> tuple[str, ...]:
        """Copy the official files found in ``source`` and return their names.

        Each must have the published size and SHA-256; ``AvmError`` names the first that has not, and nothing
        of it is kept.
        """
        source = Path(source).expanduser()
        known = official_manifest()
        names = [n for n in known if (source / n).is_file()]
        if not names:
            raise AvmError(
                f"{source} holds no official parameter file",
                code="EAVM1101",
                hint="the files are called powers-of-beta-15.usrs, shifted-powers-of-beta-15.usrs, ...",
            )
        look = looks(cancel)
        progress.stage("Check and copy official files")
        files.make_folder(self.official_folder)
        for done, name in enumerate(names):
            progress.step(done, len(names))
            path = source / name
            right = path.stat().st_size == known[name].size
            if not right or files.sha256(path, lambda _: look()).hexdigest() != known[name].sha256:
                raise AvmError(
                    f"{name} is not the official file: its SHA-256 differs",
                    code="EAVM1102",
                    hint="download it again; nothing was imported from it",
                )
            try:
                temporary = self.official_folder / f".{name}.part"
                shutil.copyfile(path, temporary)
                files.tighten(temporary)
                os.replace(temporary, self.official_folder / name)
            except OSError as error:
                raise StoreError(f"{name} was not copied: {error.strerror or error}") from error
        progress.step(len(names), len(names))
        with self._lock:
            self._loaded.pop("official", None)
        return tuple(names)

    # --- strings ----------------------------------------------------------------------------------------

    def development_path(self, degree_log2: int) -> Path:
        """File of the development string for powers up to ``2**degree_log2``."""
        return self.folder / f"development-{degree_log2}.srs"

    def development_file(self, max_degree: int) -> Path:
        """File of the development string that ``srs_for`` takes for polynomials up to ``max_degree``."""
        return self.development_path(max(DEVELOPMENT_LOG2, max_degree.bit_length()))

    def srs_for(
        self,
        max_degree: int,
        progress: Progress = NULL_PROGRESS,
        cancel: Cancel | None = None,
        kind: str = "auto",
    ) -> Srs:
        """Return a string that can commit to polynomials up to ``max_degree``.

        ``kind`` is ``official``, ``development`` or ``auto`` (official when imported and large enough).
        A missing development string is made, as a visible stage, and cached.
        """
        with self._lock:
            if kind in ("auto", "official") and self.has_official:
                srs = self._official()
                if srs.highest_power >= max_degree:
                    return srs
            if kind == "official":
                raise AvmError(
                    f"the imported official files do not reach degree {max_degree}",
                    code="EAVM1103",
                    hint="import larger powers-of-beta files, or use a development string",
                )
            degree_log2 = max(DEVELOPMENT_LOG2, max_degree.bit_length())
            return self._development(degree_log2, progress, cancel)

    def _official(self) -> Srs:
        """The official string over the imported files, loaded once."""
        srs = self._loaded.get("official")
        if srs is None:
            folder = self.official_folder
            known = official_manifest()
            for name in _SMALL_FILES:
                check_published(folder / name, known[name].sha256)
            plain = official_srs(FolderFiles(folder))
            srs = dataclasses.replace(plain, table=CachedPowers(plain.table, folder, self.derived))
            self._loaded["official"] = srs
        return srs

    def _development(self, degree_log2: int, progress: Progress, cancel: Cancel | None) -> Srs:
        from avm.varuna.srs.development import development_srs

        name = f"development-{degree_log2}"
        if name in self._loaded:
            return self._loaded[name]
        path = self.development_path(degree_log2)
        srs: Srs | None = None
        if path.is_file():
            try:
                srs = development_string(path, self.derived, progress)
            except (DecodeError, StoreError) as error:
                progress.stage("Development SRS", f"refused and made again: {error.message}")
                with contextlib.suppress(OSError):
                    path.replace(path.with_suffix(".corrupt"))
        if srs is None:
            progress.stage("Development SRS", "insecure: for this machine's experiments only")
            srs = development_srs(degree_log2, progress=progress, cancel=cancel)
            try:
                keep_development(path, srs, self.derived, progress)
            except StoreError as error:
                progress.stage("Development SRS", f"used, but not kept: {error.message}")
        self._loaded[name] = srs
        return srs

    def store_development(self, srs: Srs, degree_log2: int) -> Path:
        """Keep ``srs`` (made or contributed to by the user) as the development string of that size."""
        path = self.development_path(degree_log2)
        keep_development(path, srs, self.derived)
        with self._lock:
            self._loaded[f"development-{degree_log2}"] = srs
        return path

    def strings(self) -> tuple[Srs, ...]:
        """Every string this machine holds, loaded; files that cannot be read are left out."""
        with self._lock:
            if self.has_official:
                with contextlib.suppress(StoreError):
                    self._official()
            for path in self.folder.glob("development-*.srs"):
                if path.stem not in self._loaded:
                    with contextlib.suppress(DecodeError, StoreError):
                        self._loaded[path.stem] = development_string(path, self.derived)
            return tuple(self._loaded.values())

    def verifiers(self) -> dict[str, SrsVerifier]:
        """The verifier halves of the strings this machine holds, by digest."""
        return {srs.digest: srs.verifier() for srs in self.strings()}

    def verifier_for(self, digest: str) -> SrsVerifier | None:
        """The verifier half of the string with this digest, None when it is not here."""
        with self._lock:
            for srs in self._loaded.values():
                if srs.digest == digest:
                    return srs.verifier()
        return self.verifiers().get(digest)

    # --- circuits ---------------------------------------------------------------------------------------

    def shape_of(self, system: ConstraintSystem, progress: Progress = NULL_PROGRESS) -> CircuitShape:
        """Return sizes, id and number of variables of a circuit, from the cache or from its matrices."""
        return circuit_cache.shape_of(system, self.derived, progress)

    def key_of(
        self,
        system: ConstraintSystem,
        shape: CircuitShape,
        srs: Srs,
        progress: Progress = NULL_PROGRESS,
        cancel: Cancel | None = None,
    ) -> ProvingKey:
        """Return the proving key of a circuit of this shape under ``srs``, from the cache or by indexing it.

        A file that is damaged, of another key or of other code is refused and made again.
        """

        def make() -> ProvingKey:
            from avm.varuna.indexer import index

            matrices, variables = system.matrices(), shape.num_variables
            return index(matrices, srs, num_variables=variables, progress=progress, cancel=cancel)[0]

        return circuit_cache.key_of(shape, srs.digest, make, self.derived, progress)

    # --- description ------------------------------------------------------------------------------------

    def describe(self) -> tuple[SrsInfo, ...]:
        """What can be used here, for a list; reads no powers."""
        found = []
        if self.has_official:
            names = sorted(n for n in official_manifest() if (self.official_folder / n).is_file())
            found.append(
                SrsInfo(
                    "Official universal SRS",
                    "official",
                    (1 << 28) - 1,
                    FilePowers(FolderFiles(self.official_folder)).available - 1,
                    "",
                    False,
                    0,
                    f"{len(names)} files, each with the published SHA-256",
                )
            )
        for path in sorted(self.folder.glob("development-*.srs")):
            log2 = int(path.stem.split("-")[1])
            found.append(
                SrsInfo(
                    f"Development SRS, 2^{log2}",
                    "development",
                    (1 << log2) - 1,
                    (1 << log2) - 1,
                    "",
                    True,
                    0,
                    "insecure: whoever made it can forge proofs",
                )
            )
        return tuple(found)
