"""The stylesheet's icon files lie where no other user can foresee or replace them."""

from __future__ import annotations

import re
import stat
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.stylesheet import stylesheet

ROOT = Path(__file__).resolve().parents[2]


def test_icons_lie_in_a_folder_of_this_process_alone(qapp: QApplication) -> None:
    addresses = re.findall(r"url\(([^)]+)\)", stylesheet())
    assert addresses and all(Path(a).is_file() for a in addresses)
    folders = {Path(a).parent for a in addresses}
    assert len(folders) == 1 and folders.pop() != Path(tempfile.gettempdir()) / "avm-studio-icons"
    for address in addresses:
        assert stat.S_IMODE(Path(address).parent.stat().st_mode) == 0o700


def test_no_file_of_a_known_name_is_made_in_the_shared_temporary_folder() -> None:
    sources = [p for package in ("app", "avm") for p in (ROOT / package).rglob("*.py")]
    found = [p.name for p in sources if re.search(r"gettempdir|mktemp\(|[\"']/tmp", p.read_text("utf-8"))]
    assert found == []
