"""Everything that an alert tells, looked up as it stands now: enough to act on without looking anywhere else."""

from collections.abc import Sequence

from bot.chat.text import Span, Text, bold, clean, mention, plain, shortened
from bot.chat.text import text as spans
from bot.escalation.cards import Earlier, Shown
from bot.escalation.channels import talks
from bot.escalation.rules import Alert, Stage
from bot.escalation.subjects import Subject, staff_of, subject_of, threads_of
from bot.people.permissions import Right, reach
from bot.people.rules import Person
from bot.tickets.rules import Message
from bot.unit import Unit
from bot.workspace import House

_LAST_WORDS = 200
_LOOK_BACK = 20


def shown(unit: Unit, house: House, alert: Alert, platform: str) -> Shown:
    """What the alert tells to whoever reads it on `platform`."""
    subject = subject_of(unit, alert.ticket, alert.request)
    family = unit.alerts.of_clock(alert.clock) if alert.clock else [alert]
    numbers = {subject.ticket.requester, subject.owner, *alert.naming}
    numbers |= {number for each in family for number in (each.person, each.answered_by)}
    people = unit.people.persons(sorted(number for number in numbers if number))
    names = {number: person.name for number, person in people.items()}
    requester = people.get(subject.ticket.requester)
    said, author = _last_words(unit, subject)
    return Shown(
        alert=alert,
        ticket=subject.ticket,
        team=subject.team.name,
        customer=requester.name if requester else "",
        tier=requester.tier if requester else "",
        owner=names.get(subject.owner, ""),
        words=said,
        author=author,
        naming=_mentions(unit, [people[number] for number in alert.naming if number in people], platform),
        earlier=_earlier(family, alert, names),
        answered_by=names.get(alert.answered_by, ""),
        candidates=candidates(unit, subject),
        address=address_of(unit, house, subject, platform),
    )


def _mentions(unit: Unit, persons: Sequence[Person], platform: str) -> Text:
    """Each as the platform can call him, else by name; parted by spaces, as mentions are."""
    said: list[Span | str] = []
    for person in persons:
        here = next((each for each in unit.people.accounts(person.id) if each.platform == platform), None)
        called = mention(f"@{person.name}", here.user) if here else bold(f"@{person.name}")
        said += [" ", called] if said else [called]
    return spans(*said)


def candidates(unit: Unit, subject: Subject) -> tuple[Person, ...]:
    """Who else of the team could have it."""
    able = (person for person in staff_of(unit, subject.team) if reach(person, Right.TAKE))
    return tuple(person for person in able if person.id != subject.owner)


def _earlier(family: list[Alert], alert: Alert, names: dict[int, str]) -> tuple[Earlier, ...]:
    """Who was told before, and when; not those who are told at the same time."""
    told = [each for each in family if each.stage is Stage.TOLD and each.told_at and each.id != alert.id]
    before = [each for each in told if (each.round, each.step) < (alert.round, alert.step) and each.person in names]
    answers = {(each.answered_by, each.answered_at) for each in told if each.answered_by and not alert.answered_by}
    found = [Earlier(names[each.person], each.told_at) for each in before if each.told_at]
    found += [Earlier(names[who], at, answered=True) for who, at in answers if at and who in names]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: each.at))


def _last_words(unit: Unit, subject: Subject) -> tuple[str, str]:
    """The last that was said about it, shortened, and who said it."""
    number = subject.request.id if subject.request else 0
    recent = unit.tickets.conversation(subject.ticket.id, limit=_LOOK_BACK)
    said = [each for each in recent if each.request == number and each.removed_at is None]
    if said:
        return _short(plain(said[-1].text)), _author(unit, said[-1])
    return _short(plain(subject.request.problem if subject.request else subject.ticket.description)), ""


def _short(words: str) -> str:
    return shortened(" ".join(clean(words).split()), _LAST_WORDS)


def _author(unit: Unit, message: Message) -> str:
    found = unit.people.persons([message.author]) if message.author else {}
    return found[message.author].name if message.author in found else ""


def address_of(unit: Unit, house: House, subject: Subject, platform: str) -> str:
    """Where the thread is, as an address that can be opened; on `platform` if it is there ("" if there is none)."""
    threads = [thread for thread in threads_of(unit, subject) if talks(house, thread.place)]
    for thread in sorted(threads, key=lambda thread: thread.place.platform != platform):
        posted = unit.posted.by_key(thread.key) if thread.key else None
        link = house.links.get(thread.place.platform)
        found = link(posted.place, posted.ref) if posted and link else ""
        if found:
            return found
    return ""
