"""`pytest tests/leo --regenerate` writes the expected code anew; read the difference before committing it."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write the expected Aleo code of Leo programs")


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether expected code is to be written instead of compared."""
    return bool(request.config.getoption("--regenerate", default=False))
