"""After everything is quiet: what the database says, what people saw, and whether one is what the other demands."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.app import build_router
from bot.clocks.rules import Clock, Policy
from bot.durations import Duration
from bot.escalation.rules import Alert, Sending, Stage, State
from bot.facts import Record
from bot.findings import Finding
from bot.unit import Unit
from bot.workers.auditor import CHECKS, CONDITIONS
from storage.unit import SqlDatabase
from tests.fakes.slack import Message, SlackFake
from tests.fakes.telegram import TelegramFake
from tests.replicas.demanded import HELD, Firing, Replay

_HANDS = ("lin", "chen")
_TEAM = (*_HANDS, "wang")
_WHO = {"team-lead": ("wang",), "supervisors": ("wang",), "on-duty": _TEAM, "person:sun": ("sun",)}
_SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Told:
    """All that is stored about one ticket."""

    number: int
    title: str
    facts: list[Record]
    clocks: list[Clock]
    alerts: list[Alert]
    sendings: list[Sending]


def stored(numbers: Sequence[int], unit: Unit) -> list[Told]:
    """These tickets."""
    return [_stored(unit, number) for number in numbers]


def _stored(unit: Unit, number: int) -> Told:
    alerts = unit.alerts.of_ticket(number, 1000)
    records = sorted(unit.facts.of_ticket(number), key=lambda record: record.id)
    sendings = unit.alerts.sendings([alert.id for alert in alerts])
    return Told(number, unit.tickets.get(number).title, records, unit.clocks.of_ticket(number), alerts, sendings)


def restless(unit: Unit) -> str:
    """What is still to be done within a minute; "" when all is quiet. (The minutes for a proof are not waited for.)"""
    waiting = {
        "deliveries": unit.inbox.waiting()[0],
        "timers": unit.timers.overdue(unit.now + _SOON)[0],
        "orders": unit.outbox.backlog()[0],
    }
    return ", ".join(f"{count} {name}" for name, count in waiting.items() if count)


async def findings(database: SqlDatabase) -> list[Finding]:
    """What the auditor finds."""
    checks = (*CHECKS, *build_router(frozenset({"slack"})).audits)
    return await database.write(lambda unit: [finding for check in checks for finding in check(unit)])


async def conditions(database: SqlDatabase) -> object:
    """What an auditor of the replicas found and has not seen ended."""
    return await database.read(lambda unit: unit.keys.get(CONDITIONS))


# -- the model and the database ----------------------------------------------------------------------------------------


def retold(file: Path, tickets: Sequence[Told], snooze: str) -> list[Replay]:
    """Each ticket told over again with the policies of the team file; it must come to what is stored."""
    rows = tomllib.loads(file.read_text("utf-8"))["policies"]
    policies = [Policy.read(row["key"], row) for row in rows]
    return [_retold(told, policies, Duration.parse(snooze).length) for told in tickets]


def _retold(told: Told, policies: list[Policy], snooze: timedelta) -> Replay:
    holds = {(clock.id, change.at): change.due for clock in told.clocks for change in clock.changes
             if change.because in HELD and change.due is not None}  # fmt: skip
    replay = Replay(policies, "support", snooze, holds)
    try:
        replay.tell(told.facts)
        assert [_standing(clock) for clock in told.clocks] == [_standing(each) for each in replay.clocks.values()]
    except (AssertionError, KeyError) as wrong:
        history = "\n".join(f"{record.id} {record.at:%M:%S.%f} {record.fact}" for record in told.facts)
        raise AssertionError(f"T-{told.number}: {wrong}\n{history}") from wrong
    return replay


def _standing(clock: Clock) -> tuple[object, ...]:
    return (clock.measure, clock.policy.key, clock.pauses, clock.fired, sorted(clock.told), clock.round,
            clock.stopped_at, clock.outcome)  # fmt: skip


def people(unit: Unit) -> dict[str, int]:
    """Everybody whom a policy may mean, by key."""
    persons = {key: unit.people.by_key(key) for key in (*_TEAM, "sun")}
    return {key: person.id for key, person in persons.items() if person is not None}


def ill_addressed(told: Told, replay: Replay, known: Mapping[str, int]) -> list[str]:
    """Steps of which not exactly those have an alert, each one, whom the policy names; one line each."""
    wrong = []
    for firing in replay.firings:
        reached = _reached(told.alerts, firing)
        if len(reached) != len(set(reached)) or set(reached) not in _meant(firing, known):
            wrong.append(f"T-{told.number}: {firing.fact} reached {sorted(reached)}")
    return wrong


def _meant(firing: Firing, known: Mapping[str, int]) -> list[set[str]]:
    """Who must hear of a step, one set for each who may have been responsible."""
    step = firing.policy.steps[firing.fact.step]
    found = []
    for owner in firing.owners:
        responsible = {owner} if owner else {known[key] for key in _HANDS}
        named = [responsible if name == "assignee" else {known[key] for key in _WHO[name]} for name in step.notify]
        persons = {f"person:{number}" for each in named for number in each} if "dm" in step.via else set()
        found.append(persons | ({"thread"} if "thread" in step.via else set()))
    return found


def _reached(alerts: Sequence[Alert], firing: Firing) -> list[str]:
    wanted = (firing.fact.clock, firing.fact.round, firing.fact.step)
    return [f"person:{alert.person}" if alert.person else "thread" for alert in alerts
            if (alert.clock, alert.round, alert.step) == wanted]  # fmt: skip


# -- the ledger and the world ------------------------------------------------------------------------------------------


def effects(slack: SlackFake) -> Counter[str]:
    """How often each order of Baton's stands on Slack."""
    written = (message.metadata for message in _of_baton(slack))
    return Counter(str(each["event_payload"]["effect"]) for each in written if each)


def _of_baton(slack: SlackFake) -> list[Message]:
    rooms = slack.workspace.channels.values()
    return [message for room in rooms for message in slack.sent(room)]


def ill_told(tickets: Sequence[Told], slack: SlackFake) -> list[str]:
    """Alerts whose ledger and Slack do not agree, or that nobody was told of; one line each.

    Slack can be asked what stands there, so nothing may stand twice, and nothing be marked as if it might.
    """
    wrong = [f"{alert.effect} is {alert.stage}" for told in tickets for alert in told.alerts
             if alert.stage not in (Stage.TOLD, Stage.SPARED)]  # fmt: skip
    entered = {each.alert for told in tickets for each in told.sendings}
    wrong += [f"{alert.effect} was told to nobody" for told in tickets for alert in told.alerts
              if alert.stage is Stage.TOLD and alert.id not in entered]  # fmt: skip
    standing = effects(slack)
    for sending in _by(tickets, "slack"):
        count, wanted = standing[sending.key], 0 if sending.state is State.TAKEN_BACK else 1
        if count != wanted or not _settled(sending) or sending.repeat:
            wrong.append(f"{sending} stands {count} times on Slack")
    return wrong


def _by(tickets: Sequence[Told], platform: str) -> list[Sending]:
    return [each for told in tickets for each in told.sendings if each.place.platform == platform]


def _settled(sending: Sending) -> bool:
    return sending.state in (State.ACCEPTED, State.SEEN, State.ANSWERED, State.TAKEN_BACK)


def repeated(
    tickets: Sequence[Told],
    posted: Mapping[str, str],
    tries: Mapping[str, int],
    telegram: TelegramFake,
    person: int,
) -> tuple[list[str], int]:
    """The same on Telegram, which can't be asked: one message too many for each further try of an alert that the ledger
    marks as a possible repeat, and no more. `posted` is which message Baton thinks carries an alert, `tries` how often
    each was tried. Also: how many there were.
    """
    wrong, marked = [], Counter[str]()
    standing = {str(message.message_id): _named(telegram.visible_text(message))
                for message in telegram.sent(telegram.world.users[person])}  # fmt: skip
    extra = Counter(names for ref, names in standing.items() if names and ref not in posted.values())
    entries = {each.key: each for each in _by(tickets, "telegram")}
    for key, each in entries.items():
        names = standing.get(posted.get(key, ""), "")
        if bool(names) == (each.state is State.TAKEN_BACK) or not _settled(each):
            wrong.append(f"{each} stands as {names!r} on Telegram")
        marked[names] += max(tries.get(key, 1) - 1, 1) if each.repeat else 0
    wrong += [f"alerts about {names} stand {count} times too often on Telegram, {marked[names]} may"
              for names, count in extra.items() if count > marked[names]]  # fmt: skip
    return wrong, extra.total()


def _named(words: str) -> str:
    """The tickets that a message tells of."""
    return " ".join(sorted(set(re.findall(r"\bT-\d+", words))))


def unfounded(orders: set[str], tickets: Sequence[Told], slack: SlackFake) -> list[str]:
    """Messages on Slack that no committed order accounts for, that stand twice, or that name what there is not."""
    known = {f"T-{told.number}" for told in tickets}
    standing = effects(slack)
    wrong = [f"{effect} was never ordered" for effect in standing if effect.partition("/")[0] not in orders]
    wrong += [f"{effect} stands {count} times" for effect, count in standing.items() if count > 1]
    for message in _of_baton(slack):
        names = set(re.findall(r"\bT-\d+", slack.visible_text(message)))
        wrong += [f"{name} is told of and does not exist" for name in names - known]
    return wrong


def forgotten(replays: list[Replay]) -> list[timedelta]:
    """By how much steps were due, without having fired, when something else ended or moved their clock."""
    return [each for replay in replays for each in replay.forgotten]


def lateness(replays: list[Replay]) -> list[timedelta]:
    """How late each step fired."""
    return sorted(firing.late for replay in replays for firing in replay.firings)
