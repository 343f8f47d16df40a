"""`baton kb`: articles in, all or none; out, and in again the same; found as the bot finds them."""

import json
from pathlib import Path

import pytest

from bot.knowledge.rules import Article, Audience, Content, Kind, Revision, State
from bot.unit import Unit
from tests.cli.conftest import RealTerminal, Terminal
from tests.cli.test_dlq import in_database
from tests.contracts.storage.knowledge import FULL, article
from tests.contracts.storage.samples import person, team

PRINTER = {
    "id": "faq:1",
    "title": "打印机卡纸怎么办",
    "body": "打开后盖，取出纸张。",
    "category": "办公",
    "lang": "zh-Hans",
}
BILL = {"title": "怎么开发票", "body": "在订单页下载。"}
HOURS = {"title": "Opening hours", "body": "Nine to six.", "lang": "en", "aliases": ["when open"], "tags": ["shop"]}


def lines(*rows: object) -> str:
    """JSON Lines."""
    return "".join(f"{row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def articles() -> list[Article]:
    """What is stored."""
    found = in_database(lambda unit: unit.knowledge.page(0))
    assert isinstance(found, list)
    return found


def revisions(article: int) -> list[Revision]:
    """How an article read, newest first."""
    found = in_database(lambda unit: unit.knowledge.revisions(article))
    assert isinstance(found, list)
    return found


def test_json_lines_come_in(baton: Terminal) -> None:
    """Covers U7, G6: as the contract has them; unknown fields are passed over."""
    file = baton.write("kb.jsonl", lines(PRINTER, "", {**BILL, "set": "x"}, HOURS))
    assert baton.well("kb", "import", file) == "3 new, 0 changed, 0 as before.\n"
    printer, bill, hours = articles()
    assert (printer.external_id, printer.content.language, printer.content.category) == ("faq:1", "zh-CN", "办公")
    assert (bill.external_id, bill.content.language, bill.state) == ("", "zh-CN", State.PUBLISHED)
    assert (hours.content.aliases, hours.content.tags, hours.content.language) == (("when open",), ("shop",), "en")


def test_the_same_again_changes_nothing_and_another_text_is_a_revision(baton: Terminal) -> None:
    """Covers U7: `id` is kept; what is not named stays."""
    baton.well("kb", "import", baton.write("kb.jsonl", lines(PRINTER, BILL)))
    assert baton.well("kb", "import", "kb.jsonl") == "0 new, 0 changed, 2 as before.\n"
    file = baton.write(
        "new.jsonl", lines({"id": "faq:1", "title": "卡纸", "body": "打电话"}, {**BILL, "tags": "税;发票"})
    )
    assert baton.well("kb", "import", file) == "0 new, 2 changed, 0 as before.\n"
    printer, bill = articles()
    assert (printer.title, printer.content.body, printer.content.category) == ("卡纸", "打电话", "办公")
    assert [revision.content.title for revision in revisions(printer.id)] == ["卡纸", PRINTER["title"]]
    assert bill.content.tags == ("税", "发票")


def test_tables_come_in(baton: Terminal) -> None:
    """Covers C3: as spreadsheets write them, with line breaks and quotes in cells, and semicolons."""
    table = '\ufefftitle;body;category;tags;visibility\n"多行";"一\n二 ""引""";办公;a|b;staff\n;;;;\n空的;;;;\n'
    assert baton.well("kb", "import", baton.write("kb.csv", table)) == "2 new, 0 changed, 0 as before.\n"
    first, second = articles()
    assert (first.content.body, first.content.tags) == ('一\n二 "引"', ("a", "b"))
    assert (first.content.audience, second.content.body) == (Audience.STAFF, "")


def test_a_folder_of_markdown_comes_in(baton: Terminal) -> None:
    """Covers C3: with and without front matter; a file is known again by its name."""
    folder = baton.folder / "docs" / "售后"
    folder.mkdir(parents=True)
    front = "---\ntitle: 怎么退款\naliases: [退钱, refund]\nkind: script\nreview_on: 2027-01-31\n---\n"
    (folder / "refund.md").write_text(f"{front}# 步骤\n\n1. 打开订单\n", "utf-8")
    (folder.parent / "hours.md").write_text("# 营业时间\n\n九点到六点\n", "utf-8")
    assert baton.well("kb", "import", "docs") == "2 new, 0 changed, 0 as before.\n"
    hours, refund = articles()
    assert (hours.external_id, hours.title, hours.content.body) == ("hours.md", "营业时间", "九点到六点")
    assert (refund.title, refund.content.kind, refund.content.category) == ("怎么退款", Kind.SCRIPT, "售后")
    assert refund.content.body == "# 步骤\n\n1. 打开订单"
    assert str(refund.review_on) == "2027-01-31"
    assert baton.well("kb", "import", "docs") == "0 new, 0 changed, 2 as before.\n"


BROKEN: list[tuple[str, str | bytes, str]] = [
    ("kb.jsonl", '{"title": "x", "body": ', "line 2: this is no JSON"),
    ("kb.jsonl", '["x"]', "line 2: this is no article"),
    ("kb.jsonl", '{"title": "x"}', "line 2: “body” is missing"),
    ("kb.jsonl", '{"title": "!?", "body": "x"}', "line 2: An article needs a title"),
    ("kb.jsonl", '{"title": ["x"], "body": "x"}', "line 2: “title” must be text"),
    ("kb.jsonl", '{"title": "x", "body": "x", "tags": {"a": 1}}', "line 2: “tags” must be text, or a list"),
    ("kb.jsonl", '{"title": "x", "body": "x", "kind": "song"}', "“song” is none of these: qa, script"),
    ("kb.jsonl", '{"title": "x", "body": "x", "ends_on": "soon"}', "“soon” is no day"),
    ("kb.jsonl", '{"title": "x", "body": "x", "pinned": "maybe"}', "“pinned” must be true or false"),
    ("kb.jsonl", '{"title": "x", "body": "x", "owner": "ghost"}', "line 2: “ghost” is nobody's key"),
    ("kb.jsonl", '{"title": "x", "body": "x", "team": "ghosts"}', "line 2: “ghosts” is no team's key"),
    ("kb.jsonl", '{"title": "x", "body": "x", "id": "faq:1"}', "line 2: line 1 has the same id “faq:1”"),
    ("kb.jsonl", json.dumps({"title": "x", "body": "字" * 100_001}), "line 2: The text has 100,001 characters"),
    ("kb.jsonl", json.dumps({"title": "x", "body": "x" * 5_000_000}), "line 2: The text has 5,000,000 characters"),
    ("kb.jsonl", b'{"title": "\xff\xfe", "body": "x"}', "line 2: this is not UTF-8 text"),
]


@pytest.mark.parametrize(("name", "line", "told"), BROKEN)
def test_a_bad_line_is_named_and_nothing_is_stored(baton: Terminal, name: str, line: str | bytes, told: str) -> None:
    """Covers G6: a clear answer, nothing half done."""
    first = lines(PRINTER).encode()
    (baton.folder / name).write_bytes(first + (line if isinstance(line, bytes) else line.encode()) + b"\n")
    problem, nothing = baton.refused("kb", "import", name)
    assert problem.startswith(f"{name}, ")
    assert told in problem
    assert nothing.startswith("Nothing was stored")
    baton.well("migrate")
    assert articles() == []


def test_every_bad_line_is_named_up_to_a_point(baton: Terminal) -> None:
    """Covers G6: of a hundred bad lines fifty are named, and how many are left."""
    file = baton.write("kb.jsonl", lines(*({"title": "", "body": "x"} for _ in range(100))))
    told = baton.refused("kb", "import", file)
    assert told[0].startswith("kb.jsonl, line 1: ")
    assert told[49].startswith("kb.jsonl, line 50: ")
    assert told[50:] == [
        "… and 50 more lines that can't be taken.",
        "Nothing was stored. Please mend the file and import it again.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("kb.csv", "name,text\na,b\n", "the first line must name the columns"),
        ("kb.csv", "title,body\na,b,c\n", "line 2: this line has 3 columns, the first one has 2"),
        ("kb.csv", "", "the first line must name the columns"),
        ("kb.jsonl", "\n\n", "no articles were found"),
        ("kb.xlsx", "x", "is none of these: a .jsonl or .csv file"),
        ("kb.md", "---\ntitle: [\n---\nx", "is no YAML"),
        ("kb.md", "---\njust words\n---\nx", "is no YAML"),
    ],
)
def test_a_file_that_is_none_is_named(baton: Terminal, name: str, content: str, told: str) -> None:
    """Covers G6."""
    assert told in baton.refused("kb", "import", baton.write(name, content))[0]


def test_titles_twice_without_ids_are_one_too_many(baton: Terminal) -> None:
    """Covers G6: with ids they are two articles."""
    file = baton.write("kb.jsonl", lines(BILL, {**BILL, "title": " 怎么开发票 "}))
    assert "line 2: line 1 has the same title" in baton.refused("kb", "import", file)[0]
    file = baton.write("kb.jsonl", lines({**BILL, "id": "a"}, {**BILL, "id": "b"}))
    assert baton.well("kb", "import", file) == "2 new, 0 changed, 0 as before.\n"


def test_trying_stores_nothing(baton: Terminal) -> None:
    """Covers G6."""
    assert baton.well("kb", "import", "--dry-run", baton.write("kb.jsonl", lines(PRINTER))) == (
        "1 new, 0 changed, 0 as before.\n"
    )
    assert articles() == []


def everything(unit: Unit) -> None:
    """An article that says everything, and one in the archive."""
    who = person(unit, key="lin")
    article(unit, FULL, owner=who.id, team=team(unit).id, external_id="x", pinned=True)
    article(unit, Content("旧的", language="zh-CN"), state=State.ARCHIVED)


def test_what_goes_out_comes_in_the_same(baton: Terminal) -> None:
    """Covers U7: into the same database nothing changes, into another one it is the same."""
    baton.well("migrate")
    in_database(everything)
    before = [(one.content, one.state, one.external_id, one.pinned) for one in articles()]
    out = baton.well("kb", "export")
    file = baton.write("out.jsonl", out)
    assert [json.loads(line)["title"] for line in out.splitlines()] == [before[0][0].title, "旧的"]
    assert baton.well("kb", "export") == out
    team_file = '[[teams]]\nkey = "support"\nname = "S"\n[[people]]\nkey = "lin"\nname = "L"\nrole = "agent"\n'
    other = {"BATON_DATABASE_URL": "sqlite:///other/baton.db"}
    baton.well("config", "apply", baton.write("baton.toml", team_file), **other)
    assert baton.well("kb", "import", file, **other) == "2 new, 0 changed, 0 as before.\n"
    assert baton.well("kb", "export", **other) == out
    assert baton.well("kb", "import", file, **other) == "0 new, 0 changed, 2 as before.\n"


def test_questions_are_answered(baton: Terminal) -> None:
    """Covers G6: the same engine as in chat."""
    baton.well("kb", "import", baton.write("kb.jsonl", lines(PRINTER, BILL, HOURS)))
    reference, score, title = baton.well("kb", "search", "印表機卡紙怎麼辦").splitlines()[0].split("\t")
    assert (reference, title) == ("faq:1", PRINTER["title"])
    assert 0 <= float(score) <= 1
    found = json.loads(baton.well("kb", "search", "发票怎么开", "--json", "--limit", "1"))
    assert [result["id"] for result in found["results"]] == ["K-2"]
    assert isinstance(found["confident"], bool)
    assert baton.well("kb", "search", "🙂") == ""
    assert baton("kb", "search").code == 2


def test_many_questions_are_answered_line_by_line(baton: Terminal) -> None:
    """Covers G6: as the contract has it; what says nothing gets an empty answer."""
    baton.well("kb", "import", baton.write("kb.jsonl", lines(PRINTER, BILL, HOURS)))
    strange = ["", "x", "🙂🙂", "问" * 10_000, "'; DROP TABLE articles;--", "<b>&amp;</b>", "opening 营业 hours"]
    asked = [{"id": "q1", "query": "打印机卡纸"}, *({"id": at, "query": said} for at, said in enumerate(strange))]
    out = baton.well("kb", "search", "--batch", baton.write("q.jsonl", lines(*asked))).splitlines()
    answers = [json.loads(line) for line in out]
    assert [answer["id"] for answer in answers] == ["q1", *range(len(strange))]
    best = answers[0]["results"][0]
    assert (best["id"], best["title"], sorted(best)) == ("faq:1", PRINTER["title"], ["id", "score", "title"])
    assert answers[1] == {"id": 0, "results": [], "confident": False}
    assert all(0 <= result["score"] <= 1 for answer in answers for result in answer["results"])
    refused = baton.refused("kb", "search", "--batch", baton.write("q.jsonl", '{"id": 1}\n'))
    assert "line 1: “query” is missing" in refused[0]


def test_it_works_beside_a_running_baton(real_baton: RealTerminal, tmp_path: Path) -> None:
    """Covers G6: as a real process, without a terminal: no bar is drawn."""
    file = real_baton.write("kb.jsonl", lines(*({**BILL, "id": str(at), "title": f"问题 {at}"} for at in range(600))))
    done = real_baton("kb", "import", file)
    assert (done.code, done.err, done.out) == (0, "", "600 new, 0 changed, 0 as before.\n")


def test_it_is_the_same_on_postgresql(baton: Terminal, migrated_postgres_url: str) -> None:
    """Covers G6: both databases, the same results."""
    there = {"BATON_DATABASE_URL": migrated_postgres_url, "XDG_CACHE_HOME": str(baton.folder / "cache")}
    file = baton.write("kb.jsonl", lines(PRINTER, BILL, HOURS))
    for variables in ({}, there):
        assert baton.well("kb", "import", file, **variables) == "3 new, 0 changed, 0 as before.\n"
        assert baton.well("kb", "import", file, **variables) == "0 new, 0 changed, 3 as before.\n"
    assert baton.well("kb", "export", **there) == baton.well("kb", "export")
    assert baton.well("kb", "search", "打印机卡纸", **there) == baton.well("kb", "search", "打印机卡纸")
