"""What reads documents of strangers, as functions of bytes that coverage-guided fuzzing drives.

A target is made once (its imports are instrumented then) and called with each input. It returns when the
input is taken or refused by an ``AvmError``; anything else that it raises is a fault.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from avm.base.sources import Source

One = Callable[[bytes], None]
MAKERS: dict[str, Callable[[], One]] = {}
STEPS = 3_000
"""Steps of a run, few so that the fuzzer reaches many inputs."""


def _target(make: Callable[[], One]) -> Callable[[], One]:
    MAKERS[make.__name__] = make
    return make


def text_of(data: bytes) -> str:
    """The text of an input: UTF-8, with bytes that are none as lone surrogates, as readers meet them."""
    return data.decode("utf-8", "surrogateescape")


@_target
def aleo() -> One:
    """``.aleo`` text: parsed, printed, checked, and each function run and constrained with sample inputs."""
    from avm.base.errors import AvmError
    from avm.program import parse
    from avm.program.examples import example_value
    from avm.vm import RunConfig, execute, limits, load
    from avm.vm.constrain import constrain

    limits.MAX_STEPS = STEPS
    signer = "aleo1rhgdu77hgyqd3xjj8ucu3jj9r2krwz6mnzyd80gncr5fxcwlh5rsvzp9px"

    def one(data: bytes) -> None:
        text = text_of(data)
        try:
            program = parse(text)
        except AvmError:
            return
        if str(parse(str(program))) != str(program):
            raise AssertionError("the printed program reads back as another")
        try:
            environment = load(text)
        except AvmError:
            return
        for name, function in program.functions.items():
            given = [example_value(i.type, program, 100) for i in function.inputs]
            try:
                trace = execute(environment, name, given, RunConfig(signer=signer))
                if trace.ok:
                    constrain(environment, trace, limit=20_000)
            except AvmError:
                continue

    return one


@_target
def values() -> One:
    """Texts of values and types: read, printed in each form, encoded, and read again."""
    from avm.base.errors import AvmError
    from avm.data.big_endian import raw_bits_be
    from avm.data.types import parse_plaintext_type, parse_value_type
    from avm.data.value import inline, parse_value, value_from_bytes, value_to_bytes

    def one(data: bytes) -> None:
        text = text_of(data)
        for read in (parse_plaintext_type, parse_value_type):
            try:
                type_ = read(text)
            except AvmError:
                continue
            if read(str(type_)) != type_:
                raise AssertionError("the printed type reads back as another")
        try:
            value = parse_value(text)
        except AvmError:
            return
        for printed in (str(value), inline(value)):
            if parse_value(printed) != value:
                raise AssertionError("the printed value reads back as another")
        try:
            encoded = value_to_bytes(value)
            raw_bits_be(value)
            value.to_fields()
        except AvmError:
            return
        if value_from_bytes(encoded) != value:
            raise AssertionError("the encoded value reads back as another")

    return one


@_target
def leo() -> One:
    """Leo source through the whole compiler."""
    from avm.leo.front import UnitSource
    from avm.leo.pipeline import compile

    def one(data: bytes) -> None:
        compile([UnitSource("program", Source("main.leo", data.decode("utf-8", "replace")))])

    return one


@_target
def manifest() -> One:
    """``program.json`` of a project that is opened and built."""
    from avm.api import pipeline, workspace
    from avm.base.errors import AvmError

    root = Path(tempfile.mkdtemp())
    (root / "src").mkdir()
    (root / "src" / "main.leo").write_text(
        "program a.aleo {\n fn f() {}\n @noupgrade\n constructor() {}\n}\n"
    )

    def one(data: bytes) -> None:
        (root / "program.json").write_bytes(data)
        try:
            pipeline.build(workspace.open_project(root))
        except AvmError:
            return

    return one


@_target
def settings() -> One:
    """The Studio's settings."""
    from app.settings import Settings

    root = Path(tempfile.mkdtemp())

    def one(data: bytes) -> None:
        for old in root.iterdir():
            old.unlink()
        (root / "settings.json").write_bytes(data)
        found = Settings(root)
        for name in ("theme", "recent", "run_inputs", "window"):
            found.get(name)
        found.remember_recent("/x")
        found.save()

    return one


@_target
def recovery() -> One:
    """What an ended Studio left of unsaved texts."""
    from app.recovery import Recovery
    from app.session import Session
    from app.settings import Settings

    root = Path(tempfile.mkdtemp())
    session = Session(Settings(Path(tempfile.mkdtemp())))
    store = root / "0123456789abcdef"

    def one(data: bytes) -> None:
        store.mkdir(exist_ok=True)
        head, _, tail = data.partition(b"\0")
        (store / "0123456789abcdef01234567.json").write_bytes(head)
        (store / "state").write_bytes(tail)
        found = Recovery(root, session)
        for snapshot in found.left_over:
            str(snapshot.path), len(snapshot.text), snapshot.at + 1
        found.discard()
        for folder in root.iterdir():
            if folder != store:
                for old in folder.iterdir():
                    old.unlink()
                folder.rmdir()

    return one


@_target
def proof_file() -> One:
    """A proof file, verified without any reference string."""
    from avm.api.proof_file import verify
    from avm.base.errors import AvmError

    path = Path(tempfile.mkdtemp()) / "a.proof"

    class NoParameters:
        def verifiers(self) -> dict[str, str]:
            return {}

    def one(data: bytes) -> None:
        path.write_bytes(data)
        try:
            verify(path, NoParameters())  # type: ignore[arg-type]
        except AvmError:
            return

    return one


@_target
def ledger_file() -> One:
    """A ledger's database, opened and read through."""
    from avm.base.errors import AvmError
    from avm.ledger.chain import Ledger

    folder = Path(tempfile.mkdtemp())

    def one(data: bytes) -> None:
        for old in folder.iterdir():
            old.unlink()
        path = folder / "a.db"
        path.write_bytes(data)
        try:
            ledger = Ledger(path, None, create=False)  # type: ignore[arg-type]
        except AvmError:
            return
        try:
            for height in range(min(ledger.height, 5) + 1):
                ledger.store.block(height)
            ledger.state_root  # noqa: B018
        except AvmError:
            return
        finally:
            ledger.close()

    return one


@_target
def network_bytes() -> One:
    """Bytes of values, programs and transactions: the first byte chooses what the others are read as."""
    from avm.base.errors import AvmError
    from tests.fuzz.codecs import data_codecs, network_codecs

    codecs = (*data_codecs(), *network_codecs())

    def one(data: bytes) -> None:
        codec = codecs[data[0] % len(codecs)] if data else codecs[0]
        try:
            value = codec.decode(data[1:])
        except AvmError:
            return
        if codec.encode(value) != data[1:]:
            raise AssertionError(f"a second encoding of a {codec.name} is accepted")

    return one


@_target
def network_json() -> One:
    """JSON documents of transactions and authorizations: what is read is written and read again the same."""
    from avm.base.codec import ByteReader
    from avm.base.errors import AvmError
    from avm.base.files import parse_json
    from avm.ledger.authorization import Authorization
    from avm.ledger.network import Transaction

    def one(data: bytes) -> None:
        for kind in (Transaction, Authorization):
            try:
                made = kind.from_json(parse_json(text_of(data), "a document"))  # type: ignore[arg-type]
            except AvmError:
                continue
            if kind.from_json(made.to_json()) != made:
                raise AssertionError("the written document reads back as another")
            if kind.read(ByteReader(made.to_bytes())) != made:
                raise AssertionError("the encoded document reads back as another")

    return one


def seeds(target: str) -> list[bytes]:
    """Valid documents of a target, or what comes near one."""
    return [piece if isinstance(piece, bytes) else piece.encode() for piece in _SEEDS[target]()]


def _aleo_seeds() -> list[Any]:
    from tests.fuzz.test_texts import PROGRAM
    from tests.isa.test_instruction_text import CANONICAL
    from tests.program.gaps import TEMPLATES
    from tests.vm.machine_programs import BANK, LIB, SUMS

    head = "program t.aleo;\n\nfunction main:\n    input r0 as u8.public;\n    "
    whole = ["".join(template) for template in TEMPLATES]
    return [PROGRAM, BANK, LIB, SUMS, *whole, *(head + line + "\n" for line in CANONICAL)]


def _value_seeds() -> list[Any]:
    return [
        "1u8", "-5i128", "7field", "'abc'", "// c\n1u8",
        '"a\\u{41}\\n"', "true", "0group", "[1u8, 2u8]", "{ a: 1u8, b: [true] }",
        "[[u8; 2u32]; 3u32].private", "t.aleo/a.record",
        "{ program_id: a.aleo, function_name: f, arguments: [ 1u8 ] }",
        "{ owner: aleo1rhgdu77hgyqd3xjj8ucu3jj9r2krwz6mnzyd80gncr5fxcwlh5rsvzp9px.private, a: 1u8.public, "
        "_nonce: 0group.public }", "/* c */ { x: 1scalar }", "dynamic.future", "credits.aleo",
    ]  # fmt: skip


def _proof_seeds() -> list[Any]:
    from tests.fuzz.test_documents import proof_document

    return [json.dumps(proof_document())]


def _ledger_seeds() -> list[Any]:
    from avm.ledger.chain import Ledger

    path = Path(tempfile.mkdtemp()) / "a.db"
    Ledger(path, None).close()  # type: ignore[arg-type]
    return [path.read_bytes()]


_MANIFEST = (
    '{"program": "a.aleo", "version": "0.1.0", "description": "", "license": "MIT", "dependencies": %s}'
)


def _network_seeds() -> list[Any]:
    from tests.fuzz.codecs import data_codecs, network_codecs

    codecs = (*data_codecs(), *network_codecs())
    return [bytes([i]) + sample for i, codec in enumerate(codecs) for sample in codec.samples]


def _network_documents() -> list[Any]:
    from avm.ledger.network import Transaction
    from tests.ledger.test_called import authorization
    from tests.ledger.test_network import FEE, PROVEN, deployed

    return [Transaction(PROVEN, FEE), Transaction(None, FEE), deployed(2), deployed(3), authorization()]


_SEEDS: dict[str, Callable[[], list[Any]]] = {
    "aleo": _aleo_seeds,
    "values": _value_seeds,
    "leo": lambda: [path.read_bytes() for path in sorted(Path("resources").rglob("*.leo"))],
    "manifest": lambda: [
        _MANIFEST % "null",
        _MANIFEST % '[{"name": "b.aleo", "location": "local", "path": "../b", "edition": null}]',
    ],
    "settings": lambda: ['{"theme": "light", "recent": ["/a"], "run_inputs": {"a": {"b": ["1u8"]}}}'],
    "recovery": lambda: ['{"path": "/a/b.leo", "text": "x", "at": 1.5, "disk": "ab"}\0later'],
    "proof_file": _proof_seeds,
    "ledger_file": _ledger_seeds,
    "network_bytes": _network_seeds,
    "network_json": lambda: [json.dumps(made.to_json()) for made in _network_documents()],
}
