"""Type checking: the type of every expression, and every rule that depends on types."""

from avm.leo.types.items import TypeChecker

__all__ = ["TypeChecker"]
