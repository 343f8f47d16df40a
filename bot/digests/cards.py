"""Digests as people see them. Data in, views out."""

from collections.abc import Mapping
from datetime import datetime

from bot.chat.text import Text, bold, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Row, Section
from bot.digests.rules import Day, Listed, Morning, Waiting
from bot.language.catalogue import Words
from bot.language.lengths import roughly

# What a day is told in: the kinds of facts that administrators read, in this order.
TOLD = (
    "TicketOpened",
    "StatusChanged",
    "ReplyWritten",
    "CollabAsked",
    "CollabDone",
    "CollabReturned",
    "StepFired",
)


def morning_card(morning: Morning, team: str, names: Mapping[int, str], words: Words, now: datetime) -> Card:
    """A team's morning: what is overdue, due today, without an owner, unanswered."""
    title = words("digest.title", team=team, day=words.day(now.astimezone(words.timezone).date()))
    if morning.clear:
        return Card(title, spans(words("digest.clear")))
    parts = (
        ("digest.overdue", morning.overdue, True),
        ("digest.today", morning.today, True),
        ("digest.unassigned", morning.unassigned, False),
        ("digest.unanswered", morning.unanswered, False),
    )
    sections = [section for key, listed, due in parts for section in _part(key, listed, names, words, now, due=due)]
    return Card(title, sections=tuple(sections))


def _part(
    key: str, listed: Listed, names: Mapping[int, str], words: Words, now: datetime, *, due: bool
) -> list[Section]:
    if not listed.count:
        return []
    heading = Section(words(key, count=listed.count))
    lines = [
        Section(body=_line(each, names, words, now, due=due), controls=(_see(each, words),)) for each in listed.shown
    ]
    more = listed.count - len(listed.shown)
    return [heading, *lines, *([Section(body=spans(words("list.more", count=more)))] if more > 0 else [])]


def _line(each: Waiting, names: Mapping[int, str], words: Words, now: datetime, *, due: bool) -> Text:
    owner = names.get(each.owner, "") or words("card.nobody")
    if due:
        away = each.target_at - now
        key = "digest.late_by" if away.total_seconds() < 0 else "digest.due_in"
        when = words(key, what=words(f"clock.measure.{each.measure.partition('.')[2]}"), length=roughly(words, away))
    else:
        when = words("digest.waits", length=roughly(words, now - each.target_at))
    return spans(bold(each.reference), " ", shortened(each.title, 80), f" · {owner} · {when}")


def _see(each: Waiting, words: Words) -> Button:
    action = "collab.show" if each.request else "ticket.show"
    return Button(words("button.show"), action, each.request or each.ticket)


def alive_card(day: Day, waiting: tuple[int, int], letters: int, version: str, words: Words) -> Card:
    """The sign of life. `waiting` are deliveries and messages that have not been dealt with yet."""
    rows = [(f"digest.fact.{kind}", day.facts.get(kind, 0)) for kind in TOLD]
    rows += [("digest.open", day.open_tickets), ("digest.unowned", day.unassigned)]
    rows += [("digest.incoming", waiting[0]), ("digest.outgoing", waiting[1]), ("digest.letters", letters)]
    shown = tuple(Row(words(key), spans(words("digest.figure", value=value))) for key, value in rows)
    footer = words("digest.version", version=version)
    return Card(words("digest.alive", since=day.since), rows=shown, footer=footer)
