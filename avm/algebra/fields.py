"""The three prime fields of the system: the Aleo field Fr, the base field Fq of BLS12-377, the scalars Fs.

Elements are plain canonical Python integers; a ``PrimeField`` only knows how to calculate with them.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import DecodeError, Halt


class PrimeField:
    """Arithmetic modulo a prime over canonical integers ``0 <= x < modulus``.

    ``two_adicity`` is the largest s with 2^s dividing modulus − 1; ``generator`` generates the elements of
    order 2^s when raised to the odd part of modulus − 1 (any quadratic non-residue does).
    """

    __slots__ = (
        "_odd_part",
        "_two_power_root",
        "bits",
        "byte_length",
        "generator",
        "modulus",
        "name",
        "two_adicity",
    )

    def __init__(self, name: str, modulus: int, generator: int) -> None:
        self.name = name
        self.modulus = modulus
        self.generator = generator % modulus
        self.bits = modulus.bit_length()
        self.byte_length = (self.bits + 7) // 8
        self.two_adicity = ((modulus - 1) & -(modulus - 1)).bit_length() - 1
        self._odd_part = (modulus - 1) >> self.two_adicity
        self._two_power_root = pow(self.generator, self._odd_part, modulus)

    zero = 0
    one = 1

    def __repr__(self) -> str:
        return f"PrimeField({self.name})"

    def add(self, a: int, b: int) -> int:
        """Return a + b."""
        return (a + b) % self.modulus

    def sub(self, a: int, b: int) -> int:
        """Return a − b."""
        return (a - b) % self.modulus

    def mul(self, a: int, b: int) -> int:
        """Return a·b."""
        return a * b % self.modulus

    def neg(self, a: int) -> int:
        """Return −a."""
        return -a % self.modulus

    def double(self, a: int) -> int:
        """Return 2a."""
        return 2 * a % self.modulus

    def square(self, a: int) -> int:
        """Return a²."""
        return a * a % self.modulus

    def pow(self, a: int, exponent: int) -> int:
        """Return a^exponent; a negative exponent needs a non-zero base (``Halt``), 0^0 is 1."""
        if exponent < 0:
            return pow(self.inv(a), -exponent, self.modulus)
        return pow(a, exponent, self.modulus)

    def inv(self, a: int) -> int:
        """Return 1/a; ``Halt`` when a is zero."""
        if a % self.modulus == 0:
            raise Halt(f"zero has no inverse in the {self.name} field")
        return pow(a, -1, self.modulus)

    def div(self, a: int, b: int) -> int:
        """Return a/b; ``Halt`` when b is zero."""
        return a * self.inv(b) % self.modulus

    def batch_inverse(self, values: Sequence[int]) -> list[int]:
        """Return the inverses of all values with one inversion; zero stays zero."""
        p = self.modulus
        prefixes = []
        product = 1
        for x in values:
            prefixes.append(product)
            if x:
                product = product * x % p
        inverse = pow(product, -1, p)
        result = [0] * len(values)
        for i in range(len(values) - 1, -1, -1):
            if values[i]:
                result[i] = inverse * prefixes[i] % p
                inverse = inverse * values[i] % p
        return result

    def legendre(self, a: int) -> int:
        """Return 1 for a non-zero square, −1 for a non-square, 0 for zero."""
        symbol = pow(a, (self.modulus - 1) // 2, self.modulus)
        return -1 if symbol == self.modulus - 1 else symbol

    def is_square(self, a: int) -> bool:
        """Whether a has a square root; zero has."""
        return self.legendre(a) >= 0

    def sqrt(self, a: int) -> int:
        """Return the smaller of the two square roots, compared as integers; ``Halt`` when there is none.

        Tonelli-Shanks with a table-free walk down the 2-adic tower.
        """
        root = self._some_root(a % self.modulus)
        return min(root, -root % self.modulus)

    def even_sqrt(self, a: int) -> int:
        """Return the square root whose canonical integer is even; ``Halt`` when there is none."""
        root = self._some_root(a % self.modulus)
        return root if root % 2 == 0 else -root % self.modulus

    def _some_root(self, a: int) -> int:
        p = self.modulus
        if a == 0:
            return 0
        power = pow(a, (self._odd_part - 1) // 2, p)
        root = a * power % p
        rest = root * power % p
        order = self.two_adicity
        twist = self._two_power_root
        while rest != 1:
            steps, square = 0, rest
            while square != 1:
                square = square * square % p
                steps += 1
                if steps == order:
                    raise Halt(f"the {self.name} element is not a square")
            correction = pow(twist, 1 << (order - steps - 1), p)
            root = root * correction % p
            twist = correction * correction % p
            rest = rest * twist % p
            order = steps
        return root

    def root_of_unity(self, log_order: int) -> int:
        """Return the fixed generator of the subgroup of order 2^log_order; ValueError when there is none."""
        if not 0 <= log_order <= self.two_adicity:
            raise ValueError(f"the {self.name} field has no subgroup of order 2^{log_order}")
        return pow(self._two_power_root, 1 << (self.two_adicity - log_order), self.modulus)

    def to_bytes_le(self, a: int) -> bytes:
        """Return the canonical little-endian bytes of an element (32 or 48)."""
        return a.to_bytes(self.byte_length, "little")

    def from_bytes_le(self, data: bytes) -> int:
        """Return the element encoded by exactly ``byte_length`` bytes; ``DecodeError`` if not canonical."""
        if len(data) != self.byte_length:
            raise DecodeError(f"a {self.name} element has {self.byte_length} bytes, not {len(data)}")
        value = int.from_bytes(data, "little")
        if value >= self.modulus:
            raise DecodeError(f"the bytes encode an integer outside the {self.name} field")
        return value

    def order_key(self, a: int) -> int:
        """Return the key of the order on the field: the canonical integer."""
        return a


FR_MODULUS = 0x12AB655E9A2CA55660B44D1E5C37B00159AA76FED00000010A11800000000001
FQ_MODULUS = int(
    "1ae3a4617c510eac63b05c06ca1493b1a22d9f300f5138f1ef3622fba094800170b5d44300000008508c00000000001", 16
)
FS_MODULUS = 0x4AAD957A68B2955982D1347970DEC005293A3AFC43C8AFEB95AEE9AC33FD9FF

Fr = PrimeField("Fr", FR_MODULUS, 22)
"""The scalar field of BLS12-377 and base field of Edwards-BLS12: ``field`` in programs (253 bits)."""

Fq = PrimeField("Fq", FQ_MODULUS, -5)
"""The base field of BLS12-377 (377 bits)."""

Fs = PrimeField("Fs", FS_MODULUS, -1)
"""The scalar field of Edwards-BLS12: ``scalar`` in programs (251 bits)."""
