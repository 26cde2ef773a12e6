"""What evaluation of constants and lowering have to say.

Codes and words are the interface of the reference compiler and are kept exactly.
"""

from avm.leo.messages.message import Message

LOWERING: dict[str, Message] = {
    "program_name_should_match_file_name": Message(
        "ECMP0376004",
        "the program name `{program_name}` must match the file name {file_name}",
        help="Rename the program to match {file_name}, or rename the file to match `{program_name}`.",
    ),
    "imported_program_not_found": Message(
        "ECMP0376006",
        (
            "`{main_program_name}` imports `{dependency_name}`, but `{dependency_name}` is not "
            "declared in the program manifest"
        ),
        help=("Add `{dependency_name}` as a dependency in `program.json`. Run `leo add --help` for details."),
    ),
    "const_not_evaluated": Message(
        "ECMP0376007",
        "the value of this `const` could not be determined at compile time",
        help=(
            "Replace the initializer with an expression that only references literals and other "
            "`const` values."
        ),
    ),
    "loop_bounds_not_evaluated": Message(
        "ECMP0376008",
        "this loop bound could not be determined at compile time",
        help=(
            "Loop bounds must be `const` expressions. Replace the bound with a literal or a `const` value."
        ),
    ),
    "array_index_not_evaluated": Message(
        "ECMP0376009",
        "this array index could not be determined at compile time",
        help=(
            "Array indices must be `const` expressions. Replace the index with a literal or a `const` value."
        ),
    ),
    "const_prop_unroll_many_loops": Message(
        "ECMP0376010",
        ("the const-propagation and loop-unrolling passes ran {bound} times without reaching a fixed point"),
        help=(
            "This usually means the program has heavily nested loops or operations. Simplify the "
            "nesting if possible; if your program is not pathological, please file a Leo compiler bug."
        ),
    ),
    "const_generic_not_resolved": Message(
        "ECMP0376012",
        (
            "unable to resolve {kind} `{item}`: a non-const expression was provided where a const "
            "generic parameter is required"
        ),
        help=(
            "Pass a literal or `const` value for the generic parameter so it can be resolved at compile time."
        ),
    ),
    "array_length_not_evaluated": Message(
        "ECMP0376013",
        "this array length could not be determined at compile time",
        help=(
            "Array lengths must be `const` expressions. Replace the length with a literal or a `const` value."
        ),
    ),
    "repeat_count_not_evaluated": Message(
        "ECMP0376014",
        "this repeat count could not be determined at compile time",
        help=(
            "Repeat counts must be `const` expressions. Replace the count with a literal or a `const` value."
        ),
    ),
    "too_many_write_commands": Message(
        "ECMP0376015",
        ("this block contains {actual} `set`/`remove` mapping commands, but the maximum allowed is {max}"),
        help=(
            "Reduce the number of `set`/`remove` commands in this block to at most {max}, e.g. by "
            "combining writes or moving some out of the block."
        ),
    ),
    "value_out_of_i128_bounds": Message(
        "ELUN0379002",
        "the loop bound `{value}` does not fit into an `i128`",
        help="All loop bounds must fit into `i128`. Reduce the bound to a value within `i128`'s range.",
    ),
    "binary_op_failure": Message(
        "ECEV0378000",
        "binary operation `{lhs} {op} {rhs}` failed at compile time: {reason}",
        help=(
            "The operands are constant, so this operation was evaluated at compile time and would also "
            "fail at runtime. Adjust the operands to avoid the failure (e.g. division by zero or "
            "integer overflow)."
        ),
    ),
    "unary_op_failure": Message(
        "ECEV0378001",
        "unary operation `{value}.{op}()` failed at compile time: {reason}",
        help=(
            "The operand is constant, so this operation was evaluated at compile time and would also "
            "fail at runtime. Adjust the operand to avoid the failure (e.g. negating the minimum "
            "signed integer)."
        ),
    ),
    "intrinsic_failure": Message(
        "ECEV0378002",
        "compile-time evaluation of this intrinsic failed: {reason}",
        note=(
            "Reaching this error indicates an internal inconsistency: the type checker should have "
            "rejected this call. Please file an issue."
        ),
    ),
}
