"""Accounts, hashes, values, records and transactions as snarkVM answered, where its answers are at hand."""

import importlib.util
import sys
from pathlib import Path

import pytest

from avm.base.errors import AvmError
from avm.conformance import data as conformance_data
from avm.conformance import records as conformance_records

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
HANDLERS = {**conformance_data.HANDLERS, **conformance_records.HANDLERS}
EVERY = {"accounts": 8, "hashes": 25, "values": 3, "records": 8, "transactions": 1}

pytestmark = pytest.mark.skipif(
    not VECTORS.exists(), reason="needs the recorded answers in ../shared/vectors"
)


@pytest.fixture(scope="module")
def cases():
    spec = importlib.util.spec_from_file_location("recorded_cases", VECTORS / "cases.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def found(reply, path):
    for name in path.split("."):
        reply = reply.get(name) if isinstance(reply, dict) else None
    return reply


@pytest.mark.parametrize("category", EVERY)
def test_answers_are_those_of_the_reference(cases, category):
    make, files = cases.CATEGORIES[category]
    data = cases.Data(str(VECTORS))
    checked = 0
    for _, operation, request, expected, *_ in list(make(data.rows(files), data))[:: EVERY[category]]:
        if operation not in HANDLERS:
            continue
        try:
            reply = HANDLERS[operation](dict(request))
        except AvmError as error:
            assert expected.get("accepted") is False, f"{request}: {error}"
            continue
        for path, value in expected.items():
            got = True if path == "accepted" else found(reply, path)
            assert got == value or str(got) == str(value), f"{path} of {request}"
        checked += 1
    assert checked > 7
