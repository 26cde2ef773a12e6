"""The network's circuits of a project: ids and sizes of all, verifying keys where the powers reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from avm.algebra import load_kernels
from avm.api.artifacts import Built
from avm.base.errors import AvmError, Unsupported
from avm.base.json_value import JsonObject, JsonValue
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.storage.srs_files import LARGEST_LOG2

if TYPE_CHECKING:
    from avm.ledger.proving import Name
    from avm.storage.parameters import Parameters
    from avm.varuna.srs.reference_string import Srs
    from avm.vm.environment import Environment


@dataclass(frozen=True, slots=True)
class CircuitReport:
    """A circuit of the network; ``why_not`` says why it has no id or no key, where it has none.

    ``kind`` is function, translation (of a record) or inclusion. ``constraints`` and ``variables`` count as
    the verifying key does; ``highest_power`` is the power of the reference string that its key needs.
    """

    kind: str
    program: str
    name: str
    circuit_id: str = ""
    constraints: int = 0
    variables: int = 0
    public_inputs: int = 0
    non_zero: tuple[int, int, int] = (0, 0, 0)
    highest_power: int = 0
    verifying_key: str = field(default="", repr=False)
    checksum: str = ""
    srs: str = ""
    why_not: str = ""

    @property
    def title(self) -> str:
        """Its name for people."""
        if self.kind == "inclusion":
            return "inclusion of records"
        return f"{'record ' if self.kind == 'translation' else ''}{self.program}/{self.name}"

    def to_dict(self) -> JsonObject:
        """Return the report as plain data."""
        data: dict[str, JsonValue] = {
            "kind": self.kind,
            "program": self.program,
            "name": self.name,
            "circuit_id": self.circuit_id,
            "constraints": self.constraints,
            "variables": self.variables,
            "public_inputs": self.public_inputs,
            "non_zero": list(self.non_zero),
            "highest_power": self.highest_power,
        }
        if self.verifying_key:
            data |= {"verifying_key": self.verifying_key, "checksum": self.checksum, "srs": self.srs}
        if self.why_not:
            data["why_not"] = self.why_not
        return data


def survey(
    built: Built,
    wanted: Sequence[str],
    parameters: Parameters,
    *,
    imports: bool = False,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> tuple[CircuitReport, ...]:
    """Return ids and sizes of circuits, without keys; what cannot be built says so.

    ``wanted`` names functions and records of the program, or of an import as ``program.aleo/name``; nothing
    is all of them, with ``imports`` those of imported programs too. ``AvmError`` for an unknown name.
    """
    load_kernels(progress, cancel)
    env = environment(built, cancel)
    names = _names(env, wanted, imports)
    progress.stage("Circuits", f"{len(names)} to build")
    found = []
    for done, name in enumerate(names):
        progress.step(done, len(names))
        found.append(describe(env, name, parameters, cancel=cancel))
    progress.step(len(names), len(names))
    return tuple(found)


def environment(built: Built, cancel: Cancel | None = None) -> Environment:
    """The programs of a build; ``AvmError`` EAVM1401 for one that failed."""
    if built.program is None:
        raise AvmError(
            "the program did not build, so it has no circuits",
            code="EAVM1401",
            hint="mend the problems listed by the build",
        )
    return built.environment(looks(cancel))


def _names(env: Environment, wanted: Sequence[str], imports: bool) -> list[Name]:
    from avm.ledger.circuits_needed import circuits_in

    programs = env.programs.values() if imports else (env.program,)
    if not wanted:
        return [name for program in programs for name in circuits_in(program)]
    known = {f"{p.id}/{name[2]}": name for p in env.programs.values() for name in circuits_in(p)}
    found = []
    for text in wanted:
        full = text if "/" in text else f"{env.program.id}/{text}"
        if full not in known:
            own = ", ".join(name[2] for name in circuits_in(env.program))
            raise AvmError(
                f"there is no function or record '{text}'",
                code="EAVM1404",
                hint=f"{env.program.id} has {own}; those of an import are named program.aleo/name",
            )
        found.append(known[full])
    return found


def describe(
    env: Environment,
    name: Name,
    parameters: Parameters,
    inclusion: int = 1,
    *,
    cancel: Cancel | None = None,
) -> CircuitReport:
    """Return id and sizes of one circuit."""
    from avm.ledger.circuits_needed import blank_system

    blank = CircuitReport(*name)
    try:
        shape = parameters.shape_of(blank_system(env, name, inclusion, cancel=cancel))
    except Unsupported as error:
        return replace(blank, why_not=error.message)
    info = shape.info
    return replace(
        blank,
        circuit_id=shape.circuit_id.hex(),
        constraints=info.num_constraints,
        variables=shape.num_variables,
        public_inputs=info.num_public_inputs,
        non_zero=(info.num_non_zero_a, info.num_non_zero_b, info.num_non_zero_c),
        highest_power=info.highest_power,
    )


def string_of(
    power: int, parameters: Parameters, kind: str, progress: Progress, cancel: Cancel | None
) -> Srs:
    """Return a reference string that reaches a power; ``AvmError`` EAVM1405 when none can be had here."""
    if power >> LARGEST_LOG2:
        raise AvmError(
            f"a circuit needs power {power:,} of a reference string, more than strings made here have",
            code="EAVM1405",
            hint=f"the largest has 2^{LARGEST_LOG2} powers: write smaller functions",
        )
    return parameters.srs_for(power, progress, cancel, kind)


def with_keys(
    built: Built,
    circuits: Sequence[CircuitReport],
    parameters: Parameters,
    *,
    srs: str = "auto",
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> tuple[CircuitReport, ...]:
    """Return the circuits with their verifying keys, as far as the reference string reaches.

    ``auto`` is the official string where it was imported, whose keys are the network's; else a development
    string, whose keys hold on this machine alone.
    """
    from avm.ledger.circuits_needed import blank_system
    from avm.storage.network_proving import CachedKeys

    reports = reachable(circuits, parameters, srs)
    powers = [each.highest_power for each in reports if not each.why_not]
    if not powers:
        return reports
    string = string_of(max(powers), parameters, string_kind(parameters, srs), progress, cancel)
    keys, env = CachedKeys(parameters, string, progress, cancel), environment(built, cancel)
    found = []
    for each in reports:
        if not each.why_not:
            name = (each.kind, each.program, each.name)
            key = keys.key_of(blank_system(env, name, cancel=cancel)).verifying_key
            shown = "development" if string.insecure else "official"
            each = replace(each, verifying_key=str(key), checksum=key.checksum, srs=shown)
        found.append(each)
    return tuple(found)


def string_kind(parameters: Parameters, srs: str) -> str:
    """The kind of reference string that ``auto`` chooses for keys."""
    return ("official" if parameters.has_official else "development") if srs == "auto" else srs


def reachable(
    circuits: Sequence[CircuitReport], parameters: Parameters, srs: str = "auto"
) -> tuple[CircuitReport, ...]:
    """Return the circuits, those beyond the reference string at hand with a reason. Reads no powers."""
    if string_kind(parameters, srs) == "development":
        top, more = (1 << LARGEST_LOG2) - 1, "the largest that is made here"
    else:
        top = max((s.highest_power for s in parameters.describe() if s.kind == "official"), default=-1)
        more = "`avm srs download` brings larger files"
    return tuple(
        replace(each, why_not=f"its key needs power {each.highest_power:,}, the string has {top:,}: {more}")
        if not each.why_not and each.highest_power > top
        else each
        for each in circuits
    )
