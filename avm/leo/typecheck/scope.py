"""Where in the program type checking is: unit, module, function, and what has been seen in the function."""

from __future__ import annotations

from dataclasses import dataclass, field

from avm.leo import ast


@dataclass
class ScopeState:
    """State of the item being checked; `reset` between functions keeps unit, module and `is_stub`."""

    unit: ast.Symbol = ""
    module: tuple[ast.Symbol, ...] = ()
    is_stub: bool = False
    function: ast.Symbol | None = None
    variant: ast.Variant | None = None
    has_return: bool = False
    futures: dict[ast.Symbol, ast.Location] = field(default_factory=dict)
    has_called_finalize: bool = False
    has_final_block: bool = False
    is_conditional: bool = False
    call_location: ast.Location | None = None
    is_constructor: bool = False
    has_onchain_context: bool = False

    def reset(self) -> None:
        fresh = ScopeState(self.unit, self.module)
        self.__dict__.update(fresh.__dict__)

    @property
    def location(self) -> ast.Location:
        """The function being checked."""
        return ast.Location(self.unit, (*self.module, self.function or ""))

    @property
    def in_finalize(self) -> bool:
        return self.variant is not None and self.variant.is_finalize_context

    def can_access(self, target: ast.Location, exported: bool | None) -> bool:
        """An item not exported is seen only from its own module."""
        if self.unit == target.program and self.module == target.module_path:
            return True
        return exported is not False
