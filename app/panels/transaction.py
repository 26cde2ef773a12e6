"""One transaction: what the network sees of it, its proof, and what it wrote to storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.ledger import operation_rows
from app.panel import OrEmpty, Panel, Place
from app.widgets.basics import Badge, ElidedLabel, Figure, Label, box, rule
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.spans import Row, Span, cell, code, note, plural, row, shorten
from avm.api.views import UNPROVED_SIGNER

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api.views import BlockView, TransactionView


def signer_row(each: TransactionView) -> Row:
    """Who is said to have signed the call; no proof shows it."""
    name = cell(Span("Signer and caller", "text.secondary"))
    if not each.signer:
        tip = "The function uses neither its signer nor its caller."
        return row(name, cell(note("not in the transaction"), tip=tip), key="Signer")
    tip = f"{each.signer}\n{UNPROVED_SIGNER[:1].upper()}{UNPROVED_SIGNER[1:]}."
    shown = (code(shorten(each.signer, 10, 5), "syntax.address"), note("not proved"))
    return row(name, cell(*shown, copy=each.signer, tip=tip), key="Signer")


def fact_rows(block: BlockView, each: TransactionView) -> list[Row]:
    """The block's public facts around the transaction."""
    pairs = [
        ("Transaction", each.id),
        ("Block", block.hash),
        ("Block before", block.previous_hash),
        ("State root before", block.previous_state_root),
        ("State root", block.state_root),
    ]
    facts = [
        row(
            cell(Span(name, "text.secondary")),
            cell(code(shorten(value, 9, 5)), copy=value, tip=value),
            key=name,
        )
        for name, value in pairs
        if value
    ]
    return [facts[0], signer_row(each), *facts[1:]] if each.kind == "execute" else facts


class TransactionPanel(Panel):
    id = "transaction"
    title = "Transaction"
    icon = "ticket"
    home = Place("centre", 10, 18)
    places = {"ledger": Place("centre", 10, 18)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        content = QWidget()
        column = box(QVBoxLayout(content), 8, (0, 8, 0, 0))
        head = box(QHBoxLayout(), 8, (12, 0, 12, 0))
        self.name = Label("", "heading")
        self.program = ElidedLabel("", "body", "secondary")
        self.status = Badge("", "semantic.success")
        head.addWidget(self.name)
        head.addWidget(self.program, 1)
        head.addWidget(self.status)
        column.addLayout(head)
        figures = box(QHBoxLayout(), 16, (12, 0, 12, 0))
        self.figures = {name: Figure(name) for name in ("Proof", "SRS digest", "Storage")}
        for figure in self.figures.values():
            figures.addWidget(figure)
        figures.addStretch()
        column.addLayout(figures)
        column.addWidget(rule())
        self.facts = Grid([("", 132), ("", 0)], header=False, name="Facts of the transaction")
        self.facts.setMaximumHeight(6 * self.facts.row_height() + 4)
        column.addWidget(self.facts)
        column.addWidget(rule())
        self.writes = Grid(
            [("Mapping and key", 0), ("Before", 112), ("After", 128)], name="What it wrote", optional=(1,)
        )
        column.addWidget(self.writes, 1)
        empty = EmptyState(
            "ticket", "No transaction chosen", "Choose one in a block to see what the network sees."
        )
        self.body = OrEmpty(content, empty)
        self.column.addWidget(self.body)
        self.session.place_changed.connect(self.refresh)
        self.session.ledger_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        block, each = self.session.ledger.block, self.session.ledger.transaction
        self.body.show_content(each is not None)
        if block is None or each is None:
            self.set_subtitle("")
            return
        self.set_subtitle(shorten(each.id, 8, 4))
        self.name.setText(each.function or each.kind)
        self.program.setText(f"{each.program}, {each.kind}" if each.function else each.program)
        accepted = each.status in ("accepted", "confirmed", "")
        if accepted:
            self.status.set("Accepted", "semantic.success", "circle-check")
        else:
            self.status.set(each.status.capitalize(), "semantic.error", "circle-x")
        self.figures["Proof"].set(f"{each.proof_bytes} bytes" if each.proof_bytes else "none")
        self.figures["SRS digest"].set(shorten(each.srs, 6, 4) if each.srs else "")
        self.figures["Storage"].set(plural(len(each.operations), "write") if each.operations else "no writes")
        self.facts.set_rows(fact_rows(block, each))
        rows = operation_rows(each)
        self.writes.set_rows(rows or [row(cell(note("This transaction wrote nothing to storage.")))])
