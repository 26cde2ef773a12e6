"""One block: its transactions with their transitions, inputs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models.ledger import transaction_rows
from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.spans import thousands

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
            [("Transaction", 0), ("", 96)], tree=True, header=False, right=(1,), name="Transactions"
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
        block = self.session.block_view()
        self.body.show_content(block is not None and bool(block.transactions))
        if block is None:
            self.body.empty.set("No block chosen", "Choose a block to see what it holds.")
            self.set_fact("")
            self.tree.set_rows([])
            return
        self.body.empty.set(f"Block {thousands(block.height)} is empty", "It holds no transaction.")
        self.tree.set_rows(transaction_rows(block))
        count = len(block.transactions)
        self.set_fact(f"block {thousands(block.height)}, {count} transaction" + ("" if count == 1 else "s"))
        if self.session.transaction:
            self.tree.choose((self.session.transaction, ""))

    def _chosen(self, key: tuple[str, ...]) -> None:
        block = self.session.block_view()
        for each in block.transactions if block is not None else ():
            ids = {each.id, *(t.id for t in each.transitions)}
            if key[0] in ids:
                self.session.show_transaction(each.id)
