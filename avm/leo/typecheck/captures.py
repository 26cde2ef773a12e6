"""What a final block takes from the function around it: the inputs of the finalize it becomes."""

from __future__ import annotations

from avm.leo import ast
from avm.leo.lowering.walk import reads_of
from avm.leo.symbols import SymbolTable


def captured_inputs(
    block: ast.Block, symbols: SymbolTable, types: dict[ast.NodeId, ast.Type]
) -> list[tuple[ast.Symbol, ast.Type]]:
    """Names and types captured, in order of first use; a tuple is captured element by element."""
    seen: set[tuple[ast.Symbol, int | None]] = set()
    inputs: list[tuple[ast.Symbol, ast.Type]] = []
    for path, index in reads_of(block, types):
        name = path.local
        if name is None or symbols.defined_within(block.id, name):
            continue
        variable = symbols.local(name)
        if variable is None or variable.type_ is None or (name, index) in seen:
            continue
        type_ = variable.type_
        if index is not None:
            if isinstance(type_, ast.TupleType) and index < len(type_.elements):
                seen.add((name, index))
                inputs.append((f'"{name}.{index}"', type_.elements[index]))
        elif isinstance(type_, ast.TupleType):
            for i, element in enumerate(type_.elements):
                if (name, i) not in seen:
                    seen.add((name, i))
                    inputs.append((f'"{name}.{i}"', element))
            seen.add((name, None))
        else:
            seen.add((name, None))
            inputs.append((name, type_))
    return inputs
