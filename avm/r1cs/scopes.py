"""A decorator that names the constraints a gadget makes.

``@gadget("add.w")`` on a method of a circuit value puts "add.w" on the path of everything the method makes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from avm.r1cs.system import ConstraintSystem


class InSystem(Protocol):
    """A circuit value: it knows the system its variables belong to."""

    cs: ConstraintSystem


Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Self = TypeVar("Self", bound=InSystem)
Method = Callable[Concatenate[Self, Arguments], Result]


def gadget(name: str) -> Callable[[Method[Self, Arguments, Result]], Method[Self, Arguments, Result]]:
    """Return a decorator that runs a method inside ``cs.gadget(name)``."""

    def decorate(method: Method[Self, Arguments, Result]) -> Method[Self, Arguments, Result]:
        @wraps(method)
        def named(self: Self, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            cs = self.cs
            outer = cs.enter(name)
            try:
                return method(self, *args, **kwargs)
            finally:
                cs.leave(outer)

        return named

    return decorate
