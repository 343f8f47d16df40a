"""What is broken comes in nowhere: each bad line is named, nothing is half done, and it is said how to go on.

Covers U7, C3, G6, K7: `baton kb import`, `baton kb search`, and what people type in chat.
"""

import json
from pathlib import Path

import pytest

from bot.knowledge.encoding import guessed, is_encoding, text_of
from bot.knowledge.rules import Content
from bot.settings import EXAMPLES
from tests.cli.conftest import Terminal
from tests.cli.test_kb import BILL, PRINTER, articles, lines
from tests.knowledge.stage import Reading
from tests.telegram.stage import open_stage as open_telegram
from tests.telegram.stage import telegram_team

TABLE = "title,body\n怎么退款,打开订单，点退款\n营业时间,九点到六点\n"
TRADITIONAL = "title,body\n怎麼退款,請打開訂單，點退款的按鈕\n營業時間,我們九點到六點\n"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{here}: &{here} [{','.join([f'*{before}'] * 9)}]\n" for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)

QUERIES = [
    "退" * 10_000,
    "😀🎉👍🏽",
    "退",
    "?",
    "'; DROP TABLE kb_articles; SELECT '1",
    "<b>退款</b> & <script>alert(1)</script> *_~`",
    "退kuan τι сколько 환불 ｔｕｉ",
    "\u202e\u200b退款\u0007",
]


@pytest.fixture
def baton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder, with nothing of Baton's in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (*EXAMPLES, "BATON_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return Terminal(tmp_path)


# Encodings


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_with_any_mark_and_any_line_break_come_in(baton: Terminal, encoding: str, end: str) -> None:
    """Covers C3: as Excel, LibreOffice and Numbers write them."""
    (baton.folder / "kb.csv").write_bytes(TABLE.replace("\n", end).encode(encoding))
    assert baton.well("kb", "import", "kb.csv") == "2 new, 0 changed, 0 as before.\n"
    assert [one.content.body for one in articles()] == ["打开订单，点退款", "九点到六点"]


@pytest.mark.parametrize(("text", "encoding"), [(TABLE, "gb18030"), (TRADITIONAL, "big5")])
def test_a_table_of_an_older_excel_is_told_by_its_encoding(baton: Terminal, text: str, encoding: str) -> None:
    """Covers C3: nothing is guessed into the knowledge base; what to type is said, and then it comes in."""
    (baton.folder / "kb.csv").write_bytes(text.encode(encoding))
    problem, nothing = baton.refused("kb", "import", "kb.csv")
    assert f"--encoding {encoding}" in problem
    assert nothing.startswith("Nothing was stored")
    assert baton.well("kb", "import", "kb.csv", "--encoding", encoding).startswith("2 new")
    assert articles()[0].content.body == text.splitlines()[1].partition(",")[2]


def test_a_wrong_or_unknown_encoding_is_said(baton: Terminal) -> None:
    """Covers C3."""
    (baton.folder / "kb.csv").write_bytes(TABLE.encode())
    assert "no text in ascii" in baton.refused("kb", "import", "kb.csv", "--encoding", "ascii")[0]
    done = baton("kb", "import", "kb.csv", "--encoding", "klingon")
    assert done.code == 2
    assert "klingon" in done.err
    assert not is_encoding("rot13")


def test_json_lines_and_folders_in_another_encoding(baton: Terminal) -> None:
    """Covers C3: the same for every kind of file."""
    (baton.folder / "kb.jsonl").write_bytes(lines(PRINTER, BILL).encode("gb18030"))
    assert "--encoding gb18030" in baton.refused("kb", "import", "kb.jsonl")[0]
    assert baton.well("kb", "import", "kb.jsonl", "--encoding", "gb18030").startswith("2 new")
    folder = baton.folder / "docs"
    folder.mkdir()
    (folder / "a.md").write_bytes("# 怎么换货\r\n\r\n联系我们\r\n".encode("utf-16"))
    (folder / "b.md").write_bytes("# 运费\n\n十元，满一百免运费，请您放心\n".encode("gb18030"))
    problem, _ = baton.refused("kb", "import", "docs")
    assert problem.startswith("b.md: ")
    assert len(articles()) == 2


@pytest.mark.parametrize("data", [b"\xff\xfe\xff", b"a\x00b", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_text_is_not_taken_for_one(data: bytes) -> None:
    """Covers C3."""
    with pytest.raises(Exception, match=r"kb\.import\.not_utf8"):
        text_of(data)


def test_western_text_is_not_taken_for_chinese() -> None:
    """Covers C3: what is told to be likely opens."""
    for encoding in ("gb18030", "big5"):
        assert guessed("我们的营业时间是九点到六点。".encode("gb18030")) == "gb18030"
        assert "請打開訂單，點退款的按鈕。".encode("big5").decode(
            guessed("請打開訂單，點退款的按鈕。".encode("big5"))
        ), encoding


# Broken files


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('title,body\na,"b\nc,d\ne,f\n', "line 2: this is no table"),
        ('title,body\na,b\n"x"y,z\n', "line 3: this is no table"),
        ("title,body\na,b\x00\n", "not UTF-8"),
        ("title;body\na;b;c\n", "line 2: this line has 3 columns"),
        ("标题,正文\na,b\n", "must name the columns"),
        ("a,b\nc,d\n", "must name the columns"),
        ("title,body\n,b\n", "line 2: “title” is missing"),
        (f"title,body\na,{'x' * 5_000_000}\n", "line 2: The text has 5,000,000 characters"),
    ],
)
def test_a_broken_table_is_named_by_its_line(baton: Terminal, table: str, told: str) -> None:
    """Covers G6: an open quotation mark swallows nothing, a cell of five megabytes is measured."""
    problem, nothing = baton.refused("kb", "import", baton.write("kb.csv", table))
    assert told in problem
    assert nothing.startswith("Nothing was stored")
    baton.well("migrate")
    assert articles() == []


def test_a_list_in_one_piece_is_told_how_to_become_lines(baton: Terminal) -> None:
    """Covers G6: one sentence, not one for each of its lines."""
    file = baton.write("kb.json", json.dumps([PRINTER, BILL], indent=1, ensure_ascii=False))
    told = baton.refused("kb", "import", file)
    assert len(told) == 2
    assert "jq" in told[0]


def test_front_matter_that_is_broken_is_named_file_by_file(baton: Terminal) -> None:
    """Covers G6: the good ones do not come in without the bad ones; what would fill the memory is not unfolded."""
    folder = baton.folder / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: 好的\n---\n正文", "utf-8")
    (folder / "b.md").write_text("---\ntitle: [\n---\nx", "utf-8")
    (folder / "c.md").write_text("---\n- just\n- a list\n---\nx", "utf-8")
    (folder / "d.md").write_text(f"---\n{BOMB}---\nx", "utf-8")
    (folder / "e.md").write_text(f"---\ntitle: *nowhere\n---\n{'x' * 10}", "utf-8")
    (folder / "f.md").write_text(f"---\ntags: *i\n---\n{'x' * 10}".replace("tags", f"{BOMB}tags"), "utf-8")
    (folder / "g.md").write_text("# 大\n" + "x" * 5_000_000, "utf-8")
    (folder / "h.md").write_text(f"---\na: {'[' * 9000}\n---\nx", "utf-8")
    told = baton.refused("kb", "import", "docs")
    assert [line.partition(":")[0].partition(",")[0] for line in told[:-1]] == [
        "b.md",
        "c.md",
        "e.md",
        "f.md",
        "g.md",
        "h.md",
    ]
    assert any("5,000,000" in line for line in told)
    assert max(map(len, told)) < 400
    baton.well("migrate")
    assert articles() == []


def test_an_empty_folder_is_said(baton: Terminal) -> None:
    """Covers G6."""
    (baton.folder / "docs" / "empty").mkdir(parents=True)
    (baton.folder / "docs" / "notes.txt").write_text("x", "utf-8")
    assert "no articles were found" in baton.refused("kb", "import", "docs")[0]


def test_fifty_thousand_lines_are_all_or_none(baton: Terminal) -> None:
    """Covers K7, C3: one bad line at the end, and nothing is stored; with nothing but bad ones fifty are named."""
    rows = "".join(f'{{"id": "n{number}", "title": "问题 {number}", "body": "答案"}}\n' for number in range(50_000))
    told = baton.refused("kb", "import", baton.write("bad.jsonl", rows + '{"title": "x"}\n'))
    assert told[0].startswith("bad.jsonl, line 50,001: “body” is missing")
    baton.well("migrate")
    assert articles() == []
    some = "".join(rows.splitlines(keepends=True)[:2000])
    assert "2000 new" in baton.well("kb", "import", baton.write("kb.jsonl", some)).replace(",", "")
    told = baton.refused("kb", "import", baton.write("worse.jsonl", "{\n" * 50_000))
    assert len(told) == 52
    assert "49950 more" in told[-2].replace(",", "")


# Queries


@pytest.mark.parametrize("query", QUERIES)
def test_the_terminal_answers_whatever_is_asked(baton: Terminal, query: str) -> None:
    """Covers G6: one JSON object, and no traceback."""
    baton.well("kb", "import", baton.write("kb.jsonl", lines(PRINTER, BILL)))
    said = json.loads(baton.well("kb", "search", "--json", "--", query))
    assert said["query"] == query
    batch = baton.write("q.jsonl", lines({"id": 1, "query": query}, {"id": 2, "query": "卡纸"}))
    answers = [json.loads(line) for line in baton.well("kb", "search", "--batch", batch).splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["results"][0]["id"] == PRINTER["id"]


def test_a_broken_batch_is_named(baton: Terminal) -> None:
    """Covers G6: before anything is answered."""
    baton.well("kb", "import", baton.write("kb.jsonl", lines(PRINTER)))
    batch = baton.write("q.jsonl", lines({"id": 1, "query": "卡纸"}, {"id": 2}, "{"))
    told = baton.refused("kb", "search", "--batch", batch)
    assert [line.partition(":")[0] for line in told] == ["q.jsonl, line 2", "q.jsonl, line 3"]


async def test_slack_answers_whatever_is_asked(reading: Reading) -> None:
    """Covers G6: staff and customers; each gets a card, none an error, and the bot has fewer words than he."""
    await reading.stored(Content("怎么退款", "三天到账"))
    for query in QUERIES:
        await reading.command("lin", None, "/kb", query)
        await reading.command("ann", None, "/kb", query)
        for who in ("lin", "ann"):
            assert 0 < len(reading.direct(who)[-1]) < 2000, query[:40]
    assert "K-1 · 怎么退款" in "\n".join(reading.direct("ann"))


async def test_telegram_answers_whatever_is_asked(tmp_path: Path) -> None:
    """Covers G6: as long as one message may be."""
    async with open_telegram(tmp_path) as stage:
        await stage.play(telegram_team(stage.folder))
        await stage.start(stage.lin)
        for query in QUERIES:
            before = len(stage.shown(stage.lin))
            await stage.say(stage.lin, text=f"/kb {query}"[:4096])
            assert len(stage.shown(stage.lin)) > before, query[:40]


async def test_the_same_title_is_not_written_twice_on_any_way(reading: Reading) -> None:
    """Covers U7: case, width and spaces do not make another title; the form keeps what was typed."""
    await reading.writes("lin", "Refund 退款")
    errors = await reading.writes("chen", "ＲＥＦＵＮＤ  退款")
    assert "K-1" in "".join(errors.values())
    assert reading.form("chen")["答案"]
    file = reading.slack.file("refund 退款.md", "别的".encode(), mimetype="text/markdown")
    await reading.say("wang", None, "kb new", files=[file])
    assert "K-1" in reading.direct("wang")[-1]
    assert await reading.baton.read(lambda unit: len(unit.knowledge.page(0))) == 1
