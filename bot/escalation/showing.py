"""Alerts as messages: what is sent, and how it is brought up to date where it stands."""

from collections.abc import Sequence

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.views import View
from bot.escalation.cards import alert_card, group_card
from bot.escalation.channels import talks
from bot.escalation.describing import shown
from bot.escalation.rules import GROUP_LIMIT, Alert, latest_of_each, ordered
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.unit import Unit
from bot.workspace import House

PREFIX = "alert:"
"""How the keys of orders begin that carry alerts."""


def words_for(unit: Unit, house: House, place: Place, person: Person | None) -> Words:
    """The catalogue of whoever reads there: the person's own, else the room's."""
    context = Context.background(unit, house, place)
    return context.words_for(person, place) if person else context.words_at(place)


def view_of(unit: Unit, house: House, group: Sequence[Alert], place: Place, words: Words) -> View:
    """One alert whole, several as a list; several steps of one clock are one matter, told by the latest."""
    matters = latest_of_each(group)
    if len(matters) == 1:
        return alert_card(shown(unit, house, matters[0], place.platform), words, unit.now)
    weights = {alert.ticket: unit.tickets.get(alert.ticket).priority.weight for alert in matters}
    first = ordered(matters, weights)[:GROUP_LIMIT]
    told = [shown(unit, house, alert, place.platform) for alert in first]
    return group_card(told, len(matters), words, unit.now)


def refresh(unit: Unit, house: House, alerts: Sequence[Alert]) -> None:
    """Bring the messages that tell of these alerts up to date, where messages can be."""
    sendings = unit.alerts.sendings([alert.id for alert in alerts])
    for key in dict.fromkeys(sending.key for sending in sendings if sending.key):
        carried = unit.alerts.carried_by(key)
        place = carried[0].place
        if not talks(house, place) or (unit.posted.by_key(key) is None and not unit.outbox.pending(key)):
            continue
        group = unit.alerts.many([sending.alert for sending in carried])
        first = group[0]
        person = unit.people.person(first.person) if first.person else None
        view = view_of(unit, house, group, place, words_for(unit, house, place, person))
        ticket = first.ticket if len({alert.ticket for alert in group}) == 1 else 0
        user = _user(unit, house, person, place)
        unit.outbox.put(Order("show", place, view, key=key, under=first.under, user=user), ticket=ticket)


def _user(unit: Unit, house: House, person: Person | None, place: Place) -> str:
    if person is None:
        return ""
    accounts = unit.people.accounts(person.id)
    return next((account.user for account in accounts if account.platform == place.platform), "")
