"""To which conversation a delivery belongs: on any number of replicas, each goes after those that came before it.

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
    op.create_index("ix_inbox_line", "inbox", ["line", "id"], sqlite_where=_WAITING, postgresql_where=_WAITING)


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_inbox_line", "inbox")
    op.drop_column("inbox", "line")
