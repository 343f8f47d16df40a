"""Who was told of what is overdue, and what is known of the arrival.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, index, number, payload, serial, words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_alerts()
    _make_alert_sendings()


def downgrade() -> None:
    """Drop them; their indexes go along."""
    op.drop_table("alert_sendings")
    op.drop_table("alerts")


def _make_alerts() -> None:
    op.create_table(
        "alerts",
        serial(),
        words("effect"),
        number("ticket", null=True),
        number("request"),
        number("clock"),
        number("person", null=True),
        words("place", null=True),
        words("under"),
        words("stage"),
        number("created_at"),
        number("told_at", null=True),
        number("batch"),
        payload("data"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_alerts_ticket_tickets"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_alerts_person_persons"),
    )
    index("uq_alerts_effect", "alerts", ["effect"], unique=True)
    index("ix_alerts_clock", "alerts", ["clock"])
    index("ix_alerts_ticket", "alerts", ["ticket", "id"])
    index("ix_alerts_person", "alerts", ["person", "id"], where="stage = 'waiting' AND person IS NOT NULL")
    index("ix_alerts_place", "alerts", ["place", "id"], where="stage = 'waiting' AND place IS NOT NULL")
    index("ix_alerts_told", "alerts", ["person", "told_at"], where="told_at IS NOT NULL")


def _make_alert_sendings() -> None:
    op.create_table(
        "alert_sendings",
        serial(),
        number("alert"),
        words("channel"),
        words("place"),
        words("key"),
        words("state"),
        number("at"),
        words("reason"),
        flag("repeat"),
        number("proved_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_alert_sendings"),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name="fk_alert_sendings_alert_alerts"),
    )
    index("ix_alert_sendings_alert", "alert_sendings", ["alert", "id"])
    index("ix_alert_sendings_key", "alert_sendings", ["key"])
