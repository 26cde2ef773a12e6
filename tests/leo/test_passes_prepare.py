"""Disambiguation and final blocks: before and after."""

from tests.leo.lowering import applied, names, program, rewrites

COUNTS = "mapping counts: u8 => u8;"


def test_get_and_set_become_the_operation_of_their_mapping() -> None:
    text = program(f"{COUNTS} fn main() -> Final {{ return final {{ counts.set(1u8, counts.get(2u8)); }}; }}")
    expected = """
        return async {
            _mapping_set(demo.aleo::counts, 1u8, _mapping_get(demo.aleo::counts, 2u8));
        }
    """
    rewrites("Disambiguate", text, expected)


def test_get_of_a_vector_is_an_operation_of_vectors() -> None:
    text = program(
        "storage list: [u8]; fn main() -> Final { return final { let a: u8? = list.get(0u32); }; }"
    )
    expected = """
        return async {
            let a: u8? = _vector_get(demo.aleo::list, 0u32);
        }
    """
    rewrites("Disambiguate", text, expected)


def test_a_final_block_becomes_a_function_of_what_it_reads() -> None:
    text = program(f"{COUNTS} fn main(a: u8, b: u8) -> Final {{ return final {{ counts.set(b, 2u8); }}; }}")
    rewrites("ProcessingAsync", text, "return demo.aleo::final_block(b)")
    rewrites("ProcessingAsync", text, "_mapping_set(demo.aleo::counts, b, 2u8)", "main$0")


def test_only_the_block_of_a_tuple_is_replaced() -> None:
    text = program(f"{COUNTS} fn main(a: u8) -> (u8, Final) {{ return (a, final {{ counts.set(a, a); }}); }}")
    rewrites("ProcessingAsync", text, "return (a, demo.aleo::final_block(a))")


def test_finalize_functions_stand_with_their_program() -> None:
    text = program(f"{COUNTS} fn main(a: u8) -> Final {{ return final {{ counts.set(a, a); }}; }}")
    _, after = applied("ProcessingAsync", text)
    assert sorted(names(after)) == ["main", "main$0"]
