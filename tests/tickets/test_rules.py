"""The rules of a ticket by themselves: no database, no clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.text import clean
from bot.errors import Invalid
from bot.tickets.rules import TITLE_LIMIT, Fate, Message, Priority, Side, Status, Ticket, titled

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TICKET = Ticket(12, "x", (), 1, 1, NOW, NOW)


def test_taking_a_new_ticket_opens_it_and_leaves_others_where_they_stand() -> None:
    """Covers B2."""
    assert TICKET.taken_by(7, LATER).status is Status.OPEN
    waiting = TICKET.with_status(Status.ON_HOLD, NOW).taken_by(7, LATER)
    assert (waiting.status, waiting.assignee) == (Status.ON_HOLD, 7)


def test_solved_and_closed_remember_when() -> None:
    """Covers B1: a reopened ticket forgets it, a closed one keeps when it was solved."""
    solved = TICKET.with_status(Status.SOLVED, NOW)
    closed = solved.with_status(Status.CLOSED, LATER)
    assert (closed.solved_at, closed.closed_at) == (NOW, LATER)
    reopened = closed.with_status(Status.OPEN, LATER)
    assert (reopened.solved_at, reopened.closed_at) == (None, None)


def test_what_is_live_and_what_is_pressing() -> None:
    """Covers B2."""
    assert {status for status in Status if not status.live} == {Status.SOLVED, Status.CLOSED}
    assert sorted(Priority, key=lambda level: level.weight) == [
        Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT,
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_a_title_is_readable_or_refused(words: str) -> None:
    """Covers W6: one line, nothing invisible, within the limit; else the field is named."""
    refused = None
    try:
        title = titled(words)
    except Invalid as error:
        refused = error
    if refused is not None:
        assert refused.field == "title"
        return
    assert title == " ".join(title.split())
    assert title == clean(title)
    assert 0 < len(title) <= TITLE_LIMIT


@pytest.mark.parametrize("empty", ["", "   ", "\u200b\u200d", "\u202e", "…!?", "\x00"])
def test_a_title_that_says_nothing_is_refused(empty: str) -> None:
    """Covers W6."""
    with pytest.raises(Invalid) as refused:
        titled(empty)
    assert refused.value.key == "ticket.title_empty"


def test_tags_are_tidy() -> None:
    """Covers B1: trimmed, without the sign, none twice."""
    assert TICKET.tagged(("#vip", " vip ", "退款", "", "#")).tags == ("vip", "退款")
    with pytest.raises(Invalid):
        TICKET.tagged(("x" * 31,))


@pytest.mark.parametrize("fate", list(Fate))
def test_what_the_customer_has_before_his_eyes(fate: Fate) -> None:
    """Covers U32: only what is for him, left, and still stands."""
    reply = Message(1, 12, 7, Side.TEAM, True, (), NOW, fate=fate)
    assert reply.seen is (fate is Fate.SHOWN)
    assert not Message(1, 12, 7, Side.TEAM, False, (), NOW, fate=fate).seen
    assert not Message(1, 12, 7, Side.TEAM, True, (), NOW, fate=fate, removed_at=LATER).seen
