"""What type checking has to say.

Codes and words are the interface of the reference compiler and are kept exactly.
"""

from avm.leo.messages.message import Message

TYPES: dict[str, Message] = {
    "invalid_assignment_target": Message(
        "ETYC0372000",
        "invalid assignment target: `{target}`",
        help=(
            "Valid assignment targets are identifiers, tuple accesses, array accesses, and struct accesses."
        ),
    ),
    "cannot_assign_to_const_input": Message(
        "ETYC0372001",
        "cannot assign to const input `{input}`",
        help=(
            "Function inputs are immutable. Bind `{input}` to a new local with `let` and assign to "
            "that instead."
        ),
    ),
    "cannot_assign_to_const_var": Message(
        "ETYC0372002",
        "cannot assign to const variable `{var}`",
        help="Declare `{var}` with `let` instead of `const` to make it mutable.",
    ),
    "type_should_be": Message(
        "ETYC0372003",
        "expected type `{expected}`, found type `{type_}`",
        help=(
            "Change the expression to produce a `{expected}`, or cast it with `as {expected}` if a "
            "conversion exists."
        ),
    ),
    "could_not_determine_type": Message(
        "ETYC0372004",
        "could not determine the type of `{expr}`",
        help="Add an explicit type annotation, e.g. `let x: u32 = …;`, so the type can be inferred.",
    ),
    "unknown_sym": Message(
        "ETYC0372005",
        "unknown {kind} `{sym}`",
        help=(
            "Check `{sym}` for typos and confirm it is declared in this scope. If it lives in another "
            "program, import it with the program-qualified name (e.g. `credits.aleo::credits`)."
        ),
    ),
    "incorrect_num_args_to_call": Message(
        "ETYC0372006",
        "this call expected {expected} argument(s), but {received} were supplied",
        help="Pass exactly the number of arguments the function's signature declares.",
    ),
    "invalid_int_value": Message(
        "ETYC0372008",
        "the value `{value}` is not a valid `{type_}`",
        help="Use a literal that fits within the range of `{type_}`.",
    ),
    "incorrect_num_composite_members": Message(
        "ETYC0372012",
        "expected {expected} member(s), but {received} were provided",
        help="Initialize every member declared on the struct or record, no more and no less.",
    ),
    "missing_composite_member": Message(
        "ETYC0372013",
        "initializer for `{composite}` is missing member `{member}`",
        help="Add `{member}: <value>` to the initializer.",
    ),
    "duplicate_struct_member": Message(
        "ETYC0372015",
        "struct field `{member_name}` is already declared",
        help="Remove or rename the duplicate `{member_name}` field.",
    ),
    "duplicate_record_variable": Message(
        "ETYC0372016",
        "record field `{variable_name}` is already declared",
        help="Remove or rename the duplicate `{variable_name}` field.",
    ),
    "undefined_type": Message(
        "ETYC0372017",
        "the type `{type_}` is not found in the current scope",
        help=(
            "Check the type name for typos. If it comes from another program, qualify it with the "
            "program name, e.g. `credits.aleo::credits` instead of `credits`."
        ),
    ),
    "invalid_composite_variable": Message(
        "ETYC0372018",
        "`{variable}` is not a member of `{composite}`",
        help="Check the field name for typos and confirm `{variable}` is declared on `{composite}`.",
    ),
    "required_record_variable": Message(
        "ETYC0372019",
        "the `record` type requires the field `{name}: {type_}`",
        help="Add `{name}: {type_}` to the record definition.",
    ),
    "record_var_wrong_type": Message(
        "ETYC0372020",
        "the field `{name}` in a `record` must have type `{type_}`",
        help="Change the field's type to `{type_}`.",
    ),
    "incorrect_tuple_length": Message(
        "ETYC0372022",
        "expected a tuple of length {expected}, found length {actual}",
        help="Adjust the tuple expression so its arity matches the expected type.",
    ),
    "tuple_out_of_range": Message(
        "ETYC0372024",
        "tuple index `{index}` is out of range for a tuple of length {length}",
        help="Tuple indices are zero-based, so the valid range is `0` to `{length} - 1`.",
    ),
    "unreachable_code_after_return": Message(
        "ETYC0372025",
        "cannot reach the following statement",
        help=(
            "All paths above this point already return. Remove the unreachable code or rework the "
            "control flow."
        ),
    ),
    "loop_body_contains_return": Message(
        "ETYC0372026",
        "loop body contains a return statement or always returns",
        help=(
            "Move the `return` out of the loop, or add a branch that does not return so the loop can iterate."
        ),
    ),
    "unknown_annotation": Message(
        "ETYC0372027",
        "unknown annotation `{annotation}`",
        help=(
            "Check the annotation name for typos. See the Leo documentation for the list of supported "
            "annotations."
        ),
    ),
    "function_inputs_cannot_have_modes": Message(
        "ETYC0372028",
        "{kind} inputs cannot have visibility modes",
        help="Remove the `public`, `private`, or `constant` modifier.",
    ),
    "struct_or_record_cannot_contain_record": Message(
        "ETYC0372030",
        "a struct or record cannot contain another record",
        help=(
            "Remove the record field of type `{child}` from `{parent}`, or store its individual fields "
            "instead."
        ),
    ),
    "invalid_mapping_type": Message(
        "ETYC0372031",
        "a mapping's {component} cannot be a `{type_}`",
        help=(
            "Mapping keys and values must be primitive or simple composite types. Replace this type "
            "with a supported one."
        ),
    ),
    "function_outputs_cannot_have_modes": Message(
        "ETYC0372032",
        "{kind} outputs cannot have visibility modes",
        help="Remove the `public`, `private`, or `constant` modifier.",
    ),
    "invalid_operation_outside_finalize": Message(
        "ETYC0372034",
        "`{operation}` must be inside a `final fn` or a `final` block",
        help="Move the `{operation}` call into a `final fn` or wrap it in a `final {{ … }}` block.",
    ),
    "loop_body_contains_final": Message(
        "ETYC0372035",
        "loop body contains a `final` context",
        help="Move the `final` block outside of the loop.",
    ),
    "missing_return": Message(
        "ETYC0372036",
        "function must return a value",
        help=(
            "Ensure every path through the function ends in a `return` expression matching the "
            "declared output type."
        ),
    ),
    "cannot_have_constant_output_mode": Message(
        "ETYC0372038",
        "a returned value cannot have `constant` visibility",
        help="Remove the `constant` modifier from the output, or return a non-`constant` value.",
    ),
    "entry_point_fn_inputs_cannot_be_const": Message(
        "ETYC0372039",
        "entry point functions cannot have constant inputs",
        help=(
            "Remove the `constant` modifier from the input, or make this function a regular `fn` "
            "instead of an entry point."
        ),
    ),
    "can_only_call_inline_function": Message(
        "ETYC0372042",
        "only regular `fn`s can be called from {kind}",
        help="Move the callee out of the `program` block, or call a regular `fn` from this site instead.",
    ),
    "call_final_fn_outside_finalize_context": Message(
        "ETYC0372042",
        "a `final fn` can only be called from a finalize context",
        help=(
            "Wrap the call in a `final {{ … }}` block inside an entry point, or move the calling code "
            "into a `final fn`."
        ),
    ),
    "call_reaches_offchain_from_onchain_scope": Message(
        "ETYC0372042",
        "this call reads off-chain-only values from on-chain code",
        help=(
            "Read the value in an off-chain scope (an entry point body outside its `final` block) and "
            "pass it in."
        ),
        note="The caller and signer only exist while a transition is being proved off-chain",
    ),
    "cannot_invoke_call_to_local_entry_point_fn": Message(
        "ETYC0372043",
        "cannot call a local entry point fn from an entry point fn",
        help="Refactor the shared logic into a regular `fn` and call that from both entry points.",
    ),
    "strings_are_not_supported": Message(
        "ETYC0372045",
        "strings are not yet supported",
        help=(
            "Represent text as a fixed-size array of integers (e.g. `[u8; 32]`) until first-class "
            "strings are added."
        ),
    ),
    "too_many_entry_points": Message(
        "ETYC0372047",
        "the number of entry point fns exceeds the maximum of {max} per program",
        help="Reduce the program to at most {max} entry point fns, or split it across multiple programs.",
    ),
    "nested_tuple_type": Message(
        "ETYC0372049",
        "a tuple type cannot contain a tuple",
        help="Flatten the nested tuple into a single tuple, or wrap the inner tuple in a `struct`.",
    ),
    "composite_data_type_cannot_contain_tuple": Message(
        "ETYC0372050",
        "a {data_type} cannot contain a tuple",
        help=(
            "Flatten the tuple into separate fields, or wrap it in a `struct` before storing it in the "
            "{data_type}."
        ),
    ),
    "function_cannot_take_tuple_as_input": Message(
        "ETYC0372051",
        "a function cannot take a tuple as input",
        help="Pass the tuple's elements as separate parameters, or wrap them in a `struct`.",
    ),
    "nested_tuple_expression": Message(
        "ETYC0372052",
        "a tuple expression cannot contain another tuple expression",
        help=(
            "Flatten the expression into a single tuple, or assign the inner tuple to a `let` binding first."
        ),
    ),
    "expression_statement_must_be_function_call": Message(
        "ETYC0372053",
        "an expression statement must be a function call",
        help=(
            "Bind the expression's result to a variable with `let`, or remove the statement if it has "
            "no effect."
        ),
    ),
    "lhs_must_be_identifier_or_tuple": Message(
        "ETYC0372055",
        "the left-hand side of a definition must be an identifier or a tuple",
        help=(
            "Use `let x = …;` for a single binding, or `let (a, b) = …;` for a destructuring tuple of "
            "at least two elements."
        ),
    ),
    "function_cannot_input_or_output_a_record": Message(
        "ETYC0372057",
        "only entry point fns can have a record as input or output",
        help=(
            "Move the function inside the `program` block to make it an entry point fn, or change its "
            "signature to avoid records."
        ),
    ),
    "cyclic_composite_dependency": Message(
        "ETYC0372058",
        "cyclic dependency between composites: {path_string}",
        help=(
            "Break the cycle by removing one of the references. Composite types cannot contain "
            "themselves transitively."
        ),
    ),
    "cyclic_function_dependency": Message(
        "ETYC0372059",
        "cyclic dependency between functions: {path_string}",
        help="Break the cycle by removing one of the calls. Recursion is not supported in Leo.",
    ),
    "struct_cannot_have_member_mode": Message(
        "ETYC0372060",
        "a struct cannot have a member with mode `constant`, `private`, or `public`",
        help=(
            "Remove the visibility modifier from the struct field. Visibility is only meaningful on "
            "function inputs and outputs."
        ),
    ),
    "too_many_mappings": Message(
        "ETYC0372062",
        "the number of mappings exceeds the maximum of {max} per program",
        help="Reduce the program to at most {max} mappings, or split storage across multiple programs.",
    ),
    "invalid_operation_inside_finalize": Message(
        "ETYC0372066",
        "`{operation}` is not valid in a finalization context",
        help="Move `{operation}` out of the `final` block. On-chain code cannot perform this operation.",
    ),
    "operation_must_be_in_final_block_or_function": Message(
        "ETYC0372067",
        "this operation can only be used in a `final fn`, a `final` block, or a script",
        help=(
            "Move the operation into a `final fn`, a `final {{ … }}` block inside an entry point, or a "
            "script function."
        ),
    ),
    "incorrect_num_tuple_elements": Message(
        "ETYC0372072",
        "expected a tuple with {types} elements, found one with {identifiers} elements",
        help="Match the destructuring pattern to the tuple's arity exactly.",
    ),
    "array_too_large": Message(
        "ETYC0372077",
        "an array cannot have more than {max} elements, found one with {size} elements",
        help="Reduce the array length to at most {max}, or split the data across multiple arrays.",
    ),
    "array_element_cannot_be_tuple": Message(
        "ETYC0372078",
        "an array cannot have a tuple as its element type",
        help=(
            "Wrap the tuple in a `struct` and use that as the element type, or use multiple parallel arrays."
        ),
    ),
    "array_element_cannot_be_record": Message(
        "ETYC0372079",
        "an array cannot have a record as its element type",
        help=(
            "Store the records' field values in parallel arrays, or reference them by id stored in a mapping."
        ),
    ),
    "no_entry_points": Message(
        "ETYC0372083",
        "a program must have at least one entry point fn",
        help="Define at least one function inside the `program` block.",
    ),
    "missing_constructor": Message(
        "ETYC0372084",
        "a program must declare a constructor",
        help="Add a constructor such as `@noupgrade constructor() {{}}` inside the `program` block.",
    ),
    "entry_point_fn_final_invalid_output": Message(
        "ETYC0372086",
        "an entry point fn returning `Final` must return it as the last output and nowhere else",
        help=(
            "Example: `fn foo() -> (u8, bool, Final) {{ … }}`. `Final` must be the last element of the "
            "return type."
        ),
    ),
    "cannot_reassign_final_variable": Message(
        "ETYC0372094",
        "cannot reassign variable `{var}` because it has type `Final`",
        help=(
            "`Final`s can only be defined as the result of a `final fn` call or a `final` block, they "
            "cannot be overwritten."
        ),
    ),
    "can_only_run_one_final_at_a_time": Message(
        "ETYC0372096",
        "must run exactly one `Final` at a time",
        help="For a `Final` value `f`, call `f.run()` to execute it. Run one per entry point fn.",
    ),
    "external_call_after_final": Message(
        "ETYC0372102",
        "external calls must appear before the local final {kind}",
        help=("Reorder the code so the external entry point fn call happens before the local final {kind}."),
    ),
    "unknown_final_consumed": Message(
        "ETYC0372103",
        "unknown `Final` consumed: `{fin}`",
        help="Make sure the `Final` is defined in this scope and consumed exactly once.",
    ),
    "not_all_finals_consumed": Message(
        "ETYC0372104",
        "not all `Final`s were consumed: {unconsumed}",
        help=(
            "Each `Final` must be consumed exactly once. Pass it to a `final fn` call or use it inside "
            "a `final` block."
        ),
    ),
    "entry_point_missing_final_to_return": Message(
        "ETYC0372105",
        "an entry point fn returning `Final` must return a `Final`",
        help="Add a `final {{ … }}` block inside the entry point fn body and return its result.",
    ),
    "cannot_modify_external_container": Message(
        "ETYC0372108",
        "cannot use operation `{operation}` on external {kind}s",
        help="The only valid operations on external {kind}s are {allowed}.",
    ),
    "final_cannot_assign_outside_conditional": Message(
        "ETYC0372109",
        "cannot reassign `{variable}` from a conditional scope to an outer scope in a final {kind}",
        help=(
            "Use a ternary `?` or redeclare the variable in the current scope. Future ARC work will "
            "lift this restriction (see https://github.com/ProvableHQ/ARCs)."
        ),
    ),
    "only_entry_point_can_return_final": Message(
        "ETYC0372110",
        "only entry point fns can return a `Final`",
        help=(
            "Move this function inside the `program` block to make it an entry point fn, or change its "
            "return type."
        ),
    ),
    "empty_struct": Message(
        "ETYC0372112",
        "a struct must have at least one member",
        help="Add at least one field to the struct, or remove the declaration if it is unused.",
    ),
    "composite_data_type_cannot_contain_final": Message(
        "ETYC0372114",
        "a {data_type} cannot contain a `Final`",
        help=(
            "`Final`s exist only as ephemeral execution receipts and cannot be stored inside composite types."
        ),
    ),
    "array_element_cannot_be_final": Message(
        "ETYC0372115",
        "an array cannot have a `Final` as its element type",
        help="`Final`s exist only as ephemeral execution receipts and cannot be stored in arrays.",
    ),
    "no_final_parameters": Message(
        "ETYC0372116",
        "`Final`s may only appear as parameters to a `final fn`",
        help=(
            "Remove the `Final` parameter, or change the function to a `final fn` if it is consuming a "
            "`Final`."
        ),
    ),
    "type_should_be2": Message(
        "ETYC0372117",
        "expected {expected}, but type `{type_}` was found",
        help="Change the expression to produce {expected}.",
    ),
    "ternary_branch_mismatch": Message(
        "ETYC0372118",
        "ternary branches have different types: `{type1}` and `{type2}`",
        help="Make both branches produce the same type, e.g. by casting one of them.",
    ),
    "operation_types_mismatch": Message(
        "ETYC0372119",
        "operands of `{operation}` have different types: `{type1}` and `{type2}`",
        help="Make both operands the same type, e.g. by casting one of them with `as`.",
    ),
    "mul_types_mismatch": Message(
        "ETYC0372120",
        "operands of `*` have unsupported types: `{type1}` and `{type2}`",
        help=(
            "Valid operands for `*` are two integers of the same type, two `field`s, or a `scalar` and "
            "a `group`."
        ),
    ),
    "pow_types_mismatch": Message(
        "ETYC0372121",
        "operands of `pow` have unsupported types: `{type1}` and `{type2}`",
        help=(
            "Valid operands for `pow` are two `field`s, or an integer base with a `u8`, `u16`, or "
            "`u32` exponent."
        ),
    ),
    "shift_type_magnitude": Message(
        "ETYC0372122",
        "the right operand of `{operation}` has unsupported type `{rhs_type}`",
        help="Valid right operands for shift operations are `u8`, `u16`, or `u32`.",
    ),
    "unit_type_only_return": Message(
        "ETYC0372123",
        "the unit type `()` may appear only as the return type of a function",
        help="Replace `()` with a concrete type, or remove the annotation where it is not allowed.",
    ),
    "cannot_reassign_mapping": Message(
        "ETYC0372125",
        "cannot assign to the mapping `{var}`",
        help=(
            "Modify the mapping with `{var}.set(key, value)` or related operations instead of "
            "assigning to it."
        ),
    ),
    "records_not_allowed_inside_final": Message(
        "ETYC0372126",
        "records cannot be instantiated in a final context",
        help=(
            "Records exist only off-chain. Construct them inside an entry point fn body before any "
            "`final` block."
        ),
    ),
    "annotation_error": Message(
        "ETYC0372129",
        "invalid annotation: {message}",
        help="Check the annotation syntax against the Leo documentation.",
    ),
    "ternary_over_external_records": Message(
        "ETYC0372130",
        "cannot apply a ternary conditional to type `{ty}`",
        help=(
            "Ternary conditionals cannot operate on external record types. Branch on individual fields "
            "instead."
        ),
    ),
    "record_prefixed_by_other_record": Message(
        "ETYC0372133",
        "record name `{r1}` is prefixed by the record name `{r2}`",
        help=(
            "Rename `{r1}` so it does not start with the name of another record. Record names must not "
            "be prefixes of each other."
        ),
    ),
    "range_bounds_type_mismatch": Message(
        "ETYC0372134",
        "mismatched types in loop iterator range bounds",
        help="Use bounds of the same integer type, e.g. `0u32..10u32`.",
    ),
    "assignment_to_external_record_member": Message(
        "ETYC0372135",
        "cannot assign to a member of the external record `{ty}`",
        help=(
            "External records are immutable from the consumer's side. Produce a new record value with "
            "the desired field instead."
        ),
    ),
    "assignment_to_external_record_cond": Message(
        "ETYC0372136",
        "cannot assign to the external record `{ty}` in this conditional scope",
        help=(
            "External record variables cannot be assigned in conditional scopes narrower than where "
            "they were defined. Move the assignment to the same scope as the declaration."
        ),
    ),
    "assignment_to_external_record_tuple_cond": Message(
        "ETYC0372137",
        "cannot assign to the tuple `{ty}` containing an external record in this conditional scope",
        help=(
            "Tuples containing external records cannot be assigned in conditional scopes narrower than "
            "where they were defined. Move the assignment to the same scope as the declaration."
        ),
    ),
    "hexbin_literal_nonintegers_tyc": Message(
        "ETYC0372138",
        "hex, octal, and binary literals may only be used for integer types",
        help="Use a decimal literal for non-integer types, e.g. `1field` or `1group`.",
    ),
    "unexpected_unsuffixed_numeral": Message(
        "ETYC0372139",
        "expected {expected}, but an unsuffixed numeral was found",
        help="Add a type suffix to the literal, e.g. `1u32` or `1field`.",
    ),
    "incorrect_num_const_args": Message(
        "ETYC0372140",
        "{kind} expected {expected} const argument(s), but got {received}",
        help="Match the const argument count to the declared generic const parameters.",
    ),
    "bad_const_generic_type": Message(
        "ETYC0372141",
        "a generic const parameter must be a primitive type, but `{found}` was found",
        help="Use one of: `bool`, an integer type, `scalar`, `group`, `field`, or `address`.",
    ),
    "cannot_assign_to_generic_const_function_parameter": Message(
        "ETYC0372142",
        "cannot assign to const parameter `{param}`",
        help="Bind `{param}` to a new local with `let` and assign to that instead.",
    ),
    "cannot_have_const_generics": Message(
        "ETYC0372143",
        "{kind} cannot have generic const parameters",
        help="Remove the const generic parameters from this {kind}.",
    ),
    "array_too_large_for_u32": Message(
        "ETYC0372144",
        "an array length must fit into a `u32`",
        help="Reduce the array length below 2^32, or split the data across multiple arrays.",
    ),
    "unexpected_record_const_parameters": Message(
        "ETYC0372145",
        "records cannot be declared with generic const parameters",
        help="Remove the const generic parameters from the record definition.",
    ),
    "unexpected_const_args": Message(
        "ETYC0372146",
        "unexpected generic const argument for {item}",
        help=(
            "If this is an external struct, use a resolved non-generic version instead. External "
            "structs cannot be instantiated with const arguments."
        ),
    ),
    "invalid_operation_inside_final_block": Message(
        "ETYC0372147",
        "`{operation}` cannot be used directly inside a `final` block",
        help="Bind `{operation}` to a variable before the `final` block: `let val = {operation};`.",
    ),
    "illegal_final_block_location": Message(
        "ETYC0372148",
        ("`final` blocks are only allowed inside an entry point fn returning `Final` or a script function"),
        help="Move this `final` block into an entry point fn or a script function.",
    ),
    "multiple_final_blocks_not_allowed": Message(
        "ETYC0372150",
        "an entry point fn cannot contain more than one `final` block",
        help="Combine the logic into a single `final` block, or restructure the code so only one runs.",
    ),
    "final_block_in_conditional": Message(
        "ETYC0372151",
        "`final` blocks are not allowed inside conditional blocks",
        help="Move the `final` block outside of the surrounding `if`/`else`.",
    ),
    "final_block_cannot_return": Message(
        "ETYC0372153",
        "a `final` block cannot contain a `return` statement",
        help=(
            "Move the `return` to the outer function. The `Final` value is the implicit result of the block."
        ),
    ),
    "cannot_assign_to_vars_outside_final_block": Message(
        "ETYC0372155",
        ("cannot assign to `{input}` inside a `final` block because it was declared outside the block"),
        help="Declare `{input}` inside the `final` block, or move the assignment outside of it.",
    ),
    "constructor_can_only_return_unit": Message(
        "ETYC0372157",
        "constructors can only return unit `()`, but found `{expression}`",
        help="Remove the return value, or omit the `return` statement entirely.",
    ),
    "none_found_non_optional": Message(
        "ETYC0372158",
        "found `none`, but the expected type `{expected}` is not optional",
        help="Provide a value of type `{expected}`, or change the expected type to `{expected}?`.",
    ),
    "optional_wrapping_unsupported": Message(
        "ETYC0372160",
        "the type `{ty}` cannot be wrapped in an optional",
        help=(
            "Optionals cannot wrap signatures, finals, mappings, tuples, vectors, records, arrays "
            "whose elements are optional-unsafe, or structures containing any such types."
        ),
    ),
    "optional_type_not_allowed_in_mapping": Message(
        "ETYC0372161",
        "the type `{ty}` contains an optional and cannot be used as the {kind} in a mapping",
        help=(
            "Use a non-optional type for the mapping's {kind}, or represent absence with a sentinel value."
        ),
    ),
    "record_field_cannot_be_optional": Message(
        "ETYC0372162",
        "the field `{name}` has type `{ty}`, which is or contains an optional",
        help=(
            "Records cannot have optional fields. Move the optionality outside the record, or use a "
            "sentinel value."
        ),
    ),
    "const_cannot_be_optional": Message(
        "ETYC0372163",
        "constants cannot have an optional type or a type that contains an optional",
        help=(
            "Provide a concrete value at the declaration site, or move the optionality to a runtime variable."
        ),
    ),
    "function_cannot_take_option_as_input": Message(
        "ETYC0372164",
        "the input `{name}` has type `{ty}`, which is or contains an optional",
        help="Inputs to entry point fns cannot be optional. Move the optionality outside the call site.",
    ),
    "function_cannot_return_option_as_output": Message(
        "ETYC0372165",
        "this function has output type `{ty}`, which is or contains an optional",
        help="Outputs of entry point fns cannot be optional. Move the optionality outside the call site.",
    ),
    "invalid_storage_type": Message(
        "ETYC0372166",
        "`{type_}` is not a valid storage type",
        help=("Use a primitive type, a struct of primitives, or a supported container as the storage type."),
    ),
    "storage_vectors_cannot_be_moved_or_assigned": Message(
        "ETYC0372167",
        "storage vectors cannot be moved or assigned",
        help="Access or modify storage vectors only through methods like `get`, `push`, or `pop`.",
    ),
    "function_has_too_many_inputs": Message(
        "ETYC0372168",
        ("the {variant} `{name}` has {actual} input parameters, which exceeds the allowed limit of {limit}"),
        help=(
            "Reduce the number of inputs by grouping related parameters into a `struct`, or splitting "
            "the function in two."
        ),
    ),
    "function_has_too_many_outputs": Message(
        "ETYC0372169",
        ("the {variant} `{name}` has {actual} output parameters, which exceeds the allowed limit of {limit}"),
        help=(
            "Reduce the number of outputs by grouping related values into a `struct`, or splitting the "
            "function in two."
        ),
    ),
    "zero_size_struct": Message(
        "ETYC0372171",
        "a struct must have at least one member of non-zero size",
        help="Add a field of non-zero size, or remove the struct if it is unused.",
    ),
    "invalid_intrinsic": Message(
        "ETYC0372172",
        "`{intr}` is not a valid intrinsic",
        help=(
            "Check the intrinsic name for typos. See the Leo documentation for the list of supported "
            "intrinsics."
        ),
    ),
    "cannot_instantiate_external_record": Message(
        "ETYC0372173",
        "cannot create external record `{loc}`",
        help=(
            "Records can only be created in the program that defines them. Call an entry point fn of "
            "that program to obtain one."
        ),
    ),
    "cannot_modify_external_storage_variable": Message(
        "ETYC0372174",
        "cannot assign to a storage variable of another program",
        help=(
            "Storage can only be modified by the program that declares it. Call an entry point fn of "
            "that program instead."
        ),
    ),
    "no_inline_not_allowed_on_final_fn": Message(
        "ETYC0372175",
        "`@no_inline` is not allowed on `final fn` functions",
        help="Remove the `@no_inline` annotation. `final fn`s must always be inlined.",
    ),
    "record_captured_by_final_block": Message(
        "ETYC0372176",
        "a `final` block cannot capture the record variable `{var_name}`",
        help=(
            "Records cannot be used in on-chain code. Extract the needed fields before the block, e.g. "
            "`let val = {var_name}.field_name;`."
        ),
    ),
    "dynamic_call_not_allowed_here": Message(
        "ETYC0372177",
        "dynamic calls can only be made from an entry point fn, but found one in {context}",
        help="Move the dynamic call into an entry point fn body.",
    ),
    "dyn_record_field_requires_type": Message(
        "ETYC0372178",
        "accessing field `{field}` on a `dyn record` requires a type annotation",
        help="Use `let x: <type> = r.{field};` or `r.{field} as <type>`.",
    ),
    "cannot_cast_to_dyn_record": Message(
        "ETYC0372179",
        "cannot cast `{type_}` to `dyn record`",
        help=(
            "Only concrete record types can be cast to `dyn record`. Construct or obtain a concrete "
            "record first."
        ),
    ),
    "dynamic_call_min_args": Message(
        "ETYC0372180",
        (
            "`_dynamic_call` requires at least 3 arguments (program, network, function), but {found} "
            "were supplied"
        ),
        help="Pass the program id, network id, and function name as the first three arguments.",
    ),
    "dynamic_intrinsic_wrong_arg_count": Message(
        "ETYC0372181",
        "`{name}` requires {expected} argument(s), but {found} were supplied",
        help="Pass exactly {expected} argument(s) to `{name}`.",
    ),
    "dynamic_intrinsic_missing_type_param": Message(
        "ETYC0372182",
        "`{name}` requires exactly one type parameter",
        help="Provide the type parameter explicitly, e.g. `{name}::[u64](…)`.",
    ),
    "dynamic_call_input_type_count_mismatch": Message(
        "ETYC0372183",
        (
            "`_dynamic_call` has {annotated} input type annotation(s) but {actual} call argument(s) "
            "were provided (excluding the 3 target arguments)"
        ),
        help=(
            "The number of type annotations before the return type must match the number of call "
            "arguments after program/network/function."
        ),
    ),
    "dynamic_call_in_conditional": Message(
        "ETYC0372184",
        "dynamic calls cannot be used inside a conditional branch",
        help="Move the dynamic call outside the surrounding `if`/`else` block.",
    ),
    "dynamic_call_constant_not_allowed": Message(
        "ETYC0372185",
        "`constant` visibility is not allowed in `_dynamic_call` type annotations",
        help="Use `public` or `private` instead.",
    ),
    "dynamic_call_record_arg_requires_dyn_record": Message(
        "ETYC0372187",
        ("dynamic call argument has record type `{record_type}`, but dynamic calls require `dyn record`"),
        help="Cast the argument with `<value> as dyn record`.",
    ),
    "vector_type_only_in_storage": Message(
        "ETYC0372189",
        "vector types can only be used in storage declarations",
        help=("Replace the vector with a fixed-size array, or move the value into a `storage` declaration."),
    ),
    "multi_identifier_definition_requires_tuple": Message(
        "ETYC0372190",
        (
            "a definition with multiple identifiers requires a tuple on the right-hand side, but found "
            "type `{type_}`"
        ),
        help="Use a tuple expression, e.g. `let (a, b) = (x, y);`.",
    ),
    "storage_op_requires_path_receiver": Message(
        "ETYC0372191",
        "the receiver of `{module}::{operation}` must be a {kind}",
        help="Call `{operation}` directly on a declared {kind}, not on a temporary expression.",
    ),
    "cannot_have_mode": Message(
        "ETYC0372192",
        "a {kind} cannot have a visibility mode",
        help="Remove the `public` or `private` modifier.",
        note=(
            "Records lower to a `.record` marker and `Final`s to a `.future`, neither of which carries "
            "a visibility."
        ),
    ),
    "inaccessible_item": Message(
        "ETYC0372193",
        "{kind} `{item}` is not accessible from this module",
        help=(
            "Add `export` to the declaration of `{item}` in its defining module to make it accessible "
            "from other modules."
        ),
    ),
    "invalid_operation_outside_onchain": Message(
        "ETYC0372194",
        "`{operation}` must be inside a `final fn`, a `final` block, or a `view fn`",
        help=(
            "Move the `{operation}` call into a `final fn`, a `view fn`, or wrap it in a `final {{ … "
            "}}` block."
        ),
    ),
    "view_cannot_write_state": Message(
        "ETYC0372195",
        "`{operation}` cannot be used in a `view fn`",
        help=(
            "Move the `{operation}` call into a `final fn` or a `final {{ … }}` block, where state "
            "mutations are allowed."
        ),
        note="views are read only.",
    ),
    "offchain_op_in_view": Message(
        "ETYC0372196",
        "`{operation}` is not available in a `view fn`",
        help="Read the value in an off-chain scope and pass it in.",
    ),
    "caller_as_record_owner": Message(
        "WTYC0372004",
        "`std::ctx::caller()` used as the owner of record `{record_name}`",
        help=(
            "`std::ctx::caller()` may return a program address, which cannot spend records. Use "
            "`std::ctx::signer()` if you want the user that initiated the transaction."
        ),
    ),
    "no_inline_ignored": Message(
        "WTYC0372005",
        "`@no_inline` on `{name}` will be ignored because {reason}",
        help="Remove the `@no_inline` annotation to silence this warning.",
    ),
    "comparison_of_unit_operands_is_constant": Message(
        "WTYC0372006",
        ("comparison `{op}` between two operands of type `()` always evaluates to `{value}` at compile time"),
        help=(
            "Both operands are unit values (e.g. the return of `Mapping::set` or other side-effecting "
            "calls), so the comparison has no runtime effect. If you meant to compare values, change "
            "the operands to expressions that produce non-unit values."
        ),
    ),
    "type_error_custom": Message(
        "ETYC0372156",
        "{msg}",
    ),
}
