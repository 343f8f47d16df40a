"""Collaboration requests."""

from sqlalchemy import Index, Table, true

from storage.tables.metadata import flag, instant, metadata, number, payload, reference, serial, words

collab_requests = Table(
    "collab_requests",
    metadata,
    serial(),
    reference("ticket", "tickets"),
    reference("team", "teams"),
    reference("asking_team", "teams", null=True),
    reference("asker", "persons", null=True),
    payload("problem"),
    instant("created_at"),
    instant("updated_at"),
    words("state"),
    # Whether somebody still has to do something (`State.open`), and whether it is the asked team's turn: the indexes of
    # the lists hold these rows only.
    flag("live"),
    flag("with_team"),
    words("type"),
    payload("items"),
    payload("messages"),
    payload("files"),
    reference("owner", "persons", null=True),
    instant("eta", null=True),
    flag("asked_back"),
    number("returns"),
    words("reason"),
    words("remark"),
    words("result"),
    payload("after"),
    words("flow"),
    words("step"),
    words("limit"),
    instant("started_at", null=True),
    instant("accepted_at", null=True),
    instant("ended_at", null=True),
    number("version"),
    sqlite_autoincrement=True,  # a number that people have typed never means another request
)
live = collab_requests.c.live.is_(true())
with_team = collab_requests.c.with_team.is_(true())
Index("ix_collab_requests_ticket", collab_requests.c.ticket, collab_requests.c.id)
Index(
    "ix_collab_requests_team_waiting",
    collab_requests.c.team,
    collab_requests.c.created_at,
    sqlite_where=with_team,
    postgresql_where=with_team,
)
Index(
    "ix_collab_requests_owner_waiting",
    collab_requests.c.owner,
    collab_requests.c.created_at,
    sqlite_where=with_team,
    postgresql_where=with_team,
)
Index(
    "ix_collab_requests_asker_live",
    collab_requests.c.asker,
    collab_requests.c.created_at,
    sqlite_where=live,
    postgresql_where=live,
)
