"""A compilation says what it does and stops when it is asked to."""

from collections.abc import Sequence

import pytest

from avm.base.errors import Cancelled
from avm.base.progress import Cancel
from avm.leo.budget import CHECK_EVERY, Budget
from avm.leo.front import UnitSource
from avm.leo.pipeline import check_source, compile

BODY = "".join(f"let x{i}: u8 = a.add_wrapped({i % 200}u8) ^ {i % 7}u8;\n" for i in range(60))
TEXT = (
    "program demo.aleo {\n"
    f"fn main(a: u8) -> u8 {{ {BODY} for i: u8 in 0u8..30u8 {{ a = a.add_wrapped(x1); }}"
    " return twice(a); }\n"
    "@noupgrade\nconstructor() {}\n}\n"
    "fn twice(a: u8) -> u8 { return a.add_wrapped(a); }\n"
)


class Stages:
    """Remembers the stages' names."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def stage(self, name: str, detail: str = "") -> None:
        self.names.append(name)

    def step(self, done: int, total: int) -> None:
        assert 0 <= done <= total


class CancelAt(Cancel):
    """Asks for a stop at the nth look and counts the looks."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self.looks = 0

    def check(self) -> None:
        self.looks += 1
        if self.looks == self.at:
            self.cancel()
        super().check()


def units(text: str = TEXT) -> Sequence[UnitSource]:
    return [UnitSource("program", "main.leo", text)]


def test_stages_are_named_in_order() -> None:
    stages = Stages()
    assert compile(units(), progress=stages).ok
    assert stages.names == [
        "Parse",
        "Check types",
        "Check effects",
        "Evaluate constants and unroll",
        "Lower",
        "Generate code",
        "Validate",
    ]


def test_a_check_names_its_stages() -> None:
    stages = Stages()
    check_source(TEXT, progress=stages)
    assert stages.names == ["Parse", "Check types", "Check effects"]


def test_a_compilation_stops_wherever_it_is_asked_to() -> None:
    whole = CancelAt(0)
    assert compile(units(), cancel=whole).ok
    assert whole.looks > 100
    for at in range(1, whole.looks + 1, 7):
        cancel = CancelAt(at)
        with pytest.raises(Cancelled):
            compile(units(), cancel=cancel)
        assert cancel.looks == at


def test_a_check_stops_when_it_is_asked_to() -> None:
    cancel = CancelAt(5)
    with pytest.raises(Cancelled):
        check_source(TEXT, cancel=cancel)


def test_steps_look_at_the_flag_now_and_then() -> None:
    cancel = CancelAt(0)
    budget = Budget(cancel=cancel)
    for _ in range(3 * CHECK_EVERY):
        budget.step()
    assert cancel.looks == 3
