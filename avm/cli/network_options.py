"""The options that the verbs of the network share: who signs, the reference string, the fee."""

from __future__ import annotations

import argparse

from avm.base.errors import AvmError

_MOST = 1 << 64


def add_signer_option(parser: argparse.ArgumentParser) -> None:
    """The option that names the account."""
    parser.add_argument("--name", metavar="NAME", help="account that signs (default: the chosen one)")


def add_srs_option(parser: argparse.ArgumentParser) -> None:
    """The option that chooses the reference string."""
    parser.add_argument(
        "--srs",
        choices=("auto", "official", "development"),
        default="auto",
        help="reference string (default: official where it was imported and reaches, else development)",
    )


def add_state_root_option(parser: argparse.ArgumentParser) -> None:
    """The option that names the state of a chain."""
    parser.add_argument(
        "--state-root",
        metavar="ROOT",
        default="",
        help="state root of the chain, sr1...; without, none is named",
    )


def add_fee_options(parser: argparse.ArgumentParser) -> None:
    """The options of the fee, which is public."""
    parser.add_argument(
        "--transaction", metavar="FILE", help="prove a public fee too, and write the transaction to FILE"
    )
    parser.add_argument(
        "--priority-fee", metavar="MICROCREDITS", type=int, help="what the fee pays on top of the cost"
    )


def priority_fee(args: argparse.Namespace) -> int | None:
    """What is paid on top of the cost; None where no transaction is asked for."""
    given: int | None = args.priority_fee
    if given is not None and not args.transaction:
        raise AvmError(
            "a fee is part of a transaction, and none is asked for",
            code="EAVM1407",
            hint="name its file with --transaction",
        )
    if given is not None and not 0 <= given < _MOST:
        raise AvmError("a priority fee has 0 to 2^64 - 1 microcredits", code="EAVM1407")
    return (given or 0) if args.transaction else None
