"""What the lexer and the parser have to say.

Codes and words are the interface of the reference compiler and are kept exactly.
"""

from avm.leo.messages.message import Message

PARSING: dict[str, Message] = {
    "invalid_address_lit": Message(
        "EPAR0370001",
        "invalid address literal: `{token}`",
        help=(
            "Aleo addresses are bech32-encoded and start with `aleo1`, e.g. `aleo1qg…`. Check the "
            "address for typos."
        ),
    ),
    "unexpected_eof": Message(
        "EPAR0370003",
        "unexpected end of file",
        help=(
            "The parser reached the end of the file while still expecting more input. Complete the "
            "current item. Common causes are a missing `}}`, `)`, or `;`."
        ),
    ),
    "unexpected": Message(
        "EPAR0370005",
        "expected {expected}, found `{found}`",
        help=(
            "Replace the highlighted token with what the parser expects, or insert the missing syntax "
            "before it."
        ),
    ),
    "unexpected_str": Message(
        "EPAR0370009",
        "expected `{expected}`, found `{found}`",
        help="Replace `{found}` with `{expected}`.",
    ),
    "invalid_method_call": Message(
        "EPAR0370021",
        "the type of `{expr}` has no associated function `{func}` that takes {num_args} argument(s)",
        help=(
            "Check the method name for typos and confirm the argument count matches the function's signature."
        ),
    ),
    "missing_program_declaration": Message(
        "EPAR0370027",
        "missing a program scope in a Leo file",
        help="Add a program scope of the form `program <name>.aleo {{ ... }}` to the Leo file.",
    ),
    "invalid_network": Message(
        "EPAR0370028",
        "invalid network identifier",
        help="The only supported network identifier is `.aleo`. Replace the network suffix accordingly.",
    ),
    "tuple_must_have_at_least_two_elements": Message(
        "EPAR0370029",
        "a tuple {kind} must have at least two elements",
        help="Add another element, or drop the tuple syntax entirely if only one value is needed.",
    ),
    "hexbin_literal_nonintegers": Message(
        "EPAR0370042",
        "hex, octal, and binary literals may only be used for integer types",
        help="Use a decimal literal for non-integer types, e.g. `1field` or `1group`.",
    ),
    "identifier_too_long": Message(
        "EPAR0370044",
        "identifier `{ident}` is too long ({length} bytes; maximum is {max_length})",
        help="Shorten the identifier to at most {max_length} bytes.",
    ),
    "identifier_cannot_contain_double_underscore": Message(
        "EPAR0370046",
        "identifier `{ident}` cannot contain a double underscore `__`",
        help="Rename the identifier so it uses at most single underscores between segments.",
    ),
    "custom": Message(
        "EPAR0370047",
        "{msg}",
    ),
    "keyword_used_as_module_name": Message(
        "EPAR0370049",
        "module `{module_name}` uses the reserved keyword `{keyword}` as a name",
        help="Rename the module so it does not conflict with the language keyword `{keyword}`.",
    ),
    "could_not_lex_span": Message(
        "EPAR0370050",
        "could not tokenize the following content: `{input}`",
        help=(
            "Remove or replace the unrecognized characters. Only ASCII source is supported outside of "
            "string literals."
        ),
    ),
    "lexer_bidi_override_span": Message(
        "EPAR0370051",
        "unicode bidirectional override code point encountered",
        help="Remove the bidi override character from the source.",
        note=(
            'Bidi override characters can disguise source code and are rejected to prevent "trojan '
            'source" attacks.'
        ),
    ),
    "wrong_digit_for_radix_span": Message(
        "EPAR0370052",
        "digit `{digit}` is invalid in radix {radix} (token `{token}`)",
        help=(
            "Use only digits valid in base-{radix} (binary `0b…` accepts `0`–`1`, octal `0o…` accepts "
            "`0`–`7`, hex `0x…` accepts `0`–`9` and `a`–`f`)."
        ),
    ),
    "identifier_cannot_start_with_underscore": Message(
        "EPAR0370053",
        "identifiers cannot start with an underscore",
        help="Rename the identifier so it begins with an ASCII letter.",
    ),
    "multiple_program_declarations": Message(
        "EPAR0370055",
        "a Leo program can only have one `program` declaration",
        help="Remove the duplicate `program` block. Only one is allowed per program.",
    ),
    "obsolete_context_access": Message(
        "EPAR0370056",
        "the `{old}` syntax has been removed",
        help="Use `{replacement}` instead.",
    ),
    "obsolete_context_keyword": Message(
        "EPAR0370057",
        "`{keyword}` is no longer a valid expression",
        help=(
            "`{keyword}` is reserved and no longer denotes an execution-context value. Use functions "
            "from the `std::ctx` module to access caller, signer, block, or network information."
        ),
    ),
    "reserved_identifier": Message(
        "EPAR0370058",
        "`{name}` is reserved for future use",
        help="Rename this identifier. `{name}` is reserved by the language for an upcoming feature.",
    ),
    "record_prototype_redundant": Message(
        "WPAR0370002",
        (
            "record prototype `{record_name}` does not constrain any fields beyond the implicit "
            "`owner: address`"
        ),
        help="Simplify the declaration to `record {record_name};`.",
    ),
}
