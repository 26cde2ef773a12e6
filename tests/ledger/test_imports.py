"""Keys of programs with imports are certified with what the ledger knows of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from avm.api import pipeline, workspace
from avm.api.artifacts import Proved
from avm.api.ledger import LedgerSession
from avm.base.errors import VerifyError
from avm.ledger.transaction import Transaction
from avm.storage.parameters import Parameters
from tests.ledger.real import in_memory

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]
LIBRARY = """export struct Pair { a: u8, b: u8 }

program lib.aleo {
    fn twice(p: Pair) -> u8 { return p.a + p.b; }

    @noupgrade
    constructor() {}
}
"""
USER = """import lib.aleo;

program user.aleo {
    fn first(p: lib.aleo::Pair) -> u8 { return p.a + p.b; }

    fn many(public a: [[u8; 32]; 32]) -> u8 { return a[0u32][0u32] + a[1u32][1u32]; }

    fn other(public p: u8) -> u8 { return lib.aleo::twice(lib.aleo::Pair { a: p, b: 1u8 }); }

    @noupgrade
    constructor() {}
}
"""


@pytest.fixture
def session(parameters: Parameters) -> Iterator[LedgerSession]:
    found = in_memory(parameters)
    yield found
    found.close()


def proved(folder: Path, parameters: Parameters, function: str, *inputs: str) -> Proved:
    depends = [{"name": "lib.aleo", "location": "local", "path": "../lib"}]
    for name, text, listed in (("lib", LIBRARY, None), ("user", USER, depends)):
        (folder / name / "src").mkdir(parents=True, exist_ok=True)
        (folder / name / "src" / "main.leo").write_text(text)
        manifest = {"program": f"{name}.aleo", "version": "0.1.0", "dependencies": listed}
        (folder / name / "program.json").write_text(json.dumps(manifest))
    built = pipeline.build(workspace.open_project(folder / "user"))
    assert built.view.ok, built.view.problems
    ran = pipeline.run(built, function, list(inputs))
    assert ran.view.halt is None, ran.view.halt
    return pipeline.prove(pipeline.constrain(ran), parameters)


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        ("first", ("{ a: 1u8, b: 2u8 }",)),
        ("many", ("[" + ", ".join(["[" + ", ".join(["3u8"] * 32) + "]"] * 32) + "]",)),
    ],
)
def test_a_function_of_a_program_with_imports_is_committed(
    function: str, inputs: tuple[str, ...], tmp_path: Path, parameters: Parameters, session: LedgerSession
) -> None:
    made = proved(tmp_path, parameters, function, *inputs)
    view = session.commit(made)
    assert view.accepted, view.reason
    (block,) = session.blocks(1)
    assert [each.program for each in block.transactions] == ["lib.aleo", "user.aleo", "user.aleo"]
    assert all(check.passed for check in session.verify(proofs=True))


def test_a_key_of_another_function_of_such_a_program_is_refused(
    tmp_path: Path, parameters: Parameters, session: LedgerSession
) -> None:
    from dataclasses import replace

    made = proved(tmp_path, parameters, "first", "{ a: 1u8, b: 2u8 }")
    library, program, _ = session.transactions(made)
    ((_, key),) = program.payload.verifying_keys  # type: ignore[union-attr]
    other = Transaction(replace(program.payload, verifying_keys=(("other", key),)))  # type: ignore[arg-type]
    with pytest.raises(VerifyError, match="other is refused: it is the key of another circuit"):
        session._ledger.advance([library, other])
    with pytest.raises(VerifyError, match="imports lib"):
        session._ledger.advance([program])
    assert session.height == 0
