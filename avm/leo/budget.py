"""How much work one compilation may do: steps that can be stopped on request, and limits by name.

A program can ask for more than any machine has: loops of 2^32 turns, generics that double, arrays of
arrays of arrays. Every stage that input can blow up spends from a limit here, and a program that goes over
it gets an error that names the limit and the place. The limits of the network are in `avm.base.limits`; those
here are ours, far above what a program that fits the network's limits needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.diagnostics import Diagnostic
from avm.base.errors import AvmError
from avm.base.limits import MAX_INSTRUCTIONS, MAX_PROGRAM_BYTES
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.base.span import SourceId, Span

CHECK_EVERY = 64
"""Steps between two looks at the cancel flag: some thousandths of a second."""

CODE = "EAVM0401"


@dataclass(frozen=True, slots=True)
class Limit:
    """The most of something, and how people call it."""

    what: str
    most: int
    help: str


SOURCE = Limit(
    "characters in a source file", 16 << 20, "Split the file into modules, or take out what is generated."
)
TOKENS = Limit(
    "tokens in a source file", 500_000, "Split the file into modules, or take out what is generated."
)
DIGITS = Limit("digits in one number", 100_000, "No value of the machine has that many; shorten the number.")
NESTING = Limit(
    "levels of nesting",
    1_000,
    "Parentheses, blocks, types, and members or casts of one value count as levels. Split the expression or "
    "the block: give parts of it a name with `let`, or a function of their own.",
)
CHAIN = Limit(
    "operators or branches in one chain",
    20_000,
    "Split the chain: give parts of it a name with `let`, or add them up in a loop.",
)
BRANCHES = Limit(
    "branches in one chain of `else if`",
    4_096,
    "Every branch becomes code that always runs. Split the chain into functions.",
)
TURNS = Limit(
    "turns of unrolled loops", 100_000, "Every turn becomes code of its own. Make the loop's range smaller."
)
UNROLLED = Limit(
    "statements of unrolled loops",
    65_535,
    "Every turn of a loop becomes code of its own. Make the loop's range or its body smaller.",
)
INSTANCES = Limit(
    "copies of generic functions and structs",
    1_024,
    "Every different list of const arguments makes a copy. Use fewer of them, or pass values as inputs.",
)
INLINED = Limit(
    "statements of inlined functions",
    65_535,
    "Every call of a function that is inlined copies its body. Call it less often, or make it smaller.",
)
MOVED = Limit(
    "statements moved by inlining",
    1 << 19,
    "In a chain of functions that are inlined, a body moves up once for each function above it. Make the "
    "chain shorter.",
)
ROUNDS = Limit(
    "rounds of evaluating constants",
    1_024,
    "Constants, loops and generic functions that need one another take a round each.",
)
VARIABLES = Limit(
    "variables after inlining and unrolling",
    150_000,
    "Loops are unrolled and functions inlined; make their ranges and bodies smaller.",
)
INSTRUCTIONS = Limit(
    "instructions in one function",
    MAX_INSTRUCTIONS,
    "The network takes no longer function. Split it, or make its loops smaller.",
)
PROGRAM = Limit(
    "bytes of instructions",
    MAX_PROGRAM_BYTES,
    "The network takes no larger program. Split it, or make its loops and the values it selects smaller.",
)
ZEROS = Limit(
    "parts of zero values of optionals and of storage",
    65_535,
    "Where nothing is stored, a zero of the whole type stands. Make the types smaller.",
)
TUPLES = Limit(
    "parts in the types of tuples",
    1 << 18,
    "Every expression that is a tuple counts with all of its parts, and tuples in tuples multiply. Make them "
    "smaller.",
)
COPIED = Limit(
    "elements of constants copied into others",
    1 << 17,
    "Every use of a constant array or struct in another one copies it, and arrays of arrays multiply. Make "
    "them smaller, or write `[value; n]`.",
)
DEAR = Limit(
    "hashes and multiples of groups of constants",
    2_048,
    "Each takes milliseconds to compute. Write the result into the program, or compute it at run time.",
)
INHERITED = Limit(
    "members inherited by interfaces",
    250_000,
    "Every interface has the members of all its ancestors. Make the chain of ancestors shorter.",
)
ELEMENTS = Limit(
    "elements in one type or value",
    1 << 20,
    "Arrays of arrays and structs of structs multiply. Make them smaller.",
)


class OverBudget(AvmError):
    """A program that asks for more than a limit of the compiler."""

    default_code = CODE

    def __init__(self, limit: Limit, place: Span | None = None) -> None:
        super().__init__(
            f"this program has more than {limit.most:,} {limit.what}, the most the compiler takes",
            place=place,
            hint=limit.help,
        )
        self.limit = limit

    def within(self, source: SourceId) -> OverBudget:
        """The same failure, placed in a source."""
        place = self.place
        return OverBudget(self.limit, None if place is None else Span(source, place.start, place.end))

    def diagnostic(self) -> Diagnostic:
        """The failure as a message about the source."""
        return Diagnostic(self.code, "error", self.message, self.place, help=self.hint)


class Budget:
    """Counts the steps of one compilation, ends it when a person asks for that, and keeps to the limits.

    Every stage takes a step for each token, node or instruction it works on.
    """

    __slots__ = ("_cancel", "_left", "_progress", "_spent")

    def __init__(self, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None) -> None:
        self._progress = progress
        self._cancel = cancel or Cancel()
        self._left = CHECK_EVERY
        self._spent: dict[Limit, int] = {}

    def step(self) -> None:
        """Work on one more piece; Cancelled when the person asked to stop."""
        self._left -= 1
        if not self._left:
            self._left = CHECK_EVERY
            self._cancel.check()

    def check(self) -> None:
        """Cancelled when the person asked to stop."""
        self._cancel.check()

    def stop(self) -> None:
        """Ask the compilation to stop."""
        self._cancel.cancel()

    def stage(self, name: str, detail: str = "") -> None:
        """Begin a stage, named for the person who waits."""
        self._cancel.check()
        self._progress.stage(name, detail)

    def spend(self, limit: Limit, count: int = 1, place: Span | None = None) -> None:
        """Take `count` from what a limit leaves; OverBudget when that is less."""
        spent = self._spent.get(limit, 0) + count
        self._spent[limit] = spent
        require(limit, spent, place)

    def refill(self, limit: Limit) -> None:
        """Begin to count anew."""
        self._spent.pop(limit, None)


def require(limit: Limit, count: int, place: Span | None = None) -> None:
    """OverBudget unless `count` is within a limit."""
    if count > limit.most:
        raise OverBudget(limit, place)


def too_deep(place: Span | None = None) -> OverBudget:
    """The failure for a program that is nested too deeply."""
    return OverBudget(NESTING, place)
