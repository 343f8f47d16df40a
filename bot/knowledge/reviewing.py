"""Who may write, who looks at it first, and who hears of it."""

from collections.abc import Callable, Iterator

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.views import View
from bot.errors import NotAllowed, NotFound
from bot.knowledge.caretakers import Caretakers
from bot.knowledge.rules import Article, Audience, State
from bot.language.catalogue import Words
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Person, Role, Team

Views = Callable[[Words], View]
"""How something reads in a language."""


def demand_staff(context: Context) -> None:
    """Raise `NotAllowed` for customers: they read what is for them, and write tickets."""
    if not context.who.role.staff:
        raise NotAllowed("kb.staff_only")


def readable(context: Context, number: int) -> Article:
    """The article, if the person may read it. Raises `NotFound`: to a customer what is not for him does not exist."""
    article = context.unit.knowledge.get(number)
    today = context.unit.now.astimezone(context.workspace.zone).date()
    if not context.who.role.staff and not article.found_by(staff=False, today=today):
        raise NotFound("kb.unknown", reference=article.reference)
    return article


def team_of(context: Context, article: Article) -> Team | None:
    """The team that the article belongs to."""
    teams = context.unit.people.teams()
    return next((team for team in teams if team.id == article.team), None)


def home_team(person: Person) -> int:
    """The team for which somebody writes: his first one (0: he has none)."""
    return min(person.teams, default=0)


def may_review(person: Person, team: Team | None) -> bool:
    """Whether what he writes for this team needs nobody else's eyes, and he may look at others'."""
    if team is None or not team.review_articles or person.role is Role.ADMIN or team.lead == person.id:
        return True
    return person.role is Role.SUPERVISOR and team.id in person.teams


def demand_review(context: Context, article: Article) -> None:
    """Raise `NotAllowed`, naming who may, unless the person may look at what others wrote for the article's team."""
    demand_staff(context)
    team = team_of(context, article)
    if team is None or not may_review(context.who, team):
        lead = context.unit.people.persons([team.lead]).get(team.lead) if team else None
        raise NotAllowed("kb.not_reviewer", team=team.name if team else "", name=lead.name if lead else "–")


def sendable(article: Article) -> bool:
    """Whether customers may be sent it."""
    return article.state is State.PUBLISHED and article.content.audience is Audience.CUSTOMERS


def tell_reviewers(context: Context, article: Article, key: str, view_in: Views) -> None:
    """Show a view to the lead of the article's team; where he can't be reached, to the team's rooms."""
    team = team_of(context, article)
    _tell(context, key, [team.lead] if team else [], team, view_in)


def tell_owner(context: Context, article: Article, key: str, view_in: Views) -> None:
    """Show a view to the article's owner, else to the lead of its team, else to the team's rooms; what is nobody's, to
    whoever looks after the knowledge base."""
    team = team_of(context, article)
    if not _tell(context, key, [article.owner, team.lead if team else 0], team, view_in):
        for person in Caretakers(context.unit, context.house).of():
            _told(context, person, key, view_in)


def _tell(context: Context, key: str, numbers: list[int], team: Team | None, view_in: Views) -> bool:
    """Whether anybody was told."""
    unit = context.unit
    persons = unit.people.persons([number for number in dict.fromkeys(numbers) if number])
    for number in numbers:
        person = persons.get(number)
        if person is not None and person.active and _told(context, person, key, view_in):
            return True
    rooms = [room for room in (team.rooms if team else ()) if room.platform in context.house.platforms]
    for room in rooms:
        unit.outbox.put(Order("show", room, view_in(context.words_at(room)), key=f"{key}@{room}"))
    return bool(rooms)


def _told(context: Context, person: Person, key: str, view_in: Views) -> bool:
    accounts = reachable(context.unit, context.house, person, context.event.place.platform)
    if not accounts:
        return False
    place = direct_place(accounts[0])
    view = view_in(context.words_for(person))
    order = Order("show", place, view, key=f"{key}@{person.id}", user=accounts[0].user)
    context.unit.outbox.put(order)
    return True


def names(context: Context, *numbers: int) -> Iterator[str]:
    """The names of persons, in this order; "" for nobody."""
    known = context.unit.people.persons([number for number in numbers if number])
    return (known[number].name if number in known else "" for number in numbers)
