"""Origin: the texts that a build was made from, and which files hold another text since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from avm.api.artifacts import Built


class Origin:
    """What a build and its runs came from; `stale` while any file differs from it, and no longer.

    `texts` are the buffers that the build took; other files it read from the disk.
    """

    def __init__(self, built: Built, texts: Mapping[Path, str]) -> None:
        self.built, self.texts = built, dict(texts)
        self._changed: set[Path] = set()

    @property
    def stale(self) -> bool:
        return bool(self._changed)

    def compare(self, path: Path, text: str) -> None:
        """A file holds this text now."""
        (self._changed.discard if text == self._was(path, text) else self._changed.add)(path)

    def _was(self, path: Path, now: str) -> str:
        """What the build read; nothing of a newer source; what it holds now of a file that is no source."""
        from avm.api.workspace import shown_path

        if path in self.texts:
            return self.texts[path]
        project = self.built.project
        text = self.built.sources.get(shown_path(project, path))
        if text is not None:
            return text
        return "" if project.main.parent in path.parents else now

    def move(self, old: Path, new: Path) -> None:
        """A file has another name now."""
        if old in self.texts:
            self.texts[new] = self.texts.pop(old)
        if old in self._changed:
            self._changed = (self._changed - {old}) | {new}
