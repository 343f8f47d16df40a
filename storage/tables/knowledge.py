"""Articles, their revisions, what people made of them, and what was asked."""

from sqlalchemy import Index, Table, false

from storage.tables.metadata import flag, instant, maybe_words, metadata, number, payload, reference, serial, words

articles = Table(
    "articles",
    metadata,
    serial(),
    maybe_words("external_id"),
    words("title"),
    words("title_folded"),  # `bot.knowledge.rules.same_title`
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
    reference("owner", "persons", null=True),
    reference("team", "teams", null=True),
    words("review_on"),
    flag("pinned"),
    instant("created_at"),
    instant("updated_at"),
    number("revision"),
    number("latest"),
    number("changed"),  # the number of the latest change, of all changes of articles
    number("version"),
    sqlite_autoincrement=True,  # a number that people have typed never means another article
)
Index("uq_articles_external_id", articles.c.external_id, unique=True)
Index("ix_articles_title_folded", articles.c.title_folded)
Index("ix_articles_changed", articles.c.changed, articles.c.id)

article_revisions = Table(
    "article_revisions",
    metadata,
    reference("article", "articles", key=True),
    number("number", key=True),
    reference("author", "persons", null=True),
    instant("at"),
    payload("content"),
    words("standing"),
    number("reverts"),
)

article_votes = Table(
    "article_votes",
    metadata,
    serial(),
    reference("article", "articles"),
    reference("person", "persons", null=True),
    words("opinion"),
    instant("at"),
    number("question"),
    words("remark"),
)
Index("ix_article_votes_article", article_votes.c.article, article_votes.c.at)

kb_gaps = Table(
    "kb_gaps",
    metadata,
    serial(),
    words("said"),
    number("count"),
    instant("first_at"),
    instant("last_at"),
    reference("team", "teams", null=True),
    reference("article", "articles", null=True),
    flag("dropped"),
)

kb_questions = Table(
    "kb_questions",
    metadata,
    serial(),
    instant("at"),
    reference("person", "persons", null=True),
    words("said"),
    flag("sure"),
    payload("articles"),
    reference("ticket", "tickets", null=True),
    reference("team", "teams", null=True),
    words("outcome"),
    reference("gap", "kb_gaps", null=True),
    words("occasion"),
)
Index("ix_kb_questions_at", kb_questions.c.at)
grouped = kb_questions.c.gap.is_not(None)
Index("ix_kb_questions_gap", kb_questions.c.gap, sqlite_where=grouped, postgresql_where=grouped)
# What still has to be grouped; the index holds these rows only.
unanswered = kb_questions.c.sure.is_(false()) & kb_questions.c.gap.is_(None)
Index("ix_kb_questions_unanswered", kb_questions.c.id, sqlite_where=unanswered, postgresql_where=unanswered)
