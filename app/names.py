"""Names of files that stand together: the name alone, or with the folder that tells it from the others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def file_names(paths: Iterable[Path]) -> dict[Path, str]:
    """What each of some different files is called beside the others.

    ``/w/app/src/main.leo`` and ``/w/dep/src/main.leo`` become "main.leo — app" and "main.leo — dep": of the
    folders above files of one name those that all share are left out, and no more are named than needed.
    """
    groups: dict[str, list[Path]] = {}
    for path in dict.fromkeys(paths):
        groups.setdefault(path.name, []).append(path)
    return {path: name for group in groups.values() for path, name in _apart(group).items()}


def names_of_several(paths: Iterable[Path]) -> dict[Path, str]:
    """The same where there are several; one file alone needs no name, a line tells its places."""
    names = file_names(paths)
    return names if len(names) > 1 else {}


def _apart(group: list[Path]) -> dict[Path, str]:
    """The names of files that bear the same."""
    above = {path: list(reversed(path.parent.parts)) for path in group}
    if len(group) == 1:
        return {group[0]: group[0].name}
    while all(above.values()) and len({parts[0] for parts in above.values()}) == 1:
        for parts in above.values():
            del parts[0]
    found = {}
    for path, parts in above.items():
        others = [other for each, other in above.items() if each != path]
        most = next((n for n in range(1, len(parts)) if all(o[:n] != parts[:n] for o in others)), len(parts))
        folder = Path(*reversed(parts[:most])).as_posix() if most else ""
        found[path] = f"{path.name} — {folder}" if folder else path.name
    return found
