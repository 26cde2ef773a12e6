"""Makes the vectors of this folder by asking snarkVM.

    python -m tests.vectors.make --params FOLDER COMMAND...

COMMAND runs a line service for snarkVM: a JSON request on each line of stdin, a JSON answer on each of
stdout, as README.md describes. All requests are made here. Signatures, records and proofs are random, so
they differ each time; all other answers are the same again. FOLDER holds the official parameters, of which
verification needs three thousand bytes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from avm.account.address import parse_address
from avm.algebra import edwards
from avm.isa.registry import ops
from avm.storage.parameters import FolderFiles
from avm.varuna.srs.official import official_srs
from tests.vectors import questions

FOLDER = Path(__file__).parent
Answer = dict[str, Any]


class Service:
    """The running line service."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, op: str, **request: object) -> Answer:
        """Send a request and return its answer, ``ok`` or not."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps({"op": op, **request}) + "\n")
        stdin.flush()
        for line in stdout:
            if line.startswith("{"):
                answer: Answer = json.loads(line)
                if "has no attribute" in answer.get("error", ""):
                    raise RuntimeError(f"the service does not know {request}")
                return answer
        raise RuntimeError("the service has ended")


def pick(answer: Answer, *names: str) -> Answer:
    return {name: answer[name] for name in names if name in answer}


def accounts(service: Service) -> Iterator[Answer]:
    for seed in questions.SEEDS:
        made = service.ask("account", seed=seed)
        yield {"op": "avm.account", "seed": seed, "answer": pick(made, *questions.ACCOUNT)}


def signatures(service: Service) -> Iterator[Answer]:
    for seed, message in zip(questions.SEEDS, questions.MESSAGES, strict=False):
        account = service.ask("account", seed=seed)
        signed = service.ask("sign", private_key=account["private_key"], **message)
        for said in (message, questions.OTHER_MESSAGE):
            asked = {"address": account["address"], "signature": signed["signature"], **said}
            valid = service.ask("verify", **asked)["valid"]
            yield {"op": "avm.sign_verify", **asked, "answer": {"valid": valid}}


def values(service: Service) -> Iterator[Answer]:
    for text in questions.VALUES:
        told = service.ask("value", value=text)
        answer = pick(told, "kind", "text", "bytes", "fields") if told["ok"] else {"ok": False}
        yield {"op": "avm.value", "value": text, "answer": answer}


def hashes(service: Service) -> Iterator[Answer]:
    for asked in questions.hashes():
        told = service.ask("hash", **asked)
        yield {"op": "avm.hash", **asked, "answer": pick(told, "result") if told["ok"] else {"ok": False}}


def records(service: Service) -> Iterator[Answer]:
    account = service.ask("account", seed=questions.SEEDS[0])
    name = questions.MINT.split()[1].rstrip(";")
    for number in range(4):
        asked = {"private_key": account["private_key"], "program": questions.MINT, "function": "mint"}
        ran = service.ask("evaluate", **asked, inputs=[f"{number}u64"], full=True)
        made = ran["authorization"]["transitions"][0]["outputs"][0]
        owned = {"ciphertext": made["value"], "view_key": account["view_key"]}
        record = service.ask("decrypt_record", **owned)["record"]
        yield {
            "op": "avm.record",
            "what": "decrypt",
            "ciphertext": made["value"],
            "view_key": account["view_key"],
            "answer": {"text": record},
        }
        asked = {"private_key": account["private_key"], "record": record}
        told = service.ask("record", **asked, program_id=name, record_name="coin")
        answer = pick(told, "commitment", "tag", "serial_number")
        yield {"op": "avm.record", "what": "ids", **asked, "program_id": name, "record_name": "coin"} | {
            "answer": answer
        }


def programs(service: Service) -> Iterator[Answer]:
    for text in questions.PROGRAMS:
        told = service.ask("parse_program", program=text)
        answer: Answer = {"parses": told["ok"]}
        if told["ok"]:
            answer |= {"program_id": told["id"], **pick(told, "text", "functions", "address")}
            answer["loads"] = service.ask("check_program", program=text)["ok"]
        yield {"op": "avm.program", "program": text, "imports": {}, "edition": 1, "answer": answer}


def evaluations(service: Service) -> Iterator[Answer]:
    for program, inputs in questions.evaluations():
        asked = {"program": program, "function": "main", "inputs": inputs}
        told = service.ask("evaluate", **asked)
        result = {"outputs": told["values"]} if told["ok"] else {"result": "halts"}
        yield {"op": "avm.evaluate", **asked, "imports": {}, "edition": 1, "answer": result}


def circuits(service: Service) -> Iterator[Answer]:
    """What opcodes add to real functions: the prover confirms a right guess and refuses a wrong one.

    A function without instructions is synthesized; what an instruction adds is guessed from what we declare.
    """
    for type_ in questions.INPUT_TYPES:
        value = questions.input_value(type_)
        asked = {"function": "main", "inputs": [value] * 3}
        header = service.ask("synthesize", program=questions.circuit(type_, ""), **asked)["info"]
        for mnemonic, types, instruction in questions.circuits(type_):
            size = ops()[mnemonic].counts[types]
            told = service.ask(
                "counts_match",
                program=questions.circuit(type_, instruction),
                variables=header["num_public_and_private_variables"] + size.private,
                constraints=header["num_constraints"] + size.constraints,
                **asked,
            )
            if not told.get("match"):
                raise RuntimeError(f"the size of {mnemonic} is refused: {told}")
            yield {
                "opcode": mnemonic,
                "types": [t.type_name for t in types],
                "private": size.private,
                "constraints": size.constraints,
            }


def proofs(service: Service) -> Iterator[Answer]:
    """Executions with their proof, by both versions of Varuna, and the public inputs that the proof binds."""
    for height in questions.HEIGHTS:
        asked = {"program": questions.PROVED, "function": "main", "inputs": ["3u8", "4u8"]}
        told = service.ask("execute", **asked, block_height=height)
        transition = told["execution"]["transitions"][0]
        tpk = edwards.from_x(int(transition["tpk"].removesuffix("group")))
        owner = parse_address(service.ask("parse_program", program=questions.PROVED)["address"])
        ids = [[item["id"] for item in transition[side]] for side in ("inputs", "outputs")]
        yield {
            "verifying_key": told["verifying_key"],
            "proof": told["execution"]["proof"],
            "varuna": told["varuna"],
            "public": [1, *tpk, *map(number, (transition["tcm"], transition["scm"], *ids[0])), 1, *owner]
            + [number(each) for each in ids[1]],
        }


def executions(service: Service) -> Iterator[Answer]:
    """Whole executions with their keys, costs and ids; one has a fee that is paid in public."""
    inner = service.ask("synthesize", program=questions.INNER, function="twice", inputs=["5u32"])
    for asked in questions.executions():
        told = service.ask("execute", **asked)
        line = {name: asked[name] for name in ("program", "function", "inputs", "imports")}
        line["height"] = asked["block_height"]
        keys = [["twice", inner["verifying_key"]]]
        line["import_keys"] = dict.fromkeys(line["imports"], keys)
        line.update(pick(told, "verifying_key", "execution", "execution_id"), cost=told["microcredits"])
        if asked.get("fee"):
            line["fee"] = told["transaction"]["fee"]
        yield line


def authorizations(service: Service) -> Iterator[Answer]:
    """Signed calls with the calls in them, and the key that signed."""
    account = service.ask("account", seed=questions.SEEDS[0])
    key = account["private_key"]
    for asked in questions.authorizations(account["address"]):
        told = service.ask("evaluate", **asked, private_key=key, full=True, quick=True)
        yield {**asked, "private_key": key, **pick(told, "authorization", "execution_id")}


def keys(service: Service) -> Iterator[Answer]:
    """The sizes and the circuit ids of functions."""
    for asked in questions.functions():
        told = service.ask("synthesize", **asked)
        yield {"op": "avm.synthesize", **asked, "commit": False, "answer": told["info"]}


def number(text: str) -> int:
    return int(text.removesuffix("field"))


MAKERS = (
    accounts,
    signatures,
    values,
    hashes,
    records,
    programs,
    evaluations,
    circuits,
    proofs,
    executions,
    authorizations,
    keys,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the line service")
    parser.add_argument("--params", type=Path, help="folder of the official parameters")
    parser.add_argument("--only", action="append", help="make these files only")
    options = parser.parse_args()
    if options.params:
        data = official_srs(FolderFiles(options.params)).verifier().to_bytes()
        (FOLDER / "verifier.hex").write_text(data.hex() + "\n", encoding="utf-8")
    service = Service(options.command)
    for maker in MAKERS:
        name = maker.__name__
        if options.only and name not in options.only:
            continue
        lines = [json.dumps(line, separators=(",", ":")) for line in maker(service)]
        (FOLDER / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
