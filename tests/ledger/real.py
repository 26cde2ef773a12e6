"""Proved runs of small programs, and the transactions that a session would commit for them."""

from __future__ import annotations

from pathlib import Path

from avm.api import pipeline, workspace
from avm.api.artifacts import Proved
from avm.api.ledger import LedgerSession
from avm.ledger.chain import Ledger
from avm.ledger.verifier import LedgerVerifier
from avm.storage.parameters import Parameters

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


def in_memory(parameters: Parameters) -> LedgerSession:
    """Return a ledger that vanishes when it is closed."""
    return LedgerSession(Ledger(None, LedgerVerifier(parameters)))
