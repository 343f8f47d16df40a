"""What people do about gaps: they look at them, write what is missing, or drop it; once a week they are told."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, FormSubmitted
from bot.chat.views import OpenForm, Reply, View
from bot.duty import roster
from bot.errors import Conflict, NotFound
from bot.knowledge import attached, cards, forms, gaps, reviewing, writing
from bot.knowledge.caretakers import Caretakers, tell, whose_turn
from bot.knowledge.gap_cards import answered_post, gaps_card
from bot.knowledge.library import Library
from bot.knowledge.rules import ALIASES, Article, Content, Gap, State
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.tickets.relay import accept_files
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, House, Workspace

SHOWN = 8
"""Gaps in one message at most."""

ONCE_SHOWN = 3
"""Gaps in the weekly message, if so few were asked more than once: then those that were asked once fill it up."""

WEEK = timedelta(days=7)
_GROUPED_BY = timedelta(minutes=30)  # after the week's end its last questions are in their gaps
_LOOKED_AT = 200


class Mending:
    """The handlers; gaps that something answers meanwhile are looked up in the library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def show(self, context: Context) -> Reply | None:
        """`kb gaps`: what is missing, that of one's own teams first, then what was asked most."""
        reviewing.demand_staff(context)
        unit, teams = context.unit, context.who.teams
        found = sorted(unit.knowledge.gaps(_LOOKED_AT), key=lambda gap: gap.team not in teams)
        shown = gaps.still_open(unit, self._library, found[:SHOWN])
        more = len(found) - min(len(found), SHOWN)
        context.answer_inside(gaps_card(gaps.told(unit, shown, context.words), more, context.words))
        return None

    def weekly(self, unit: Unit, house: House) -> None:
        """Tell those whose turn it is what was missing in the week that ended; see `whose_turn`."""
        zone = Workspace.read(unit.keys.get(CONFIG_KEY)).zone
        monday = monday_of(unit.now - _GROUPED_BY, zone)
        caretakers = Caretakers(unit, house, monday + WEEK)

        def of_last_week() -> list[Gap]:
            found = unit.knowledge.gaps(_LOOKED_AT)
            return [gap for gap in found if gap.first_at < monday and gap.last_at >= monday - WEEK]

        def whom() -> list[Person]:
            return [person for gap in of_last_week() for person in caretakers.of(team=gap.team)]

        for person in whose_turn(unit, "gaps", monday.date().isoformat(), whom):
            his = [gap for gap in of_last_week() if person in caretakers.of(team=gap.team)]
            self._tell(unit, house, person, his, monday)

    def _tell(self, unit: Unit, house: House, person: Person, his: list[Gap], monday: datetime) -> None:
        often = [gap for gap in his if gap.count > 1]
        listed = (often + [gap for gap in his if gap.count == 1][: max(0, ONCE_SHOWN - len(often))])[:SHOWN]
        shown = gaps.still_open(unit, self._library, listed)
        if shown:
            effect = f"kb:gaps:{person.id}:{monday.date().isoformat()}"
            tell(unit, house, person, partial(_weekly_card, unit, shown, len(his) - len(listed)), effect)


def _weekly_card(unit: Unit, shown: list[Gap], more: int, words: Words) -> View:
    return gaps_card(gaps.told(unit, shown, words), more, words, weekly=True)


def monday_of(now: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the week in which `now` lies."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight - timedelta(days=midnight.weekday())


# Writing what is missing


def write(context: Context) -> Reply | None:
    """The button: the form of a new article, called as it was asked most, with the other ways to ask."""
    reviewing.demand_staff(context)
    gap = _open_gap(context)
    (one,) = gaps.told(context.unit, [gap], context.words)
    content = Content(one.title, aliases=one.ways[1 : ALIASES + 1])
    most = context.house.can(context.event.place.platform).field_limit
    return OpenForm(forms.writing_form(context.words, content, name="kb.gap", subject=gap.id, field_limit=most))


def written(context: Context, event: FormSubmitted) -> Reply | None:
    """The form came back: the gap is closed by the article, and colleagues who asked lately hear of it."""
    reviewing.demand_staff(context)
    whole = attached.with_text(context, event)
    if whole is None:
        return None
    gap = _open_gap(context)
    files = accept_files(context, event.place.platform, whole.attachments)
    article = writing.create(context, forms.filled(whole.values, Content("", files=files)))
    context.unit.knowledge.save_gap(replace(gap, article=article.id))
    live = article.state is State.PUBLISHED
    if live:
        _tell_askers(context, gap, article)
    context.confide(cards.saved_post(article, context.words, "kb.saved" if live else "kb.waits_for_review"))
    return None


def drop(context: Context) -> Reply | None:
    """The other button: it is not worth an article."""
    reviewing.demand_staff(context)
    gap = _open_gap(context)
    gaps.drop(context.unit, gap)
    return context.tell("kb.gap.dropped", count=gaps.AGAIN)


def _open_gap(context: Context) -> Gap:
    """The gap whose button was pressed. Raises `Conflict` when an article was written for it meanwhile."""
    event = context.event
    assert isinstance(event, ButtonPressed | FormSubmitted)  # noqa: S101 - what it is registered for
    gap = context.unit.knowledge.gap(event.subject)
    if gap is None:
        raise NotFound("chat.old_button")
    if gap.article:
        raise Conflict("kb.gap.closed", reference=f"K-{gap.article}")
    return gap


def _tell_askers(context: Context, gap: Gap, article: Article) -> None:
    """Colleagues who asked in the last seven days and found nothing are told once, when they are at work: who asked
    earlier has found his answer elsewhere. Customers have been answered in their tickets."""
    unit = context.unit
    asked = unit.knowledge.askers([gap.id]).get(gap.id, {})
    lately = [number for number, at in asked.items() if at > unit.now - WEEK and number != context.who.id]
    for person in unit.people.persons(lately).values() if lately else ():
        begins = roster.next_on_duty(unit, person, unit.now)
        if person.role.staff and begins is not None:
            tell(unit, context.house, person, partial(_answered, unit, gap, article),
                 f"kb:gap:{gap.id}:{person.id}", begins)  # fmt: skip


def _answered(unit: Unit, gap: Gap, article: Article, words: Words) -> View:
    (one,) = gaps.told(unit, [gap], words)
    return answered_post(article, one.title, words)
