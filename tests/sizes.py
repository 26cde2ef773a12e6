"""Sizes of the house against their limits: lines of each tree, long functions, long files, uses of ``Any``.

``python -m tests.sizes`` prints them and fails where a limit of ``[tool.house]`` in pyproject.toml is passed.
Tables (files that are lists of data) and the compiled kernels are exempt where pyproject says so.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Limits:
    """Lines allowed to each tree, to a function and to a file, and the patterns of files exempt from each."""

    budget: dict[str, int]
    function: int
    file: int
    long_functions: tuple[str, ...]
    long_files: tuple[str, ...]
    any_type: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the root, its number of lines and its syntax tree."""

    path: str
    lines: int
    tree: ast.Module

    def is_one_of(self, patterns: tuple[str, ...]) -> bool:
        """Whether the path matches one of the patterns."""
        return any(fnmatch(self.path, pattern) for pattern in patterns)

    def long_functions(self, limit: int) -> Iterator[str]:
        """Yield the functions of more than ``limit`` lines, docstring and decorators included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > limit:
                    yield f"{self.path}:{node.lineno} {node.name} has {lines} lines"

    def any_uses(self) -> Iterator[str]:
        """Yield the places that use the type ``Any``, its import aside."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and node.id == "Any":
                yield f"{self.path}:{node.lineno} uses Any"


def limits() -> Limits:
    """Return the limits that pyproject.toml states."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["house"]
    exempt = {name: tuple(patterns) for name, patterns in table["exempt"].items()}
    return Limits(table["budget"], table["function"], table["file"], **exempt)


def sources(tree: str) -> list[Source]:
    """Return the Python files of a tree, in the order of their paths."""
    return [
        Source(path.relative_to(ROOT).as_posix(), text.count("\n"), ast.parse(text))
        for path in sorted((ROOT / tree).rglob("*.py"))
        if (text := path.read_text(encoding="utf-8")) is not None
    ]


def faults(limit: Limits) -> Iterator[str]:
    """Yield every place where the trees pass a limit."""
    for tree, allowed in limit.budget.items():
        found = sources(tree)
        total = sum(source.lines for source in found)
        if total > allowed:
            yield f"{tree} has {total} lines, {allowed} are its budget: remove some, or say why it grows"
        for source in found:
            if source.lines > limit.file and not source.is_one_of(limit.long_files):
                yield f"{source.path} has {source.lines} lines"
            if not source.is_one_of(limit.long_functions):
                yield from source.long_functions(limit.function)
            if not source.is_one_of(limit.any_type):
                yield from source.any_uses()


def table(limit: Limits) -> Iterator[str]:
    """Yield a line for each tree and each of its packages: lines, files."""
    for tree, allowed in limit.budget.items():
        lines: Counter[str] = Counter()
        for source in sources(tree):
            parts = source.path.split("/")
            lines["/".join(parts[:2]) if len(parts) > 2 else tree] += source.lines
        yield f"{tree}: {sum(lines.values())} of {allowed} lines"
        yield "  " + ", ".join(f"{name.rpartition('/')[2]} {count}" for name, count in lines.most_common())


def main() -> int:
    """Print the sizes and the faults; the exit status says whether there are any."""
    limit = limits()
    print("\n".join(table(limit)))
    found = list(faults(limit))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
