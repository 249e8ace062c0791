"""Every pass over a text takes a time that grows with its length and no faster, whatever the text is."""

import pytest

from tests.support.growth import is_linear
from tests.support.text_passes import PASSES

pytestmark = pytest.mark.slow

CASES = [(one.work, construct) for one in PASSES for construct in one.constructs]
NAMES = [f"{one.name}: {construct}" for one in PASSES for construct in one.constructs]


@pytest.mark.parametrize(("work", "construct"), CASES, ids=NAMES)
def test_time_grows_with_the_text(work, construct):
    assert is_linear(work, construct.make)
