"""How values lie in the database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.claims import lock_number
from storage.encoding import LONGEST_KEY, bounded, micros, moment, packed, storable, unpacked

words = st.text(max_size=20)
any_text = st.text(st.characters(codec=None, categories=None))
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
)


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)))
def test_instants_come_back_to_the_microsecond(at: datetime) -> None:
    assert moment(micros(at)) == at


def test_instants_are_the_same_in_every_zone() -> None:
    at = datetime(2026, 12, 1, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    assert moment(micros(at)) == at
    assert moment(micros(at)).tzinfo is UTC
    with pytest.raises(TypeError):
        micros(datetime(2026, 12, 1))


@given(any_text)
def test_any_text_becomes_storable_and_stays_so(said: str) -> None:
    tidy = storable(said)
    assert "\x00" not in tidy
    assert tidy.encode().decode() == tidy
    assert storable(tidy) == tidy
    if "\x00" not in said and not any("\ud800" <= mark <= "\udfff" for mark in said):
        assert tidy == said


@given(any_text)
def test_keys_stay_short_and_apart(key: str) -> None:
    assert len(bounded(key)) <= LONGEST_KEY
    assert bounded(bounded(key)) == bounded(key)


def test_long_keys_that_begin_alike_stay_apart() -> None:
    one, other = "k" * 10_000 + "1", "k" * 10_000 + "2"
    assert bounded(one) != bounded(other)
    assert len(bounded(one)) == LONGEST_KEY
    assert bounded("k" * LONGEST_KEY) == "k" * LONGEST_KEY


@given(json_values)
def test_json_comes_back(value: object) -> None:
    assert unpacked(packed(value)) == value


@given(any_text)
def test_no_text_in_json_is_poison(said: str) -> None:
    assert isinstance(unpacked(packed({said: [said]})), dict)


def test_locks_have_stable_numbers_of_64_bits() -> None:
    assert lock_number("slack:C1") == lock_number("slack:C1")
    assert lock_number("slack:C1") != lock_number("slack:C2")
    assert all(-(2**63) <= lock_number(str(number)) < 2**63 for number in range(1000))
    assert isinstance(lock_number("\ud83d"), int)
