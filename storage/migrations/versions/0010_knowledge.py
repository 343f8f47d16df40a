"""The knowledge base: articles with their revisions and votes, questions and gaps; teams that review articles.

Revision 0010, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import flag, index, number, payload, serial, words

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and let teams demand review."""
    op.add_column("teams", sa.Column("review_articles", sa.Boolean(), nullable=False, server_default=sa.false()))
    _make_articles()
    _make_article_revisions()
    _make_article_votes()
    _make_kb_gaps()
    _make_kb_questions()


def downgrade() -> None:
    """Drop them; their indexes go along."""
    for table in ("kb_questions", "kb_gaps", "article_votes", "article_revisions", "articles"):
        op.drop_table(table)
    op.drop_column("teams", "review_articles")


def _make_articles() -> None:
    op.create_table(
        "articles",
        serial(),
        words("external_id", null=True),
        words("title"),
        words("title_folded"),
        words("body"),
        payload("aliases"),
        words("category"),
        payload("tags"),
        words("language"),
        words("kind"),
        words("audience"),
        payload("files"),
        words("ends_on"),
        words("state"),
        number("owner", null=True),
        number("team", null=True),
        words("review_on"),
        flag("pinned"),
        number("created_at"),
        number("updated_at"),
        number("revision"),
        number("latest"),
        number("changed"),
        number("version"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.ForeignKeyConstraint(["owner"], ["persons.id"], name="fk_articles_owner_persons"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_articles_team_teams"),
        sqlite_autoincrement=True,
    )
    index("uq_articles_external_id", "articles", ["external_id"], unique=True)
    index("ix_articles_title_folded", "articles", ["title_folded"])
    index("ix_articles_changed", "articles", ["changed", "id"])


def _make_article_revisions() -> None:
    op.create_table(
        "article_revisions",
        number("article"),
        number("number"),
        number("author", null=True),
        number("at"),
        payload("content"),
        words("standing"),
        number("reverts"),
        sa.PrimaryKeyConstraint("article", "number", name="pk_article_revisions"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_article_revisions_article_articles"),
        sa.ForeignKeyConstraint(["author"], ["persons.id"], name="fk_article_revisions_author_persons"),
    )


def _make_article_votes() -> None:
    op.create_table(
        "article_votes",
        serial(),
        number("article"),
        number("person", null=True),
        words("opinion"),
        number("at"),
        number("question"),
        words("remark"),
        sa.PrimaryKeyConstraint("id", name="pk_article_votes"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_article_votes_article_articles"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_article_votes_person_persons"),
    )
    index("ix_article_votes_article", "article_votes", ["article", "at"])


def _make_kb_gaps() -> None:
    op.create_table(
        "kb_gaps",
        serial(),
        words("said"),
        number("count"),
        number("first_at"),
        number("last_at"),
        number("team", null=True),
        number("article", null=True),
        flag("dropped"),
        sa.PrimaryKeyConstraint("id", name="pk_kb_gaps"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_kb_gaps_team_teams"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_kb_gaps_article_articles"),
    )


def _make_kb_questions() -> None:
    op.create_table(
        "kb_questions",
        serial(),
        number("at"),
        number("person", null=True),
        words("said"),
        flag("sure"),
        payload("articles"),
        number("ticket", null=True),
        number("team", null=True),
        words("outcome"),
        number("gap", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_kb_questions"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_kb_questions_person_persons"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_kb_questions_ticket_tickets"),
        sa.ForeignKeyConstraint(["team"], ["teams.id"], name="fk_kb_questions_team_teams"),
        sa.ForeignKeyConstraint(["gap"], ["kb_gaps.id"], name="fk_kb_questions_gap_kb_gaps"),
    )
    index("ix_kb_questions_at", "kb_questions", ["at"])
    index("ix_kb_questions_gap", "kb_questions", ["gap"], where="gap IS NOT NULL")
    index("ix_kb_questions_unanswered", "kb_questions", ["id"], where="sure IS false AND gap IS NULL")
