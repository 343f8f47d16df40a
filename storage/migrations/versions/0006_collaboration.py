"""Collaboration requests; which request a thread and a message belong to; types of tickets.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, index, number, payload, serial, words, words_so_far_none

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SAME_THREAD = "uq_threads_ticket_side_platform_room_thread"


def upgrade() -> None:
    """Make the table, and give the older ones what they lack."""
    op.add_column("tickets", words_so_far_none("type"))
    op.add_column("messages", _no_request_so_far())
    with op.batch_alter_table("threads") as threads:
        threads.add_column(_no_request_so_far())
        threads.drop_constraint(_SAME_THREAD, type_="unique")
        threads.create_unique_constraint(
            f"{_SAME_THREAD}_request", ["ticket", "side", "platform", "room", "thread", "request"]
        )
    _make_collab_requests()


def downgrade() -> None:
    """Drop it; threads of requests go along, what was said in them stays as the team's."""
    op.drop_table("collab_requests")
    _give_up_threads()
    with op.batch_alter_table("threads") as threads:
        threads.drop_constraint(f"{_SAME_THREAD}_request", type_="unique")
        threads.drop_column("request")
        threads.create_unique_constraint(_SAME_THREAD, ["ticket", "side", "platform", "room", "thread"])
    op.drop_column("messages", "request")
    op.drop_column("tickets", "type")


def _give_up_threads() -> None:
    threads = sa.table("threads", sa.column("id"), sa.column("request"))
    messages = sa.table("messages", sa.column("thread_id"), sa.column("side"))
    theirs = sa.select(threads.c.id).where(threads.c.request != 0)
    op.execute(messages.update().where(messages.c.thread_id.in_(theirs)).values(thread_id=sa.null()))
    op.execute(messages.update().where(messages.c.side == "helper").values(side="team"))
    op.execute(threads.delete().where(threads.c.request != 0))


def _no_request_so_far() -> sa.Column[int]:
    column = number("request")
    column.server_default = sa.DefaultClause(sa.text("0"))
    return column


def _make_collab_requests() -> None:
    op.create_table(
        "collab_requests",
        serial(),
        number("ticket"),
        number("team"),
        number("asking_team", null=True),
        number("asker", null=True),
        payload("problem"),
        number("created_at"),
        number("updated_at"),
        words("state"),
        flag("live"),
        flag("with_team"),
        words("type"),
        payload("items"),
        payload("messages"),
        payload("files"),
        number("owner", null=True),
        number("eta", null=True),
        flag("asked_back"),
        number("returns"),
        words("reason"),
        words("remark"),
        words("result"),
        payload("after"),
        words("flow"),
        words("step"),
        words("limit"),
        number("started_at", null=True),
        number("accepted_at", null=True),
        number("ended_at", null=True),
        number("version"),
        sa.PrimaryKeyConstraint("id", name="pk_collab_requests"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_collab_requests_ticket_tickets"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_collab_requests_team_teams"),
        sa.ForeignKeyConstraint(["asking_team"], ["teams.id"], name="fk_collab_requests_asking_team_teams"),
        sa.ForeignKeyConstraint(["asker"], ["persons.id"], name="fk_collab_requests_asker_persons"),
        sa.ForeignKeyConstraint(["owner"], ["persons.id"], name="fk_collab_requests_owner_persons"),
        sqlite_autoincrement=True,
    )
    index("ix_collab_requests_ticket", "collab_requests", ["ticket", "id"])
    index("ix_collab_requests_team_waiting", "collab_requests", ["team", "created_at"], where="with_team IS true")
    index("ix_collab_requests_owner_waiting", "collab_requests", ["owner", "created_at"], where="with_team IS true")
    index("ix_collab_requests_asker_live", "collab_requests", ["asker", "created_at"], where="live IS true")
