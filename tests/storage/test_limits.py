"""A claim takes as many as it asked for, however PostgreSQL goes about it. Covers C4, G2."""

import psycopg

from storage import inbox

ROWS, LIMIT = 300, 7


def test_a_claim_takes_no_more_than_its_limit(migrated_postgres_url: str) -> None:
    """With the figures of some moments it joins row by row and would ask a plain subquery again for each; what is
    locked is passed over, so each time it would get other rows (it took 558 instead of 64 once)."""
    given = {"now": 10, "limit": LIMIT, "holder": "me", "due_at": 99}
    with psycopg.connect(migrated_postgres_url, cursor_factory=psycopg.RawCursor) as connection:
        connection.execute(
            "INSERT INTO inbox (platform, key, payload, received_at, due_at, holder, attempts, error, dead)"
            " SELECT 'slack', n::text, ''::bytea, n, 1, '', 0, '', false FROM generate_series(1, $1) AS n",
            [ROWS],
        )
        for how in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize", "indexscan", "bitmapscan"):
            connection.execute(f"SET LOCAL enable_{how} = off")
        claim = inbox.CLAIM.on_postgresql
        assert len(connection.execute(claim.text.encode(), claim.ordered(given)).fetchall()) == LIMIT
