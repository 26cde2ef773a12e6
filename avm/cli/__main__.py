"""Lets ``python -m avm.cli`` run the command line."""

from avm.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
