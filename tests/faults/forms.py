"""The suite has two forms: the short one is part of `make test`, the long one is `make faults`.

What is left to chance follows from a seed that is printed; `BATON_TEST_SEED` brings it back.
"""

import os
import random
import sys

import pytest

LONG = os.environ.get("BATON_FAULTS") == "long"

long_form = pytest.mark.skipif(not LONG, reason="long form: make faults")


def rounds(short: int, long: int) -> int:
    """How many there are in this form."""
    return long if LONG else short


def chance() -> random.Random:
    """What is left to chance in this test; its seed is printed where the test fails."""
    number = int(os.environ.get("BATON_TEST_SEED") or random.SystemRandom().randrange(1 << 31))
    sys.stderr.write(f"BATON_TEST_SEED={number}\n")
    return random.Random(number)
