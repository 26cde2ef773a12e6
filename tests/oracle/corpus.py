"""Real programs from a folder, here and in the real engine: loading, text, circuits, runs on drawn values.

``python -m tests.oracle.corpus FOLDER CACHE`` prints a table of verdicts (``--help`` tells the rest). The
folder holds ``.aleo`` files, of any name; imports are found among them by their program's name.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from avm.account.address import address_text
from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.errors import AvmError, Halt, Unsupported
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.types import ArrayType, PlaintextType, PlaintextValue, StructType
from avm.ledger.authorize import AuthorizedRun, authorize
from avm.ledger.proving import transition_instances
from avm.primitives.hash_to_curve import mul_generator
from avm.program import parse
from avm.program.scope import Scope
from avm.r1cs.system import ConstraintSystem
from avm.storage.network_keys import credits_program
from avm.types.literal_type import LiteralType, LiteralValue
from avm.varuna.indexer import arrange
from avm.vm.blank import Blanks, nobody
from avm.vm.environment import Environment, load
from avm.vm.function_circuit_blank import blank_circuit
from avm.vm.reuse import KeptCircuits
from tests.bench.peak import Peak
from tests.oracle.native import Native

AGREED = frozenset({"loaded", "loaded, built in", "refused by both", "equal", "halts in both", "same counts"})
CREDITS = "credits.aleo"
PUT_IN = ", signer put in"
LITERALS = 1 << 12
"""Literals of the largest inputs that are drawn."""
DRAWS = 12
"""Inputs that are tried until some do not halt."""


@dataclass
class Verdict:
    """What was found of a program, or of one of its functions: ``figures`` are seconds, MiB and rows."""

    file: str
    function: str
    kind: str
    note: str = ""
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether both engines do the same."""
        return self.kind.removesuffix(PUT_IN) in AGREED


class Drawn(Blanks):
    """Draws values: small ones, any ones, or all the same; records belong to ``nobody``, who signs."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(LITERALS)
        self.rng = rng
        self.small = rng.random() < 0.7

    def _plaintext(self, type_: PlaintextType, scope: Scope) -> Plaintext:
        if isinstance(type_, ArrayType):
            return Array(tuple(self._plaintext(type_.element, scope) for _ in range(type_.length)))
        if isinstance(type_, StructType):
            return Struct(tuple((name, self._plaintext(t, scope)) for name, t in scope.members(type_)))
        return Literal(type_, self._literal(type_))

    def _literal(self, type_: LiteralType) -> LiteralValue:
        rng = self.rng
        if type_.is_integer:
            small = rng.randint(0, min(100, type_.max))
            return small if self.small else rng.randint(type_.min, type_.max)
        if type_ is LiteralType.BOOLEAN:
            return rng.random() < 0.5
        if type_ is LiteralType.ADDRESS:
            return nobody().address if rng.random() < 0.5 else PrivateKey(rng.randrange(2, 9)).address
        if type_ is LiteralType.GROUP:
            return mul_generator(rng.randrange(1, FS_MODULUS))
        if type_ is LiteralType.IDENTIFIER:
            return rng.choice(["a", "Z_9", "transfer_public"])
        if type_ is LiteralType.SIGNATURE:
            return sign(nobody(), [rng.randrange(3)], nonce=rng.randrange(1, 9))
        if type_ is LiteralType.STRING:
            raise Unsupported("strings are no inputs of functions")
        modulus = FS_MODULUS if type_ is LiteralType.SCALAR else FR_MODULUS
        return rng.randrange(100 if self.small else modulus)


class Corpus:
    """Programs of a folder by file name, and for each what it imports, as texts by program."""

    def __init__(self, folder: Path) -> None:
        self.texts = {path.name: _read(path) for path in sorted(folder.glob("*.aleo"))}
        self.named: dict[str, list[str]] = {}
        for name, text in self.texts.items():
            self.named.setdefault(_id(text), []).append(name)

    def imports(self, name: str) -> dict[str, str]:
        """Return the imports of a file, those of imports included, each from the nearest file of that name.

        ``credits.aleo`` is the network's.
        """
        found: dict[str, str] = {}
        pending = _imports(self.texts[name])
        while pending:
            wanted = pending.pop()
            files = self.named.get(wanted, [])
            if wanted == CREDITS:
                found[wanted] = str(credits_program())
            elif wanted not in found and files:
                found[wanted] = self.texts[max(files, key=lambda other: _common(name, other))]
                pending += _imports(found[wanted])
        return found


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def _id(text: str) -> str:
    found = re.search(r"^\s*program\s+([\w.]+)\s*;", text, re.MULTILINE)
    return found.group(1) if found else ""


def _imports(text: str) -> list[str]:
    return re.findall(r"^\s*import\s+([\w.]+)\s*;", text, re.MULTILINE)


def _common(a: str, b: str) -> int:
    """Characters with which two names begin alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)


class Trial:
    """Puts programs before both engines."""

    def __init__(self, native: Native, corpus: Corpus, seed: int, most: int, *, quick: bool = False) -> None:
        self.native, self.corpus, self.seed, self.most, self.quick = native, corpus, seed, most, quick

    def program(self, name: str) -> Iterator[Verdict]:
        """Yield the verdicts of a file: of the program, then of its functions, ``most`` of them."""
        text, imports = self.corpus.texts[name], self.corpus.imports(name)
        asked = {"program": text, "imports": imports}
        told = self.native.ask("check_program", **asked)
        began = time.process_time()
        try:
            env = load(text, imports)
        except AvmError as fault:
            kind = "refused, loads there" if told["ok"] else "refused by both"
            there = "" if told["ok"] else str(told["error"])[:160]
            yield Verdict(name, "", kind, f"{fault.message} | {there}")
            return
        spent = {"load": time.process_time() - began}
        if env.program.id == CREDITS:
            yield Verdict(name, "", "loaded, built in", "the real engine runs its own", spent)
            return
        if not told["ok"]:
            yield Verdict(name, "", "loads, refused there", str(told["error"])[:300], spent)
            return
        same = self.native.ask("parse_program", program=text)["text"] == str(env.program)
        again = str(parse(str(env.program))) == str(env.program)
        yield Verdict(name, "", "loaded" if same and again else "loaded, other text", "", spent)
        rng = random.Random(f"{self.seed} {name}")
        functions = list(env.program.functions)
        for function in rng.sample(functions, min(self.most, len(functions))):
            verdict = self._function(name, env, function, asked, rng)
            administered = _administered(text, verdict.note) if verdict.kind == "halts in both" else text
            if administered != text:
                changed = load(administered, {n: p for n, p in env.programs.items() if n != env.program.id})
                verdict = self._function(name, changed, function, {**asked, "program": administered}, rng)
                verdict.kind += PUT_IN
            yield verdict

    def _function(
        self, name: str, env: Environment, function: str, asked: dict[str, object], rng: random.Random
    ) -> Verdict:
        verdict = Verdict(name, function, "")
        began = time.process_time()
        try:
            with Peak() as peak:
                blank = blank_circuit(env, function).system
            verdict.figures["synthesis"] = time.process_time() - began
            verdict.figures |= {"MiB": peak.bytes / (1 << 20), "rows": blank.num_constraints}
            inputs, run, halt = _run(env, function, rng)
        except Halt as constant:
            inputs, run, halt = _run(env, function, rng)[0], None, constant.message
        except AvmError as fault:
            verdict.kind, verdict.note = "no circuit", f"{type(fault).__name__}: {fault.message}"
            return verdict
        call = {**asked, "function": function, "inputs": inputs, "private_key": nobody().reveal()}
        told = self.native.ask("evaluate", **call, quick=self.quick and run is not None)
        there = str(told.get("error"))[:300]
        if run is None:
            verdict.kind = "halts here alone" if told["ok"] else "halts in both"
            verdict.note = f"{halt} | {there}"
            return verdict
        verdict.kind = _circuit_fault(env, run, blank)
        if not told["ok"]:
            verdict.kind, verdict.note = "halts there alone", f"{verdict.kind} {there}"
        elif not verdict.kind:
            ours, theirs = [plain(str(o.value)) for o in run.trace.outputs], _outputs(told)
            same = all(there in (here, None) for here, there in zip(ours, theirs, strict=True))
            verdict.kind = "equal" if same else "other outputs"
            verdict.note = "" if same else f"{ours} | {theirs}"[:600]
        return verdict

    def sizes(self, name: str, function: str) -> Verdict:
        """Compare the counts of a function's circuit; it neither calls nor takes records."""
        text, imports = self.corpus.texts[name], self.corpus.imports(name)
        env = load(text, imports)
        system = blank_circuit(env, function).system
        info = arrange(system.matrices())[0]
        body = env.program.functions[function]
        scope = Scope(env.program, body, env.programs)
        rng = random.Random(f"{self.seed} {name} {function}")
        call = {"program": text, "imports": imports, "function": function, "private_key": nobody().reveal()}
        told: dict[str, object] = {}
        for _ in range(DRAWS):
            values = Drawn(rng).values([item.type for item in body.inputs], scope)
            rows, columns = info.num_constraints, info.num_public_and_private_variables
            for extra in (0, 1):
                told = self.native.ask(
                    "counts_match",
                    **call,
                    inputs=[str(v) for v in values],
                    constraints=rows + extra,
                    variables=columns,
                )
                if not told["ok"]:
                    break
                if told["match"] is not (extra == 0):
                    return Verdict(
                        name, function, "other counts", f"{rows} rows, {columns} columns, +{extra}"
                    )
            else:
                return Verdict(name, function, "same counts", f"{rows} rows, {columns} columns")
        return Verdict(name, function, "counts not told", str(told.get("error"))[:200])


def _run(env: Environment, function: str, rng: random.Random) -> tuple[list[str], AuthorizedRun | None, str]:
    """Draw inputs until a run does not halt; return them and the run, or None and why the last one halted."""
    body = env.program.functions[function]
    scope = Scope(env.program, body, env.programs)
    better: list[str] | None = None
    inputs: list[str] = []
    message = ""
    for _ in range(DRAWS):
        inputs = better or [str(v) for v in Drawn(rng).values([i.type for i in body.inputs], scope)]
        try:
            return inputs, authorize(env, function, inputs, nobody()), ""
        except Halt as halt:
            message = halt.message
            better = mended(inputs, message)
    return inputs, None, message


def _circuit_fault(env: Environment, run: AuthorizedRun, blank: ConstraintSystem) -> str:
    """Say what is wrong with the circuits of a run: made anew, and from those that are kept; "" if nothing.

    ``blank`` is the circuit that needs no run. ``env`` keeps it.
    """
    anew = [made.system for made in transition_instances(replace(env, circuits=KeptCircuits()), run)]
    if anew[-1].digest() != blank.digest():
        return "other circuit"
    if not all(system.is_satisfied for system in anew):
        return f"not satisfied: {[system.violations()[:1] for system in anew]}"[:300]
    kept = [made.system for made in transition_instances(env, run)]
    same = [a.assignment() == b.assignment() for a, b in zip(anew, kept, strict=True)]
    return "" if all(same) else "another assignment where the circuit was kept"


def _outputs(told: Mapping[str, Any]) -> list[str | None]:
    """Return the outputs that the real engine gives; None for what only their owner can read."""
    values = told["values"] if "values" in told else [output.get("value") for output in told["outputs"]]
    return [None if value is None else plain(value) for value in values]


def _administered(text: str, halt: str) -> str:
    """Return a program in which the signer's address stands for one that an assertion wants."""
    for address in re.findall(r"aleo1\w{58}", halt):
        text = text.replace(address, address_text(nobody().address))
    return text


def mended(inputs: list[str], halt: str) -> list[str] | None:
    """Return inputs in which one of the two values that ``assert.eq`` found unequal is the other; or None."""
    found = re.fullmatch(r"(.+) is not equal to (.+), so assert.eq halts", halt)
    for a, b in (found.groups(), found.groups()[::-1]) if found else ():
        for place, text in enumerate(inputs):
            alone = rf"(?<!\w){re.escape(a)}(?!\w)"
            if re.search(alone, text) and _one_type(a, b) and f"owner: {a}" not in text:
                return [*inputs[:place], re.sub(alone, b, text), *inputs[place + 1 :]]
    return None


def _one_type(a: str, b: str) -> bool:
    """Whether two literals may have one type, by their texts."""
    endings = {re.sub(r"^-?\d+|(?<=^aleo1)\w+", "", text) for text in (a, b)}
    return len(endings) == 1 or endings == {"true", "false"}


def plain(value: str) -> str:
    """Return a value's text without blanks, and without the nonce, which every run draws anew."""
    return re.sub(r"_nonce:\d+group", "_nonce", "".join(value.split()))


def _sized(corpus: Corpus, found: Sequence[Mapping[str, Any]], most: int) -> list[tuple[str, str]]:
    """Choose functions from equal runs, of all sizes, that neither call nor take records."""
    chosen: dict[float, tuple[str, str]] = {}
    for verdict in found:
        if verdict["kind"] == "equal":
            body = parse(corpus.texts[verdict["file"]]).functions[verdict["function"]]
            if "call" not in str(body) and all(isinstance(i.type, PlaintextValue) for i in body.inputs):
                chosen.setdefault(verdict["figures"]["rows"], (verdict["file"], verdict["function"]))
    sorted_rows = sorted(chosen)
    return [chosen[rows] for rows in sorted_rows[:: max(1, len(sorted_rows) // most)]][:most]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("cache", type=Path, help="where the real engine keeps its keys")
    parser.add_argument("--out", type=Path, default=Path("verdicts.jsonl"), help="goes on where this ends")
    parser.add_argument("--sample", type=int, help="so many files")
    parser.add_argument("--functions", type=int, default=1000, help="of a program at most")
    parser.add_argument("--quick", action="store_true", help="the real engine only authorizes what runs here")
    parser.add_argument(
        "--sizes", type=int, default=0, help="instead, the counts of so many equal runs of --out"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Print the verdicts as they are found, as lines of JSON to ``--out`` too, and how many of each."""
    options = _options()
    corpus = Corpus(options.folder)
    names = sorted(corpus.texts)
    random.Random(options.seed).shuffle(names)
    found = (
        [json.loads(line) for line in options.out.read_text().splitlines()] if options.out.exists() else []
    )
    counts: Counter[str] = Counter()
    with Native(options.cache) as native, options.out.open("a") as out:
        trial = Trial(native, corpus, options.seed, options.functions, quick=options.quick)
        done = {verdict["file"] for verdict in found}
        made: Iterable[Verdict]
        if options.sizes:
            made = (trial.sizes(*each) for each in _sized(corpus, found, options.sizes))
        else:
            made = (v for name in names[: options.sample] if name not in done for v in trial.program(name))
        for verdict in made:
            counts[verdict.kind] += 1
            out.write(json.dumps(asdict(verdict)) + "\n")
            out.flush()
            shown = " ".join(f"{k} {v:.1f}" for k, v in verdict.figures.items())
            print(f"{verdict.kind:22} {verdict.file} {verdict.function} {shown} {verdict.note}", flush=True)
    print(*(f"{count:6} {kind}" for kind, count in counts.most_common()), sep="\n")


if __name__ == "__main__":
    main()
