"""Ways to damage valid input: bits, bytes, lengths, and numbers raised by a modulus that still fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS, FS_MODULUS

MODULI = ((FR_MODULUS, 32), (FS_MODULUS, 32), (FQ_MODULUS, 48))
EXTREMES = (b"\0", b"\1", b"\2", b"\x7f", b"\x80", b"\xff", b"\xff" * 8, b"\0" * 8, b"\0" * 32, b"\xff" * 48)


@st.composite
def damaged_bytes(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """Return a sample with one to three changes."""
    data = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 3))):
        _damage(draw, data)
    return bytes(data)


def _damage(draw: st.DrawFn, data: bytearray) -> None:
    at = draw(st.integers(0, len(data)))
    match draw(st.integers(0, 6)):
        case 0 if at < len(data):
            data[at] ^= 1 << draw(st.integers(0, 7))
        case 1 if at < len(data):
            data[at] = draw(st.integers(0, 255))
        case 2:
            piece = draw(st.sampled_from(EXTREMES))
            data[at : at + len(piece)] = piece
        case 3:
            del data[at : at + draw(st.integers(1, 40))]
        case 4:
            data[at:at] = draw(st.binary(min_size=1, max_size=40))
        case 5:
            modulus, size = draw(st.sampled_from(MODULI))
            value = int.from_bytes(data[at : at + size], "little") + modulus
            if at + size <= len(data) and value < 1 << 8 * size:
                data[at : at + size] = value.to_bytes(size, "little")
        case _:
            other = draw(st.integers(0, len(data)))
            size = draw(st.sampled_from((1, 8, 32, 48)))
            data[at : at + size] = data[other : other + size]


@st.composite
def damaged_text(draw: st.DrawFn, samples: Sequence[str], alphabet: str = "") -> str:
    """Return a sample text with one to three changes, the characters from the samples or anywhere."""
    text = draw(st.sampled_from(samples))
    letters = st.sampled_from(sorted(set("".join(samples) + alphabet))) | st.characters()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        match draw(st.integers(0, 4)):
            case 0:
                text = text[:at] + draw(letters) + text[at + 1 :]
            case 1:
                text = text[:at] + draw(letters) + text[at:]
            case 2:
                text = text[:at] + text[at + draw(st.integers(1, 12)) :]
            case 3:
                end = at + draw(st.integers(1, 20))
                text = text[:end] + text[at:]
            case _:
                text = draw(
                    st.sampled_from((text.upper(), text.lower(), text + "\n", " " + text, text[::-1]))
                )
    return text


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(("0field", "5u8", "-1", "ff", "execute", "deploy", "aleo1", "1group")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


@st.composite
def damaged_json(draw: st.DrawFn, samples: Sequence[Any]) -> Any:
    """Return a sample document in which one to three values are replaced, dropped or repeated."""
    document = json.loads(json.dumps(draw(st.sampled_from(samples))))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        if not places:
            return draw(JSON)
        holder, key = draw(st.sampled_from(places))
        match draw(st.integers(0, 3)):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.insert(key, holder[key])
            case 2 if isinstance(holder[key], str):
                holder[key] = draw(damaged_text([holder[key] or "a"]))
            case _:
                holder[key] = draw(JSON)
    return document


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) of a document."""
    found = []
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        found += [(node, key), *_places(node[key])]
    return found
