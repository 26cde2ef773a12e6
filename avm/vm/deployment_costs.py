"""What a deployment costs: its bytes, the synthesis of its circuits, its constructor and its name.

Follows `synthesizer/process/src/cost.rs`; amounts are microcredits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.base.consensus import NEWEST
from avm.base.errors import CheckFailure
from avm.varuna.verifying_key import VerifyingKey
from avm.vm.costs import (
    CHEAPER_FROM,
    SPEND_LIMIT,
    SPEND_LIMIT_BEFORE,
    body_cost,
    discount,
    finalize_cost,
    namespace_cost,
)
from avm.vm.environment import Environment

BYTE_PRICE, SYNTHESIS_PRICE, CONSTRUCTOR_FACTOR = 1_000, 25, 100
LARGE_FROM, LARGE = 16, 512_000
"""From version 16 on, bytes of a deployment above this number cost more and more."""
DENSITY_FROM, DENSITY_UNTIL = 18, 22
"""In these versions of the consensus, entries of the matrices are paid for, and no variables and rows."""


@dataclass(frozen=True, slots=True)
class DeploymentCost:
    """The least fee of a deployment, ``total``, and its parts."""

    storage: int
    synthesis: int
    constructor: int
    namespace: int

    @property
    def total(self) -> int:
        """Microcredits to pay at least."""
        return self.storage + self.synthesis + self.constructor + self.namespace


def deployment_cost(
    env: Environment, size: int, keys: Sequence[VerifyingKey], version: int = NEWEST
) -> DeploymentCost:
    """Return the least fee of deploying the main program in ``size`` bytes with these keys.

    ``version`` is that of the consensus.

    Raises:
        CheckFailure: a finalize block or view costs more than any transaction may spend.
    """
    program = env.program
    _check_spending(env, version)
    constructor = program.constructor
    work = 0 if constructor is None else CONSTRUCTOR_FACTOR * body_cost(env, program, constructor, version)
    return DeploymentCost(
        storage=_storage(size, version),
        synthesis=SYNTHESIS_PRICE * _synthesis(keys, version) // discount(version),
        constructor=work // discount(version),
        namespace=namespace_cost(program.id.removesuffix(".aleo")),
    )


def _storage(size: int, version: int) -> int:
    if version < LARGE_FROM or size <= LARGE:
        return size * BYTE_PRICE
    return size * size * BYTE_PRICE // LARGE


def _synthesis(keys: Sequence[VerifyingKey], version: int) -> int:
    """Return what is counted of circuits."""
    if DENSITY_FROM <= version < DENSITY_UNTIL:
        return sum(sum(key.info.as_tuple()[3:]) for key in keys)
    return sum(key.num_variables + key.info.num_constraints for key in keys)


def _check_spending(env: Environment, version: int) -> None:
    """Raise CheckFailure for code that costs too much; as in the reference views have no discount here."""
    limit = SPEND_LIMIT if version >= CHEAPER_FROM else SPEND_LIMIT_BEFORE
    program = env.program
    divisor = discount(version)
    costs = [
        (name, finalize_cost(env, program, f, version) // divisor) for name, f in program.functions.items()
    ]
    costs += [(name, body_cost(env, program, view, version)) for name, view in program.views.items()]
    for name, cost in costs:
        if cost > limit:
            raise CheckFailure(
                f"the code of '{name}' on chain costs {cost:,} microcredits, "
                f"and {limit:,} are the most that a transaction may spend"
            )
