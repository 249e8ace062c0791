"""Every pass over a text takes a time that grows with its length and no faster, whatever the text is."""

import pytest
from growth import LEAST, exponent
from text_passes import PASSES

CASES = [(one.work, construct) for one in PASSES for construct in one.constructs]
NAMES = [f"{one.name}: {construct}" for one in PASSES for construct in one.constructs]
# What takes a power of the length so high may take a higher one of longer texts, or the processor was busy.
SUSPECT = 1.2
# Twice the time that a linear pass would take for eight times the text.
HIGHEST = 4 / 3


@pytest.mark.parametrize(("work", "construct"), CASES, ids=NAMES)
def test_time_grows_with_the_text(work, construct):
    if exponent(work, construct.make) > SUSPECT:
        # Long enough also for what is read a hundred deep before more of it costs no more.
        assert exponent(work, construct.make, least=8 * LEAST, times=2) <= HIGHEST
