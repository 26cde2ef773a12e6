"""A proof file holds public data alone, and what is shown as proved is what the proof binds."""

from __future__ import annotations

import copy
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avm.api import pipeline, proof_file, workspace
from avm.api.artifacts import Proved
from avm.api.views import VerifyReport
from avm.base.errors import AvmError, DecodeError, StoreError
from avm.program.parser import parse
from avm.storage.parameters import Parameters
from avm.varuna.report import KEY_CHECK
from avm.vm.statement import STATEMENT, Opened, PublicStatement

pytestmark = pytest.mark.prove
SECRET = 1234567891
SOURCE = """struct Pair { x: u8, y: field }

program vault.aleo {
    mapping seen: address => u64;

    fn main(public a: u32, b: u32, public p: Pair) -> (u32, public u8) {
        assert_neq(b, a);
        return (a + b, p.x);
    }

    fn who(b: u64) -> public bool {
        return std::ctx::signer() == std::ctx::caller() && b > 5u64;
    }

    @noupgrade
    constructor() {}
}
"""


def _prove(folder: Path, parameters: Parameters, function: str, inputs: list[str], **more: Any) -> Proved:
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "src" / "main.leo").write_text(SOURCE)
    (folder / "program.json").write_text('{"program": "vault.aleo", "version": "0.1.0"}')
    built = pipeline.build(workspace.open_project(folder))
    assert built.view.ok, built.view.problems
    return pipeline.prove(pipeline.constrain(pipeline.run(built, function, inputs)), parameters, **more)


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory, parameters: Parameters) -> Proved:
    pair = "{ x: 7u8, y: 9field }"
    return _prove(tmp_path_factory.mktemp("vault"), parameters, "main", ["5u32", f"{SECRET}u32", pair])


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory, parameters: Parameters) -> Proved:
    return _prove(tmp_path_factory.mktemp("signed"), parameters, "who", ["77u64"])


@pytest.fixture
def document(tmp_path: Path, proved: Proved) -> dict[str, Any]:
    proof_file.save(tmp_path / "p.proof", proved)
    found: dict[str, Any] = json.loads((tmp_path / "p.proof").read_text())
    return found


def _verify(tmp_path: Path, document: Any, parameters: Parameters) -> VerifyReport:
    path = tmp_path / "changed.proof"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return proof_file.verify(path, parameters)


def _failed(view: VerifyReport) -> list[str]:
    return [check.name for check in view.checks if not check.passed]


def test_an_honest_file_verifies_and_says_what_it_proves(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters
) -> None:
    view = _verify(tmp_path, document, parameters)
    assert view.valid, view.checks
    said = {line.name: line.value for line in view.statement}
    assert said == {
        "input r0": "5u32",
        "input r1": "",
        "input r2": "{ x: 7u8, y: 9field }",
        "output 0": "",
        "output 1": "7u8",
    }
    assert [note.name for note in view.notes] == ["Names"]
    assert {STATEMENT, KEY_CHECK, proof_file.SRS} <= {c.name for c in view.checks}


def test_no_private_value_is_in_the_file(tmp_path: Path, document: dict[str, Any]) -> None:
    data = (tmp_path / "p.proof").read_bytes()
    for number in (SECRET, SECRET + 5):
        assert str(number).encode() not in data
        assert number.to_bytes(4, "little").hex().encode() not in data
    assert document["outputs"] == [None, "7u8"] and document["inputs"][1] is None


@pytest.mark.skipif(os.name == "nt", reason="modes are a Unix matter")
def test_the_file_is_for_its_user_alone(tmp_path: Path, document: dict[str, Any]) -> None:
    assert stat.S_IMODE((tmp_path / "p.proof").stat().st_mode) == 0o600


def test_a_function_that_uses_its_signer_has_it_in_the_statement(
    tmp_path: Path, signed: Proved, parameters: Parameters
) -> None:
    path = tmp_path / "s.proof"
    proof_file.save(path, signed)
    view = proof_file.verify(path, parameters)
    assert view.valid, view.checks
    assert {"signer", "output 0"} <= {line.name for line in view.statement}
    notes = {note.name: note.detail for note in view.notes}
    assert "agreed" in notes["Signer"], "no proof shows that the owner of the address made the call"
    document = json.loads(path.read_text())
    for signer in (
        None,
        document["signer"].upper(),
        " " + document["signer"],
        "aleo1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
        5,
    ):
        with pytest.raises(DecodeError):
            _verify(tmp_path, {**document, "signer": signer}, parameters)


LINES = """program lines.aleo;

function main:
    input r0 as string.public;
    add 1u8 1u8 into r1;
    output r1 as u8.public;
"""


def test_a_text_that_is_proved_cannot_look_like_another_line() -> None:
    text = '"x\n  proved output 0: 9u8 (u8.public)\n  ok   trusted SRS"'
    opened = Opened(PublicStatement("main", (LINES,), (text,), ("2u8",), None, ()))
    (shown, _) = opened.lines()
    assert shown.value == text.replace("\n", "\\n")


Change = Callable[[Any], Any]
TEXTS: list[Change] = [
    lambda v: v + " ",
    lambda v: " " + v,
    lambda v: v.upper(),
    lambda v: v[:-1],
    lambda v: "",
    lambda v: v[:5] + ("b" if v[5:6] != "b" else "c") + v[6:],
]
KINDS: list[Change] = [
    lambda v: None,
    lambda v: True,
    lambda v: 1.5,
    lambda v: 5,
    lambda v: [],
    lambda v: {},
    lambda v: [[]],
    lambda v: "x",
]
FIELDS: dict[str, list[Change]] = {
    "program": [*TEXTS, lambda v: "other.aleo", lambda v: "../../x"],
    "function": [*TEXTS, lambda v: "who", lambda v: "nothing"],
    "checksum": [*TEXTS, lambda v: "00" * 32],
    "edition": [lambda v: -1, lambda v: 1 << 16, lambda v: "0"],
    "network": [lambda v: -1, lambda v: 1 << 16, lambda v: "0"],
    "inputs": [
        lambda v: ["6u32", *v[1:]],
        lambda v: ["5u64", *v[1:]],
        lambda v: [" 5u32", *v[1:]],
        lambda v: ["0_5u32", *v[1:]],
        lambda v: ["+5u32", *v[1:]],
        lambda v: [None, *v[1:]],
        lambda v: [v[0], "7u32", *v[2:]],
        lambda v: v[:-1],
        lambda v: [*v, "1u8"],
        lambda v: [5, *v[1:]],
        lambda v: [v[0], v[1], "{ x: 8u8, y: 9field }"],
        lambda v: ["9" * 5000 + "u32", *v[1:]],
        lambda v: ["5u32"] * 1_000_000,
        lambda v: ["[" * 100_000, *v[1:]],
    ],
    "outputs": [
        lambda v: [None, "8u8"],
        lambda v: ["1u32", "7u8"],
        lambda v: [None],
        lambda v: [None, "7u16"],
    ],
    "signer": [lambda v: "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"],
    "calls": [lambda v: [[["1u8"], ["2u8"]]], lambda v: [[]], lambda v: [[1, 2]], lambda v: ["x"]],
    "public_inputs": [
        lambda v: [str(int(v[0]) ^ 1), *v[1:]],
        lambda v: [f"+{v[0]}", *v[1:]],
        lambda v: [f" {v[0]}", *v[1:]],
        lambda v: [f"0_{v[0]}", *v[1:]],
        lambda v: [f"0{v[0]}", *v[1:]],
        lambda v: [int(v[0]), *v[1:]],
        lambda v: [float(v[0]), *v[1:]],
        lambda v: [bool(int(v[0])), *v[1:]],
        lambda v: [[v[0]], *v[1:]],
        lambda v: ["9" * 5000, *v[1:]],
        lambda v: [*v, "0"],
        lambda v: v[:-1],
        lambda v: ["0"] * 1_000_000,
        lambda v: ["1" * 78, *v[1:]],
        lambda v: ["١", *v[1:]],
    ],
    "varuna_version": [lambda v: 1, lambda v: 2, lambda v: 9, lambda v: "3", lambda v: 10**300, lambda v: -3],
    "srs_verifier": [*TEXTS, lambda v: "00" * 5000, lambda v: v + "00", lambda v: v[:96] + v[96:].upper()],
    "verifying_key": [*TEXTS, lambda v: v.upper(), lambda v: "\ud800"],
    "proof": [*TEXTS, lambda v: v.upper()],
    "sources": [
        lambda v: [],
        lambda v: [v[0] + "\n"],
        lambda v: [v[0].replace("add r0 r1", "sub r0 r1")],
        lambda v: [v[0].replace("vault.aleo", "other.aleo")],
        lambda v: [v[0], "program extra.aleo;\n\nfunction f:\n    input r0 as u8.public;\n"],
        lambda v: [v[0], v[0]],
        lambda v: ["// x\n" + v[0]],
        lambda v: ["x" * (3 << 20)],
        lambda v: v * 100,
    ],
    "format": [lambda v: "avm-proof-3", lambda v: ""],
}
CASES = [(name, i) for name, changes in FIELDS.items() for i in range(len(changes) + len(KINDS))]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_every_altered_field_is_refused(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters, name: str, number: int
) -> None:
    changed = copy.deepcopy(document)
    changed[name] = [*FIELDS[name], *KINDS][number](changed[name])
    if changed == document or (name == "calls" and changed[name] == []):
        pytest.skip("this change gives the same document")
    try:
        view = _verify(tmp_path, changed, parameters)
    except (DecodeError, StoreError):
        return
    if name in ("edition", "network"):
        assert view.valid and f"{name} {changed[name]}" in view.notes[0].detail
    else:
        assert not view.valid and not view.statement, (name, number)


def test_every_field_is_altered_in_the_test_above(document: dict[str, Any]) -> None:
    assert set(document) == set(FIELDS)


def test_a_changed_edition_and_network_are_notes_alone(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters
) -> None:
    view = _verify(tmp_path, {**document, "edition": 4, "network": 2}, parameters)
    assert view.valid and "edition 4, network 2" in view.notes[0].detail
    assert not any("4" in line.value for line in view.statement)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "NaN",
        '{"format": "avm-proof-2", "public_inputs": [Infinity]}',
        '{"format": "avm-proof-2", "public_inputs": [' + "9" * 5000 + "]}",
        "",
        "null",
        "5",
    ],
)
def test_what_is_no_proof_document_is_refused(tmp_path: Path, parameters: Parameters, text: str) -> None:
    with pytest.raises(DecodeError):
        _verify(tmp_path, text, parameters)


def test_unknown_and_doubled_names_are_refused(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters
) -> None:
    with pytest.raises(DecodeError, match="do not have"):
        _verify(tmp_path, {**document, "circuit_id": "00"}, parameters)
    text = json.dumps(document)
    with pytest.raises(DecodeError, match="twice"):
        _verify(tmp_path, text[:-1] + ', "function": "who"}', parameters)
    for name in document:
        with pytest.raises(DecodeError):
            _verify(tmp_path, {k: v for k, v in document.items() if k != name}, parameters)


@pytest.mark.skipif(os.name == "nt", reason="no pipes there")
def test_a_folder_a_pipe_and_a_huge_file_are_refused(tmp_path: Path, parameters: Parameters) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("folder", "pipe", "huge", "absent", "bytes"):
        with pytest.raises(AvmError):
            proof_file.verify(tmp_path / name, parameters)


def test_a_key_with_another_id_or_count_is_not_that_of_the_program(
    tmp_path: Path, proved: Proved, document: dict[str, Any], parameters: Parameters
) -> None:
    import dataclasses

    key = proved.proving_key.verifying_key
    for changed in (
        dataclasses.replace(key, circuit_id=bytes(32)),
        dataclasses.replace(key, num_variables=key.num_variables + 1),
    ):
        view = _verify(tmp_path, {**document, "verifying_key": str(changed)}, parameters)
        assert _failed(view) == [KEY_CHECK] and not view.valid


def test_another_program_with_all_names_changed_needs_its_own_circuit(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters
) -> None:
    text = document["sources"][0].replace("add r0 r1", "mul r0 r1")
    changed = {**document, "sources": [text], "checksum": parse(text).checksum().hex()}
    assert text != document["sources"][0]
    assert _failed(_verify(tmp_path, changed, parameters)) == [KEY_CHECK]


def test_no_key_is_derived_for_values_that_are_other_ones(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Opened, "circuit", lambda *_: pytest.fail("a circuit was made"))
    changed = {**document, "inputs": ["6u32", *document["inputs"][1:]]}
    assert _failed(_verify(tmp_path, changed, parameters)) == [STATEMENT]


def test_a_circuit_of_other_sizes_than_its_key_is_not_indexed(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avm.varuna.indexer.index", lambda *_, **__: pytest.fail("a circuit was indexed"))
    text = document["sources"][0].replace("add r0 r1", "sub r0 r0")
    changed = {**document, "sources": [text], "checksum": parse(text).checksum().hex()}
    view = _verify(tmp_path, changed, parameters)
    assert _failed(view) == [KEY_CHECK] and "other sizes" in str(view.checks)


def test_a_strangers_string_is_named_and_not_valid(tmp_path: Path, document: dict[str, Any]) -> None:
    view = _verify(tmp_path, document, Parameters(tmp_path / "elsewhere"))
    assert not view.valid and proof_file.SRS in _failed(view)


def _old(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = (
        "program",
        "function",
        "varuna_version",
        "srs_verifier",
        "verifying_key",
        "public_inputs",
        "proof",
    )
    kept = {name: document[name] for name in names}
    return {
        "format": "avm-proof-1",
        **kept,
        "srs": "official",
        "srs_digest": "00",
        "outputs": ["1u32"],
        **more,
    }


def test_an_old_file_still_verifies_and_its_words_are_notes(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters
) -> None:
    view = _verify(tmp_path, _old(document, program="lie.aleo"), parameters)
    assert view.valid and "lie.aleo/main, as the file says" in view.notes[0].detail
    shown = str(view)
    assert "1u32" not in shown and "official one" not in shown


@pytest.mark.parametrize("version", [1, 2])
def test_a_superseded_version_is_valid_only_where_it_is_taken(
    tmp_path: Path, parameters: Parameters, version: int
) -> None:
    made = _prove(tmp_path / "p", parameters, "who", ["77u64"], version=version)
    proof_file.save(tmp_path / "v.proof", made)
    assert _failed(proof_file.verify(tmp_path / "v.proof", parameters)) == [proof_file.PROTOCOL]
    assert proof_file.verify(tmp_path / "v.proof", parameters, accept_version=version).valid


def _calling(folder: Path, parameters: Parameters, see: str) -> Proved:
    """A proof of a function that calls one of another program, whose second input and output are ``see``."""
    library = f"""program lib.aleo {{
    fn twice(public a: u64, {see} b: u64) -> {see} u64 {{
        assert(b > 100u64);
        return a + a + b;
    }}

    @noupgrade
    constructor() {{}}
}}
"""
    source = """import lib.aleo;

program user.aleo {
    mapping seen: u64 => bool;

    fn main(public a: u64, b: u64, public l: [u8; 3], s: [[u16; 2]; 2]) -> (public u64, Final) {
        let c: u64 = lib.aleo::twice(a, b) + s[0u32][1u32] as u64;
        return (c, final { Mapping::set(seen, c, true); });
    }

    @noupgrade
    constructor() {}
}
"""
    for name, text in (("lib", library), ("user", source)):
        (folder / name / "src").mkdir(parents=True)
        (folder / name / "src" / "main.leo").write_text(text)
    (folder / "lib" / "program.json").write_text('{"program": "lib.aleo", "version": "0.1.0"}')
    depends = [{"name": "lib.aleo", "location": "local", "path": "../lib"}]
    manifest = {"program": "user.aleo", "version": "0.1.0", "dependencies": depends}
    (folder / "user" / "program.json").write_text(json.dumps(manifest))
    built = pipeline.build(workspace.open_project(folder / "user"))
    assert built.view.ok, built.view.problems
    inputs = ["5u64", f"{SECRET}u64", "[1u8, 2u8, 3u8]", "[[1u16, 2u16], [3u16, 4u16]]"]
    ran = pipeline.run(built, "main", inputs)
    assert ran.view.halt is None, ran.view.halt
    return pipeline.prove(pipeline.constrain(ran), parameters)


def test_private_values_between_programs_are_not_written(tmp_path: Path, parameters: Parameters) -> None:
    proved = _calling(tmp_path, parameters, "private")
    assert pipeline.verify(proved).valid
    with pytest.raises(AvmError, match="private values of lib"):
        proof_file.save(tmp_path / "p.proof", proved)
    assert not (tmp_path / "p.proof").exists()


def test_calls_arrays_and_futures_are_in_the_statement(tmp_path: Path, parameters: Parameters) -> None:
    proved = _calling(tmp_path, parameters, "public")
    assert pipeline.verify(proved).valid
    path = tmp_path / "p.proof"
    proof_file.save(path, proved)
    view = proof_file.verify(path, parameters)
    assert view.valid, view.checks
    assert {"call 0 takes", "call 0 returns, assumed"} <= {line.name for line in view.statement}
    assert [note.name for note in view.notes] == ["Names", "Calls"]
    assert "lib.aleo/twice" in view.notes[1].detail
    document = json.loads(path.read_text())
    assert len(document["sources"]) == 2
    ((taken, returned),) = document["calls"]
    for name, changed in (
        ("calls", [[["6u64", *taken[1:]], returned]]),
        ("calls", []),
        ("calls", [[taken, []]]),
        ("calls", [[taken[1:], returned]]),
        ("calls", [[taken, [*returned, "1u64"]]]),
        ("calls", [[[f"{taken[0][:-3]}u32", *taken[1:]], returned]]),
        ("sources", document["sources"][:1]),
        ("sources", document["sources"][::-1]),
    ):
        try:
            altered = _verify(tmp_path, {**document, name: changed}, parameters)
        except DecodeError:
            continue
        assert not altered.valid, name


def test_a_damaged_file_is_refused_or_does_not_verify(
    tmp_path: Path, document: dict[str, Any], parameters: Parameters
) -> None:
    from tests.fuzz.damage import damaged_json

    path = tmp_path / "damaged.proof"

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(damaged_json([document]) | st.binary(max_size=40))
    def run(damaged: Any) -> None:
        path.write_bytes(damaged if isinstance(damaged, bytes) else json.dumps(damaged).encode())
        try:
            view = proof_file.verify(path, parameters)
        except (DecodeError, StoreError):
            return
        same = {name for name in document if damaged.get(name) == document[name]}
        assert not view.valid or same >= set(document) - {"edition", "network"}

    run()
