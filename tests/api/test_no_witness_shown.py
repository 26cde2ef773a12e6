"""No private value of a run is in the repr of an artifact, in a failure, in a file, or in what is logged."""

from __future__ import annotations

import gc
import logging
import traceback
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from avm.api import pipeline, proof_file, workspace
from avm.api.artifacts import Proved
from avm.api.ledger import LedgerSession
from avm.base.errors import AvmError
from avm.storage.parameters import Parameters

pytestmark = pytest.mark.prove
SECRET = 1234567891
SOURCE = """struct Pair { x: u32, y: field }

program veil.aleo {
    mapping seen: u32 => u32;

    fn main(public a: u32, b: u32, p: Pair) -> (u32, Pair) {
        let c: u32 = helper(a, b);
        assert_neq(p.x, c);
        return (c, Pair { x: p.x, y: p.y + b as field });
    }

    @noupgrade
    constructor() {}
}

fn helper(a: u32, b: u32) -> u32 {
    return a + b;
}
"""
VALUES = {"Literal", "Struct", "Array", "Record", "Future"}
"""Values themselves, which do not know that they are private: printing one is asking for it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("veil")
    (root / "src").mkdir()
    (root / "src" / "main.leo").write_text(SOURCE)
    (root / "program.json").write_text('{"program": "veil.aleo", "version": "0.1.0"}')
    return root


@pytest.fixture(scope="module")
def proved(folder: Path, parameters: Parameters) -> Proved:
    built = pipeline.build(workspace.open_project(folder))
    assert built.view.ok, built.view.problems
    inputs = ["5u32", f"{SECRET}u32", f"{{ x: {SECRET}u32, y: {SECRET}field }}"]
    return pipeline.prove(pipeline.constrain(pipeline.run(built, "main", inputs)), parameters)


def _marks() -> list[str]:
    return [str(SECRET), f"{SECRET + 5}", f"{2 * SECRET}", hex(SECRET)[2:]]


def _reachable(root: object) -> Iterator[object]:
    """Everything of our own packages that an artifact leads to, and the artifact itself."""
    seen: set[int] = set()
    pending = [root]
    while pending:
        found = pending.pop()
        if id(found) in seen or isinstance(found, type | types.ModuleType | types.FunctionType):
            continue
        seen.add(id(found))
        ours = type(found).__module__.partition(".")[0] == "avm"
        if ours:
            yield found
        if ours or isinstance(found, dict | list | tuple | set | frozenset | types.CellType):
            pending += gc.get_referents(found)


def test_no_artifact_prints_a_private_value(proved: Proved) -> None:
    system = proved.constrained.circuit.system
    roots = [proved, proved.constrained, proved.constrained.ran, system.assignment()]
    ran = proved.constrained.ran
    roots += ran.trace.steps
    roots += [ran.debugger.state(step) for step in range(len(ran.view.steps) + 1)]
    checked: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for root in roots:
        for found in _reachable(root):
            name = type(found).__qualname__
            if name in VALUES or checked.get(name, 0) > 300:
                continue
            checked[name] = checked.get(name, 0) + 1
            for text in (repr(found), f"{found!s:.1000000}"):
                if any(mark in text for mark in _marks()):
                    wrong.setdefault(name, text[:200])
    assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())
    assert {"Trace", "Access", "Frame", "RunView", "Assignment", "Proved", "Ran"} <= checked.keys()


def test_a_crash_in_the_middle_shows_no_private_value(
    proved: Proved, parameters: Parameters, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_a: object, **_k: object) -> None:
        raise RuntimeError("broken in the middle")

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("avm.api.pipeline._proof_view", broken)
    with pytest.raises(RuntimeError) as caught:
        pipeline.prove(proved.constrained, parameters)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert not any(mark in told for mark in _marks())


def test_no_file_holds_a_private_value(
    proved: Proved, parameters: Parameters, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = LedgerSession.open(tmp_path / "l.db", parameters)
    assert ledger.commit(proved).accepted
    ledger.close()
    proof_file.save(tmp_path / "p.proof", proved)
    pipeline.write_build(proved.constrained.ran.built)
    needles = [mark.encode() for mark in _marks() if not mark.isalpha()]
    needles += [n.to_bytes(size, "little") for n in (SECRET, SECRET + 5) for size in (4, 32)]
    needles.append(SECRET.to_bytes(4, "little").hex().encode())
    searched = 0
    for root in (tmp_path, folder, parameters.folder.parent):
        for path in root.rglob("*"):
            if path.is_file() and path.suffix not in (".srs",) and not path.name.startswith("powers"):
                data = path.read_bytes()
                searched += 1
                assert not any(needle in data for needle in needles), path
    assert searched >= 5


def test_a_run_that_halted_prints_no_private_value(folder: Path) -> None:
    built = pipeline.build(workspace.open_project(folder))
    ran = pipeline.run(built, "main", ["5u32", "4294967295u32", f"{{ x: {SECRET}u32, y: 1field }}"])
    assert ran.view.halt is not None and "4294967295" in ran.view.halt.message
    with pytest.raises(AvmError) as refused:
        pipeline.constrain(ran)
    for found in (ran, ran.trace, ran.view, ran.view.halt, ran.trace.halt, ran.debugger.state(0)):
        assert str(SECRET) not in repr(found) and "4294967295" not in repr(found)
    assert str(SECRET) not in str(refused.value)
