"""The card of the official files: which are here, which can be had, and one button that downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from app.models.srs import chosen_names, missing_of, official_rows
from app.theme import row_height, size
from app.widgets.basics import Button, ElidedLabel, Glyph, Label, box, surface
from app.widgets.grid import Grid
from app.widgets.spans import on_disk, plural

if TYPE_CHECKING:
    from avm.api.parameters import Available


class OfficialCard(QFrame):
    """A tree of files by powers of two; the button acts on the row chosen and says how much there is."""

    def __init__(self, download: Callable[[tuple[str, ...]], object], cancel: Callable[[], object]) -> None:
        super().__init__()
        surface(self, "card")
        self.setAccessibleName("Official files")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.files: tuple[Available, ...] = ()
        self.coming: frozenset[str] = frozenset()
        self.stopping = False
        self._download, self._cancel = download, cancel
        column = box(QVBoxLayout(self), 4, (16, 12, 12, 12))
        head = box(QHBoxLayout(), 8)
        head.addWidget(Glyph("package", "text.secondary", 16))
        head.addWidget(ElidedLabel("Official files", "title"), 1)
        self.count = Label("", "caption", "tertiary")
        head.addWidget(self.count)
        column.addLayout(head)
        words = "From the network's servers. A file is kept only with its published SHA-256."
        column.addWidget(Label(words, "small", "secondary", wrap=True))
        self.grid = Grid(
            [("File", 0), ("Size", 68), ("On this disk", 96)],
            tree=True,
            right=(1,),
            name="Official files",
            optional=(1,),
        )
        self.grid.setVerticalScrollBarPolicy(self.grid.horizontalScrollBarPolicy())
        self.grid.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (self.grid.expanded, self.grid.collapsed):
            signal.connect(lambda _index: self._fit())
        self.grid.chosen.connect(lambda _key: self._tell())
        self.grid.activated_key.connect(lambda _key: self._act())
        column.addWidget(self.grid)
        column.addSpacing(4)
        below = box(QHBoxLayout(), 8)
        self.words = ElidedLabel("", "small", "tertiary")
        self.button = Button("Download", "", "download", small=True, on_click=self._act)
        below.addWidget(self.words, 1)
        below.addWidget(self.button)
        column.addLayout(below)

    def set_files(
        self,
        files: tuple[Available, ...],
        wrong: frozenset[str] = frozenset(),
        coming: frozenset[str] = frozenset(),
        stopping: bool = False,
    ) -> None:
        """Shows the files as they lie on the disk now; `stopping`: what is coming was cancelled."""
        self.files, self.coming, self.stopping = files, coming, stopping
        self.grid.set_rows(official_rows(files, wrong, coming))
        if self.grid.current_key() is None and self.grid.rows_model.rows:
            self.grid.choose(self.grid.rows_model.rows[0].key, scroll=False)
        here = [file for file in files if file.state == "here"]
        self.count.set_forms(f"{len(here)} of {len(files)} here", f"{len(here)}/{len(files)}")
        self._fit()
        self._tell()

    def chosen(self) -> tuple[str, ...]:
        """The files that the chosen row stands for and that are not here."""
        key = self.grid.current_key()
        if not isinstance(key, str):
            return ()
        return tuple(file.name for file in missing_of(self.files, chosen_names(self.files, key)))

    def _act(self) -> None:
        if self.stopping:
            return
        if self.coming:
            self._cancel()
        elif self.chosen():
            self._download(self.chosen())

    def _tell(self) -> None:
        names = self.chosen()
        files = missing_of(self.files, names)
        left = sum(file.missing for file in files)
        if self.stopping:
            self.words.setText("What has arrived is kept")
            self.button.set_look("Stopping…", "", "")
        elif self.coming:
            self.words.setText(f"{len(self.coming)} on their way; the job says how far")
            self.button.set_look("Cancel", "x", "")
        elif not files:
            self.words.setText("On this disk already")
            self.button.set_look("Download", "download", "")
        else:
            begun = any(file.have for file in files)
            self.words.setText(plural(len(files), "file"))
            self.button.set_look(f"{'Resume' if begun else 'Download'} {on_disk(left)}", "download", "")
        self.button.setEnabled(bool(self.coming or files) and not self.stopping)

    def _fit(self) -> None:
        """As high as its rows: the pane scrolls, not the list in it."""
        shown = 0
        for each in self.grid.rows_model.rows:
            shown += 1
            if self.grid.isExpanded(self.grid.rows_model.index_of(each)):
                shown += len(each.children)
        self.grid.setFixedHeight(
            shown * row_height() + max(size("row"), self.grid.header().sizeHint().height()) + 4
        )

    def retheme(self) -> None:
        self._fit()
