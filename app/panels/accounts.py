"""The accounts: who signs runs; private keys sealed under a password, masked until asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.cards.account_cards import AccountCard
from app.panel import Panel, Place
from app.widgets.basics import IconButton
from app.widgets.clipboard_guard import ClipboardGuard
from app.widgets.message import InlineMessage, Message
from app.widgets.scroll_column import ScrollColumn
from app.widgets.secret_form import SecretForm
from app.widgets.spans import sentences
from avm.api.accounts import SHORTEST_PASSWORD, Keystore, Secret, check_name
from avm.base.errors import AvmError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.contract import Studio
    from app.jobs import Job
    from avm.api.accounts import Account, AccountView

LANE = "accounts"
T = TypeVar("T")
SHOWN_MS = 15_000


class AccountsPanel(Panel):
    id = "accounts"
    title = "Accounts"
    icon = "user-round"
    stripe = "top"
    stripe_order = 80
    home = Place("right", 91, 10, shown=False, tab=True)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.keystore = Keystore(studio.settings.folder)
        self.clipboard = ClipboardGuard()
        self.cards: list[AccountCard] = []
        self._locks: list[IconButton] = []
        self._then: Callable[[], object] | None = None
        area = ScrollColumn()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = area.column
        self.fault = InlineMessage("error")
        self.form = SecretForm(self._leave_form)
        self.list.addWidget(self.fault)
        self.list.addWidget(self.form)
        self.list.addStretch()
        self.column.addWidget(area)
        self._hide = QTimer(self)
        self._hide.setSingleShot(True)
        self._hide.setInterval(SHOWN_MS)
        self._hide.timeout.connect(self.hide_keys)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)
        self.form.hide()
        self.reload()
        self._invite()

    def controls(self) -> list[QWidget]:
        make = IconButton("plus", "Create an account", side=24, on_click=self.ask_create)
        bring = IconButton("key-round", "Import a private key", side=24, on_click=self.ask_import)
        lock = IconButton("lock", "Lock the accounts", side=24, on_click=self.toggle_lock)
        self._locks = [lock]
        self._show_lock()
        return [make, bring, lock]

    # What there is

    def reload(self) -> None:
        """Shows the accounts of the file; a damaged one is said and left alone."""
        try:
            accounts = self.keystore.entries()
        except AvmError as why:
            accounts = ()
            self.fault.set("error", sentences(why.message, why.hint))
            self.form.forget()
        else:
            self.fault.set("error", "")
        self.hide_keys()
        for card in self.cards:
            self.list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [AccountCard(account, self) for account in accounts]
        for number, card in enumerate(self.cards):
            self.list.insertWidget(number + 2, card)
        self._show_lock()

    def _show_lock(self) -> None:
        there, open_now = self.keystore.exists, self.keystore.unlocked
        own = max(0, len(self.cards) - 1)
        self.set_subtitle(f"{own}, {'unlocked' if open_now else 'locked'}" if there and self.cards else "")
        for lock in self._locks:
            lock.setVisible(there)
            lock.setToolTip("Lock the accounts" if open_now else "Unlock the accounts")
            lock.set_icon("lock", "text.secondary" if open_now else "semantic.warning.fg")

    def _invite(self) -> None:
        """Without accounts of one's own: what to do next."""
        if not self.keystore.exists and not self.fault.text():
            self.ask_password(None)

    # Forms

    def _leave_form(self) -> None:
        self._then = None
        self.form.forget()

    def ask_password(self, then: Callable[[], object] | None) -> None:
        """Asks for the password, or for a new one, then goes on."""
        self._then = then
        if self.keystore.exists:
            words = "Private keys are sealed under your password."
            self.form.ask("Unlock the accounts", words, [("Password", True)], "Unlock", self._unlock)
        else:
            self.form.ask(
                "Your own accounts",
                "Choose a password. It seals your private keys on this machine; it cannot be recovered.",
                [("Password", True), ("The same again", True)],
                "Choose it",
                self._choose_password,
                can_leave=then is not None,
            )

    def _choose_password(self, values: list[str]) -> str:
        first, again = values
        if len(first) < SHORTEST_PASSWORD:
            return f"Use at least {SHORTEST_PASSWORD} characters; a sentence of some words is easy to keep."
        if first != again:
            return "The two are not the same. Type the password again."
        self._open("Seal the accounts", self.keystore.create_store, Secret(first))
        return ""

    def _unlock(self, values: list[str]) -> str:
        if not values[0]:
            return "Type the password."
        self._open("Unlock the accounts", self.keystore.unlock, Secret(values[0]))
        return ""

    def _open(self, title: str, call: Callable[[Secret], None], password: Secret) -> None:
        self.form.set_busy(True)

        def done(_none: None) -> None:
            then, self._then = self._then, None
            self.form.forget()
            self.reload()
            if then is not None:
                then()
            elif len(self.cards) == 1:
                self.ask_create()

        self.submit(title, lambda _p, _c: call(password), done, lane=LANE)

    def _when_open(self, then: Callable[[], object]) -> None:
        if self.keystore.unlocked:
            then()
        else:
            self.ask_password(then)

    def toggle_lock(self) -> None:
        """Locks at once; unlocking asks for the password."""
        if self.keystore.unlocked:
            self.keystore.lock()
            self.form.forget()
            self.clipboard.clear()
            self.reload()
        else:
            self.ask_password(None)

    def ask_create(self) -> None:
        def create(values: list[str]) -> str:
            wrong = self._wrong_name(values[0])
            if not wrong:
                self.form.set_busy(True)
                self.submit(
                    "Create an account", lambda _p, _c: self.keystore.create(values[0]), self._kept, lane=LANE
                )
            return wrong

        words = "A private key from the system's randomness, sealed under your password."
        self._when_open(
            lambda: self.form.ask("Create an account", words, [("Name", False)], "Create", create)
        )

    def ask_import(self) -> None:
        def bring(values: list[str]) -> str:
            name, key = values[0], Secret(values[1].strip())
            wrong = self._wrong_name(name)
            if not wrong and not key:
                wrong = "Paste the private key; it begins with APrivateKey1."
            if not wrong:
                self.form.set_busy(True)
                work = self.keystore.import_key
                self.submit("Import an account", lambda _p, _c: work(name, key), self._kept, lane=LANE)
            return wrong

        words = "The key is sealed under your password and not shown."
        fields = [("Name", False), ("Private key", True)]
        self._when_open(lambda: self.form.ask("Import a private key", words, fields, "Import", bring))

    def _kept(self, account: AccountView) -> None:
        self.form.forget()
        self.reload()
        self.studio.window.toast(
            Message("success", f"{account.name} is kept", "Its key is sealed on this machine.")
        )

    def _wrong_name(self, name: str) -> str:
        wrong = check_name(name, [card.account.name for card in self.cards])
        return f"{wrong[:1].upper()}{wrong[1:]}." if wrong else ""

    # Actions on an account

    def choose(self, account: AccountView) -> None:
        """Runs from now on are signed by this account."""
        self._change(lambda: self.keystore.choose(account.address), f"{account.name} signs runs from now on")

    def ask_rename(self, account: AccountView) -> None:
        typed: list[str] = []

        def check(text: str) -> str:
            typed[:] = [text.strip()]
            return "" if text.strip() == account.name else self._wrong_name(text)

        self.studio.window.ask(
            f"Rename {account.name}",
            "",
            [("Rename", "primary", lambda: self.rename(account, typed[0])), ("Cancel", "", lambda: None)],
            field=account.name,
            check=check,
        )

    def rename(self, account: AccountView, name: str) -> None:
        self._change(lambda: self.keystore.rename(account.address, name), f"{account.name} is now {name}")

    def ask_remove(self, account: AccountView) -> None:
        self.studio.window.ask(
            f"Remove {account.name}?",
            "Its private key is deleted from this machine. Without a copy of the key elsewhere, what the "
            "account owns is lost.",
            [("Remove", "", lambda: self.remove(account)), ("Cancel", "", lambda: None)],
        )

    def remove(self, account: AccountView) -> None:
        self._change(lambda: self.keystore.remove(account.address), f"{account.name} is removed")

    def _change(self, call: Callable[[], None], said: str) -> None:
        """Names and the signer are under the password: the accounts are opened first."""
        self._when_open(lambda: self._now(call, said))

    def _now(self, call: Callable[[], None], said: str) -> None:
        """A change of opened accounts: quick, so it is made at once."""
        try:
            call()
        except AvmError as why:
            self.studio.window.toast(
                Message("error", "The accounts were not changed", sentences(why.message, why.hint))
            )
        else:
            self.studio.window.hint(said)
        self.reload()

    def copy_address(self, account: AccountView) -> None:
        QGuiApplication.clipboard().setText(account.address)
        self.studio.window.hint("The address is on the clipboard")

    # Keys

    def show_key(self, account: AccountView, which: str) -> None:
        """Shows a key for fifteen seconds, until the focus leaves, or until pressed again."""
        card = self._card(account)
        if card is not None and card.keys[which].shown:
            self.hide_keys()
            return

        def arrived(key: str) -> None:
            card = self._card(account)
            if card is not None and self.isVisible():
                self.hide_keys()
                card.keys[which].reveal(key)
                card.keys[which].eye.setFocus()
                self._hide.start()

        self._reveal(account, which, arrived)

    def copy_key(self, account: AccountView, which: str) -> None:
        """Puts a key on the clipboard for thirty seconds."""

        def arrived(key: str) -> None:
            self.clipboard.put(key)
            self.studio.window.hint("The key is on the clipboard for 30 seconds")

        self._reveal(account, which, arrived)

    def _reveal(self, account: AccountView, which: str, arrived: Callable[[str], object]) -> None:
        def done(found: Account) -> None:
            arrived(found.reveal_private_key() if which == "private" else found.reveal_view_key())

        def ask() -> None:
            self.submit("Open a key", lambda _p, _c: self._opened(account.address), done, lane=LANE)

        self._when_open(ask)

    def _opened(self, address: str) -> Account:
        """The account with its view key derived here, on the job's thread."""
        found = self.keystore.reveal(address)
        found.reveal_view_key()
        return found

    def _card(self, account: AccountView) -> AccountCard | None:
        return next((c for c in self.cards if c.account.address == account.address), None)

    def hide_keys(self) -> None:
        """Hides every key."""
        self._hide.stop()
        for card in self.cards:
            for line in card.keys.values():
                line.hide_key()

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None or not self.isAncestorOf(now):
            self.hide_keys()

    def hideEvent(self, event: QHideEvent) -> None:
        self.hide_keys()
        super().hideEvent(event)

    # Jobs

    def failed(self, job: Job) -> None:
        if job.state != "failed":
            return
        self.form.set_busy(False)
        sentence = sentences(job.error, job.hint)
        if self.form.isVisible():
            self.form.wrong.set("error", sentence)
            self.form.fields[0].setFocus()
        else:
            super().failed(job)
            self.reload()
