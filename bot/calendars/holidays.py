"""Public holidays and the working days that make up for them, by country and its part (`CN`, `TW`, `DE-BY`).

China's come from `chinesecalendar`, which has what the State Council publishes each autumn for the next year; those of
others from `holidays`, which computes them and knows the make-up days of, among others, Taiwan. Both are imported when
the first such calendar is used: `holidays` takes some 45 ms and 11 MB, a country and its years 1-40 ms and up to 8 MB,
`chinesecalendar` 2 ms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from bot.calendars.rules import DayKind

CHINA = "CN"

_ORDINARY = (DayKind.ORDINARY, "")
_Days = Mapping[date, tuple[DayKind, str]]


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """See `bot.calendars.rules.HolidayData`. Half holidays, and those of one faith or trade, are ordinary days.

    For a year that China has not published yet, the days that its law fixes are holidays and no weekend is worked;
    `known` says that more will come. A country without data has no holidays, and no year of it is known.
    """

    country: str
    part: str = ""

    @property
    def revision(self) -> str:
        """The place and the versions of the data."""
        return _revision(self.country, self.part)

    def kind(self, day: date) -> DayKind:
        """What the day is."""
        return _days(self.country, self.part, day.year).get(day, _ORDINARY)[0]

    def known(self, year: int) -> bool:
        """Whether the holidays of that year are published and known here."""
        return _known(self.country, self.part, year)

    def name(self, day: date) -> str:
        """In the country's own language. Make-up days have a name in China only."""
        return _days(self.country, self.part, day.year).get(day, _ORDINARY)[1]


def holidays_of(code: str) -> PublicHolidays:
    """The holidays of a country, or of its part: `TW`, `DE-BY`."""
    country, _, part = code.partition("-")
    return PublicHolidays(country, part)


def supported(code: str) -> bool:
    """Whether there are data for this country, and for this part of it."""
    country, _, part = code.partition("-")
    return code == CHINA or _computed(country, part, 2000) is not None


def countries() -> list[str]:
    """The two letters of every country with data."""
    from holidays import registry

    return sorted(code for _, code, *_ in registry.COUNTRIES.values())


def parts(country: str) -> list[str]:
    """The parts of a country that have holidays of their own; nothing for a country without data."""
    known = _computed(country, "", 2000)
    return [] if known is None else sorted(known.subdivisions)


@lru_cache(maxsize=64)
def _revision(country: str, part: str) -> str:
    libraries = ("chinesecalendar", "holidays") if country == CHINA else ("holidays",)
    return " ".join([f"{country}-{part}", *(f"{library} {version(library)}" for library in libraries)])


@lru_cache(maxsize=1024)
def _known(country: str, part: str, year: int) -> bool:
    if (country, part) == (CHINA, "") and _published(year):
        return True
    computed = _computed(country, part, year)
    if computed is None or not computed.start_year <= year <= computed.end_year:
        return False
    # China works some weekends in every year; as long as none is known, the year is not published.
    return country != CHINA or any(day.year == year for day in computed.weekend_workdays)


@lru_cache(maxsize=1024)
def _days(country: str, part: str, year: int) -> _Days:
    """The days of a year that are not ordinary."""
    if (country, part) == (CHINA, "") and (published := _published(year)):
        return published
    computed = _computed(country, part, year)
    if computed is None:
        return {}
    made_up = dict.fromkeys(computed.weekend_workdays, (DayKind.WORKDAY, ""))
    free = {day: (DayKind.HOLIDAY, name) for day, name in computed.items()}
    return {day: said for day, said in (made_up | free).items() if day.year == year}


def _published(year: int) -> _Days:
    """What the State Council published for the year; nothing if it has not, or we do not have it yet."""
    from chinese_calendar import constants

    def called(name: str) -> str:
        return str(constants.Holiday(name).chinese)

    worked = {day: (DayKind.WORKDAY, called(name)) for day, name in constants.workdays.items() if day.year == year}
    return worked | {
        day: (DayKind.HOLIDAY, called(name)) for day, name in constants.holidays.items() if day.year == year
    }


def _computed(country: str, part: str, year: int) -> Any:
    """What `holidays` says of a year, or None if it does not know the place.

    With the years around it: a holiday may be observed, or made up for, across the turn of the year.
    """
    from holidays import country_holidays

    years = range(year - 1, year + 2)
    try:
        language = country_holidays(country).default_language
        return country_holidays(country, subdiv=part or None, years=years, expand=False, language=language)
    except NotImplementedError:
        return None
