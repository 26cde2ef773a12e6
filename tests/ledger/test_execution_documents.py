"""Whatever a stranger writes instead of an execution is refused, and never an accident."""

import copy
import random
from contextlib import suppress

import pytest

from avm.base.consensus import NEWEST, Rules
from avm.base.errors import AvmError
from avm.ledger.execution_check import execution_statement
from avm.ledger.network import Execution
from avm.storage.network_keys import ChainKeys
from tests.ledger.executions import Case

WORDS = [None, 5, "", [], {}, True, -1, "5field", "7u32", "2group", "credits.aleo", "transfer_private"]
WORDS += [
    "record",
    "record_dynamic",
    "record_with_dynamic_id",
    "external_record",
    "future",
    "public",
    "private",
]
WORDS += ["{ program_id: a.aleo, function_name: b, arguments: [] }"]
FIELDS = ("tag", "dynamic_id", "checksum", "sender_ciphertext", "value", "id")


def places(data, path=()):
    """Every place in a document."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def at(data, path):
    for key in path:
        data = data[key]
    return data


def alter(data, rng):
    """Change one place of a document."""
    *path, last = rng.choice(list(places(data)))
    parent = at(data, path)
    choice = rng.randrange(4)
    if choice == 0:
        del parent[last]
    elif choice == 1 and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[last]))
    elif choice == 2 and isinstance(parent, dict):
        parent[rng.choice(FIELDS)] = rng.choice(WORDS)
    else:
        parent[last] = rng.choice(WORDS)


def test_altered_documents_are_read_and_judged_without_an_accident():
    rng, cases, judged = random.Random(4), [Case(index) for index in range(3)], 0
    for _ in range(800):
        case = rng.choice(cases)
        data = copy.deepcopy(case.line["execution"])
        for each in data["transitions"]:
            del each["id"]
        for _ in range(rng.randrange(1, 4)):
            alter(data, rng)
        with suppress(AvmError):
            execution = Execution.from_json(data)
            rules = Rules(rng.randrange(1, NEWEST + 1))
            judged += 1
            execution_statement(execution, case.programs, ChainKeys(rules, case.keys), rules)
    assert judged > 100


def test_a_public_key_that_is_no_point_is_refused():
    data = copy.deepcopy(Case(0).line["execution"])
    data["transitions"][0].update(tpk="5field")
    with pytest.raises(AvmError):
        Execution.from_json(data)
