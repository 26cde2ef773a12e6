"""The mappings at the current step: key, value, the block it was set in and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models.machine import mapping_rows
from app.panel import OrEmpty, Panel, Place
from app.widgets.empty import EmptyState
from app.widgets.grid import Grid
from app.widgets.spans import Span, cell, code, note, plural, row

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
        self._shown: tuple[object, ...] = ()
        columns = [("Key", 0), ("Value", 120), ("Set at block", 96), ("By", 88)]
        self.table = Grid(columns, tree=True, name="Mappings", optional=(3, 2))
        empty = EmptyState(
            "database", "No mapping entries", "A function with a final block writes them, on chain."
        )
        self.body = OrEmpty(self.table, empty)
        self.column.addWidget(self.body)
        for signal in (self.session.step_changed, self.session.run_changed, self.session.build_changed):
            signal.connect(self.refresh)
        self.session.ledger_changed.connect(self.reload)
        self.reload()

    def reload(self) -> None:
        """Shows the ledger's mappings, and asks for the history of their keys."""
        self.refresh()
        keys = [(m.program, m.name, e.key) for m in self.session.ledger.mappings for e in m.entries][
            :MOST_HISTORIES
        ]
        if not keys:
            return

        def arrived(histories: History) -> None:
            self.histories = histories
            self.refresh()

        self.studio.actions.ledger.ask(
            lambda ledger: {key: ledger.mapping_history(*key) for key in keys}, arrived
        )

    def showEvent(self, event: object) -> None:
        """The same pane stands in several perspectives, and shows another state in each."""
        self.refresh()

    def _of_the_run(self) -> bool:
        """The ledger's perspective shows the ledger; elsewhere the last run stands in front."""
        return self.session.ran is not None and self.studio.window.docks.perspective != "ledger"

    def refresh(self) -> None:
        """The mappings at the step of the last run, or those of the ledger; built anew only when changed."""
        machine = self.session.machine() if self._of_the_run() else None
        mappings = machine.mappings if machine is not None else self.session.ledger.mappings
        self._say_where(machine is not None, sum(len(m.entries) for m in mappings), bool(mappings))
        shown = (mappings, self.histories)
        if len(self._shown) == 2 and self._shown[0] is mappings and self._shown[1] is self.histories:
            return
        self._shown = shown
        rows = []
        for mapping in mappings:
            histories = {
                key: tuple(reversed(found))
                for (program, name, key), found in self.histories.items()
                if (program, name) == (mapping.program, mapping.name)
            }
            entries = mapping_rows(mapping, histories)
            head = cell(
                Span(icon="database", colour="syntax.mapping"),
                code(mapping.name, "syntax.mapping"),
                note(mapping.program),
            )
            key = (mapping.program, mapping.name)
            rows.append(row(head, note(plural(len(entries), "key")), key=key, children=entries))
        self.table.set_rows(rows)
        self.body.show_content(bool(rows))

    def _say_where(self, of_run: bool, count: int, there: bool) -> None:
        run = self.session.run
        if not there:
            self.set_subtitle("")
        elif not of_run or run is None:
            self.set_subtitle(f"{plural(count, 'key')} in the ledger")
        else:
            over = run.halt is None and self.session.step >= len(run.steps)
            self.set_subtitle(f"{plural(count, 'key')} {'after the run' if over else 'at this step'}")
