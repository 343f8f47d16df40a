"""Whose words a delivery brings, and in which conversation: on any number of replicas, it goes after those before it.

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import words_so_far_none

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WAITING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Of what is stored so far nobody knows; it goes as it comes."""
    op.add_column("inbox", words_so_far_none("line"))
    op.add_column("inbox", words_so_far_none("author"))
    op.create_index("ix_inbox_line", "inbox", ["line", "id"], sqlite_where=_WAITING, postgresql_where=_WAITING)


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_inbox_line", "inbox")
    op.drop_column("inbox", "author")
    op.drop_column("inbox", "line")
