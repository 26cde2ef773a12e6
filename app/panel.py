"""The base of every panel: a view of one artifact, which says itself where it stands and what its
title shows.

A panel is one file in `app/panels/` with one class derived from `Panel`; `app.registry` finds it,
nothing names it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Self, TypeVar, Unpack

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.jobs import How, Job, Work
from app.tasks import failure
from app.widgets.basics import box, surface
from app.widgets.empty import EmptyState

if TYPE_CHECKING:
    from app.contract import Studio

T = TypeVar("T")
Slot = Literal["left", "centre", "bottom", "right"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands in a perspective.

    Panels of `left`, `centre` and `right` stand below one another by `order`, with heights in
    proportion of `stretch`; panels of `bottom`, and all with `tab`, share a place as tabs.
    `shown=False` keeps it closed there.
    """

    slot: Slot
    order: int = 50
    stretch: int = 10
    shown: bool = True
    tab: bool = False
    front: bool = False


class Panel(QWidget):
    """Override the class attributes and build the content in `__init__`; call `set_subtitle` when the
    title's line changes.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = "box"
    home: ClassVar[Place] = Place("bottom", shown=False)
    places: ClassVar[dict[str, Place]] = {}
    stripe: ClassVar[Literal["top", "bottom", ""]] = ""
    stripe_order: ClassVar[int] = 50
    bare: ClassVar[bool] = False
    fixed_height: ClassVar[str] = ""

    subtitle_changed = Signal(str)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.session = studio.session
        self.subtitle = ""
        surface(self, "panel")
        self.setObjectName(self.id)
        self.setAccessibleName(self.title)
        self.column = box(QVBoxLayout(self), 0)

    @classmethod
    def of(cls, studio: Studio) -> Self:
        """The one panel of this class, made now if it was not."""
        panel = studio.window.panel(cls.id)
        assert isinstance(panel, cls)
        return panel

    @classmethod
    def shown(cls, studio: Studio) -> Self:
        """The one panel of this class, brought to where it can be seen."""
        studio.window.show_panel(cls.id)
        return cls.of(studio)

    def check_invariants(self) -> list[str]:
        """What must hold in the panel between any two actions and does not."""
        return []

    def controls(self) -> list[QWidget]:
        """Widgets for the right end of the title bar; made anew whenever the title is built anew."""
        return []

    def submit(self, title: str, work: Work[T], done: Callable[[T], object], **how: Unpack[How]) -> Job:
        """Begins a job of this panel; `failed` hears when it fails."""
        return self.studio.jobs.submit(title, work, on_done=done, on_failed=self.failed, **how)

    def failed(self, job: Job) -> None:
        """Tells that a job of this panel failed."""
        if job.state == "failed":
            self.studio.window.toast(failure(job))

    def set_subtitle(self, text: str) -> None:
        if text != self.subtitle:
            self.subtitle = text
            self.subtitle_changed.emit(text)

    @classmethod
    def place_in(cls, perspective: str) -> Place:
        return cls.places.get(
            perspective, Place(cls.home.slot, cls.home.order, cls.home.stretch, False, True)
        )


class OrEmpty(QWidget):
    """Content or its empty state in one place."""

    def __init__(self, content: QWidget, empty: EmptyState) -> None:
        super().__init__()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(empty)
        self._stack.addWidget(content)
        self.empty = empty

    def show_content(self, there: bool) -> None:
        self._stack.setCurrentIndex(1 if there else 0)

    def is_empty(self) -> bool:
        return self._stack.currentIndex() == 0
