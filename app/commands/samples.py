"""One command for each sample project; the samples themselves are found in resources."""

from __future__ import annotations

from app.contract import Command
from avm.api.workspace import samples


def _open(name: str, title: str) -> Command:
    return Command(
        f"sample.{name}",
        f"Open the sample {title}",
        lambda studio: studio.open_sample(name),
        topic="File",
        icon="package-open",
    )


COMMANDS = [_open(sample.name, sample.title) for sample in samples()]
