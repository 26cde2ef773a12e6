"""The products of vectors over Fr, chosen for this machine: one interface, two tiers."""

from __future__ import annotations

from avm.algebra.tiers import tier

if tier() == "ifma":
    from avm.algebra.lane_vectors import (
        batch_inverse,
        divide_by_linear,
        dot,
        evaluate,
        from_montgomery,
        gathered_products,
        linear_combination,
        mul,
        powers,
        to_montgomery,
    )
else:
    from avm.algebra.portable_vectors import (
        batch_inverse,
        divide_by_linear,
        dot,
        evaluate,
        from_montgomery,
        gathered_products,
        linear_combination,
        mul,
        powers,
        to_montgomery,
    )

__all__ = [
    "batch_inverse",
    "divide_by_linear",
    "dot",
    "evaluate",
    "from_montgomery",
    "gathered_products",
    "linear_combination",
    "mul",
    "powers",
    "to_montgomery",
]
