"""The house keeps its measures: lines, functions, files, `Any`, and nothing that nobody calls."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import sizes


def test_no_tree_function_or_file_passes_its_limit_and_any_stays_with_the_kernels() -> None:
    assert list(sizes.faults(sizes.limits())) == []


def test_a_long_function_and_a_use_of_any_are_found() -> None:
    text = "def f():\n" + "    pass\n" * 70 + "x: Any = 1\n"
    source = sizes.Source("avm/made.py", text.count("\n"), sizes.ast.parse(text))
    assert list(source.long_functions(60)) == ["avm/made.py:1 f has 71 lines"]
    assert list(source.any_uses()) == ["avm/made.py:72 uses Any"]
    assert source.is_one_of(("avm/*",)) and not source.is_one_of(("app/*",))


def test_nothing_is_there_that_nobody_calls() -> None:
    pytest.importorskip("vulture", reason="the development dependencies are not installed")
    command = [sys.executable, "-m", "vulture"]
    found = subprocess.run(command, cwd=sizes.ROOT, capture_output=True, text=True)
    assert found.stdout == ""
