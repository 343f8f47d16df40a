"""All articles as JSON Lines; imported again they are the same. Revisions, votes and files stay where they are."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from bot.knowledge.rules import Article, Audience, Kind, State
from bot.unit import Unit

PAGE = 500


def exported(unit: Unit) -> Iterator[str]:
    """One line an article, oldest first. Fields that say nothing are left out, but for those of every line."""
    persons = {person.id: person.key for person in unit.people.all_persons(active=None)}
    teams = {team.id: team.key for team in unit.people.teams()}
    after = 0
    while page := unit.knowledge.page(after, PAGE):
        for article in page:
            yield orjson.dumps(_row(article, persons, teams)).decode()
        after = page[-1].id


def _row(article: Article, persons: Mapping[int, str], teams: Mapping[int, str]) -> dict[str, Any]:
    content = article.content
    row: dict[str, Any] = {"id": article.external_id} if article.external_id else {}
    row |= {"title": content.title, "body": content.body, "category": content.category, "lang": content.language}
    more = {
        "aliases": list(content.aliases),
        "tags": list(content.tags),
        "kind": "" if content.kind is Kind.QA else content.kind.value,
        "visibility": "" if content.audience is Audience.CUSTOMERS else content.audience.value,
        "ends_on": content.ends_on.isoformat() if content.ends_on else "",
        "state": "" if article.state is State.PUBLISHED else article.state.value,
        "owner": persons.get(article.owner, ""),
        "team": teams.get(article.team, ""),
        "review_on": article.review_on.isoformat() if article.review_on else "",
        "pinned": article.pinned,
    }
    return row | {name: value for name, value in more.items() if value}
