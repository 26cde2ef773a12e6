"""The abstract syntax tree of Leo; the package has the names of its files for nodes, items and children."""

from avm.leo.ast.base import *  # noqa: F403
from avm.leo.ast.children import *  # noqa: F403
from avm.leo.ast.items import *  # noqa: F403
from avm.leo.ast.nodes import *  # noqa: F403
from avm.leo.ast.types import *  # noqa: F403
