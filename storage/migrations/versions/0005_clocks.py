"""Timers, which are swept, and the clocks that they belong to.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import index, number, payload, serial, words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_timers()
    _make_clocks()


def downgrade() -> None:
    """Drop them; their indexes go along."""
    op.drop_table("clocks")
    op.drop_table("timers")


def _make_timers() -> None:
    op.create_table(
        "timers",
        words("kind"),
        number("subject"),
        number("due_at"),
        number("attempts"),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_timers"),
    )
    index("ix_timers_due", "timers", ["due_at"])


def _make_clocks() -> None:
    op.create_table(
        "clocks",
        serial(),
        number("ticket"),
        number("request"),
        words("measure"),
        words("policy"),
        number("started_at"),
        number("target", null=True),
        number("stopped_at", null=True),
        words("outcome"),
        payload("data"),
        number("version"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_clocks_ticket_tickets"),
        sa.PrimaryKeyConstraint("id", name="pk_clocks"),
    )
    index("ix_clocks_ticket", "clocks", ["ticket", "id"])
    index("ix_clocks_running", "clocks", ["ticket", "id"], where="stopped_at IS NULL")
