"""Where fonts, icons, themes and sample projects lie: in an installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resources_folder() -> Path:
    """Return the folder with ``fonts``, ``icons``, ``samples`` and ``themes``."""
    installed = _PACKAGE / "resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"
