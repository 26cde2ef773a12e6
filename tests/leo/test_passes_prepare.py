"""Disambiguation and final blocks: before and after."""

from tests.leo.lowering import around, names, program, recorded

COUNTS = "mapping counts: u8 => u8;"


def test_get_and_set_become_the_operation_of_their_mapping() -> None:
    text = program(f"{COUNTS} fn main() -> Final {{ return final {{ counts.set(1u8, counts.get(2u8)); }}; }}")
    before, after = around(text, "Disambiguate")
    assert (
        before[1].strip()
        == "__unresolved_set(demo.aleo::counts, 1u8, __unresolved_get(demo.aleo::counts, 2u8));"
    )
    assert after[1].strip() == "_mapping_set(demo.aleo::counts, 1u8, _mapping_get(demo.aleo::counts, 2u8));"


def test_get_of_a_vector_is_an_operation_of_vectors() -> None:
    text = program(
        "storage list: [u8]; fn main() -> Final { return final { let a: u8? = list.get(0u32); }; }"
    )
    _, after = around(text, "Disambiguate")
    assert "_vector_get(demo.aleo::list, 0u32)" in after[1]


def test_a_final_block_becomes_a_function_of_what_it_reads() -> None:
    text = program(f"{COUNTS} fn main(a: u8, b: u8) -> Final {{ return final {{ counts.set(b, 2u8); }}; }}")
    before, after = around(text, "ProcessingAsync")
    assert before == ["return async {", "    _mapping_set(demo.aleo::counts, b, 2u8);", "}"]
    assert after == ["return demo.aleo::main$0(b)"]
    assert around(text, "ProcessingAsync", "main$0") == ([], ["_mapping_set(demo.aleo::counts, b, 2u8)"])


def test_only_the_block_of_a_tuple_is_replaced() -> None:
    text = program(f"{COUNTS} fn main(a: u8) -> (u8, Final) {{ return (a, final {{ counts.set(a, a); }}); }}")
    _, after = around(text, "ProcessingAsync")
    assert after == ["return (a, demo.aleo::main$0(a))"]


def test_finalize_functions_stand_with_their_program() -> None:
    text = program(f"{COUNTS} fn main(a: u8) -> Final {{ return final {{ counts.set(a, a); }}; }}")
    step = next(s for s in recorded(text).steps if s.item.name == "ProcessingAsync")
    assert sorted(names(step.after)) == ["main", "main$0"]
