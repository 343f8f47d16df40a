"""Lengths of time and moments, as `baton.toml` and people write them."""

import re
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.chat.events import Place
from bot.durations import LONGEST, UNITS, Duration, Moment

DURATIONS = st.builds(Duration, st.integers(0, 3660), st.sampled_from(sorted(UNITS)), st.booleans())
MOMENTS = st.one_of(
    st.just(Moment()),
    st.builds(Moment, DURATIONS, st.sampled_from([-1, 0, 1])),
)


@pytest.mark.parametrize(
    ("written", "length", "business"),
    [
        ("90s", timedelta(seconds=90), False),
        ("10m", timedelta(minutes=10), False),
        ("2h", timedelta(hours=2), False),
        ("1d", timedelta(days=1), False),
        ("2h biz", timedelta(hours=2), True),
        (" 2 H  BIZ ", timedelta(hours=2), True),
    ],
)
def test_durations_of_the_contract(written: str, length: timedelta, business: bool) -> None:
    duration = Duration.parse(written)
    assert (duration.length, duration.business) == (length, business)


@pytest.mark.parametrize("written", ["", "10", "m", "-5m", "1.5h", "2w", "2hbiz", "2h business", "１０m", "99999d"])
def test_anything_else_is_no_duration(written: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(written))):
        Duration.parse(written)


@given(DURATIONS)
def test_a_duration_is_read_back_as_it_was_written(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(st.text(max_size=12))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        duration = Duration.parse(text)
    except ValueError:
        return
    assert timedelta(0) <= duration.length <= LONGEST
    assert Duration.parse(str(duration)) == duration


@given(DURATIONS, DURATIONS)
def test_longer_is_longer_in_any_unit(one: Duration, other: Duration) -> None:
    assume(one.unit == other.unit)
    assert (one.length < other.length) == (one.amount < other.amount)


def test_moments_of_the_contract() -> None:
    assert Moment.parse("10m") == Moment(Duration(10, "m"))
    assert Moment.parse("target") == Moment()
    assert Moment.parse("target-15m") == Moment(Duration(15, "m"), -1)
    assert Moment.parse("Target + 1h biz") == Moment(Duration(1, "h", True), 1)


@pytest.mark.parametrize("written", ["", "target-", "target15m", "start+5m", "target--5m", "target-soon"])
def test_anything_else_is_no_moment(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which words it has is the reader's business
        Moment.parse(written)


@given(MOMENTS)
def test_a_moment_is_read_back_as_it_was_written(moment: Moment) -> None:
    assert Moment.parse(str(moment)) == moment


PLACES = st.builds(
    Place,
    st.sampled_from(["slack", "telegram", "web"]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.text(st.characters(exclude_categories=["Cs"])),
)


@given(PLACES)
def test_a_place_is_read_back_as_it_was_written(place: Place) -> None:
    assert Place.parse(str(place)) == place


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("slack:C0HELP", Place("slack", "C0HELP")),
        ("telegram:-1001234/17", Place("telegram", "-1001234", "17")),
        ("web:help", Place("web", "help")),
    ],
)
def test_places_of_the_contract(written: str, place: Place) -> None:
    assert Place.parse(written) == place
    assert str(place) == written


@pytest.mark.parametrize("written", ["", "slack", "slack:", ":C0HELP", "C0HELP"])
def test_anything_else_is_no_place(written: str) -> None:
    with pytest.raises(ValueError, match="is no place"):
        Place.parse(written)
