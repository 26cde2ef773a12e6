"""CrashSheet: a fault of the Studio, said once for many of a kind; the report can be copied, work goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from app.theme import font, px
from app.widgets.basics import Label
from app.widgets.prompt import Sheet

COPY = "Copy the report"
WIDTH, HEIGHT = 640, 200


class CrashSheet(Sheet):
    """`add` counts another fault into the same sheet."""

    def __init__(self, window: QWidget, report: str, log: str, on_log: Callable[[], object]) -> None:
        super().__init__(
            window,
            "Something in the Studio went wrong",
            "Your files are open as they were, and you can go on. What failed may not have happened; the "
            "report says where, and holds no keys and no values.",
            WIDTH,
        )
        self.count = 1
        self.reports = [report]
        self.told = Label("", "small", "secondary", wrap=True)
        self.view = QPlainTextEdit(report)
        self.view.setReadOnly(True)
        self.view.setTabChangesFocus(True)
        self.view.setAccessibleName("Report")
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setFixedHeight(px(HEIGHT))
        self.column.addWidget(self.view)
        self.column.addWidget(self.told)
        self.log = log
        self._tell()
        self.retheme()
        self.finish(
            [("Keep working", "primary", lambda: None), (COPY, "", self.copy), ("Show the log", "", on_log)]
        )

    def retheme(self) -> None:
        self.view.setFont(font("code_small"))

    def add(self, report: str) -> None:
        """Another fault while this is on show."""
        self.count += 1
        if len(self.reports) < 10:
            self.reports.append(report)
            self.view.setPlainText("\n\n".join(self.reports))
        self._tell()
        self.place()

    def _tell(self) -> None:
        many = f"{self.count} faults. " if self.count > 1 else ""
        self.told.setText(f"{many}Also in {self.log}")

    def copy(self) -> None:
        QApplication.clipboard().setText("\n\n".join(self.reports))
        self.told.setText("The report is in the clipboard.")

    def choose(self, action: Callable[[], object], first: bool) -> None:
        if action == self.copy:
            self.copy()
        else:
            super().choose(action, first)
