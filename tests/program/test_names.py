"""New programs are not called by reserved words, and no text that the network refuses is a name."""

from __future__ import annotations

import pytest

from avm.base.errors import ParseFailure
from avm.data.identifier import identifier_fault, program_id_fault
from avm.data.reserved import KEYWORDS, RESTRICTED, TYPE_NAMES, reserved_fault
from avm.program import parse

# The network's own list has 65 entries, of which one ("struct") is given twice.
KEYWORD_COUNT = 64


def test_all_keywords_are_there() -> None:
    assert len(KEYWORDS) == KEYWORD_COUNT
    assert {"const", "record", "self", "u8", "finalize", "future", "aleo"} <= KEYWORDS
    assert {"constructor", "dynamic", "identifier", "view"} == RESTRICTED


@pytest.mark.parametrize("word", sorted(KEYWORDS | RESTRICTED | TYPE_NAMES))
def test_no_new_program_has_a_reserved_name(word: str) -> None:
    assert reserved_fault(word)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".aleo",
        "..",
        "a/b",
        "A",
        "Token",
        "_a",
        "1a",
        "a b",
        "a\0",
        "a\n",
        "a" * 32,
        "a.b",
        "é",
        "a.aleo.aleo",
    ],
)
def test_no_new_program_has_a_name_that_is_no_program_id(name: str) -> None:
    assert program_id_fault(f"{name}.aleo")


@pytest.mark.parametrize("name", ["token", "a", "a_1", "a" * 31, "add", "keys"])
def test_other_names_are_free(name: str) -> None:
    assert not reserved_fault(name) and not program_id_fault(f"{name}.aleo")


PLACES = {
    "program": "program {}.aleo;\nfunction f:\n",
    "function": "program t.aleo;\nfunction {}:\n",
    "struct": "program t.aleo;\nstruct {}:\n    a as u8;\n",
    "record": "program t.aleo;\nrecord {}:\n    owner as address.private;\n",
    "mapping": "program t.aleo;\nmapping {}:\n    key as u8.public;\n    value as u8.public;\n",
    "member": "program t.aleo;\nstruct s:\n    {} as u8;\n",
    "entry": "program t.aleo;\nrecord r:\n    owner as address.private;\n    {} as u8.private;\n",
    "import": "import {}.aleo;\nprogram t.aleo;\nfunction f:\n",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("word", sorted(KEYWORDS | TYPE_NAMES))
def test_a_program_with_a_reserved_name_is_refused(place: str, word: str) -> None:
    with pytest.raises(ParseFailure):
        parse(PLACES[place].format(word))


@pytest.mark.parametrize("place", PLACES)
def test_words_of_later_versions_can_be_read(place: str) -> None:
    """They are refused when a program is deployed, not when it is read."""
    for word in sorted(RESTRICTED - TYPE_NAMES):
        assert parse(PLACES[place].format(word))


def test_names_of_types_are_no_identifiers() -> None:
    assert all(identifier_fault(name) for name in TYPE_NAMES)
    assert not identifier_fault("view") and not identifier_fault("record")


def test_a_function_whose_name_begins_like_as_ends_the_members_before_it() -> None:
    text = (
        "program t.aleo;\n\nstruct s:\n    a as u8;\n\nrecord r:\n    owner as address.private;\n"
        "    b as u8.private;\n\n"
        "function ask:\n    input r0 as u8.private;\n    output r0 as u8.private;\n"
    )
    assert list(parse(text).functions) == ["ask"]
