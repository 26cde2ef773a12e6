"""Fuzz decoders and readers of documents under the guidance of coverage, with atheris (libFuzzer).

Atheris is no dependency of the project. It goes into an environment of its own that sees the project's::

    .venv/bin/python -m tests.fuzz.coverage_guided corpus SEEDS
    python3.11 -m venv FUZZ && FUZZ/bin/pip install atheris
    PYTHONPATH=.:$(echo .venv/lib/python3.*/site-packages) \\
        FUZZ/bin/python -m tests.fuzz.coverage_guided proof SEEDS --seconds 600

``proof`` may be ``key``, ``value``, ``program`` or a target of ``tests.fuzz.targets``: ``aleo``, ``values``,
``leo``, ``manifest``, ``settings``, ``recovery``, ``proof_file``, ``ledger_file``. A crash is all but an
AvmError, and what reads back as something else; a hang is ten seconds. libFuzzer prints its statistics at
the end and leaves the offending input beside them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TARGETS = ("proof", "key", "value", "program")
INSTRUMENTED = ["avm", "app.settings", "app.recovery"]
POINT, SCALAR = 48, 32


def write_corpus(folder: Path) -> None:
    """Write valid encodings as seeds, one folder per target."""
    from tests.fuzz import targets
    from tests.fuzz.codecs import data_codecs, proof_codecs
    from tests.fuzz.test_texts import PROGRAM

    codecs = {codec.name: codec for codec in (*proof_codecs(), *data_codecs())}
    samples = {
        "proof": codecs["proof"].samples,
        "key": codecs["verifying key"].samples,
        "value": codecs["value"].samples,
        "program": [PROGRAM.encode()],
    }
    for target in targets.MAKERS:
        samples[target] = targets.seeds(target)
    for target, seeds in samples.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for k, seed in enumerate(seeds):
            (folder / target / f"seed-{k}").write_bytes(seed)


def decoder(target: str) -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    """Import the decoder of a target and its encoder; call it while imports are instrumented."""
    if target == "program":
        from avm.program.parser import parse

        return (lambda data: parse(data.decode("latin-1"))), (lambda value: str(parse(str(value))).encode())
    if target == "value":
        from avm.data.value import value_from_bytes, value_to_bytes

        return value_from_bytes, value_to_bytes
    if target == "proof":
        from avm.varuna.proof import Proof

        return Proof.from_bytes, Proof.to_bytes
    from avm.varuna.verifying_key import VerifyingKey

    return VerifyingKey.from_bytes, VerifyingKey.to_bytes


def fuzz(target: str, folder: Path, seconds: int) -> None:
    """Run libFuzzer on one target; it exits the process."""
    import atheris

    if target in ("proof", "key"):
        # Once the kernels are loaded, points are decoded by them, as in a running Studio. They are compiled
        # from their own bytecode, so they come before any instrumentation.
        import avm.algebra.g1_decoding
        import avm.algebra.kernels.g1_decoding
        import avm.algebra.msm  # noqa: F401

    with atheris.instrument_imports(include=["avm.varuna", "avm.base", "avm.data", "avm.program", "avm.isa"]):
        from avm.base.errors import AvmError

        decode, encode = decoder(target)
    pieces = [path.read_bytes() for path in sorted((folder / target).glob("seed-*"))]

    def one(data: bytes) -> None:
        try:
            value = decode(data)
        except AvmError:
            return
        if target == "program":
            if encode(value) != str(value).encode():
                raise AssertionError("the printed program reads back as another")
        elif encode(value) != data:
            raise AssertionError("a second encoding of one value is accepted")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        """Every other time move a whole point or scalar of a seed, which blind mutation cannot invent."""
        if target in ("value", "program") or seed % 2 or len(data) < POINT:
            return bytes(atheris.Mutate(data, most))
        size = (POINT, SCALAR, 8, 1)[seed // 2 % 4]
        source = pieces[seed // 8 % len(pieces)]
        start = seed // 64 % max(1, len(source) - size)
        place = seed // 4096 % max(1, len(data) - size)
        return (data[:place] + source[start : start + size] + data[place + size :])[:most]

    start(atheris, one, mutate, target, folder, seconds)


def fuzz_document(target: str, folder: Path, seconds: int) -> None:
    """Run libFuzzer on a reader of documents; it exits the process."""
    import atheris

    import avm.algebra.msm  # noqa: F401  (compiled kernels are made from bytecode without instrumentation)
    from tests.fuzz.targets import MAKERS

    with atheris.instrument_imports(include=INSTRUMENTED, exclude=["avm.algebra"]):
        one = MAKERS[target]()
    start(atheris, one, lambda data, most, seed: bytes(atheris.Mutate(data, most)), target, folder, seconds)


def start(
    atheris: Any,
    one: Callable[[bytes], None],
    mutate: Callable[[bytes, int, int], bytes],
    target: str,
    folder: Path,
    seconds: int,
) -> None:
    """Hand a target to libFuzzer."""
    options = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=3000", "-print_final_stats=1"]
    options += [
        f"-max_len={131072 if target == 'ledger_file' else 8192}",
        f"-artifact_prefix={folder}/",
        str(folder / target),
    ]
    atheris.Setup([sys.argv[0], *options], one, custom_mutator=mutate)
    atheris.Fuzz()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    from tests.fuzz.targets import MAKERS

    parser.add_argument("target", choices=("corpus", *TARGETS, *MAKERS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=600)
    arguments = parser.parse_args()
    if arguments.target == "corpus":
        write_corpus(arguments.folder)
    elif arguments.target in MAKERS:
        fuzz_document(arguments.target, arguments.folder, arguments.seconds)
    else:
        fuzz(arguments.target, arguments.folder, arguments.seconds)


if __name__ == "__main__":
    main()
