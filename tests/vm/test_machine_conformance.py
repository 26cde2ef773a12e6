"""The conformance answers about programs, evaluations and fees."""

from __future__ import annotations

from avm.conformance.machine import HANDLERS
from tests.vm.machine_programs import BANK, LIB, SUMS

KEY = "APrivateKey1zkp3XshQZJTDMzZ965GFYaPNLeEUjrUR9fjtRGwmhDoZTzQ"
TEXT = "program a.aleo;\nfunction main:\n    input r0 as u8.public;\n"


def test_a_program_is_described() -> None:
    reply = HANDLERS["avm.program"]({"program": BANK, "imports": {"lib.aleo": LIB}})
    assert reply["parses"] and reply["loads"] and reply["imports"] == ["lib.aleo"]
    assert reply["functions"] == ["deposit", "mint", "burn", "ask"]
    assert reply["function_inputs"]["burn"][0]["type"] == "record"
    assert not HANDLERS["avm.program"]({"program": "program a.aleo;"})["parses"]
    assert not HANDLERS["avm.program"]({"program": BANK})["loads"]


def test_an_evaluation_is_answered_with_its_verdict() -> None:
    def result(inputs: list[str], program: str = SUMS) -> dict[str, object]:
        ask = {"program": program, "function": "main", "inputs": inputs, "imports": {}, "private_key": KEY}
        return HANDLERS["avm.evaluate"](ask)

    good = result(["2u32", "4u32"])
    assert good["result"] == "ok" and good["output_types"] == ["public", "private", "public"]
    assert result(["1u32", "4294967295u32"])["result"] == "halts"
    assert result(["1u8"], TEXT + "    add r0 1u16 into r1;\n")["result"] == "program_rejected"


def test_calls_of_other_programs_are_listed() -> None:
    ask = {"program": BANK, "imports": {"lib.aleo": LIB}, "function": "ask", "inputs": ["1u8"]}
    (call,) = HANDLERS["avm.evaluate"](ask | {"private_key": KEY})["calls"]
    assert (call["program"], call["function"], len(call["outputs"])) == ("lib.aleo", "who", 2)


def test_fees_are_answered_for_names_and_functions() -> None:
    assert HANDLERS["avm.fees"]({"name": "abcde"})["microcredits"] == "100000000000"
    assert HANDLERS["avm.fees"]({"program": TEXT, "function": "main"})["microcredits"] == "1173"
