"""Programs loaded together and checked, ready to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from avm.base.errors import CheckFailure
from avm.program.check import BodyTypes, check
from avm.program.model import Program
from avm.program.parser import parse
from avm.vm.prepared import PreparedBodies
from avm.vm.reuse import KeptCircuits


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the ledger knows of a deployed program: its edition, and the address of its owner."""

    edition: int = 0
    owner: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class BlockContext:
    """The block in which finalize code runs. ``network_id`` 0 is mainnet."""

    height: int = 1
    timestamp: int = 0
    network_id: int = 0
    random_seed: bytes = bytes(32)


@dataclass(frozen=True)
class Environment:
    """``program`` and everything loaded with it, by id, all checked; imports stand before their users.

    ``bodies`` are those that runs have entered so far, which the next run finds ready.
    """

    program: Program
    programs: Mapping[str, Program]
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    bodies: PreparedBodies = field(default_factory=PreparedBodies, repr=False, compare=False)
    circuits: KeptCircuits = field(default_factory=KeptCircuits, compare=False, repr=False)

    def deployment(self, program: str) -> Deployment:
        """Return what is known of a program's deployment."""
        return self.deployments.get(program, Deployment())


def load(
    source: Program | str,
    imports: Mapping[str, Program | str] | None = None,
    deployments: Mapping[str, Deployment] | None = None,
    *,
    step: Callable[[], None] = lambda: None,
) -> Environment:
    """Parse and check a program with its imports (by id, in any order; those of imports included).

    Programs given beside its imports are loaded too: instructions that name a program by value find them.
    ``step`` is called for each statement and may raise to stop the work. Raises ``ParseFailure`` and
    ``CheckFailure``.
    """
    parsed: dict[str, Program] = {}
    for name, text in (imports or {}).items():
        program = parse(text, name, step) if isinstance(text, str) else text
        if program.id != name:
            raise CheckFailure(f"the source given for '{name}' is the program '{program.id}'")
        parsed[name] = program
    main = parse(source, step=step) if isinstance(source, str) else source
    if main.id in parsed:
        raise CheckFailure(f"'{main.id}' imports itself")
    loaded: dict[str, Program] = {}
    types: dict[str, BodyTypes] = {}
    available = {**parsed, main.id: main}
    for program in (main, *parsed.values()):
        if program.id not in loaded:
            _load(program, available, loaded, types, (), step)
    return Environment(
        main, MappingProxyType(loaded), MappingProxyType(dict(deployments or {})), PreparedBodies(types)
    )


def _load(
    program: Program,
    available: Mapping[str, Program],
    loaded: dict[str, Program],
    types: dict[str, BodyTypes],
    path: tuple[str, ...],
    step: Callable[[], None],
) -> None:
    if program.id in path:
        raise CheckFailure(f"imports run in a circle: {' → '.join((*path, program.id))}")
    for name in program.imports:
        if name not in loaded:
            if name not in available:
                raise CheckFailure(
                    f"Cannot add program '{program.id}' because its import '{name}' must be added first"
                )
            _load(available[name], available, loaded, types, (*path, program.id), step)
    types[program.id] = check(program, reachable(program, loaded.__getitem__), step)
    loaded[program.id] = program


def reachable(program: Program, find: Callable[[str], Program]) -> dict[str, Program]:
    """Return the programs that ``program`` imports, directly or not, each asked for once by its id."""
    found: dict[str, Program] = {}
    pending = list(program.imports)
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = find(name)
            pending += found[name].imports
    return found
