"""Rows of the ledger: blocks, the transactions of one block, a Merkle path level by level."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.widgets.spans import Row, Span, cell, code, note, row, shorten, thousands

if TYPE_CHECKING:
    from avm.api.views import BlockView, MerkleLevel, MerkleView, TransactionView, TransitionView


def ago(timestamp: int, now: float | None = None) -> str:
    """How long ago, in one unit."""
    gone = max(0, int((time.time() if now is None else now) - timestamp))
    for unit, size in (("s", 60), ("min", 60), ("h", 24)):
        if gone < size:
            return "now" if unit == "s" and gone < 5 else f"{gone} {unit}"
        gone //= size
    return f"{gone} d"


def block_rows(blocks: tuple[BlockView, ...], now: float | None = None) -> list[Row]:
    """The newest block first."""
    return [
        row(
            cell(Span(icon="box", colour="text.tertiary"), Span(thousands(b.height), role="small_strong")),
            cell(code(shorten(b.hash, 8, 4), "text.secondary"), copy=b.hash),
            cell(Span(str(len(b.transactions))), right=True),
            cell(note(ago(b.timestamp, now) if b.height else "genesis"), right=True),
            key=b.height,
        )
        for b in sorted(blocks, key=lambda b: -b.height)
    ]


def transaction_rows(block: BlockView) -> list[Row]:
    """Transactions that open to their transitions with inputs and outputs as the network sees them."""
    return [_transaction(t) for t in block.transactions]


def _transaction(each: TransactionView) -> Row:
    accepted = each.status in ("accepted", "confirmed", "")
    icon, tone = ("circle-check", "semantic.success.fg") if accepted else ("circle-x", "semantic.error.fg")
    children = []
    for transition in each.transitions:
        inside = [_value("input", n, v, transition) for n, v in enumerate(transition.inputs, 1)]
        inside += [_value("output", n, v, transition) for n, v in enumerate(transition.outputs, 1)]
        children.append(
            row(
                cell(
                    Span(icon="workflow", colour="text.tertiary"),
                    code(transition.function),
                    Span(transition.program, "text.tertiary"),
                ),
                cell(note(shorten(transition.id, 6, 4)), right=True, copy=transition.id),
                key=(each.id, transition.id),
                children=inside,
            )
        )
    return row(
        cell(
            Span(icon=icon, colour=tone),
            code(shorten(each.id, 8, 4)),
            Span(each.kind, "text.tertiary"),
            copy=each.id,
        ),
        cell(note(each.status or "accepted"), right=True),
        key=(each.id, ""),
        children=children,
    )


def _value(side: str, number: int, value: str, transition: TransitionView) -> Row:
    """A value; what the proof does not bind is marked as a note of the transaction's maker."""
    place = f"{side} {number}"
    unbound = place in transition.notes
    tip = "A note of whoever made the transaction: the proof does not bind it." if unbound else ""
    hidden = place in transition.hidden
    icon, tone = ("lock", "semantic.private.fg") if hidden else ("eye", "semantic.public.fg")
    return row(
        cell(Span(icon=icon, colour=tone), code(shorten(value, 16, 6)), copy=value),
        cell(note(f"{place}, note" if unbound else place), right=True, tip=tip),
        key=(transition.id, side, number),
    )


def operation_rows(each: TransactionView) -> list[Row]:
    """What a transaction wrote to storage: before and after."""
    return [
        row(
            cell(code(op.mapping, "syntax.mapping"), code(shorten(op.key), "text.secondary"), copy=op.key),
            cell(code(shorten(op.before or "none", 12), "text.secondary"), copy=op.before or ""),
            cell(
                Span(icon="circle-check", colour="memory.written.fg"),
                code(shorten(op.value or "removed", 12)),
                copy=op.value or "",
            ),
            key=number,
            tint="memory.written.bg",
            mark="memory.written.line",
        )
        for number, op in enumerate(each.operations)
    ]


TREE_NAMES = {
    "transition": "Transition",
    "transaction": "Transaction",
    "transactions": "Block txs",
    "header": "Header",
    "block": "Block",
    "chain": "State",
}


def _place(level: MerkleLevel) -> str:
    """Which hash of its tree a level is."""
    if level.kind == "leaf":
        return "leaf"
    return f"level {level.level}" if level.kind == "node" else "id"


def _brief(text: str) -> str:
    return shorten(text, 6, 4, typed=False)


def path_rows(view: MerkleView, compared: MerkleView | None = None) -> list[Row]:
    """Each hash of a path from the leaf up: both children, what was found, and beside it what is stored."""
    rows = []
    for number, level in enumerate(view.levels):
        stored = compared.levels[number].result if compared is not None else level.result
        same = stored == level.result
        tone = "semantic.success.fg" if same else "semantic.error.fg"
        on_left = level.path_side == "left"
        left, right = ("accent.fg", "text.secondary") if on_left else ("text.secondary", "accent.fg")
        rows.append(
            row(
                cell(Span(TREE_NAMES.get(level.tree, level.tree)), note(_place(level))),
                cell(code(_brief(level.left), left), copy=level.left),
                cell(code(_brief(level.right), right), copy=level.right),
                cell(code(_brief(level.result)), copy=level.result),
                cell(code(_brief(stored)), copy=stored),
                cell(
                    Span(icon="check" if same else "x", colour=tone),
                    Span("same" if same else "differs", tone),
                ),
                key=number,
                mark="" if same else "semantic.error.line",
            )
        )
    return rows
