"""Articles of any length are written and mended on every platform, and no character gets lost. Covers U7, K7, C3."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.forms import Origin, modal, values_of
from adapters.slack.limits import FORM_TEXT
from adapters.slack.parts import cut_up
from adapters.web.forms import FormTokens, answers, complaints
from adapters.web.outbound import form_json
from bot.chat.events import Place
from bot.chat.viewjson import form_from_json, form_to_json
from bot.chat.views import Form
from bot.knowledge import forms
from bot.knowledge.rules import Article, Content, checked
from bot.language.catalogue import Words
from tests.clock import ManualClock
from tests.fakes.slack import block_kit
from tests.fakes.slack.forms import initial_values
from tests.knowledge.stage import Reading
from tests.telegram.stage import Stage as TelegramStage
from tests.telegram.stage import open_stage as open_telegram
from tests.telegram.stage import telegram_team

NOW = ManualClock().now()
LONG = "\n\n".join(f"第 {number} 步：打开订单，点“退款”，等短信。" * 12 for number in range(60))
HUGE = "\n\n".join(f"第 {number} 条\n" + "说明文字，一句接一句。" * 60 for number in range(140))

lines = st.one_of(
    st.text(max_size=80),
    st.integers(1, 4000).map(lambda count: "長" * count),
    st.integers(1, 2000).map(lambda count: "🙂" * count),
    st.integers(1, 900).map(lambda count: "word " * count),
    st.integers(1, 4000).map(lambda count: " " * count),
)
bodies = st.lists(st.tuples(lines, st.sampled_from(["\n\n", "\n", "", " ", "\n \n\n", "\t"])), min_size=1, max_size=12)
tags = st.lists(st.sampled_from(["退款", "after sale", "a,b", "x;y", "发票"]), max_size=4)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Articles whose bodies, tags and other ways to ask are of every make."""
    body = "".join(piece for pair in draw(bodies) for piece in pair)
    ways = tuple(f"{each}; oder {number}" for number, each in enumerate(draw(tags)))
    return checked(Content("怎么退款", f"{body}.", aliases=ways, tags=tuple(draw(tags))))


def through_slack(form: Form, *, trims: bool) -> Mapping[str, str]:
    """The form as a modal that nobody touched; `trims`: white space at the ends of inputs is not kept."""
    view = modal(form, Place("slack", "C1"))
    assert block_kit.view_problems(view) == []
    assert len(orjson.dumps(view)) < 250_000
    states = initial_values(view["blocks"])
    for block in states.values():
        for state in block.values():
            if trims and isinstance(state.get("value"), str):
                state["value"] = state["value"].strip() or None
    return values_of({"state": {"values": states}}, Origin.read(view["private_metadata"]).joints)


def through_page(form: Form) -> Mapping[str, str]:
    """The form as a dialog of the built-in chat that nobody touched; a text area knows one kind of line break."""
    tokens = FormTokens("a secret that is long enough")
    sent = orjson.loads(orjson.dumps(form_json(form, tokens.token(form, "lin", Place("web", "lin")))))
    opened = tokens.opened(sent["token"], "lin")
    values = answers(opened, {each["name"]: each["value"].replace("\r\n", "\n") for each in sent["fields"]})
    assert complaints(opened, values) == {}
    return values


def through_dialogue(form: Form) -> Mapping[str, str]:
    """The form asked question by question, where each answer is left as it was."""
    kept = form_from_json(form_to_json(form))
    return {field.name: field.value for field in kept.fields}


@given(contents(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_it_says_it_says_the_same_after_a_form_that_nobody_touched(content: Content, trims: bool) -> None:
    """Covers U7: on every platform, however long, with whatever white space, tags and other ways to ask."""
    article = Article(7, content, NOW, NOW)
    for limit, through in (
        (FORM_TEXT, lambda form: through_slack(form, trims=trims)),
        (100_000, through_page),
        (100_000, through_dialogue),
    ):
        form = forms.editing_form(Words("zh-CN"), article, limit)
        assert checked(forms.filled(through(form), content)) == content


def test_a_text_is_cut_between_paragraphs() -> None:
    """Covers U7: so that each input can be read for itself."""
    parts = cut_up(LONG)
    assert set(parts.joints) == {"\n\n"}
    assert all(part.startswith("第 ") for part in parts.words)
    assert all(len(part) <= 3000 for part in parts.words)


async def test_a_long_article_is_edited_in_several_inputs(reading: Reading) -> None:
    """Covers U7: on Slack; a paragraph is changed, one is added at the end, and one input is emptied."""
    await reading.writes("lin", "怎么退款", "短")
    await reading.command("lin", None, "/kb", "edit K-1")
    assert list(reading.form("lin"))[:2] == ["标题", "答案"]
    await reading.submit("lin", {"答案": LONG[:2900]})
    await reading.command("lin", None, "/kb", "edit K-1")
    assert await reading.submit("lin", {"答案 (2/2)": LONG[2900:5000]}) == {}
    assert (await reading.article()).content.body == f"{LONG[:2900]}\n\n{LONG[2900:5000]}"

    (whole,) = await reading.stored(Content("全流程", LONG))
    await reading.command("chen", None, "/kb", f"edit {whole.reference}")
    form = reading.form("chen")
    inputs = [label for label in form if label.startswith("答案 (")]
    assert len(inputs) >= 6
    changed = form[inputs[1]].replace("退款", "退货")
    assert await reading.submit("chen", {inputs[1]: changed, inputs[2]: ""}) == {}
    first, second, third = (LONG.find(form[each]) for each in inputs[:3])
    after = LONG[third + len(form[inputs[2]]) :]
    assert (await reading.article(whole.id)).content.body == LONG[:second] + changed + after
    assert first == 0


async def test_what_no_form_takes_comes_as_a_file_and_goes_back_as_one(reading: Reading) -> None:
    """Covers U7, K7: on Slack; what somebody else changed meanwhile is not overwritten."""
    (whole,) = await reading.stored(Content("全流程", HUGE))
    assert len(HUGE) > 90_000
    await reading.command("lin", None, "/kb", f"edit {whole.reference}")
    assert "答案" not in reading.form("lin")
    await reading.submit("lin", {"分类": "售后"})
    carried = [file for message in reading.slack.sent(reading.slack.dm(reading["lin"])) for file in message.files]
    assert [(file.name, file.content) for file in carried] == [(f"K-1.v{whole.version}.md", HUGE.encode())]
    assert (await reading.article()).content.body == HUGE

    mended = HUGE.replace("第 7 条", "第七条")
    back = reading.slack.file(carried[0].name, mended.encode(), mimetype="text/markdown")
    await reading.say("lin", None, "kb edit K-1", files=[back])
    assert "又改过 K-1，所以没有覆盖" in reading.direct("lin")[-1]
    assert (await reading.article()).content.body == HUGE

    version = (await reading.article()).version
    fresh = reading.slack.file(f"k-1.V{version} (2).md", mended.encode(), mimetype="text/markdown")
    await reading.say("lin", None, "kb edit K-1", files=[fresh])
    assert (await reading.article()).content.body == mended
    assert "K-1" in reading.direct("lin")[-1]
    nameless = reading.slack.file("新版.md", b"\xef\xbb\xbf" + "短了\r\n第二行".encode(), mimetype="text/markdown")
    await reading.say("chen", reading.support, f"{reading.slack.bot_mention} kb edit K-1", files=[nameless])
    assert (await reading.article()).content.body == "短了\n第二行"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("big.md", b"x" * 5_000_000, "5,000,000"),
        ("gbk.md", "退款说明".encode("gb18030"), "UTF-8"),
        ("picture.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00", "UTF-8"),
        ("blank.md", b" \n ", "答案"),
    ],
)
async def test_a_file_that_is_no_article_is_refused_in_words(
    reading: Reading, name: str, data: bytes, told: str
) -> None:
    """Covers U7: 5 MB, another encoding, a picture, nothing; the article stays as it is."""
    await reading.stored(Content("怎么退款", "三天到账"))
    file = reading.slack.file(name, data, mimetype="text/markdown")
    await reading.say("lin", None, "kb edit K-1", files=[file])
    assert told in reading.direct("lin")[-1]
    article = await reading.article()
    assert (article.content.body, article.revision) == ("三天到账", 1)


async def test_a_new_article_is_a_file(reading: Reading) -> None:
    """Covers U7, C3: with a title, or under the file's own name; only staff may."""
    text = reading.slack.file("退货流程.md", HUGE.encode(), mimetype="text/markdown")
    await reading.say("lin", None, "kb new", files=[text])
    assert (await reading.article()).title == "退货流程"
    again = reading.slack.file("n.md", b"Short.", mimetype="text/markdown")
    await reading.say("lin", None, "kb new Opening hours", files=[again])
    assert (await reading.article(2)).title == "Opening hours"
    assert [(await reading.article(number)).content.body for number in (1, 2)] == [HUGE, "Short."]
    assert (await reading.article(2)).content.files == ()
    theirs = reading.slack.file("x.md", b"x", mimetype="text/markdown")
    await reading.say("ann", None, "kb new x", files=[theirs])
    assert await reading.baton.read(lambda unit: unit.knowledge.by_title(["x"])) == {}


async def test_a_card_shows_the_beginning_and_gives_all_of_it(reading: Reading) -> None:
    """Covers U7, G6: who reads a long article is not left with its first page."""
    await reading.stored(Content("全流程", HUGE))
    await reading.command("ann", None, "/kb", "K-1")
    card = reading.told("ann")
    await reading.press("ann", card, "📄 查看全文")
    carried = [file for message in reading.slack.sent(reading.slack.dm(reading["ann"])) for file in message.files]
    assert [file.content for file in carried] == [HUGE.encode()]


async def leave_the_rest(stage: TelegramStage, questions: int) -> None:
    """林晓 leaves the answers to so many questions as they are."""
    for _ in range(questions):
        last = stage.last(stage.lin)
        labels = stage.telegram.buttons(last)
        asked = (each for each in labels if each in ("保持不变", "跳过") or each.startswith("✓ "))
        await stage.press(stage.lin, last, next(asked))


async def test_on_telegram_in_several_messages_or_as_a_file(tmp_path: Path) -> None:
    """Covers U7, P5: what an app cut into messages is one answer; what was there comes and goes back as a file."""
    async with open_telegram(tmp_path) as stage:
        await stage.play(telegram_team(stage.folder))
        await stage.start(stage.lin)
        await stage.say(stage.lin, text="/kb new 全流程")
        await stage.press(stage.lin, stage.last(stage.lin), "保持不变")
        pieces = cut_up(LONG, 4096).words
        await stage.say(stage.lin, text=pieces[0])
        assert re.search(r"已收到 [\d,]+ 个字", stage.shown(stage.lin)[-1])
        for piece in pieces[1:]:
            await stage.say(stage.lin, text=piece)
        if "已收到" in stage.shown(stage.lin)[-1]:
            await stage.press(stage.lin, stage.last(stage.lin), "完成")
        await leave_the_rest(stage, 4)
        article = await stage.baton.read(lambda unit: unit.knowledge.get(1))
        assert article.content.body.split() == LONG.split()
        assert article.content.aliases == ()

        await stage.say(stage.lin, text="/kb edit K-1")
        sent: Any = next(one for one in reversed(stage.telegram.sent(stage.lin)) if "document" in one.content)
        assert stage.telegram.file(sent) == article.content.body.encode()
        mended = article.content.body.replace("第 3 步", "第三步")
        await stage.press(stage.lin, stage.last(stage.lin), "保持不变")
        name = f"K-1.v{article.version}.md"
        await stage.say(stage.lin, text="", document=(name, mended.encode()))
        await leave_the_rest(stage, 6)
        article = await stage.baton.read(lambda unit: unit.knowledge.get(1))
        assert article.content.body == mended
        await stage.say(stage.lin, text="/kb edit K-1", document=("n.md", "全新".encode()))
        article = await stage.baton.read(lambda unit: unit.knowledge.get(1))
        assert article.content.body == "全新"


async def test_both_databases_keep_a_form_until_its_file_is_here(anywhere: Reading) -> None:
    """Covers C3."""
    file = anywhere.slack.file("流程.md", HUGE.encode(), mimetype="text/markdown")
    await anywhere.say("lin", None, "kb new", files=[file])
    assert (await anywhere.article()).content.body == HUGE
