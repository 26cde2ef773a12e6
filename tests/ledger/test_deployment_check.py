"""A deployment is made with the keys of its circuits, and one with any other key is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from avm.account.keys import PrivateKey
from avm.base.consensus import Rules
from avm.base.errors import AvmError, Cancelled, VerifyError
from avm.base.progress import Cancel
from avm.ledger.deployment import Deployment
from avm.ledger.deployment_check import make_deployment, verify_deployment
from avm.storage.network_proving import CachedKeys
from avm.vm.environment import load

pytestmark = pytest.mark.prove
OWNER = PrivateKey(7).address
RULES = Rules()
PROGRAM = """program deployed.aleo;
record coin:
    owner as address.private;
function one:
    input r0 as u8.public;
    output r0 as u8.public;
function two:
    input r0 as u8.private;
    output r0 as u8.private;
constructor:
    assert.eq edition 0u16;
"""
ENV = load(PROGRAM)


@pytest.fixture(scope="module")
def keys(parameters) -> CachedKeys:
    return CachedKeys(parameters, parameters.srs_for((1 << 16) + 3, kind="development"))


@pytest.fixture(scope="module")
def made(keys) -> Deployment:
    return make_deployment(ENV, OWNER, keys, RULES)


def test_a_deployment_has_a_certified_key_of_each_function_and_record(made, keys):
    assert [name for name, _, _ in made.keys] == ["one", "two", "coin"]
    assert (made.version, made.owner, made.checksum) == (2, OWNER, ENV.program.checksum())
    verify_deployment(made, ENV, keys.srs.verifier(), RULES)


def test_a_check_that_is_stopped_is_no_verdict(made, keys):
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        verify_deployment(made, load(PROGRAM), keys.srs.verifier(), RULES, cancel)


def test_a_circuit_is_made_no_larger_than_its_key_says(made, keys):
    """Variables count that are constants, which have no rows."""
    few = with_key(made, num_variables=5)
    with pytest.raises(VerifyError, match="variable limit"):
        verify_deployment(few, load(PROGRAM), keys.srs.verifier(), RULES)
    record = made.keys[2]
    few = replace(made, keys=(*made.keys[:2], (record[0], replace(record[1], num_variables=5), record[2])))
    with pytest.raises(VerifyError, match=r"coin is refused: .*variable limit"):
        verify_deployment(few, load(PROGRAM), keys.srs.verifier(), RULES)


def exchanged(made, keys):
    """The same names with the keys of others."""
    (first, *one), (second, *two), third = made.keys
    return replace(made, keys=((first, *two), (second, *one), third))


def with_key(made, **fields):
    (name, key, certificate), *others = made.keys
    return replace(made, keys=((name, replace(key, **fields), certificate), *others))


CHANGES = {
    "keys of each other": exchanged,
    "another certificate": lambda made, keys: replace(
        made, keys=((*made.keys[0][:2], made.keys[1][2]), *made.keys[1:])
    ),
    "another commitment": lambda made, keys: with_key(made, commitments=made.keys[0][1].commitments[::-1]),
    "fewer variables": lambda made, keys: with_key(made, num_variables=5),
    "too many variables": lambda made, keys: with_key(made, num_variables=1 << 22),
    "fewer rows": lambda made, keys: with_key(made, info=replace(made.keys[0][1].info, num_constraints=100)),
    "no key of the record": lambda made, keys: replace(made, keys=made.keys[:2]),
    "the checksum of another": lambda made, keys: replace(made, checksum=bytes(32)),
    "no owner and no checksum": lambda made, keys: replace(made, owner=None, checksum=None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_deployment_with_other_keys_is_refused(name, made, keys):
    with pytest.raises(AvmError):
        verify_deployment(CHANGES[name](made, keys), ENV, keys.srs.verifier(), RULES)


def test_a_deployment_is_that_of_its_program_and_time(made, keys):
    other = load(PROGRAM.replace("0u16", "1u16"))
    with pytest.raises(VerifyError, match="another program"):
        verify_deployment(made, other, keys.srs.verifier(), RULES)
    for rules in (Rules(8), Rules(13)):
        with pytest.raises(AvmError):
            verify_deployment(made, ENV, keys.srs.verifier(), rules)


@pytest.mark.parametrize(
    ("version", "fields", "why"),
    [
        (13, {"owner": None}, "amended from consensus version 14"),
        (7, {"owner": None, "checksum": None, "edition": 1}, "edition 1"),
        (8, {"owner": None, "checksum": None, "edition": 2}, "edition 2"),
    ],
)
def test_what_a_deployment_may_be_follows_from_its_time(version, fields, why, made, keys):
    old = load(PROGRAM[: PROGRAM.index("constructor")])
    deployment = replace(
        made, **{"program": old.program, "checksum": old.program.checksum(), "keys": made.keys[:2]} | fields
    )
    with pytest.raises(VerifyError, match=why):
        verify_deployment(deployment, old, keys.srs.verifier(), Rules(version))


def test_how_many_mappings_a_program_has_follows_from_its_time(made, keys):
    mapping = "mapping m{}:\n    key as u8.public;\n    value as u8.public;\n"
    env = load(PROGRAM + "".join(mapping.format(n) for n in range(32)))
    deployment = replace(made, program=env.program, checksum=env.program.checksum())
    verify_deployment(deployment, env, keys.srs.verifier(), Rules(22))
    with pytest.raises(VerifyError, match="at most 31 mappings"):
        verify_deployment(deployment, env, keys.srs.verifier(), Rules(21))
