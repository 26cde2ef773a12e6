"""Rows made from views: the machine at a step, timeline lanes, constraints, blocks and paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.ledger import ago, block_rows, operation_rows, path_rows, transaction_rows
from app.models.machine import RegisterRows, mapping_rows, stack_rows
from app.models.proof import gadget_rows, instruction_rows, line_heat
from app.names import file_names
from app.panels.heap import names_of, object_of
from app.panels.merkle import trees_of
from app.panels.problems import message_spans
from app.panels.timeline import accesses_of, lanes_of
from app.widgets.spans import Row, in_short
from avm.api import views as v
from avm.base.sources import Source
from avm.vm.state import HeapObject, HeapPart, RegisterState


def step(index: int, frame: int, text: str, **more: object) -> v.StepView:
    cells = more.pop("reads", ()), more.pop("writes", ())
    given: dict[str, object] = {"on_chain": False, "mapping": None, **more}
    return v.StepView(
        index,
        frame,
        "main",
        index,
        text,
        text.split()[0],
        10 + index,
        Source("main.leo"),
        3,
        writes_literal=bool(cells[1]),
        cells=lambda: cells,  # type: ignore[arg-type,return-value]
        **given,  # type: ignore[arg-type]
    )


MAIN = Path("/app/src/main.leo")
ADD = step(
    1,
    0,
    "add r0 r1 into r2;",
    reads=(v.CellView("r0", "u32", "1u32"), v.CellView("r1[0u32]", "u32", "2u32")),
    writes=(v.CellView("r2", "u32", "3u32"),),
)
FRAME = v.FrameView(0, None, "function", "demo.aleo", "main", 0, 2, 0)
FINAL = v.FrameView(1, None, "finalize", "demo.aleo", "main", 3, 4, 0)
STACK = v.StackView(
    FRAME,
    (
        RegisterState("r0", "u32", "1u32", None, None),
        RegisterState("r1", "[u32; 1u32]", "[ 2u32 ]", None, 0),
    ),
    True,
    3,
    coming=(v.CellView("r2", "u32", ""),),
    marks={0: ("read",), 1: ("written", "read"), 2: ("next",)},
)
RUN = v.RunView(
    "demo.aleo",
    "main",
    ("1u32",),
    (v.ValueView("", "literal", "3u32"),),
    v.HaltView(4, "it halts", "set", "set r0 into m[r1];", (), Source("main.leo"), 5, 14),
    (
        step(0, 0, "cast 2u32 into r1 as [u32; 1u32];"),
        ADD,
        step(2, 0, "async main r2 into r3;"),
        step(3, 1, "get.or_use m[r0] 0u32 into r2;", on_chain=True, mapping=v.MappingTouch("m", False)),
        step(4, 1, "set r0 into m[r1];", on_chain=True, mapping=v.MappingTouch("m", True)),
    ),
    (FRAME, FINAL),
    (),
    0.1,
)


def words(each: Row) -> list[str]:
    return [cell.text() for cell in each.cells]


def rows_of(stack: v.StackView, position: int) -> list[Row]:
    rows = RegisterRows(stack, position)
    return [rows.row(number) for number in range(len(rows))]


def test_a_register_is_marked_as_the_engine_says() -> None:
    rows = rows_of(STACK, 1)
    assert [words(r)[3] for r in rows] == ["read", "written read", "next"]
    assert words(rows[2])[:3] == ["r2", "u32", "not written"]
    assert rows[0].tint == "memory.read.bg" and rows[2].mark == "memory.write_next.line"


def test_at_the_end_no_frame_runs_and_none_waits() -> None:
    ended = v.RunView("d.aleo", "main", (), (), None, RUN.steps, (FRAME, FINAL), (), 0.1)
    machine = v.MachineView(5, (v.StackView(FRAME, (), False, 3), v.StackView(FINAL, (), True, 5)), (), ())
    assert [words(r)[2] for r in stack_rows(machine, ended)] == ["ended", "ended"]


def test_after_stopping_no_frame_runs_and_none_waits() -> None:
    run = v.RunView("d.aleo", "main", (), (), None, RUN.steps, (FRAME, FINAL), (), 0.1)
    machine = v.MachineView(1, (v.StackView(FRAME, (), False, 3), v.StackView(FINAL, (), True, 5)), (), ())
    assert [words(r)[2] for r in stack_rows(machine, run)] == ["running", "waiting"]
    assert [words(r)[2] for r in stack_rows(machine, run, debugging=False)] == ["stopped", "stopped"]


def test_a_long_list_of_returned_frames_is_folded_and_says_so() -> None:
    frames = tuple(v.FrameView(n, 0, "closure", "d.aleo", "f", n, n, 1) for n in range(1, 401))
    run = v.RunView("d.aleo", "main", (), (), None, RUN.steps, (FRAME, *frames), (), 0.1)
    rows = stack_rows(v.MachineView(401, (STACK,), (), ()), run)
    assert len(rows) == 22 and words(rows[-1])[0] == "380 more have returned"


def test_the_stack_shows_who_runs_who_halted_and_who_returned() -> None:
    machine = v.MachineView(4, (v.StackView(FINAL, (), True, 5),), (), ())
    rows = stack_rows(machine, RUN)
    assert words(rows[0]) == ["finalize main on chain", "line 5", "halted"]
    assert words(rows[1])[2] == "returned" and rows[0].mark == "semantic.error.line"


def test_the_timeline_has_a_lane_for_each_frame_and_storage_below() -> None:
    lanes = lanes_of(RUN)
    assert [(lane.name, lane.spans) for lane in lanes] == [("main", ((0, 2),)), ("finalize main", ((3, 4),))]
    stores, accesses = accesses_of(RUN)
    assert stores == ("m",) and [(a.step, a.kind) for a in accesses] == [(3, "read"), (4, "next")]


def test_a_frame_that_comes_back_has_two_spans() -> None:
    inner = v.FrameView(1, 0, "closure", "demo.aleo", "f", 1, 1, 1)
    steps = (
        step(0, 0, "call f into r0;"),
        step(1, 1, "add r0 r1 into r2;"),
        step(2, 0, "add r0 r1 into r2;"),
    )
    run = v.RunView("demo.aleo", "main", (), (), None, steps, (FRAME, inner), (), 0.0)
    assert lanes_of(run)[0].spans == ((0, 0), (2, 2))


def test_heap_names_are_grouped_by_frame() -> None:
    heap = (HeapObject(0, "Terms", (HeapPart("rate", "5u64"),), (("main", "r1"), ("main", "r2"))),)
    machine = v.MachineView(0, (STACK,), heap, ())
    assert [(n.frame, n.name, n.object) for n in names_of(machine, heap)] == [
        ("main", "r1", 0),
        ("main", "r2", 0),
    ]
    assert object_of(heap[0]).note == "2 names, shared"


def test_a_long_array_is_folded_and_says_so() -> None:
    fields = tuple(HeapPart(f"[{n}]", f"{n}u8") for n in range(32))
    assert object_of(HeapObject(1, "[u8; 32u32]", fields, ())).fields[-1] == ("…", "20 more", None)


def test_changed_entries_of_a_mapping_are_marked() -> None:
    mapping = v.MappingView(
        "demo.aleo", "m", (v.EntryView("1u8", "2u8", None, "this run", True), v.EntryView("3u8", "4u8", 7))
    )
    rows = mapping_rows(mapping)
    assert words(rows[0])[2] == "this run" and rows[0].tint and words(rows[1])[2] == "7" and not rows[1].tint


def test_costs_show_their_share() -> None:
    costs = (
        v.InstructionCost("main", 0, "mul r0 r1 into r2;", 4, 75),
        v.InstructionCost("inputs", 0, "input r0", None, 25),
    )
    view = v.ConstraintView(100, 2, 3, (1, 2, 3), costs, (("a/b", 60), ("a/c", 15), ("d", 25)), 0.1)
    rows = instruction_rows(view, {})
    assert words(rows[0]) == ["75", "mul r0 r1 into r2;", "main", "line 4", "75.0 %"]
    gadgets = gadget_rows(view)
    assert words(gadgets[0])[:2] == ["a", "75"] and [words(c)[0] for c in gadgets[0].children] == ["b", "c"]


WRITE = v.MappingWrite("set", "demo.aleo", "m", "1u8", None, "2u8")
TRANSITION = v.TransitionView(
    "au1x", "demo.aleo", "main", ("1u32", "ciphertext1qq.private"), ("3u32",), hidden=("input 2",)
)
TX = v.TransactionView(
    "at1" + "x" * 58, "execute", "demo.aleo", "main", "accepted", (TRANSITION,), (WRITE,), 957, "ab"
)
BLOCKS = (
    v.BlockView(0, "ab1a", "", "", "sr1a", 0),
    v.BlockView(1, "ab1b", "ab1a", "sr1a", "sr1b", 100, (TX,)),
)


def test_blocks_come_newest_first_with_their_age() -> None:
    rows = block_rows(BLOCKS, now=160.0)
    assert [r.key for r in rows] == [1, 0] and words(rows[0])[3] == "1 min" and words(rows[1])[3] == "genesis"
    assert (ago(0, 3), ago(0, 59), ago(0, 7300), ago(0, 200000)) == ("now", "59 s", "2 h", "2 d")


def test_a_transaction_opens_to_what_the_network_sees() -> None:
    rows = transaction_rows(BLOCKS[1])
    values = rows[0].children[0].children
    assert [r.cells[0].spans[0].icon for r in values] == ["eye", "lock", "eye"]
    assert words(operation_rows(TX)[0]) == ["m 1u8", "none", "2u8"]


def test_a_tampered_path_shows_stored_beside_found() -> None:
    def path(leaf: str, roots: tuple[str, str]) -> v.MerkleView:
        levels = (
            v.MerkleLevel("transactions", 0, leaf, "0field", roots[0], "left"),
            v.MerkleLevel("chain", 0, "9field", roots[0], roots[1], "right"),
        )
        return v.MerkleView(leaf, "leaf", levels, roots[1], "8field", roots[1] == "8field")

    real, other = path("1field", ("5field", "8field")), path("2field", ("6field", "7field"))
    assert [words(r)[5] for r in path_rows(real, real)] == ["same", "same"]
    assert [words(r)[5] for r in path_rows(other, real)] == ["differs", "differs"]
    assert trees_of(real) == [("transactions", [0]), ("chain", [1])]


def test_a_compiler_sentence_keeps_its_code_apart() -> None:
    spans = message_spans("expected type `field`, but type `address` was found")
    assert [(s.text, s.role) for s in spans if s.role == "code_small"] == [
        ("field", "code_small"),
        ("address", "code_small"),
    ]
    assert spans[1].gap == 0


def test_the_palette_finds_words_in_any_order() -> None:
    from app.palette import match

    found = match("perspective edit", "Edit perspective")
    assert found is not None and len(found[1]) == len("perspectiveedit")
    assert match("perspective nothing", "Edit perspective") is None


def test_paths_below_home_begin_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.widgets.spans import from_home

    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert from_home(tmp_path / "a" / "b.srs") == "~/a/b.srs"
    assert from_home(tmp_path.parent / "elsewhere") == str(tmp_path.parent / "elsewhere")


def test_the_stack_names_the_files_of_a_project_that_has_several() -> None:
    machine = v.MachineView(4, (v.StackView(FINAL, (), True, 5, Source("src/main.leo", file=MAIN)),), (), ())
    rows = stack_rows(machine, RUN, {MAIN: "main.leo — app"})
    assert words(rows[0])[1] == "main.leo — app line 5"
    assert rows[0].cells[1].spans[0].gives and not rows[0].cells[1].spans[1].gives


def test_the_heat_of_a_line_is_the_sum_of_its_instructions() -> None:
    main = Source("src/main.leo", file=MAIN)
    costs = (
        v.InstructionCost("main", 0, "mul r0 r1 into r2;", 4, 75, main),
        v.InstructionCost("main", 1, "add r0 r1 into r3;", 4, 5, main),
        v.InstructionCost("main", 2, "cast r0 into r4;", 5, 0, main),
        v.InstructionCost(
            "main", 3, "add r0 r1 into r5;", 6, 7, Source("src/rates.leo", file=MAIN.with_name("r"))
        ),
        v.InstructionCost("inputs", 0, "input r0", None, 25, main),
    )
    assert line_heat(v.ConstraintView(112, 2, 3, (1, 2, 3), costs, (), 0.1), MAIN) == {4: 80}


def test_long_values_in_a_sentence_are_shortened() -> None:
    address, number = "aleo1" + "q" * 58, "1" * 60 + "field"
    assert (
        in_short(f"both values are {address}, so it halts") == "both values are aleo1qqqqq…qqqq, so it halts"
    )
    assert in_short(f"{number} is no square") == "1111111111…1111field is no square"
    assert in_short("0u64 - 5000u64 is below zero") == "0u64 - 5000u64 is below zero"


def test_files_of_one_name_are_told_apart_by_as_few_folders_as_that_takes() -> None:
    def told(*paths: str) -> list[str]:
        return list(file_names(Path(p) for p in paths).values())

    assert told("/w/app/src/main.leo", "/w/app/src/rates.leo") == ["main.leo", "rates.leo"]
    assert told("/w/app/src/main.leo", "/w/dep/src/main.leo") == ["main.leo — app", "main.leo — dep"]
    assert told("/w/src/x.leo", "/w/src/a/x.leo") == ["x.leo — src", "x.leo — a"]
    assert told("/w/a/c/x", "/w/b/c/x", "/w/d/a/x") == ["x — a/c", "x — b/c", "x — a"]
    assert told("/src/x", "/a/src/x") == ["x — /", "x — a"]
