"""Hypothesis strategies for values."""

from hypothesis import strategies as st

from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.record import Entry, Record
from avm.data.types import Visibility
from avm.primitives.hash_to_curve import mul_generator
from avm.types.literal_type import LiteralType as T

KEY = PrivateKey(7)
POINTS = [mul_generator(k) for k in (1, 2, 99)] + [KEY.address]
SIGNATURE = sign(KEY, [1], nonce=5)

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True).filter(
    lambda n: n not in {t.type_name for t in T} and n != "owner"
)

identifiers = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,30}", fullmatch=True)


def of_type(kind):
    if kind in (T.ADDRESS, T.GROUP):
        values = st.sampled_from(POINTS)
    elif kind is T.BOOLEAN:
        values = st.booleans()
    elif kind is T.SIGNATURE:
        values = st.just(SIGNATURE)
    elif kind is T.STRING:
        values = st.text(max_size=60)
    elif kind is T.IDENTIFIER:
        values = identifiers
    elif kind is T.FIELD:
        values = st.integers(0, FR_MODULUS - 1)
    elif kind is T.SCALAR:
        values = st.integers(0, FS_MODULUS - 1)
    else:
        values = st.integers(kind.min, kind.max)
    return st.builds(Literal, st.just(kind), values)


literals = st.sampled_from(list(T)).flatmap(of_type)
plaintexts = st.recursive(
    literals,
    lambda inner: st.one_of(
        st.lists(st.tuples(names, inner), min_size=1, max_size=4, unique_by=lambda m: m[0]).map(
            lambda members: Struct(tuple(members))
        ),
        st.lists(inner, min_size=1, max_size=4).map(lambda elements: Array(tuple(elements))),
    ),
    max_leaves=8,
)
entries = st.builds(Entry, st.sampled_from(list(Visibility)), plaintexts)
records = st.builds(
    Record,
    st.sampled_from(POINTS),
    st.booleans(),
    st.lists(st.tuples(names, entries), max_size=3, unique_by=lambda m: m[0]).map(tuple),
    st.sampled_from(POINTS),
    st.sampled_from([0, 1]),
)
programs = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda n: n not in {t.type_name for t in T}
)
futures = st.recursive(
    st.builds(
        Future, programs.map(lambda n: f"{n}.aleo"), names, st.lists(plaintexts, max_size=2).map(tuple)
    ),
    lambda inner: st.builds(
        Future,
        programs.map(lambda n: f"{n}.aleo"),
        names,
        st.lists(st.one_of(inner, plaintexts), max_size=3).map(tuple),
    ),
    max_leaves=3,
)
values = st.one_of(plaintexts, records, futures)
