"""Lets ``python -m avm.cli`` run the command line; nothing of the current folder is imported meanwhile."""

import os
import sys

_HERE = os.path.realpath(os.curdir)
if os.path.realpath(__file__) != os.path.join(_HERE, "avm", "cli", "__main__.py"):
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != _HERE]

from avm.cli.main import main  # noqa: E402

if __name__ == "__main__":
    raise SystemExit(main())
