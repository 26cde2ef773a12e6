"""Real programs load, synthesize and run here as in the real engine.

Needs the native service, and in ``AVM_CORPUS`` a folder of ``.aleo`` files. Each day takes another sample;
``AVM_DEEP=1`` takes all (a second for each function).
"""

from __future__ import annotations

import datetime
import os
import random
from pathlib import Path

import pytest

from tests.oracle.corpus import Corpus, Trial, mended
from tests.oracle.native import Native

DEEP = os.environ.get("AVM_DEEP") == "1"
DAY = int(os.environ.get("AVM_SEED") or datetime.date.today().toordinal())
SAMPLE, FUNCTIONS = 20, 2


@pytest.mark.oracle
def test_real_programs_do_here_what_they_do_there(native: Native) -> None:
    folder = os.environ.get("AVM_CORPUS")
    if folder is None:
        pytest.skip("set AVM_CORPUS to a folder of .aleo files")
    corpus = Corpus(Path(folder))
    names = sorted(corpus.texts)
    chosen = names if DEEP else random.Random(DAY).sample(names, min(SAMPLE, len(names)))
    trial = Trial(native, corpus, DAY, 1000 if DEEP else FUNCTIONS)
    verdicts = [verdict for name in chosen for verdict in trial.program(name)]
    assert [each for each in verdicts if not each.agrees] == []


def test_imports_come_from_the_nearest_file(tmp_path: Path) -> None:
    for name, text in (
        ("a+main.aleo", "import b.aleo;\nprogram a.aleo;\n"),
        ("a+b.aleo", "import c.aleo;\nprogram b.aleo;\n// near\n"),
        ("z+b.aleo", "program b.aleo;\n// far\n"),
        ("z+c.aleo", "program c.aleo;\n"),
    ):
        (tmp_path / name).write_text(text)
    found = Corpus(tmp_path).imports("a+main.aleo")
    assert list(found) == ["b.aleo", "c.aleo"] and "near" in found["b.aleo"]


def test_inputs_are_mended_by_what_an_assertion_found() -> None:
    halt = "3u8 is not equal to 40u8, so assert.eq halts"
    assert mended(["13u8", "{ a: 3u8, b: 13u8 }"], halt) == ["13u8", "{ a: 40u8, b: 13u8 }"]
    assert mended(["7u8"], halt) is None
    assert mended(["7u8"], "7u8 is less than 8u8") is None
