"""Determined by cases: what follows both when a determined bit is zero and when it is one.

A row such as ``needed * overflow = 0`` says nothing of ``overflow`` where the bit is zero; but there, nothing
that matters depends on it. So the rows of a component are looked at twice, with the bit put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from avm.r1cs.audit_facts import Facts
from avm.r1cs.audit_rules import Propagation, Reason
from avm.r1cs.audit_search import Rows
from avm.r1cs.linear import MODULUS, LinearCombination

NEAR = 1500
"""Rows around a bit that are looked at."""
MOST = 600
"""Cases that are looked at in one circuit."""


@dataclass(frozen=True, slots=True)
class Component:
    """Undetermined variables that rows connect, and these rows."""

    keys: tuple[int, ...]
    rows: tuple[int, ...]


def components(found: Propagation, keys: Iterable[int]) -> Iterable[Component]:
    """Yield the components of undetermined variables, in order."""
    seen: set[int] = set()
    for start in keys:
        if start in seen:
            continue
        seen.add(start)
        members, rows, waiting = [], set(), [start]
        while waiting:
            key = waiting.pop()
            members.append(key)
            for row in found.facts.uses.get(key, ()):
                if row not in rows:
                    rows.add(row)
                    fresh = [k for k in found.facts.keys[row] if k not in found.reasons and k not in seen]
                    seen.update(fresh)
                    waiting.extend(fresh)
        yield Component(tuple(sorted(members)), tuple(sorted(rows)))


def split_cases(found: Propagation, rows: Rows, look: Callable[[], None]) -> None:
    """Determine what follows in both cases of a determined bit, bit after bit, until nothing is added."""
    left = MOST
    before = -1
    while before != len(found.reasons):
        before = len(found.reasons)
        for bit in _choices(found):
            look()
            left -= 1
            if left < 0:
                return
            _split(found, rows, bit)
            found.run()


def _choices(found: Propagation) -> list[int]:
    """Return the determined bits that are a factor of an undetermined row, in the order of the rows."""
    facts, bits = found.facts, {}
    for row, unknown in enumerate(found.unknown):
        for _, terms in facts.rows[row][:2] if unknown else ():
            if len(terms) == 1:
                (key,) = terms
                if key in facts.bits and key in found.reasons and key not in facts.fixed:
                    bits[key] = True
    return list(bits)


def _near(found: Propagation, bit: int) -> list[int]:
    """Return undetermined rows around a bit, the nearest first."""
    near = {row: True for row in found.facts.uses[bit] if found.unknown[row]}
    seen: set[int] = set()
    for row in (queue := list(near)):
        fresh = [key for key in found.facts.keys[row] if key not in found.reasons and key not in seen]
        seen.update(fresh)
        more = [use for key in fresh for use in found.facts.uses[key] if use not in near]
        if len(near) + len(more) > NEAR:
            break
        near.update(dict.fromkeys(more, True))
        queue.extend(more)
    return list(near)


def _split(found: Propagation, rows: Rows, bit: int) -> None:
    """Determine what both cases of a bit determine in the rows around it."""
    near = sorted(_near(found, bit))
    shared: set[int] | None = None
    used: set[int] = set()
    keys = {key for row in near for key in found.facts.keys[row]}
    known = {key for key in keys if key in found.reasons}
    for value in (0, 1):
        triples = (rows[row] for row in near)
        case = [(_put(a, bit, value), _put(b, bit, value), _put(c, bit, value)) for a, b, c in triples]
        inner = Propagation(Facts(case, more=found.facts), known)
        inner.run()
        new = {key for key in keys - known if key in inner.reasons}
        shared = new if shared is None else shared & new
        used.update(near[row] for key in new for row in inner.reasons[key].rows)
        if not shared:
            return
    found.determine(sorted(shared or ()), Reason("cases", tuple(sorted(used))), more=[bit])


def _put(lc: LinearCombination, bit: int, value: int) -> LinearCombination:
    """Return a combination with a value put in."""
    if bit not in lc.terms:
        return lc
    terms = dict(lc.terms)
    return LinearCombination((lc.constant + value * terms.pop(bit)) % MODULUS, terms)
