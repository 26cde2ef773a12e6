"""Library pruning: functions of libraries that no program reaches are dropped before they are evaluated.

A library that declares a const keeps all its functions.
"""

from __future__ import annotations

from avm.leo import ast
from avm.leo.ast import Location
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation, Pass


def _prune(library: ast.Library, reached: set[Location]) -> ast.Library:
    if library.consts or any(m.consts for m in library.modules.values()):
        return library
    modules = {
        path: replace(
            module,
            functions=tuple(f for f in module.functions if Location(module.name, (*path, f.name)) in reached),
        )
        for path, module in library.modules.items()
    }
    functions = tuple(f for f in library.functions if Location(library.name, (f.name,)) in reached)
    return replace(library, functions=functions, modules=modules)


def _run(compilation: Compilation) -> ast.Program:
    program = compilation.program
    libraries = compilation.index.libraries
    if not libraries:
        return program
    graph = compilation.call_graph
    todo = [t for node in graph.nodes if node.program not in libraries for t in graph.neighbors(node)]
    reached: set[Location] = set()
    while todo:
        place = todo.pop()
        if place not in reached:
            reached.add(place)
            todo.extend(graph.neighbors(place))
    stubs = {
        name: replace(stub, body=_prune(stub.body, reached)) if isinstance(stub.body, ast.Library) else stub
        for name, stub in program.stubs.items()
    }
    return replace(program, stubs=stubs)


PASS = Pass("LibraryPruning", _run, requires={"finalize functions"}, ensures={"pruned"})
