"""What the log never shows: who a customer is, what he paid, and what opens a door. Covers T10."""

import logging

import pytest

from bot.logs import Masking, masked


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("call +86 138 0013 8000 now", "call …00 now"),
        ("card 6222020200112233445", "card …45"),
        ("id 110101199003070011 of Ann", "id …11 of Ann"),
        ("mail ann.lee+x@example.co.uk", "mail <mail>"),
        ("refund ¥12,800.50 and $99", "refund ¥… and $…"),
        ("xoxb-12-abcDEF is wrong", "xoxb-… is wrong"),
        (
            "https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe",
            "https://api.telegram.org/<token>/getMe",
        ),
        ("postgresql://baton:secret@db/baton", "postgresql://baton:…@db/baton"),
        ("T-12 took 35 ms, attempt 3 of 5", "T-12 took 35 ms, attempt 3 of 5"),
    ],
)
def test_what_identifies_somebody_or_opens_a_door_is_masked(written: str, shown: str) -> None:
    """Long numbers keep their last two digits; times, ticket numbers and counts stay."""
    assert masked(written) == shown


def test_tracebacks_are_masked_as_well() -> None:
    """An exception quotes what a customer wrote."""
    try:
        raise ValueError("13800138000")
    except ValueError as error:
        record = logging.LogRecord("bot", logging.ERROR, "", 0, "failed", (), (ValueError, error, error.__traceback__))
    assert "13800138000" not in Masking("%(message)s").format(record)
