"""A step fell due: who is to be told becomes alerts, each once; they are told when all of the round are known."""

from dataclasses import dataclass, replace

from bot.clocks.facts import StepFired
from bot.escalation import channels, showing
from bot.escalation.channels import Spot
from bot.escalation.demands import demanded
from bot.escalation.recipients import Audience, audience
from bot.escalation.rules import PERSONAL, Alert, Demand, Remark, effect
from bot.escalation.subjects import Subject, subject_of
from bot.escalation.timing import ALERTED, FLUSH
from bot.unit import Unit
from bot.workspace import House


def fired(unit: Unit, house: House, fact: StepFired) -> None:
    """Store an alert for everybody and every room that the step names, and see that they are told.

    The same step told of twice changes nothing: each alert has an effect of its own. Whoever was on it is not any more,
    and the messages that said so say what they were sent for again.
    """
    if not unit.keys.get(ALERTED):
        unit.keys.put(ALERTED, True)
    demand = demanded(unit, fact)
    subject = subject_of(unit, fact.ticket, fact.request)
    before = unit.alerts.of_clock(fact.clock)
    showing.refresh(unit, house, [alert for alert in before if alert.answered_by and alert.open])
    who = audience(unit, subject, demand, before)
    places, remarks = channels.spots(unit, house, subject, demand.via)
    places += [Spot("room", place) for place in who.places if place.platform in house.platforms]
    via = tuple(channel for channel in demand.via if channel in PERSONAL)
    if not (via or places):
        via = ("dm",)
    draft = Draft(fact, subject, demand, (*who.remarks, *remarks))
    for alert in (*draft.personal(unit, who, via), *(draft.at(unit, spot, who) for spot in places)):
        stored = unit.alerts.add(alert)
        if stored is not None:
            unit.timers.set(FLUSH, stored.id, alert.not_before or unit.now)


@dataclass(frozen=True, slots=True)
class Draft:
    """What all alerts of one step have in common."""

    fact: StepFired
    subject: Subject
    demand: Demand
    remarks: tuple[Remark, ...]

    def personal(self, unit: Unit, who: Audience, via: tuple[str, ...]) -> list[Alert]:
        """One alert a person; none where the step goes to threads and rooms alone."""
        if not via:
            return []
        known = [(person, None) for person in who.now] + who.later
        return [
            self._alert(unit, f"person:{person.id}", person=person.id, via=via, not_before=morning)
            for person, morning in known
        ]

    def at(self, unit: Unit, spot: Spot, who: Audience) -> Alert:
        """The alert that is shown at a place, naming those it is meant for; where all of them sleep, not before the
        first of them works: a mention wakes like any message."""
        morning = None if who.now or not who.later else min(moment for _, moment in who.later)
        return self._alert(unit, f"{spot.place}#{spot.under}", place=spot.place, under=spot.under,
                           naming=tuple(sorted(who.known)), via=(spot.channel,), not_before=morning)  # fmt: skip

    def _alert(self, unit: Unit, recipient: str, **more: object) -> Alert:
        fact, demand = self.fact, self.demand
        alert = Alert(
            id=0,
            effect=effect(fact.clock, fact.round, fact.step, recipient),
            ticket=fact.ticket,
            request=fact.request,
            clock=fact.clock,
            round=fact.round,
            step=fact.step,
            measure=fact.measure,
            due_at=demand.due_at,
            created_at=unit.now,
            remarks=self.remarks,
            target=demand.target,
            started_at=demand.started_at,
            skipped=fact.skipped,
            through=demand.through(urgent=self.subject.urgent),
            acknowledged_for=demand.acknowledged_for,
            proof_within=demand.proof_within,
        )
        return replace(alert, **more)  # type: ignore[arg-type]
