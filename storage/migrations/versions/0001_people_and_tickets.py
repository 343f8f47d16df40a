"""Persons, teams, tickets and their conversation, and what happened.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, index, number, payload, serial, words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_facts()
    _make_persons()
    _make_rooms()
    _make_accounts()
    _make_teams()
    _make_memberships()
    _make_team_rooms()
    _make_tickets()
    _make_links()
    _make_threads()
    _make_messages()


def downgrade() -> None:
    """Drop them; their indexes go along."""
    for table in (
        "messages",
        "threads",
        "links",
        "tickets",
        "team_rooms",
        "memberships",
        "teams",
        "accounts",
        "rooms",
        "persons",
        "facts",
    ):
        op.drop_table(table)


def _make_facts() -> None:
    op.create_table(
        "facts",
        serial(),
        number("at"),
        number("actor"),
        words("source"),
        words("kind"),
        number("ticket"),
        payload("data"),
        number("copy_of", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_facts"),
    )
    index("ix_facts_ticket", "facts", ["ticket", "at", "id"])
    index("uq_facts_copy", "facts", ["copy_of", "ticket"], unique=True)


def _make_persons() -> None:
    op.create_table(
        "persons",
        serial(),
        words("key", null=True),
        words("name"),
        words("role"),
        words("locale"),
        words("email"),
        flag("active"),
        payload("skills"),
        words("tier"),
        number("merged_into", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
        sa.ForeignKeyConstraint(["merged_into"], ["persons.id"], name="fk_persons_merged_into_persons"),
    )
    index("uq_persons_key", "persons", ["key"], unique=True)


def _make_rooms() -> None:
    op.create_table(
        "rooms",
        words("platform"),
        words("room"),
        words("title"),
        words("locale"),
        flag("present"),
        sa.PrimaryKeyConstraint("platform", "room", name="pk_rooms"),
    )


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        words("platform"),
        words("user_id"),
        number("person"),
        words("name"),
        words("handle"),
        words("handle_folded"),
        words("room"),
        flag("reachable"),
        sa.PrimaryKeyConstraint("platform", "user_id", name="pk_accounts"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_accounts_person_persons"),
    )
    index("ix_accounts_handle", "accounts", ["platform", "handle_folded", "user_id"])
    index("ix_accounts_person", "accounts", ["person"])


def _make_teams() -> None:
    op.create_table(
        "teams",
        serial(),
        words("key"),
        words("name"),
        payload("aliases"),
        number("lead", null=True),
        words("audience"),
        flag("topic_per_ticket"),
        words("calendar"),
        words("locale"),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.ForeignKeyConstraint(["lead"], ["persons.id"], name="fk_teams_lead_persons"),
    )
    index("uq_teams_key", "teams", ["key"], unique=True)


def _make_memberships() -> None:
    op.create_table(
        "memberships",
        number("person"),
        number("team"),
        sa.PrimaryKeyConstraint("person", "team", name="pk_memberships"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_memberships_person_persons"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_memberships_team_teams"),
    )
    index("ix_memberships_team", "memberships", ["team"])


def _make_team_rooms() -> None:
    op.create_table(
        "team_rooms",
        number("team"),
        flag("intake"),
        number("position"),
        words("platform"),
        words("room"),
        words("thread"),
        sa.PrimaryKeyConstraint("team", "position", name="pk_team_rooms"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_team_rooms_team_teams"),
    )
    index("ix_team_rooms_place", "team_rooms", ["platform", "room", "thread"])


def _make_tickets() -> None:
    op.create_table(
        "tickets",
        serial(),
        words("title"),
        payload("description"),
        number("requester"),
        number("team", null=True),
        number("assignee", null=True),
        words("status"),
        flag("live"),
        number("weight"),
        payload("tags"),
        words("source"),
        words("link"),
        words("origin", null=True),
        words("due_on"),
        number("follows", null=True),
        number("merged_into", null=True),
        number("created_at"),
        number("updated_at"),
        number("solved_at", null=True),
        number("closed_at", null=True),
        number("customer_spoke_at", null=True),
        words("last_reply"),
        number("last_reply_at", null=True),
        number("version"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.ForeignKeyConstraint(["assignee"], ["persons.id"], name="fk_tickets_assignee_persons"),
        sa.ForeignKeyConstraint(["follows"], ["tickets.id"], name="fk_tickets_follows_tickets"),
        sa.ForeignKeyConstraint(["merged_into"], ["tickets.id"], name="fk_tickets_merged_into_tickets"),
        sa.ForeignKeyConstraint(["requester"], ["persons.id"], name="fk_tickets_requester_persons"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_tickets_team_teams"),
        sqlite_autoincrement=True,
    )
    index(
        "ix_tickets_assignee_live", "tickets", ["assignee", sa.text("weight DESC"), "created_at"], where="live IS true"
    )
    index("ix_tickets_board", "tickets", ["team", "status", sa.text("weight DESC"), "created_at"])
    index("ix_tickets_requester", "tickets", ["requester", "created_at"])
    index("ix_tickets_team_live", "tickets", ["team", sa.text("weight DESC"), "created_at"], where="live IS true")
    index("uq_tickets_origin", "tickets", ["origin"], unique=True)


def _make_links() -> None:
    op.create_table(
        "links",
        number("one"),
        number("other"),
        words("kind"),
        sa.PrimaryKeyConstraint("one", "other", "kind", name="pk_links"),
        sa.ForeignKeyConstraint(["one"], ["tickets.id"], name="fk_links_one_tickets"),
        sa.ForeignKeyConstraint(["other"], ["tickets.id"], name="fk_links_other_tickets"),
    )
    index("ix_links_other", "links", ["other"])


def _make_threads() -> None:
    op.create_table(
        "threads",
        serial(),
        number("ticket"),
        words("side"),
        words("platform"),
        words("room"),
        words("thread"),
        words("key"),
        words("reply_to"),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
        sa.UniqueConstraint(
            "ticket", "side", "platform", "room", "thread", name="uq_threads_ticket_side_platform_room_thread"
        ),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_threads_ticket_tickets"),
    )
    index("ix_threads_place", "threads", ["platform", "room", "thread"])


def _make_messages() -> None:
    op.create_table(
        "messages",
        serial(),
        number("ticket"),
        number("author", null=True),
        words("side"),
        flag("public"),
        payload("text"),
        words("said"),
        number("at"),
        words("platform", null=True),
        words("room", null=True),
        words("thread"),
        words("ref", null=True),
        number("thread_id", null=True),
        payload("files"),
        words("fate"),
        number("edited_at", null=True),
        number("removed_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(["author"], ["persons.id"], name="fk_messages_author_persons"),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name="fk_messages_thread_id_threads"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_messages_ticket_tickets"),
    )
    index("ix_messages_author", "messages", ["author", "at"])
    index("ix_messages_thread", "messages", ["thread_id"])
    index("ix_messages_ticket", "messages", ["ticket", "at", "id"])
    index("uq_messages_ref", "messages", ["platform", "room", "ref"], unique=True)
