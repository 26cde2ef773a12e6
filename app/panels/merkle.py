"""The Merkle microscope: the path from a transaction to the state root, every hash of it recomputed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.models.ledger import TREE_NAMES, path_rows
from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import Badge, Button, ElidedLabel, IconButton, Label, box, rule
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.merkle import MerkleTree, PathNode, TreeBox, TreeStrip
from app.widgets.message import InlineMessage
from app.widgets.spans import plural, shorten, thousands

if TYPE_CHECKING:
    from app.contract import Studio
    from app.jobs import Job
    from avm.api.views import LedgerCheck, MerkleLevel, MerkleView


def trees_of(view: MerkleView) -> list[tuple[str, list[int]]]:
    """The trees of a path in order, each with the numbers of its levels."""
    numbered = list(enumerate(view.levels))
    return [(name, [n for n, _ in group]) for name, group in groupby(numbered, key=lambda pair: pair[1].tree)]


def depth_of(levels: Iterable[MerkleLevel]) -> int:
    """The depth of a tree: hashes of two nodes; that of its leaf does not count, one of two ids is one."""
    return max(1, sum(level.kind == "node" for level in levels))


def node_of(level: MerkleLevel, stored: MerkleLevel) -> PathNode:
    return PathNode(
        level.level,
        level.left,
        level.right,
        level.result,
        level.path_side == "left",
        level.result != stored.result,
        level.kind,
    )


def path_check(view: MerkleView) -> tuple[str, str]:
    """What recomputing a path has found: its level and a sentence."""
    hashes, trees = f"{thousands(len(view.levels))} hashes", plural(len(trees_of(view)), "tree")
    if not view.valid:
        return "error", f"This path: {hashes} in {trees} recomputed; they do not lead to the state root."
    return "success", f"This path: {hashes} in {trees} recomputed, up to the state root."


def ledger_check(checks: tuple[LedgerCheck, ...]) -> tuple[str, str]:
    """What recomputing the ledger has found: its level and a sentence; proofs are no part of it."""
    wrong = next((c for c in checks if not c.passed), None)
    if wrong is not None:
        return "error", f"The ledger is not as it must be: {wrong.name}: {wrong.detail}."
    blocks = sum(c.block is not None for c in checks)
    count, rest = plural(blocks, "block"), plural(len(checks) - blocks, "further check")
    return "success", f"The whole ledger: {count} made again, {rest} of file, root and rows, all hold."


class MerklePanel(Panel):
    id = "merkle"
    title = "Merkle microscope"
    icon = "workflow"
    home = Place("right", 0, 10)
    places = {"ledger": Place("right", 0, 10)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.view: MerkleView | None = None
        self.stored: MerkleView | None = None
        self.tree_number = 0
        self._asked: tuple[object, ...] = ()
        self._checking = False
        self._told = "info", ""
        content = QWidget()
        column = box(QVBoxLayout(content), 0)
        self.strip = TreeStrip()
        self.strip.chosen.connect(self._choose_tree)
        column.addWidget(self.strip)
        column.addSpacing(8)
        self.checked = InlineMessage("info", margins=(12, 0, 12, 8))
        column.addWidget(self.checked)
        column.addWidget(rule())
        head = box(QHBoxLayout(), 8, (12, 4, 12, 4))
        self.tree_name = Label("", "small_strong")
        self.tree_note = ElidedLabel("", "small", "tertiary")
        self.state = Badge("", "semantic.success")
        head.addWidget(self.tree_name)
        head.addWidget(self.tree_note, 1)
        head.addWidget(self.state)
        column.addLayout(head)
        self.tree = MerkleTree()
        self.tree.chosen.connect(self._choose_level)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.tree)
        columns = [("Hash of", 0), ("Left", 96), ("Right", 96), ("Recomputed", 96), ("Stored", 96), ("", 88)]
        self.table = Grid(columns, name="Hashes on the path", optional=(2, 1))
        self.table.chosen.connect(self._choose_row)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setHandleWidth(1)
        splitter.addWidget(area)
        splitter.addWidget(self.table)
        splitter.setStretchFactor(0, 7)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([520, 200])
        column.addWidget(splitter, 1)
        self.empty = EmptyState(
            "workflow",
            "No path to follow",
            "Choose a transaction: its path to the state root is drawn and recomputed.",
        )
        self.body = OrEmpty(content, self.empty)
        self.column.addWidget(self.body)
        self._buttons: list[Button] = []
        self.session.place_changed.connect(self.reload)
        self.session.ledger_changed.connect(self.reload)
        self.reload()

    def controls(self) -> list[QWidget]:
        tamper = Button("Tamper", "", "flask-conical", small=True, on_click=self._tamper)
        tamper.setToolTip("Change the leaf in a copy and see which hashes no longer agree")
        again = Button("Check all", "", "badge-check", small=True, on_click=self.check_all)
        again.setToolTip("Recompute every hash of this path, and every block and row of the ledger")
        copy = IconButton("copy", "Copy the path", "text.tertiary", 24, on_click=self._copy)
        self._buttons = [tamper, again]
        self._enable()
        return [tamper, again, copy]

    def _enable(self) -> None:
        for button in self._buttons:
            button.setEnabled(self.view is not None)
        if self._buttons:
            self._buttons[0].setText(" Restore" if self.view is not self.stored else " Tamper")

    def check_all(self) -> None:
        """Recomputes the path on show, then the whole ledger, and says what was found."""
        if self.stored is None or self._checking:
            return
        self.studio.actions.ledger.merkle_path(
            self.session.ledger.chosen, self._path_checked, *self.session.ledger.part
        )

    def _tell(self, level: str, told: str) -> None:
        """What a check has found of the ledger; of a tampered copy on show, the verdict on that."""
        self._told = level, told
        differ = self._differ()
        if differ and self.view is not None:
            level, hashes = (
                "error",
                f"{thousands(differ)} of {thousands(len(self.view.levels))} hashes differ",
            )
            told = f"A tampered copy: {hashes} from what is stored. The ledger is untouched."
        self.checked.set(level, told)

    def _differ(self) -> int:
        """How many hashes of the path on show are not the stored ones."""
        if self.view is None or self.stored is None:
            return 0
        return sum(a.result != b.result for a, b in zip(self.view.levels, self.stored.levels, strict=True))

    def _path_checked(self, view: MerkleView) -> None:
        self._arrived(view)
        level, told = path_check(view)
        if level == "error":
            self._tell(level, told)
            return
        job = self.studio.actions.ledger.check(
            lambda checks: self._ledger_checked(told, checks), lambda job: self._not_checked(told, job)
        )
        if job is not None:
            self._checking = True
            self._tell("info", f"{told} The whole ledger is being checked…")

    def _ledger_checked(self, told: str, checks: tuple[LedgerCheck, ...]) -> None:
        self._checking = False
        level, found = ledger_check(checks)
        at = time.strftime("%H:%M:%S")
        both = f"{found} {told}" if level == "error" else f"{told} {found}"  # the bad one first
        self._tell(level, f"{both} Checked at {at}.")
        self.session.log(both, level)

    def _not_checked(self, told: str, job: Job) -> None:
        self._checking = False
        word = "was stopped" if job.state == "cancelled" else "failed"
        self._tell("warning", f"{told} The check of the whole ledger {word}.")

    def reload(self) -> None:
        """Asks the ledger for the path of the chosen transaction."""
        name = self.session.ledger.chosen
        if not name:
            self.view = self.stored = None
            self._asked = ()
            self._show()
            return
        asked = (name, self.session.ledger.part, self.session.ledger.state_root)
        if asked == self._asked:
            return
        self._asked = asked
        self._tell("info", "")
        self.studio.actions.ledger.merkle_path(name, self._arrived, *self.session.ledger.part)

    def _arrived(self, view: MerkleView) -> None:
        self.view = self.stored = view
        self.tree_number = 0
        self._show()

    def _tamper(self) -> None:
        """The same path with a changed leaf, in a copy; pressed again, the real one comes back."""
        if self.stored is None:
            return
        if self.view is not self.stored:
            self.view = self.stored
            self._show()
            return
        stored = self.stored

        def arrived(view: MerkleView) -> None:
            if self.stored is stored:
                self.view = view
                self._show()

        name, part = self.session.ledger.chosen, self.session.ledger.part
        self.studio.actions.ledger.ask(lambda ledger: ledger.tampered_path(name, *part), arrived)

    def _show(self) -> None:
        view, stored = self.view, self.stored
        self.body.show_content(view is not None and bool(view.levels))
        self._enable()
        self._tell(*self._told)
        if view is None or stored is None or not view.levels:
            self.set_subtitle("")
            return
        trees = trees_of(view)
        self.tree_number = min(self.tree_number, len(trees) - 1)
        boxes = []
        for name, numbers in trees:
            good = all(view.levels[n].result == stored.levels[n].result for n in numbers)
            depth = depth_of(view.levels[n] for n in numbers)
            boxes.append(TreeBox(TREE_NAMES.get(name, name), view.levels[numbers[-1]].result, depth, good))
        self.strip.set_boxes(tuple(boxes), self.tree_number)
        name, numbers = trees[self.tree_number]
        nodes = tuple(node_of(view.levels[n], stored.levels[n]) for n in numbers)
        leaf_name = view.leaf_name if self.tree_number == 0 and len(view.leaf_name) <= 14 else ""
        self.tree.set_path(nodes, leaf_name, self.tree_number == 0 and view.leaf != stored.leaf)
        self.tree_name.setText(f"{TREE_NAMES.get(name, name)} tree")
        begin = view.levels[numbers[0] - 1].result if numbers[0] else view.leaf
        self.tree_note.setText(f"depth {boxes[self.tree_number].depth}, from {shorten(begin, 8, 4)}")
        broken = self._differ()
        total = len(view.levels)
        if broken:
            self.state.set(f"{broken} of {total} hashes differ", "semantic.error", "circle-x")
            self.set_subtitle("a tampered copy; nothing is stored")
        else:
            good = view.valid
            self.state.set(
                f"{total} hashes, all recomputed" if good else "The path does not reach the root",
                "semantic.success" if good else "semantic.error",
                "circle-check" if good else "circle-x",
            )
            self.set_subtitle(f"to the state root {shorten(view.root, 6, 4)}")
        rows = path_rows(view, stored)
        self.table.set_rows([rows[n] for n in reversed(numbers)])
        self.table.setMaximumHeight((len(numbers) + 2) * self.table.row_height())

    def _choose_tree(self, number: int) -> None:
        self.tree_number = number
        self._show()

    def _choose_level(self, number: int) -> None:
        if self.view is not None:
            numbers = trees_of(self.view)[self.tree_number][1]
            self.table.choose(numbers[number])

    def _choose_row(self, key: int) -> None:
        if self.view is not None:
            numbers = trees_of(self.view)[self.tree_number][1]
            if key in numbers:
                self.tree.set_current(numbers.index(key))

    def _copy(self) -> None:
        from PySide6.QtGui import QGuiApplication

        if self.view is not None:
            lines = [f"{v.tree} {v.level}: {v.left} {v.right} -> {v.result}" for v in self.view.levels]
            QGuiApplication.clipboard().setText("\n".join([self.view.leaf, *lines]))
            self.studio.window.hint("The path is on the clipboard")
