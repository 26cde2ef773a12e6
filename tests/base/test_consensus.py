"""Versions of the rules change at their heights."""

import pytest

from avm.base.consensus import MAINNET_HEIGHTS, NEWEST, Rules


def test_heights_rise_and_each_begins_its_version():
    assert sorted(set(MAINNET_HEIGHTS)) == list(MAINNET_HEIGHTS)
    for version, height in enumerate(MAINNET_HEIGHTS, 1):
        assert Rules.at(height).version == version
        assert height == 0 or Rules.at(height - 1).version == version - 1
    assert Rules.at(1 << 31).version == NEWEST == Rules().version


@pytest.mark.parametrize(
    "height, varuna, inclusion", [(0, 1, 0), (6_135_000, 2, 0), (9_430_000, 2, 1), (22_437_000, 3, 1)]
)
def test_circuits_and_proofs_have_the_version_of_the_height(height, varuna, inclusion):
    assert (Rules.at(height).varuna, Rules.at(height).inclusion) == (varuna, inclusion)
