"""What the Studio knows of the open project, as three frozen values: the artifacts, the cursor, the ledger.

A change puts another value in the place of the old one; another project, empty ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from avm.api.artifacts import Built, Constrained, Proved, Ran
    from avm.api.views import BlockView, CommitView, MappingView, TransactionView, VerifyReport


@dataclass(frozen=True)
class Origin:
    """A build with the texts it was made from, by path: buffers, and what it read from the disk."""

    built: Built
    texts: Mapping[Path, str]

    @classmethod
    def of(cls, built: Built, buffers: Mapping[Path, str]) -> Origin:
        """The origin of a build that took those of these buffers that are of its project."""
        sources, below = built.sources, built.project.main.parent
        read = {path: source.text for path, source in sources.items() if source.seen}
        taken = {path: text for path, text in buffers.items() if path in sources or below in path.parents}
        return cls(built, {**read, **taken})

    def differs(self, path: Path, text: str) -> bool:
        """Whether the build was made from another text; a source that is newer was empty to it."""
        if path in self.texts:
            return self.texts[path] != text
        return bool(text) and self.built.project.main.parent in path.parents

    def stale(self, texts: Mapping[Path, str]) -> bool:
        """Whether any file holds another text now."""
        return any(self.differs(path, text) for path, text in texts.items())


@dataclass(frozen=True)
class Artifacts:
    """The newest of each kind; each holds what it was made from, so its age is a matter of identity."""

    origin: Origin | None = None
    built_at: float = 0.0
    ran: Ran | None = None
    ran_from: Origin | None = None
    constrained: Constrained | None = None
    proved: Proved | None = None
    verified: VerifyReport | None = None
    committed: CommitView | None = None

    @property
    def built(self) -> Built | None:
        """The build on show."""
        return self.origin.built if self.origin is not None else None

    def with_built(self, built: Built, at: float, buffers: Mapping[Path, str]) -> Artifacts:
        """Another build takes the place of the one before."""
        return replace(self, origin=self._origin(built, buffers), built_at=at)

    def with_ran(self, ran: Ran) -> Artifacts:
        """Another run takes the place of the one before; what was made from that stays."""
        return replace(self, ran=ran, ran_from=self._origin(ran.built, {}))

    def _origin(self, built: Built, buffers: Mapping[Path, str]) -> Origin:
        known = (each for each in (self.origin, self.ran_from) if each is not None and each.built is built)
        return next(known, None) or Origin.of(built, buffers)


@dataclass(frozen=True)
class Linked:
    """A Leo line and the instructions that were made from it."""

    path: Path | None = None
    leo: int = 0
    aleo: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Cursor:
    """Where the person is: the function to run, the step of the run, and the line that is linked."""

    function: str = ""
    step: int = 0
    debugging: bool = False
    linked: Linked = field(default_factory=Linked)


@dataclass(frozen=True)
class LedgerState:
    """What the ledger holds, and what is chosen in it: a block, a transaction, a transition and its part."""

    blocks: tuple[BlockView, ...] = ()
    mappings: tuple[MappingView, ...] = ()
    state_root: str = ""
    height: int | None = None
    chosen: str = ""
    part: tuple[int | None, int | None] = (None, None)

    @property
    def block(self) -> BlockView | None:
        """The block that is chosen."""
        return next((b for b in self.blocks if b.height == self.height), None)

    @property
    def transaction(self) -> TransactionView | None:
        """The transaction that is chosen."""
        block = self.block
        return next((t for t in block.transactions if t.id == self.chosen), None) if block else None

    def read(
        self, blocks: tuple[BlockView, ...], mappings: tuple[MappingView, ...], state_root: str
    ) -> LedgerState:
        """What the ledger holds now; of a grown one the newest block with a transaction is chosen."""
        grown = bool(blocks) and (not self.blocks or blocks[-1].height > self.blocks[-1].height)
        new = replace(self, blocks=blocks, mappings=mappings, state_root=state_root)
        if not grown and self.height is not None:
            return new
        newest = ([b for b in blocks if b.transactions] or list(blocks))[-1:]
        return replace(new, height=None, chosen="", part=(None, None)).at(
            newest[0].height if newest else None
        )

    def at(self, height: int | None) -> LedgerState:
        """With a block chosen, and its last transaction."""
        if height == self.height:
            return self
        block = next((b for b in self.blocks if b.height == height), None)
        last = block.transactions[-1].id if block is not None and block.transactions else ""
        return replace(self, height=height, chosen=last, part=(None, None))
