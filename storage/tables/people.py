"""Persons, their accounts, teams and rooms."""

from sqlalchemy import Index, Table

from storage.tables.metadata import flag, maybe_words, metadata, number, payload, reference, serial, words

persons = Table(
    "persons",
    metadata,
    serial(),
    maybe_words("key"),
    words("name"),
    words("role"),
    words("locale"),
    words("email"),
    flag("active"),
    payload("skills"),
    words("tier"),
    # Set where two persons proved to be one: the row stays, so that history still finds the one who is left.
    reference("merged_into", "persons", null=True),
    words("calendar"),
    words("phone"),
    # Days and hours at which he does not work as his calendar says; NULL for none.
    payload("exceptions", null=True),
)
Index("uq_persons_key", persons.c.key, unique=True)

accounts = Table(
    "accounts",
    metadata,
    words("platform", key=True),
    words("user_id", key=True),
    reference("person", "persons"),
    words("name"),
    words("handle"),
    words("handle_folded"),
    words("room"),
    flag("reachable"),
)
Index("ix_accounts_person", accounts.c.person)
Index("ix_accounts_handle", accounts.c.platform, accounts.c.handle_folded, accounts.c.user_id)

teams = Table(
    "teams",
    metadata,
    serial(),
    words("key"),
    words("name"),
    payload("aliases"),
    reference("lead", "persons", null=True),
    words("audience"),
    flag("topic_per_ticket"),
    words("calendar"),
    words("locale"),
    # Days on which it does not work as its calendar says; NULL for none.
    payload("exceptions", null=True),
    flag("review_articles"),
)
Index("uq_teams_key", teams.c.key, unique=True)

memberships = Table(
    "memberships",
    metadata,
    reference("person", "persons", key=True),
    reference("team", "teams", key=True),
)
Index("ix_memberships_team", memberships.c.team)

team_rooms = Table(
    "team_rooms",
    metadata,
    reference("team", "teams", key=True),
    flag("intake"),
    number("position", key=True),
    words("platform"),
    words("room"),
    words("thread"),
)
Index("ix_team_rooms_place", team_rooms.c.platform, team_rooms.c.room, team_rooms.c.thread)

rooms = Table(
    "rooms",
    metadata,
    words("platform", key=True),
    words("room", key=True),
    words("title"),
    words("locale"),
    flag("present"),
)
