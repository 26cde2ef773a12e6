"""Proved runs of small programs, and the transactions that a session would commit for them."""

from __future__ import annotations

from pathlib import Path

from avm.api import pipeline, workspace
from avm.api.artifacts import Proved
from avm.api.ledger import LedgerSession
from avm.api.parameters import Parameters
from avm.ledger.transaction import Transaction

SOURCE = """program {name}.aleo {{
    mapping seen: u32 => u64;

    fn main(public a: u32, b: u32) -> u32 {{
        return a + b;
    }}

    fn mine(public a: u32) -> address {{
        assert(a < 9u32);
        return std::ctx::signer();
    }}

    fn keep(public a: u32, b: u64) -> Final {{
        return final {{
            Mapping::set(seen, a, b);
        }};
    }}

    @noupgrade
    constructor() {{}}
}}
"""
CALLS = (("main", "5u32", "1234567891u32"), ("mine", "7u32"), ("keep", "1u32", "77u64"))


def prove(folder: Path, parameters: Parameters, *call: str, name: str = "pp", source: str = SOURCE) -> Proved:
    """Prove one call of a program that is written into ``folder``."""
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "program.json").write_text(f'{{"program": "{name}.aleo"}}')
    (folder / "src" / "main.leo").write_text(source.format(name=name))
    built = pipeline.build(workspace.open_project(folder))
    assert built.view.ok, built.view.problems
    ran = pipeline.run(built, call[0], list(call[1:]))
    assert ran.view.halt is None, ran.view.halt
    return pipeline.prove(pipeline.constrain(ran), parameters)


def transactions(session: LedgerSession, proved: Proved) -> list[Transaction]:
    """Return what a commit would put into the next block."""
    return [*session._deployments(proved), Transaction(session._execution(proved))]
