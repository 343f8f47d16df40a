"""A calendar by example: what decides over a day, when it opens and closes, what is due when.

Covers U13 (time limits between departments), C7 (personal rest blocks) and issue 3, section 2.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.calendars.rules import ALWAYS, LOOK_AHEAD, BusinessCalendar, NeverOpen, advance, always, merged, retreat
from bot.durations import Duration
from tests.calendars.minutes import local, utc
from tests.calendars.weeks import NINE_TO_SIX, ROUND_THE_CLOCK, daily, office

BERLIN = "Europe/Berlin"
HOUR = timedelta(hours=1)
FRIDAY, SATURDAY, MONDAY = date(2026, 6, 5), date(2026, 6, 6), date(2026, 6, 8)


class TestDays:
    """What decides over a day: opened, then closed, then the state, then the week."""

    def test_the_week(self) -> None:
        calendar = office(BERLIN)
        assert calendar.intervals(FRIDAY) == NINE_TO_SIX
        assert calendar.intervals(SATURDAY) == ()

    def test_an_opened_day_comes_before_everything(self) -> None:
        day = date(2026, 10, 1)  # National Day
        calendar = merged(office("Asia/Shanghai", "CN"), closed=[day], opened={day: ((600, 960),)})
        assert calendar.intervals(day) == ((600, 960),)

    def test_a_closed_day_comes_before_a_working_day_of_the_state(self) -> None:
        day = date(2026, 10, 10)  # a Saturday that makes up for the National Day
        china = office("Asia/Shanghai", "CN")
        assert china.intervals(day) == NINE_TO_SIX
        assert merged(china, closed=[day]).intervals(day) == ()

    def test_a_day_that_makes_up_has_the_first_hours_of_the_week(self) -> None:
        """The state makes an ordinary working day of the Saturday, although Saturdays are short here."""
        base = office("Asia/Shanghai", "CN")
        short = BusinessCalendar("s", base.zone, (*base.hours[:5], ((600, 720),), ()), holidays=base.holidays)
        assert short.intervals(date(2026, 10, 10)) == NINE_TO_SIX
        assert short.intervals(date(2026, 10, 17)) == ((600, 720),)

    @pytest.mark.parametrize(
        "hours", [((540, 540),), ((600, 540),), ((540, 700), (690, 800)), ((0, 1441),), ((-1, 5),)]
    )
    def test_what_is_no_part_of_a_day_is_refused(self, hours: tuple[tuple[int, int], ...]) -> None:
        with pytest.raises(ValueError, match="no intervals"):
            daily(BERLIN, *hours)

    def test_a_week_has_seven_days(self) -> None:
        with pytest.raises(ValueError, match="7 days"):
            BusinessCalendar("six", ZoneInfo(BERLIN), (NINE_TO_SIX,) * 6)


class TestOpening:
    """When it is open, opens and closes."""

    def test_an_interval_begins_and_ends_on_the_minute(self) -> None:
        calendar = office(BERLIN)
        assert not calendar.is_open(local("2026-06-05 08:59:59.999999", BERLIN))
        assert calendar.is_open(local("2026-06-05 09:00", BERLIN))
        assert not calendar.is_open(local("2026-06-05 12:00", BERLIN))

    def test_the_next_opening(self) -> None:
        calendar = office(BERLIN)
        for asked, opens in (
            ("2026-06-05 10:17", "2026-06-05 10:17"),
            ("2026-06-05 12:00", "2026-06-05 13:30"),
            ("2026-06-05 18:00", "2026-06-08 09:00"),
            ("2026-06-07 03:00", "2026-06-08 09:00"),
        ):
            assert calendar.next_open(local(asked, BERLIN)) == local(opens, BERLIN)

    def test_it_closes_at_the_end_of_the_stretch(self) -> None:
        calendar = office(BERLIN)
        assert calendar.closes(local("2026-06-05 10:00", BERLIN)) == local("2026-06-05 12:00", BERLIN)
        night = local("2026-06-05 22:00", BERLIN)
        assert calendar.closes(night) == night

    def test_a_night_shift_does_not_close_at_midnight(self) -> None:
        """Two intervals that touch at 24:00, in a zone whose midnight is not that of UTC."""
        shift = daily("America/New_York", (0, 360), (1320, 1440))
        assert shift.closes(local("2026-06-05 23:00", "America/New_York")) == local(
            "2026-06-06 06:00", "America/New_York"
        )
        assert shift.between(utc("2026-06-01 00:00"), utc("2026-06-08 00:00")) == 7 * 8 * HOUR

    def test_what_never_closes_gives_a_far_end(self) -> None:
        at = utc("2026-06-05 10:00")
        assert LOOK_AHEAD <= ALWAYS.closes(at) - at <= LOOK_AHEAD + timedelta(days=1)


class TestNeverOpen:
    """A calendar without hours, and one whose last day is over."""

    def test_nothing_is_ever_due(self) -> None:
        never = BusinessCalendar("never", ZoneInfo(BERLIN), ((),) * 7)
        at = utc("2026-06-05 10:00")
        assert never.next_open(at) is None
        assert not never.is_open(at)
        assert never.closes(at) == at
        assert never.between(at, at + timedelta(days=900)) == timedelta()
        for wanted in (never.add, never.subtract):
            with pytest.raises(NeverOpen, match="never"):
                wanted(at, HOUR)
            assert wanted(at, timedelta()) == at
        for days in (1, -1):
            with pytest.raises(NeverOpen):
                never.add_days(at, days)

    def test_one_day_a_year_is_enough(self) -> None:
        yearly = merged(
            BusinessCalendar("yearly", ZoneInfo(BERLIN), ((),) * 7),
            opened={date(year, 6, 5): ((600, 660),) for year in (2025, 2026, 2027)},
        )
        assert yearly.add(local("2026-06-05 10:30", BERLIN), HOUR) == local("2027-06-05 10:30", BERLIN)
        with pytest.raises(NeverOpen):
            yearly.add(local("2027-06-05 10:30", BERLIN), HOUR)

    def test_the_end_of_time_is_no_fault(self) -> None:
        with pytest.raises(NeverOpen):
            daily(BERLIN, (0, 1440)).add(utc("9998-12-01 00:00"), timedelta(days=60))


class TestDaylightSaving:
    """The clock on the wall decides: an interval over the gap is shorter, one over the repeated hour longer."""

    @pytest.mark.parametrize(
        ("zone", "day", "hours", "worked"),
        [
            (BERLIN, "2026-03-29", ROUND_THE_CLOCK, 23 * HOUR),
            (BERLIN, "2026-10-25", ROUND_THE_CLOCK, 25 * HOUR),
            (BERLIN, "2026-03-29", ((60, 240),), 2 * HOUR),
            (BERLIN, "2026-10-25", ((60, 240),), 4 * HOUR),
            (BERLIN, "2026-03-29", ((130, 160),), timedelta()),
            (BERLIN, "2026-10-25", ((130, 160),), HOUR),
            ("America/New_York", "2026-03-08", ((60, 180),), HOUR),
            ("America/New_York", "2026-11-01", ((60, 180),), 3 * HOUR),
            ("Australia/Lord_Howe", "2026-04-05", ROUND_THE_CLOCK, 24.5 * HOUR),
            ("Australia/Lord_Howe", "2026-10-04", ROUND_THE_CLOCK, 23.5 * HOUR),
            ("Australia/Lord_Howe", "2026-10-04", ((120, 180),), HOUR / 2),
            ("America/Havana", "2026-11-01", ((0, 60),), 2 * HOUR),
            ("Pacific/Apia", "2011-12-30", ROUND_THE_CLOCK, timedelta()),
        ],
    )
    def test_what_a_day_is_worth(
        self, zone: str, day: str, hours: tuple[tuple[int, int], ...], worked: timedelta
    ) -> None:
        only = BusinessCalendar("one", ZoneInfo(zone), ((),) * 7, opened={date.fromisoformat(day): hours})
        noon = local(f"{day} 12:00", zone)
        assert only.between(noon - timedelta(days=3), noon + timedelta(days=3)) == worked

    def test_work_in_the_repeated_hour_is_done_twice(self) -> None:
        shift = daily(BERLIN, (135, 150))
        first, second = local("2026-10-25 02:15", BERLIN), local("2026-10-25 02:15", BERLIN, fold=1)
        assert shift.next_open(utc("2026-10-24 12:00")) == first
        assert shift.closes(first) == first + HOUR / 4
        assert shift.next_open(first + HOUR / 4) == second == first + HOUR

    def test_two_hours_over_the_night_in_which_the_clock_is_put_forward(self) -> None:
        calendar = daily(BERLIN, (0, 1440))
        assert calendar.add(local("2026-03-29 01:00", BERLIN), 2 * HOUR) == local("2026-03-29 04:00", BERLIN)


class TestAdding:
    """What is due when."""

    def test_two_hours_over_the_break_and_over_the_weekend(self) -> None:
        """Covers U13: the technical department's two hours."""
        calendar = office("Asia/Shanghai")
        for asked, due in (
            ("2026-06-05 09:30", "2026-06-05 11:30"),
            ("2026-06-05 11:00", "2026-06-05 14:30"),
            ("2026-06-05 17:00", "2026-06-08 10:00"),
            ("2026-06-06 12:00", "2026-06-08 11:00"),
        ):
            assert calendar.add(local(asked, "Asia/Shanghai"), 2 * HOUR) == local(due, "Asia/Shanghai")

    def test_what_takes_until_closing_is_due_at_closing(self) -> None:
        calendar = office(BERLIN)
        assert calendar.add(local("2026-06-05 17:00", BERLIN), HOUR) == local("2026-06-05 18:00", BERLIN)
        assert calendar.subtract(local("2026-06-08 10:00", BERLIN), HOUR) == local("2026-06-08 09:00", BERLIN)

    def test_less_than_nothing_is_the_other_way_round(self) -> None:
        calendar, at = office(BERLIN), local("2026-06-08 10:00", BERLIN)
        assert calendar.add(at, -2 * HOUR) == calendar.subtract(at, 2 * HOUR) == local("2026-06-05 17:00", BERLIN)
        assert calendar.subtract(at, -HOUR) == calendar.add(at, HOUR)
        assert calendar.between(at, at - 24 * HOUR) == -calendar.between(at - 24 * HOUR, at) == -HOUR

    def test_always_is_real_time(self) -> None:
        at = utc("2026-03-28 12:34:56")
        assert ALWAYS.add(at, timedelta(days=400, microseconds=1)) == at + timedelta(days=400, microseconds=1)
        assert always(ZoneInfo(BERLIN)).add_days(at, 1) == at + 23 * HOUR


class TestDurations:
    """Covers U13: `2h`, `2h biz`, `1d biz`."""

    @pytest.mark.parametrize(
        ("duration", "at", "later", "earlier"),
        [
            ("2h", "2026-06-05 17:00", "2026-06-05 19:00", "2026-06-05 15:00"),
            ("1d", "2026-06-05 17:00", "2026-06-06 17:00", "2026-06-04 17:00"),
            ("2h biz", "2026-06-05 17:00", "2026-06-08 10:00", "2026-06-05 15:00"),
            ("1d biz", "2026-06-05 17:00", "2026-06-08 17:00", "2026-06-04 17:00"),
            ("0d biz", "2026-06-06 17:00", "2026-06-06 17:00", "2026-06-06 17:00"),
            # a day off counts as the evening before it, looking back as the morning after it
            ("1d biz", "2026-06-06 11:00", "2026-06-08 18:00", "2026-06-05 09:00"),
            ("5d biz", "2026-06-05 12:30", "2026-06-12 13:30", "2026-05-29 12:00"),
            ("1d biz", "2026-06-05 07:00", "2026-06-08 09:00", "2026-06-04 09:00"),
            ("1d biz", "2026-06-05 23:00", "2026-06-08 18:00", "2026-06-04 18:00"),
        ],
    )
    def test_forth_and_back(self, duration: str, at: str, later: str, earlier: str) -> None:
        calendar, length = office(BERLIN), Duration.parse(duration)
        assert advance(calendar, local(at, BERLIN), length) == local(later, BERLIN)
        assert retreat(calendar, local(at, BERLIN), length) == local(earlier, BERLIN)

    def test_the_same_time_on_a_day_on_which_it_does_not_exist(self) -> None:
        calendar = daily(BERLIN, (0, 1440))
        assert calendar.add_days(local("2026-03-28 02:30", BERLIN), 1) == local("2026-03-29 03:00", BERLIN)

    def test_a_clock_that_was_put_back_does_not_make_later_things_due_earlier(self) -> None:
        calendar = daily(BERLIN, (0, 1440))
        first, second = local("2026-10-25 02:45", BERLIN), local("2026-10-25 02:15", BERLIN, fold=1)
        assert calendar.add_days(first, 1) == local("2026-10-26 02:45", BERLIN)
        assert calendar.add_days(second, 1) == local("2026-10-26 03:00", BERLIN)


class TestExceptions:
    """Covers C7 and issue 3, section 2: one team's or one person's exceptions."""

    def test_rest_is_cut_out_of_every_day(self) -> None:
        rested = merged(office(BERLIN), opened={SATURDAY: ((600, 840),)}, rest=[(700, 820)])
        assert rested.intervals(FRIDAY) == ((540, 700), (820, 1080))
        assert rested.intervals(SATURDAY) == ((600, 700), (820, 840))
        assert merged(rested, rest=[(0, 1440)]).intervals(FRIDAY) == ()

    def test_a_break_touches_what_it_touches(self) -> None:
        rested = merged(daily(BERLIN, (540, 720)), rest=[(480, 540), (720, 780), (600, 610), (605, 620)])
        assert rested.intervals(FRIDAY) == ((540, 600), (620, 720))

    def test_who_is_closer_has_the_last_word(self) -> None:
        """The house opens on a Saturday, the team does not, one of its people does, at another time."""
        house = merged(office(BERLIN), opened={SATURDAY: ((600, 960),)})
        team = merged(house, closed=[SATURDAY, FRIDAY])
        person = merged(team, opened={SATURDAY: ((720, 780),)})
        assert [one.intervals(SATURDAY) for one in (house, team, person)] == [((600, 960),), (), ((720, 780),)]
        assert [one.intervals(FRIDAY) for one in (house, team, person)] == [NINE_TO_SIX, (), ()]
        assert house.intervals(MONDAY) == person.intervals(MONDAY) == NINE_TO_SIX

    def test_the_revision_follows_everything_that_decides(self) -> None:
        base = office(BERLIN)
        variants = [
            base,
            office("Europe/Paris"),
            office(BERLIN, "DE"),
            office(BERLIN, "DE-BY"),
            office(BERLIN, hours=ROUND_THE_CLOCK),
            merged(base, closed=[FRIDAY]),
            merged(base, opened={FRIDAY: ((600, 660),)}),
            merged(base, rest=[(600, 660)]),
        ]
        assert len({one.revision for one in variants}) == len(variants)
        assert office(BERLIN) == base
        assert office(BERLIN).revision == base.revision

    def test_equal_exceptions_are_worked_out_once(self) -> None:
        base = office(BERLIN)
        assert merged(base) is base
        assert merged(base, closed=[FRIDAY, MONDAY]) is merged(base, closed=[MONDAY, FRIDAY])
