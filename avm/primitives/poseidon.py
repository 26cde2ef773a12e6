"""Poseidon: the permutation, the duplex sponge, and Aleo's hashes over it.

Source: https://eprint.iacr.org/2019/458; parameters and duplex order follow snarkVM's ``fields`` and
``console/algorithms`` crates. Field elements are canonical integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from operator import mul
from types import ModuleType

from avm.algebra.edwards import Point, add
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.base.errors import Halt
from avm.primitives import elligator2
from avm.primitives.domain import domain_separator
from avm.primitives.grain_lfsr import PoseidonParameters, poseidon_parameters
from avm.primitives.poseidon_sparse import sparse_rounds
from avm.primitives.tier import kernels
from avm.r1cs.system import ConstraintSystem
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.scalar import ScalarVar

SCALAR_BITS = 250
_SCALAR_MASK = (1 << SCALAR_BITS) - 1


def parameters_fr(rate: int) -> PoseidonParameters:
    """Return the parameters over Fr for a rate of 2 to 8."""
    return poseidon_parameters(FR_MODULUS, rate, 17, 8, 31)


def parameters_fq(rate: int = 2) -> PoseidonParameters:
    """Return the parameters over Fq for a rate of 2 to 8; rate 2 is the proof system's transcript."""
    alpha, partial_rounds = (17, 31) if rate == 2 else (5, 56) if rate < 5 else (5, 57)
    return poseidon_parameters(FQ_MODULUS, rate, alpha, 8, partial_rounds)


def permute_plain(parameters: PoseidonParameters, state: Sequence[int]) -> list[int]:
    """Return the permuted state by the definition: constants, S-boxes and the matrix in every round."""
    p, alpha = parameters.modulus, parameters.alpha
    half = parameters.full_rounds // 2
    last_partial = half + parameters.partial_rounds
    values = list(state)
    for r, constants in enumerate(parameters.ark):
        values = [a + c for a, c in zip(values, constants)]
        if half <= r < last_partial:
            values[0] = pow(values[0], alpha, p)
        else:
            values = [pow(a, alpha, p) for a in values]
        values = [sum(map(mul, row, values)) % p for row in parameters.mds]
    return values


def _compiled(parameters: PoseidonParameters, work: int = 1) -> ModuleType | None:
    module = kernels("poseidon", work)
    return module if module is not None and module.supports(parameters) else None


def permute(parameters: PoseidonParameters, state: Sequence[int]) -> list[int]:
    """Return the permuted state of ``rate + 1`` elements, the capacity element first."""
    compiled = _compiled(parameters)
    if compiled is None:
        return permute_sparse(parameters, state)
    permuted: list[int] = compiled.sponge(
        parameters, [[x % parameters.modulus for x in state]], [[]], 0, True
    )[0][0]
    return permuted


def permute_sparse(parameters: PoseidonParameters, state: Sequence[int]) -> list[int]:
    """Return the permuted state; the partial rounds' sparse matrices give what the definition gives."""
    p, alpha, mds, ark = parameters.modulus, parameters.alpha, parameters.mds, parameters.ark
    half = parameters.full_rounds // 2
    partial = sparse_rounds(parameters)
    values = list(state)
    for constants in ark[:half]:
        values = [pow(a + c, alpha, p) for a, c in zip(values, constants)]
        values = [sum(map(mul, row, values)) % p for row in mds]
    for constants, row, column in partial.rounds:
        values = [a + c for a, c in zip(values, constants)]
        first = pow(values[0], alpha, p)
        values[0] = first
        rest = [(a + first * w) % p for a, w in zip(values[1:], column)]
        values = [sum(map(mul, row, values)) % p, *rest]
    values = [sum(map(mul, row, values)) % p for row in partial.last]
    for constants in ark[half + parameters.partial_rounds :]:
        values = [pow(a + c, alpha, p) for a, c in zip(values, constants)]
        values = [sum(map(mul, row, values)) % p for row in mds]
    return values


class Sponge:
    """A duplex sponge of one Poseidon instance, starting from the zero state.

    Absorbing adds to the rate part and permutes only when another element comes; squeezing permutes
    first. An empty absorb or squeeze does nothing.
    """

    __slots__ = ("_index", "_parameters", "_pending", "_squeezing", "_state")

    def __init__(self, parameters: PoseidonParameters) -> None:
        self._parameters = parameters
        self._state = [0] * (parameters.rate + 1)
        self._squeezing = False
        self._index = 0
        # Absorbed elements that wait for the next squeeze: one call of the kernel takes them all.
        self._pending: list[int] = []

    @property
    def state(self) -> list[int]:
        """The state after everything absorbed or squeezed so far, the capacity element first."""
        if self._pending:
            self._run(False)
        return list(self._state)

    def copy(self) -> Sponge:
        """Return an independent sponge in the same state."""
        other = Sponge(self._parameters)
        other._state, other._squeezing, other._index = list(self._state), self._squeezing, self._index
        other._pending = list(self._pending)
        return other

    def absorb(self, elements: Iterable[int]) -> None:
        """Absorb field elements in order."""
        p = self._parameters.modulus
        elements = [element % p for element in elements]
        if elements and self._squeezing:
            # The permutation that is due before the next element is due as well when the rate part is full.
            self._squeezing, self._index = False, self._parameters.rate
        self._pending += elements

    def _run(self, last: bool) -> None:
        """Absorb what waits, and permute once more if ``last``."""
        parameters, elements = self._parameters, self._pending
        rate = parameters.rate
        self._pending = []
        compiled = _compiled(parameters, len(elements) // rate)
        if compiled is not None and (last or self._index + len(elements) > rate):
            states, self._index = compiled.sponge(parameters, [self._state], [elements], self._index, last)
            self._state = states[0]
            return
        for element in elements:
            if self._index == rate:
                self._state = permute(parameters, self._state)
                self._index = 0
            self._index += 1
            self._state[self._index] = (self._state[self._index] + element) % parameters.modulus
        if last:
            self._state, self._index = permute(parameters, self._state), 0

    def make_room(self) -> None:
        """Permute now as the next absorbed element would make it do; only for a full rate part."""
        self._run(True)

    def squeeze(self, count: int) -> list[int]:
        """Return the next ``count`` field elements."""
        out = []
        for _ in range(count):
            if not self._squeezing or self._index == self._parameters.rate:
                self._run(True)
                self._squeezing = True
            self._index += 1
            out.append(self._state[self._index])
        return out

    def words(self) -> bytes:
        """Return the elements of the state, 32 bytes each."""
        return b"".join([element.to_bytes(32, "little") for element in self._state])

    def first_of_each(self, compiled: ModuleType, rows: Sequence[Sequence[int]]) -> list[int]:
        """Return for each row the first element that a copy of this sponge gives after absorbing it."""
        p = self._parameters.modulus
        if self._pending:
            self._run(False)
        inputs = [[element % p for element in row] for row in rows]
        states, _ = compiled.sponge(self._parameters, [self._state] * len(rows), inputs, self._index, True)
        return [state[1] for state in states]


@cache
def _seeded(rate: int, domain: str, length: int) -> Sponge:
    """Return the sponge over the header, which fills the rate, ready for an input of this length."""
    sponge = Sponge(parameters_fr(rate))
    sponge.absorb([domain_separator(domain), length, *[0] * (rate - 2)])
    if length:
        sponge.make_room()
    return sponge


@cache
def _seeded_words(rate: int, domain: str, length: int) -> bytes:
    """Return the state of that sponge as words."""
    return _seeded(rate, domain, length).words()


def hash_many(rate: int, fields: Sequence[int], count: int, *, domain: str = "") -> list[int]:
    """Return ``count`` field elements: the sponge over ``[domain, length, 0…] ‖ fields``.

    The header is padded with zeros to exactly ``rate`` elements; an empty ``domain`` means
    ``AleoPoseidon{rate}``.
    """
    domain = domain or f"AleoPoseidon{rate}"
    parameters = parameters_fr(rate)
    compiled = _compiled(parameters, len(fields) // rate + 1) if fields and count <= rate else None
    if compiled is not None:
        elements = [field % FR_MODULUS for field in fields]
        found: list[int] = compiled.squeezed(
            parameters, _seeded_words(rate, domain, len(fields)), elements, count
        )
        return found
    sponge = _seeded(rate, domain, len(fields)).copy()
    sponge.absorb(fields)
    return sponge.squeeze(count)


def hash(rate: int, fields: Sequence[int], *, domain: str = "") -> int:
    """Return the hash of a list of field elements as a field element."""
    return hash_many(rate, fields, 1, domain=domain)[0]


def hash_each(rate: int, rows: Sequence[Sequence[int]], *, domain: str = "") -> list[int]:
    """Return the hash of each of several lists of one length."""
    parameters = parameters_fr(rate)
    compiled = _compiled(parameters, len(rows)) if rows and rows[0] else None
    if compiled is None:
        return [hash(rate, row, domain=domain) for row in rows]
    seed = _seeded(rate, domain or f"AleoPoseidon{rate}", len(rows[0]))
    return seed.first_of_each(compiled, rows)


def hash_to_scalar(rate: int, fields: Sequence[int], *, domain: str = "") -> int:
    """Return the low 250 bits of the hash as a scalar of the Edwards curve."""
    return hash(rate, fields, domain=domain) & _SCALAR_MASK


def hash_to_group(rate: int, fields: Sequence[int], *, domain: str = "") -> Point:
    """Return the sum of the Elligator2 images of two hash outputs; Halt on an empty input."""
    if not fields:
        raise Halt("the input of a hash to group is empty")
    first, second = hash_many(rate, fields, 2, domain=domain)
    return add(elligator2.encode(first), elligator2.encode(second))


def prf(rate: int, seed: int, fields: Sequence[int], *, domain: str = "") -> int:
    """Return the hash of ``[seed] ‖ fields``."""
    return hash(rate, [seed, *fields], domain=domain)


# --- circuit ---


def _s_box(lane: FieldVar) -> FieldVar:
    """Return the lane to the power of 17, the exponent over Fr: five products."""
    power = lane
    for _ in range(4):
        power = power.square()
    return power.mul(lane)


def _permute_circuit(
    cs: ConstraintSystem, parameters: PoseidonParameters, state: Sequence[FieldVar]
) -> list[FieldVar]:
    """Return the permuted lanes; 8 full and 31 partial rounds, a constant lane costs nothing.

    The partial rounds' sparse matrices give the same combinations to the S-boxes as the dense ones do.
    """
    if all(lane.is_constant for lane in state):
        values = permute(parameters, [lane.value for lane in state])
        return [FieldVar.fixed(cs, value) for value in values]
    mds, ark = parameters.mds, parameters.ark
    half = parameters.full_rounds // 2
    partial = sparse_rounds(parameters)
    after = [*ark[1:half], partial.rounds[0][0]]
    lanes = [FieldVar.combine(cs, (1,), (lane,), c) for lane, c in zip(state, ark[0])]
    for constants in after:
        lanes = _mix(cs, mds, [_s_box(lane) for lane in lanes], constants)
    zeros = (0,) * len(lanes)
    for (_, row, column), (constants, _, _) in pairwise((*partial.rounds, (zeros, (), ()))):
        first = _s_box(lanes[0])
        top = FieldVar.combine(cs, row, (first, *lanes[1:]), constants[0])
        rest = zip(lanes[1:], column, constants[1:])
        lanes = [top, *(FieldVar.combine(cs, (1, w), (lane, first), c) for lane, w, c in rest)]
    start = half + parameters.partial_rounds
    lanes = _mix(cs, partial.last, lanes, ark[start])
    for constants in (*ark[start + 1 :], zeros):
        lanes = _mix(cs, mds, [_s_box(lane) for lane in lanes], constants)
    return lanes


def _mix(
    cs: ConstraintSystem, matrix: Sequence[Sequence[int]], lanes: Sequence[FieldVar], shifts: Sequence[int]
) -> list[FieldVar]:
    """Return the matrix times the lanes, plus the constants of the round that follows."""
    return [FieldVar.combine(cs, row, lanes, shift) for row, shift in zip(matrix, shifts)]


def hash_many_circuit(
    cs: ConstraintSystem, rate: int, inputs: Sequence[FieldVar], count: int, *, domain: str = ""
) -> list[FieldVar]:
    """Return ``count`` outputs of the sponge over ``[domain, length, 0…] ‖ inputs``; counts one constant.

    The header fills the rate, so its permutation is one of constants
    (`circuit/algorithms/src/poseidon/hash_many.rs`).
    """
    parameters = parameters_fr(rate)
    seeded = _seeded(rate, domain or f"AleoPoseidon{rate}", len(inputs)).copy()
    cs.new_constant(len(inputs))
    if not inputs:
        return [FieldVar.fixed(cs, value) for value in seeded.squeeze(count)]
    outer = cs.enter(f"poseidon{rate}")
    state = [FieldVar.fixed(cs, value) for value in seeded.state]
    for start in range(0, len(inputs), rate):
        for lane, element in enumerate(inputs[start : start + rate], 1):
            state[lane] = state[lane].add(element)
        state = _permute_circuit(cs, parameters, state)
    out = state[1:]
    while len(out) < count:
        state = _permute_circuit(cs, parameters, state)
        out += state[1:]
    cs.leave(outer)
    return out[:count]


def hash_circuit(
    cs: ConstraintSystem, rate: int, inputs: Sequence[FieldVar], *, domain: str = ""
) -> FieldVar:
    """Return the hash of a list of field elements: for rate 4, 335 constraints for one input."""
    return hash_many_circuit(cs, rate, inputs, 1, domain=domain)[0]


def hash_to_scalar_circuit(
    cs: ConstraintSystem, rate: int, inputs: Sequence[FieldVar], *, domain: str = ""
) -> ScalarVar:
    """Return the low 250 bits of the hash as a scalar; 505 variables and 507 constraints over the hash."""
    return ScalarVar.from_field_lossy(hash_circuit(cs, rate, inputs, domain=domain))


def hash_to_group_circuit(
    cs: ConstraintSystem, rate: int, inputs: Sequence[FieldVar], *, domain: str = ""
) -> GroupVar:
    """Return the sum of the Elligator2 images of two hash outputs, the second encoded first.

    Raises:
        Halt: the input is empty.
    """
    if not inputs:
        raise Halt("the input of a hash to group is empty")
    first, second = hash_many_circuit(cs, rate, inputs, 2, domain=domain)
    image = elligator2.encode_circuit(second)
    return image.add(elligator2.encode_circuit(first))
