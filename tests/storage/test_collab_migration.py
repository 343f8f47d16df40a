"""What stood in the tables before requests came stands there after, and again when they are taken back. Covers G2."""

from sqlalchemy import Connection, text

from storage import schema

_BEFORE = (
    "INSERT INTO persons (id, name, role, locale, email, active, skills, tier) "
    "VALUES (1, 'A', 'agent', '', '', true, {bytes}, '')",
    "INSERT INTO teams (id, key, name, aliases, audience, topic_per_ticket, calendar, locale) "
    "VALUES (1, 't', 'T', {bytes}, 'internal', false, '', '')",
    "INSERT INTO tickets (id, title, description, requester, team, status, live, weight, tags, source, link, due_on, "
    "created_at, updated_at, last_reply, version) "
    "VALUES (1, 'x', {bytes}, 1, 1, 'new', true, 20, {bytes}, '', '', '', 1, 1, '', 1)",
    "INSERT INTO threads (id, ticket, side, platform, room, thread, key, reply_to) "
    "VALUES (1, 1, 'team', 'slack', 'C', '', 'k', '')",
    "INSERT INTO messages (id, ticket, author, side, public, text, said, at, thread, thread_id, files, fate) "
    "VALUES (1, 1, 1, 'team', false, {bytes}, 'x', 1, '', 1, {bytes}, 'shown')",
)


def _written(connection: Connection) -> None:
    empty = "x''" if connection.dialect.name == "sqlite" else "''::bytea"
    for statement in _BEFORE:
        connection.execute(text(statement.format(bytes=empty)))


def test_rows_survive_both_ways(empty_url: str) -> None:
    with schema.rebuilding(empty_url) as connection:
        schema.upgrade(connection, "0003")
        _written(connection)
    with schema.rebuilding(empty_url) as connection:
        schema.upgrade(connection, "0006")
        found = connection.execute(
            text("SELECT t.request, m.request, m.thread_id FROM threads t JOIN messages m ON m.thread_id = t.id")
        ).all()
        assert [tuple(row) for row in found] == [(0, 0, 1)]
        kinds = connection.execute(text("SELECT type FROM tickets")).all()
        assert [tuple(row) for row in kinds] == [("",)]
        for request in (1, 2):  # the same room may join for two requests
            connection.execute(
                text("INSERT INTO threads (id, ticket, side, platform, room, thread, key, reply_to, request) "
                     "VALUES (:id, 1, 'helper', 'slack', 'D', '', 'k', '', :request)"),
                {"id": request + 1, "request": request},
            )  # fmt: skip
        connection.execute(text("UPDATE messages SET thread_id = 2, side = 'helper'"))
    with schema.rebuilding(empty_url) as connection:
        schema.downgrade(connection, "0005")
        assert [tuple(row) for row in connection.execute(text("SELECT id, side FROM threads"))] == [(1, "team")]
        assert [tuple(row) for row in connection.execute(text("SELECT thread_id, side FROM messages"))] == [
            (None, "team")
        ]
