"""The mappings at the current step: key, value, the block it was set in and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models.machine import mapping_rows
from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.spans import Span, cell, code, note, row

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api.views import EntryView

History = dict[tuple[str, str, str], "tuple[EntryView, ...]"]
MOST_HISTORIES = 100


class MappingsPanel(Panel):
    id = "mappings"
    title = "Mappings"
    icon = "database"
    home = Place("right", 40, 12)
    places = {"debug": Place("right", 40, 12), "ledger": Place("centre", 20, 14)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.histories: History = {}
        columns = [("Key", 0), ("Value", 120), ("Set at block", 96), ("By", 88)]
        self.table = Grid(columns, tree=True, name="Mappings")
        empty = EmptyState(
            "database", "No mapping entries", "A function with a final block writes them, on chain."
        )
        self.body = OrEmpty(self.table, empty)
        self.column.addWidget(self.body)
        for signal in (
            self.session.step_changed,
            self.session.run_changed,
            self.session.build_changed,
        ):
            signal.connect(self.refresh)
        self.session.ledger_changed.connect(self.reload)
        self.reload()

    def reload(self) -> None:
        """Shows the ledger's mappings, and asks for the history of their keys."""
        self.refresh()
        keys = [(m.program, m.name, e.key) for m in self.session.mappings for e in m.entries][:MOST_HISTORIES]
        if not keys:
            return

        def arrived(histories: History) -> None:
            self.histories = histories
            self.refresh()

        self.studio.flow.ask_ledger(
            lambda ledger: {key: ledger.mapping_history(*key) for key in keys}, arrived
        )

    def refresh(self) -> None:
        """While debugging, the mappings of the step; else those of the ledger."""
        machine = self.session.machine() if self.session.debugging else None
        mappings = machine.mappings if machine is not None else self.session.mappings
        count = 0
        rows = []
        for mapping in mappings:
            histories = {
                key: tuple(reversed(found))
                for (program, name, key), found in self.histories.items()
                if (program, name) == (mapping.program, mapping.name)
            }
            entries = mapping_rows(mapping, histories)
            count += len(entries)
            head = cell(
                Span(icon="database", colour="syntax.mapping"),
                code(mapping.name, "syntax.mapping"),
                note(mapping.program),
            )
            rows.append(
                row(
                    head,
                    note(f"{len(entries)} key" + ("" if len(entries) == 1 else "s")),
                    key=(mapping.program, mapping.name),
                    children=entries,
                )
            )
        self.table.set_rows(rows)
        self.body.show_content(bool(rows))
        where = "at this step" if machine is not None else "in the ledger"
        self.set_fact(f"{count} keys {where}" if rows else "")
