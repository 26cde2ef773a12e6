"""A recorded run as it is debugged: what each entry of a mapping says of where it is from."""

from __future__ import annotations

from avm.api import pipeline, workspace
from avm.api.debug import DebuggerView
from avm.vm import load
from avm.vm.debugger import Debugger


def test_what_a_run_has_written_says_so_to_its_end_and_the_rest_its_block() -> None:
    sample = next(s for s in workspace.samples() if s.name == "token")
    built = pipeline.build(workspace.open_project(sample.path))
    ran = pipeline.run(built, sample.runs[0].function, sample.runs[0].inputs)
    assert built.program is not None
    writes = {(w.program, w.mapping, w.key) for w in ran.view.mapping_writes}
    debugger = Debugger(ran.trace, load(built.program, built.imports))
    view = DebuggerView(debugger, ran.view, dict.fromkeys(writes, 1))
    seen: set[tuple[str, str, str]] = set()
    for position in range(view.last + 1):
        for mapping in view.state(position).mappings:
            for entry in mapping.entries:
                key = (mapping.program, mapping.name, entry.key)
                seen |= {key} if entry.changed else set()
                assert (entry.height, entry.by) == ((None, "this run") if key in seen else (1, ""))
    assert seen == writes and len(writes) > 1
