"""SQLite's FTS5 with trigrams, as a careful engineer asks it: what the knowledge base's search is measured against.

The articles' titles and bodies stand in one table in memory, merged (`optimize`), statements prepared, caches warm; a
title counts three times a body (`bm25`), and ten ids are fetched.

What decides is the form of the question. People type sentences with slips in them: a phrase, or all of its trigrams or
words at once, stands in hardly any article, so those forms are quick because they find nothing. Any of its trigrams
(`OR`) is the form that finds, and the one that is compared. The table says what each form costs and what it finds.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean

from bench.knowledge_sample import Question
from bot.knowledge.search import Document

HEAD = f"| question to FTS5 | p50 ms | p95 ms | right one first % | among ten % | nothing % |\n|{' --- |' * 6}\n"
_RANKED = "SELECT rowid FROM articles WHERE articles MATCH ? ORDER BY bm25(articles, 3.0, 1.0) LIMIT 10"
_SHORTEST = 3  # characters: what is shorter has no trigram


def table(documents: Iterable[Document]) -> sqlite3.Connection:
    """The articles in a table of FTS5."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE articles USING fts5(title, body, tokenize='trigram')")
    rows = ((one.id, "\n".join((one.title, *one.aliases)), one.body) for one in documents)
    database.executemany("INSERT INTO articles(rowid, title, body) VALUES (?, ?, ?)", rows)
    database.execute("INSERT INTO articles(articles) VALUES ('optimize')")
    return database


def any_trigram(text: str) -> str:
    """The form that finds: `"pas" OR "ass" OR ...`."""
    return " OR ".join(map(_quoted, _trigrams(text)))


FORMS: dict[str, Callable[[str], str]] = {
    "any of its trigrams (compared)": any_trigram,
    "all of its trigrams": lambda text: " AND ".join(map(_quoted, _trigrams(text))),
    "as a phrase": lambda text: _quoted(text) if len(text) >= _SHORTEST else "",
    "all of its words": lambda text: " AND ".join(map(_quoted, _words(text))),
    "any of its words": lambda text: " OR ".join(map(_quoted, _words(text))),
}


def asked(database: sqlite3.Connection, text: str, form: Callable[[str], str] = any_trigram) -> list[int]:
    """The ids that are found, best first; none for a question without trigrams."""
    wanted = form(text)
    return [row[0] for row in database.execute(_RANKED, (wanted,))] if wanted else []


def forms(documents: Sequence[Document], questions: Sequence[Question]) -> str:
    """What each form of the question costs and finds, a row for each."""
    database = table(documents)
    return HEAD + "".join(_line(name, database, form, questions) for name, form in FORMS.items())


def _line(name: str, database: sqlite3.Connection, form: Callable[[str], str], questions: Sequence[Question]) -> str:
    times, found = [], []
    for question in questions:
        started = time.perf_counter()
        ids = asked(database, question.text, form)
        times.append(time.perf_counter() - started)
        found.append((question, ids))
    times.sort()
    answerable = [(question, ids) for question, ids in found if question.relevant]
    first = fmean(ids[:1] != [] and ids[0] in question.relevant for question, ids in answerable)
    among = fmean(not question.relevant.isdisjoint(ids) for question, ids in answerable)
    nothing = fmean(not ids for _, ids in found)
    spread = [f"{1000 * times[int(share * len(times))]:.1f}" for share in (0.5, 0.95)]
    return f"| {' | '.join([name, *spread, *(f'{100 * share:.1f}' for share in (first, among, nothing))])} |\n"


def _trigrams(text: str) -> list[str]:
    return list(dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)))


def _words(text: str) -> list[str]:
    return [word for word in text.split() if len(word) >= _SHORTEST]


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))
