"""Makes deployments and verifies them: every key is held against the circuit of its own program.

Circuits of functions and records are synthesized again; a certificate shows that a key commits to one.
Source: snarkVM ``synthesizer/process/src/stack/deploy.rs`` and ``verify_deployment.rs``.
"""

from __future__ import annotations

from collections.abc import Iterator

from avm.algebra.edwards import Point
from avm.base.consensus import DYNAMIC_CALLS_FROM, Rules
from avm.base.errors import AvmError, Cancelled, VerifyError
from avm.base.progress import Cancel
from avm.ledger.deployment import Deployment, Key
from avm.ledger.proving import ProvingKeys
from avm.ledger.rejection import Reason, rejected
from avm.ledger.statements import CREDITS
from avm.program.versions import check_deployable
from avm.r1cs.system import ConstraintSystem
from avm.varuna.certificate import certify, verify_certificate
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.verifying_key import VerifyingKey
from avm.vm.environment import Environment
from avm.vm.function_circuit_blank import blank_circuit
from avm.vm.translation_circuit import blank_translation

OWNED_FROM = 9
"""From this version of the consensus on, a deployment has a checksum, and an owner unless it amends keys."""
AMENDED_FROM = DYNAMIC_CALLS_FROM
"""From this version on, a deployment may change the keys of a program and nothing else."""
EDITIONS = ((1, 0), (8, 1), (OWNED_FROM, (1 << 16) - 1))
"""The last edition a deployment may have."""
MAPPINGS = ((1, 31), (22, 128))
"""How many mappings a deployed program may have."""
LIMITS = ((1, 1 << 21), (18, 0), (19, 1 << 22))
"""The most variables, and the most rows, of all circuits; none in version 18."""


def circuit_names(env: Environment, rules: Rules) -> Iterator[tuple[str, bool]]:
    """Yield the circuits of the main program: its functions, then, from version 14 on, its records.

    The flag tells a record's translation circuit from a function's.
    """
    yield from ((name, False) for name in env.program.functions)
    if rules.version >= DYNAMIC_CALLS_FROM:
        yield from ((name, True) for name in env.program.records)


def circuit(
    env: Environment, name: str, is_record: bool, key: VerifyingKey | None, cancel: Cancel | None
) -> ConstraintSystem:
    """Return a circuit of the main program; Halt when it has more rows or variables than its key says."""
    limit = None if key is None else key.info.num_constraints - 1
    variables = None if key is None else key.num_variables - 1
    if is_record:
        return blank_translation(env, name, limit=limit, variables=variables, cancel=cancel).system
    return blank_circuit(env, name, limit=limit, variables=variables, cancel=cancel).system


def make_deployment(
    env: Environment, owner: Point, proving: ProvingKeys, rules: Rules, cancel: Cancel | None = None
) -> Deployment:
    """Return the deployment of the main program by ``owner``, with a certified key of each circuit.

    Raises:
        CheckFailure: a circuit does not fit the reference string.
    """
    program = env.program
    keys: list[Key] = []
    for name, is_record in circuit_names(env, rules):
        key = proving.key_of(circuit(env, name, is_record, None, cancel))
        keys.append((name, key.verifying_key, certify(key, proving.srs, cancel=cancel)))
    owned = rules.version >= OWNED_FROM
    return Deployment(
        env.deployment(program.id).edition,
        program,
        tuple(keys),
        program.checksum() if owned else None,
        owner if owned else None,
    )


def verify_deployment(
    deployment: Deployment, env: Environment, srs: SrsVerifier, rules: Rules, cancel: Cancel | None = None
) -> None:
    """Raise VerifyError unless each key of a deployment is that of its circuit.

    ``env`` is the deployment's program, loaded with its imports.
    """
    if env.program != deployment.program:
        raise rejected(Reason.DEPLOYMENT, "the deployment is of another program")
    deployment.check()
    check_deployable(env.program, env.programs, rules.version)
    _check_form(deployment, rules)
    names = list(circuit_names(env, rules))
    if [name for name, _ in names] != [name for name, _, _ in deployment.keys]:
        raise rejected(
            Reason.DEPLOYMENT, "the deployment does not have the keys of its functions and records"
        )
    limit = _at(LIMITS, rules)
    if limit and max(deployment.num_variables, deployment.num_constraints) > limit:
        raise rejected(Reason.DEPLOYMENT, f"the circuits have more than {limit:,} variables or rows")
    for (name, is_record), (_, key, certificate) in zip(names, deployment.keys, strict=True):
        try:
            system = circuit(env, name, is_record, key, cancel)
        except Cancelled:
            raise
        except AvmError as error:
            raise _refused(name, error.message) from error
        if key.num_variables < system.num_variables:
            raise _refused(name, f"the circuit has {system.num_variables} variables")
        if not verify_certificate(key, system.matrices(), srs, certificate, cancel):
            raise _refused(name, "it is not that of the circuit, or its certificate is not valid")


def _check_form(deployment: Deployment, rules: Rules) -> None:
    """Raise VerifyError unless a deployment has what its time asks, apart from its keys."""
    owned = deployment.checksum is not None and (deployment.owner is not None or deployment.version == 3)
    if owned != (rules.version >= OWNED_FROM):
        raise rejected(Reason.DEPLOYMENT, "the deployment does not have the checksum and owner of its time")
    if deployment.version == 3 and rules.version < AMENDED_FROM:
        raise rejected(Reason.DEPLOYMENT, f"keys are amended from consensus version {AMENDED_FROM} on")
    program = deployment.program
    if program.id == CREDITS:
        raise rejected(Reason.DEPLOYMENT, f"{CREDITS} is built in")
    if deployment.edition > _at(EDITIONS, rules):
        raise rejected(Reason.DEPLOYMENT, f"edition {deployment.edition} is too high for its time")
    if len(program.mappings) > _at(MAPPINGS, rules):
        raise rejected(Reason.DEPLOYMENT, f"a program has at most {_at(MAPPINGS, rules)} mappings")


def _at(table: tuple[tuple[int, int], ...], rules: Rules) -> int:
    return [value for first, value in table if rules.version >= first][-1]


def _refused(name: str, why: str) -> VerifyError:
    return rejected(Reason.DEPLOYMENT, f"the verifying key of {name} is refused: {why}")
