"""Type checking: the type of every expression, and every rule that depends on types."""

from avm.leo.typecheck.items import TypeChecker

__all__ = ["TypeChecker"]
