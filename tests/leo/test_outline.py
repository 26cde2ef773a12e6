"""Go to definition and types on hover."""

from avm.leo.front import UnitSource, check, prepare
from avm.leo.outline import definition, type_at
from avm.leo.state import CompilerState

TEXT = """program demo.aleo {
    mapping total: address => u64;
    fn main(first: u64) -> u64 {
        let second: u64 = helper(first);
        if second > first { let third = second + 1; return third; }
        let p = point { x: 1field, y: 2field };
        assert(p.x != p.y);
        return second;
    }
    @noupgrade
    constructor() {}
}
struct point { x: field, y: field }
fn helper(n: u64) -> u64 { return n; }
"""


def checked() -> CompilerState:
    state = prepare([UnitSource("program", "main.leo", TEXT)])
    assert check(state)
    return state


def goes_to(place: str, word: str, skip: int = 0) -> str:
    """The text of the line to which the word leads, looked for after `place`."""
    offset = TEXT.index(word, TEXT.index(place)) + skip
    span = definition(checked(), "main.leo", offset)
    assert span is not None
    start = TEXT.rindex("\n", 0, span.start + 1) + 1
    return TEXT[start : TEXT.index("\n", start)].strip()


def test_a_call_leads_to_its_function() -> None:
    assert goes_to("helper(first)", "helper").startswith("fn helper")


def test_a_local_leads_to_its_definition_and_a_parameter_to_the_signature() -> None:
    assert goes_to("return third", "third").startswith("if second > first { let third")
    assert goes_to("helper(first)", "first").startswith("fn main")
    assert goes_to("return second", "second").startswith("let second")


def test_a_struct_and_its_member_lead_to_their_declaration() -> None:
    assert goes_to("point {", "point").startswith("struct point")
    assert goes_to("p.x", "x").startswith("struct point")


def test_types_are_known_at_every_expression() -> None:
    state = checked()
    assert type_at(state, "main.leo", TEXT.index("second + 1") + 9) == "u64"
    assert type_at(state, "main.leo", TEXT.index("p.y") + 2) == "field"
    assert type_at(state, "main.leo", TEXT.index("let third") + 4) == "u64"
    assert type_at(state, "main.leo", 0) is None
