"""What name checks, interface checks, effect-order and static analysis have to say.

Codes and words are the interface of the reference compiler and are kept exactly.
"""

from avm.leo.messages.message import Message

CHECKS: dict[str, Message] = {
    "name_defined_multiple_times": Message(
        "EAST0372017",
        "the name `{name}` is defined multiple times",
        help=(
            "Rename or remove all but one of the `{name}` definitions so the name is unique within its scope."
        ),
    ),
    "illegal_name": Message(
        "ENV03711000",
        "`{item_name}` is not a valid {item_type} name: `{keyword}` is a reserved keyword",
        help="Rename the {item_type} to something other than `{keyword}`.",
    ),
    "illegal_name_content": Message(
        "ENV03711001",
        ("`{item_name}` is not a valid {item_type} name: it contains the reserved keyword `{keyword}`"),
        help="Rename the {item_type} so it does not contain `{keyword}` as a substring.",
    ),
    "interface_not_found": Message(
        "ECHI03712000",
        "interface `{name}` not found",
        help="Make sure the interface is defined in the current program or an imported program.",
    ),
    "conflicting_interface_member": Message(
        "ECHI03712001",
        (
            "interface `{interface_name}` has a conflicting definition for `{member_name}` inherited "
            "from `{parent_name}`"
        ),
        help=(
            "Members with the same name must have identical signatures. Align both definitions, or "
            "rename one of them."
        ),
    ),
    "missing_interface_function": Message(
        "ECHI03712002",
        (
            "program `{program_name}` implements interface `{interface_name}` but is missing the "
            "required function `{func_name}`"
        ),
        help=(
            "Add the missing function `{func_name}` with the exact signature specified in `{interface_name}`."
        ),
    ),
    "missing_interface_record": Message(
        "ECHI03712003",
        (
            "program `{program_name}` implements interface `{interface_name}` but is missing the "
            "required record `{record_name}`"
        ),
        help="Add a `record {record_name}` definition matching the shape declared by `{interface_name}`.",
    ),
    "signature_mismatch": Message(
        "ECHI03712004",
        (
            "function `{func_name}` does not match the signature required by interface "
            "`{interface_name}`\nExpected:\n{expected}\nFound:\n{found}"
        ),
        help=("Function signatures must match exactly: same parameter types, modes, order, and return type."),
    ),
    "not_an_interface": Message(
        "ECHI03712005",
        "`{name}` is not an interface",
        help="Only interface declarations can be inherited from. Check the name for typos.",
    ),
    "missing_interface_mapping": Message(
        "ECHI03712006",
        (
            "program `{program_name}` implements interface `{interface_name}` but is missing the "
            "required mapping `{mapping_name}`"
        ),
        help=(
            "Add a `mapping {mapping_name}` definition with the key/value types declared by "
            "`{interface_name}`."
        ),
    ),
    "missing_interface_storage": Message(
        "ECHI03712007",
        (
            "program `{program_name}` implements interface `{interface_name}` but is missing the "
            "required storage variable `{storage_name}`"
        ),
        help="Add a `storage {storage_name}` definition with the type declared by `{interface_name}`.",
    ),
    "mapping_type_mismatch": Message(
        "ECHI03712008",
        (
            "mapping `{mapping_name}` does not match the type required by interface "
            "`{interface_name}`\nExpected: {expected_key} => {expected_value}\nFound: {found_key} => "
            "{found_value}"
        ),
        help="Mapping key and value types must match exactly.",
    ),
    "storage_type_mismatch": Message(
        "ECHI03712009",
        (
            "storage variable `{storage_name}` does not match the type required by interface "
            "`{interface_name}`\nExpected: {expected}\nFound: {found}"
        ),
        help="Storage variable types must match exactly.",
    ),
    "cyclic_interface_inheritance": Message(
        "ECHI03712010",
        "cyclic interface inheritance detected: {path}",
        help=(
            "Interface inheritance must be acyclic. Break the cycle by removing one of the parent "
            "relationships."
        ),
    ),
    "conflicting_record_field": Message(
        "ECHI03712011",
        (
            "record `{record_name}` has a conflicting definition for field `{field_name}` in interface "
            "`{interface_name}` inherited from `{parent_name}`"
        ),
        help=(
            "Fields with the same name must have identical types and modes. Align both definitions, or "
            "rename one of them."
        ),
    ),
    "record_field_missing": Message(
        "ECHI03712012",
        (
            "record `{record_name}` in program `{program_name}` is missing field `{field_name}` "
            "required by interface `{interface_name}`"
        ),
        help=(
            "Add the missing field `{field_name}` with the exact type and mode specified in "
            "`{interface_name}`."
        ),
    ),
    "record_field_type_mismatch": Message(
        "ECHI03712013",
        (
            "field `{field_name}` in record `{record_name}` does not match the type required by "
            "interface `{interface_name}`\nExpected: {expected}\nFound: {found}"
        ),
        help="Field types and modes must match exactly.",
    ),
    "record_prototype_owner_wrong_type": Message(
        "ECHI03712014",
        ("field `owner` in record prototype `{record_name}` must have type `address`, found `{found_type}`"),
        help=("Change the field's type to `address`. The `owner` field of every record is always `address`."),
    ),
    "duplicate_interface_member": Message(
        "ECHI03712015",
        "{message}",
        help="Rename or remove one of the declarations. Member names must be unique within an interface.",
    ),
    "check_after_interaction": Message(
        "WCEI03713000",
        "{operation} runs after an interaction (`Final.run()`)",
        help="Move this check above the `.run()` call to avoid reentrancy issues.",
        note=(
            "Under the Checks-Effects-Interactions pattern, all checks (reads, asserts) must precede "
            "any `.run()` calls in the same execution path."
        ),
    ),
    "effect_after_interaction": Message(
        "WCEI03713001",
        "{operation} runs after an interaction (`Final.run()`)",
        help="Move this effect above the `.run()` call to avoid reentrancy issues.",
        note=(
            "Under the Checks-Effects-Interactions pattern, all effects (state writes) must precede "
            "any `.run()` calls in the same execution path."
        ),
    ),
    "callee_has_effects_after_interaction": Message(
        "WCEI03713002",
        (
            "the call to `{callee}` runs after an interaction (`Final.run()`), and `{callee}` itself "
            "performs checks or effects"
        ),
        help="Move the call to `{callee}` above the `.run()` call to avoid reentrancy issues.",
        note=(
            "Under the Checks-Effects-Interactions pattern, any callee that performs checks or effects "
            "must run before any `.run()` calls in the same execution path."
        ),
    ),
    "cei_violation_in_loop": Message(
        "WCEI03713003",
        (
            "loop body contains both interactions (`Final.run()`) and state operations (checks or "
            "effects), violating the Checks-Effects-Interactions pattern"
        ),
        help=(
            "Restructure the loop so a single iteration does not mix interactions with checks or "
            "effects. Split it into two passes if needed."
        ),
    ),
    "tainted_value_in_finalize": Message(
        "WCEI03713004",
        (
            "value `{variable}` used in the finalize block was derived from external call "
            "`{external_call}`, whose finalize may alter the state this value depends on"
        ),
        help=(
            "The external program's finalize runs concurrently and may invalidate assumptions about "
            "`{variable}`. Re-read the value on-chain inside the finalize block."
        ),
    ),
    "tainted_argument_to_external_call": Message(
        "WCEI03713005",
        (
            "tainted value `{variable}` (derived from external call `{external_call}`) is passed as an "
            "argument to `{callee}`, whose finalize will use the potentially stale value"
        ),
        help=(
            "The external program's finalize runs concurrently and may invalidate `{variable}`. Pass "
            "the value on-chain inside the finalize block instead."
        ),
    ),
    "no_path_runs_all_finals_exactly_once": Message(
        "ESAZ0374000",
        ("no path through this function runs every `Final` exactly once (checked {num_total_paths} path(s))"),
        help=(
            "For a `Final` value `f`, call `f.run()` to run it. Remove duplicate `.run()` calls and "
            "add missing ones so every path consumes each `Final` exactly once."
        ),
    ),
    "final_runs_missing": Message(
        "ESAZ0374001",
        "the following `Final`s were never run: {unawaited}",
        help="For a `Final` value `f`, call `f.run()` to run it.",
    ),
    "invalid_run_call": Message(
        "ESAZ0374002",
        "not a valid `.run()` call",
        help="For a `Final` value `f`, call `f.run()` with no arguments to run it.",
    ),
    "expected_final": Message(
        "ESAZ0374003",
        "expected a `Final`, but found `{type_}`",
        help="Only `Final` values can be run with `.run()`.",
    ),
    "misplaced_final": Message(
        "ESAZ0374005",
        "a `Final` cannot be used in this way",
        help=(
            "`Final`s must be created, bound to a variable, and consumed exactly once. They cannot be "
            "moved, reassigned, or stored."
        ),
    ),
    "compile_time_cast": Message(
        "ESAZ0374008",
        "compile-time cast `{value} as {type_}` would fail",
        help=(
            "The constant `{value}` does not fit into `{type_}`. Choose a value within the target "
            "type's range, or pick a wider target type."
        ),
    ),
    "array_bounds": Message(
        "ESAZ0374010",
        "array index {index} is out of bounds (array length is {len})",
        help="Array indices are zero-based, so the valid range is `0` to `{len} - 1`.",
    ),
    "final_block_capturing_too_many_vars": Message(
        "ESAZ0374011",
        "a `final` block cannot capture more than {max} variables, but this block captures {size}",
        help=(
            "Reduce the number of values captured into the `final` block to at most {max}, e.g. by "
            "computing intermediates inside the block instead of capturing them."
        ),
    ),
    "custom_error": Message(
        "ESAZ0374012",
        "{msg}",
        help="{help}",
    ),
    "some_paths_do_not_run_all_finals": Message(
        "WSAZ0374000",
        (
            "not all paths through the function run every `Final` "
            "({num_unawaited_paths}/{num_total_paths} paths leave at least one `Final` un-run)"
        ),
        help="Add `.run()` calls so every path consumes each `Final` exactly once.",
    ),
    "some_paths_contain_duplicate_final_runs": Message(
        "WSAZ0374001",
        (
            "some paths through the function contain duplicate `Final` runs "
            "({num_duplicate_await_paths}/{num_total_paths} paths run at least one `Final` more than "
            "once)"
        ),
        help="Remove the redundant `.run()` calls.",
    ),
    "final_not_awaited_in_order": Message(
        "WSAZ0374003",
        "the `Final` `{future_name}` is not run in the order it was passed to the function",
        help=(
            "Running `Final`s out of order is allowed but can change observable program semantics. See "
            "https://github.com/AleoNet/snarkVM/issues/2570 for context."
        ),
    ),
}
