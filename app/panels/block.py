"""One block: its transactions with their transitions, inputs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models.ledger import transaction_rows
from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.spans import plural, thousands

if TYPE_CHECKING:
    from app.contract import Studio


class BlockPanel(Panel):
    id = "block"
    title = "Transactions"
    icon = "workflow"
    home = Place("left", 10, 12)
    places = {"ledger": Place("left", 10, 12)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.tree = Grid(
            [("Transaction", 0), ("", 64)],
            tree=True,
            header=False,
            right=(1,),
            name="Transactions",
            fits=(1,),
        )
        self.tree.chosen.connect(self._chosen)
        self.body = OrEmpty(
            self.tree, EmptyState("workflow", "No block chosen", "Choose a block to see what it holds.")
        )
        self.column.addWidget(self.body)
        self.session.ledger_changed.connect(self.refresh)
        self.session.place_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        block = self.session.ledger.block
        self.body.show_content(block is not None and bool(block.transactions))
        if block is None:
            self.body.empty.set("No block chosen", "Choose a block to see what it holds.")
            self.set_subtitle("")
            self.tree.set_rows([])
            return
        self.body.empty.set(f"Block {thousands(block.height)} is empty", "It holds no transaction.")
        self.tree.set_rows(transaction_rows(block))
        count = plural(len(block.transactions), "transaction")
        self.set_subtitle(f"block {thousands(block.height)}, {count}")
        key = self._key()
        if key is not None and self.tree.current_key() != key:
            self.tree.choose(key)

    def _key(self) -> tuple[object, ...] | None:
        """The row of what is chosen in the session."""
        each = self.session.ledger.transaction
        if each is None:
            return None
        number, part = self.session.ledger.part
        if number is None:
            return (each.id, "")
        transition = each.transitions[number]
        if part is None:
            return (each.id, transition.id)
        inputs = len(transition.inputs)
        side, place = ("input", part + 1) if part < inputs else ("output", part - inputs + 1)
        return (transition.id, side, place)

    def _chosen(self, key: tuple[str, ...] | tuple[str, str, int]) -> None:
        block = self.session.ledger.block
        for each in block.transactions if block is not None else ():
            if key == (each.id, ""):
                self.session.show_transaction(each.id)
            for number, transition in enumerate(each.transitions):
                if key == (each.id, transition.id):
                    self.session.show_transaction(each.id, number)
                elif key[0] == transition.id and len(key) == 3:
                    before = 0 if key[1] == "input" else len(transition.inputs)
                    self.session.show_transaction(each.id, number, before + int(key[2]) - 1)
