"""Covers G3: what is asked all day finds its rows by an index, so that its cost follows what is due, not what is there.

The databases are asked for their plan without any value, as they plan a prepared statement.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from storage import (
    alerts,
    clocks,
    collab,
    conversation,
    facts,
    files,
    gaps,
    inbox,
    keystore,
    knowledge,
    lanes,
    migrate,
    opinions,
    outbox,
    people,
    posted,
    tickets,
    timers,
)
from storage.queries import knowledge_report
from storage.statements import Statement
from tests.postgres import PostgresServer

HOT: dict[str, tuple[Statement, set[str]]] = {
    "inbox claim": (inbox.CLAIM, {"ix_inbox_due"}),
    "inbox take over": (inbox.TAKE_OVER, {"ix_inbox_due"}),
    "inbox next due": (inbox.NEXT_DUE, {"ix_inbox_due"}),
    "inbox dead": (inbox.DEAD, {"ix_inbox_dead"}),
    "inbox forget": (inbox.FORGET, {"ix_inbox_handled"}),
    "lanes due": (lanes.DUE, {"ix_lanes_ready"}),
    "lanes next due": (lanes.NEXT_DUE, {"ix_lanes_ready"}),
    "head of a lane": (lanes.HEAD, {"ix_outbox_lane"}),
    "next of a lane": (lanes.NEXT, {"ix_outbox_lane", "pk_lanes"}),
    "last of a name": (outbox.LAST_NAMED, {"ix_outbox_key"}),
    "known effect": (outbox.KNOWN, {"uq_outbox_effect"}),
    "failures": (outbox.FAILURES, {"ix_outbox_failed"}),
    "outbox forget": (outbox.FORGET, {"ix_outbox_ended"}),
    "posted by key": (posted.BY_KEY, {"pk_posted"}),
    "posted at": (posted.AT, {"ix_posted_ref"}),
    "account": (people.ACCOUNT, {"pk_accounts"}),
    "account by handle": (people.BY_HANDLE, {"ix_accounts_handle"}),
    "thread at": (conversation.THREAD_AT_SIDE, {"ix_threads_place"}),
    "message at": (conversation.MESSAGE_AT, {"uq_messages_ref"}),
    "conversation": (conversation.CONVERSATION, {"ix_messages_ticket"}),
    "requests of a ticket": (collab.OF_TICKET, {"ix_collab_requests_ticket"}),
    "requests that somebody has": (collab.OWNED_BY, {"ix_collab_requests_owner_waiting"}),
    "requests that somebody asked": (collab.ASKED_BY, {"ix_collab_requests_asker_live"}),
    "latest from": (conversation.LATEST_FROM, {"ix_messages_author", "ix_tickets_requester"}),
    "assigned": (tickets.ASSIGNED, {"ix_tickets_assignee_live"}),
    "near a message": (conversation.NEAR, {"ix_threads_place", "ix_posted_ref"}),
    "account here": (people.ACCOUNT_HERE, {"pk_accounts", "pk_dialogs"}),
    "by origin": (conversation.BY_ORIGIN, {"uq_tickets_origin"}),
    "timers claim": (timers.CLAIM, {"ix_timers_due"}),
    "timers of kinds": (timers.CLAIM_KINDS, {"ix_timers_due"}),
    "next timer": (timers.NEXT_DUE, {"ix_timers_due"}),
    "timers overdue": (timers.OVERDUE, {"ix_timers_due"}),
    "clocks of a ticket": (clocks.OF_TICKET, {"ix_clocks_ticket"}),
    "clocks that run": (clocks.RUNNING, {"ix_clocks_running"}),
    "history": (facts.OF_TICKET, {"ix_facts_ticket"}),
    "alerts for somebody": (alerts.WAITING_FOR, {"ix_alerts_person"}),
    "alerts at a place": (alerts.WAITING_AT, {"ix_alerts_place"}),
    "alerts of a clock": (alerts.OF_CLOCK, {"ix_alerts_clock"}),
    "alerts of a ticket": (alerts.OF_TICKET, {"ix_alerts_ticket"}),
    "last message of alerts": (alerts.LAST_BATCH, {"ix_alerts_told"}),
    "interruptions": (alerts.INTERRUPTIONS, {"ix_alerts_told"}),
    "ledger of alerts": (alerts.SENDINGS, {"ix_alert_sendings_alert"}),
    "alerts of an order": (alerts.CARRIED_BY, {"ix_alert_sendings_key"}),
    "file": (files.BY_REF, {"uq_files_ref"}),
    "value": (keystore.GET, {"pk_kept_values"}),
    "changes of articles": (knowledge.CHANGES, {"ix_articles_changed"}),
    "article by its name elsewhere": (knowledge.BY_EXTERNAL, {"uq_articles_external_id"}),
    "article by title": (knowledge.BY_TITLE, {"ix_articles_title_folded"}),
    "revisions": (knowledge.REVISIONS, {"pk_article_revisions"}),
    "what was made of articles": (opinions.TALLIES, {"ix_article_votes_article"}),
    "what was answered": (opinions.ANSWERED, {"ix_kb_questions_at"}),
    "unanswered questions": (gaps.UNANSWERED, {"ix_kb_questions_unanswered"}),
    "questions of a period": (knowledge_report.ASKED["all"], {"ix_kb_questions_at"}),
    "questions of a period and some teams": (knowledge_report.ASKED["teams"], {"ix_kb_questions_at"}),
    "how gaps were put": (gaps.PHRASINGS, {"ix_kb_questions_gap"}),
    "who asked for gaps": (gaps.ASKERS, {"ix_kb_questions_gap"}),
}


@pytest.mark.parametrize("name", HOT)
def test_on_sqlite(name: str, migrated_file: Path) -> None:
    statement, wanted = HOT[name]
    bound = statement.on_sqlite.bind(dict.fromkeys(re.findall(r"(?<!:):(\w+)", statement.on_sqlite.text)))
    with sqlite3.connect(migrated_file) as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.on_sqlite.text}", bound)]
    plan = "\n".join(steps)
    # SQLite names the indexes of keys itself.
    missing = {index for index in wanted if index not in plan and not (index.startswith("pk_") and "autoindex" in plan)}
    assert not missing, plan
    temporary = ("SCAN held", "SCAN spoken", "SCAN near", "SCAN of_thread", "SCAN due", "SCAN CONSTANT")
    whole = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert not [step for step in whole if not step.startswith(temporary)], plan


@pytest.fixture(scope="module")
def untouched_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Tables that held no row yet: in used ones autovacuum leaves figures that make all indexes cost the same."""
    with postgres_server.database() as url:
        migrate(url)
        yield url


@pytest.mark.parametrize("name", HOT)
def test_on_postgresql(name: str, untouched_postgres_url: str) -> None:
    statement, wanted = HOT[name]
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f"${numbers.setdefault(match[1], len(numbers) + 1)}"

    text = re.sub(r"%\((\w+)\)s", numbered, statement.on_postgresql.text)
    with psycopg.connect(untouched_postgres_url) as connection:
        connection.execute("SET LOCAL enable_seqscan = off")  # the tables are empty: it would always be the cheapest
        connection.execute("SET LOCAL enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN (GENERIC_PLAN) {text}"))
    assert not {index for index in wanted if index not in plan}, plan
    assert "Seq Scan" not in plan, plan
