"""``avm decrypt``: what an account's view key reads of records, ciphertexts and the network's documents."""

from __future__ import annotations

import argparse

from avm.cli import account_decrypt
from avm.cli.command import Command
from avm.cli.keystore_here import opened


def _run(args: argparse.Namespace) -> int:
    return account_decrypt.run(args, opened)


COMMAND = Command(
    "decrypt", "read what belongs to an account: records, values, transitions", account_decrypt.options, _run
)
