"""Files that belong to an article: kept with it, named on its card, found by name, and sent along. Covers B8, C3."""

from pathlib import Path

from tests.knowledge.stage import Reading, open_reading


async def test_a_file_goes_with_its_article(reading: Reading) -> None:
    """From the message where somebody put it to the customer who needs it."""
    rules = reading.slack.file("双十一促销规则.pdf", b"%PDF-1.4 rules", mimetype="application/pdf")
    said = await reading.say("lin", reading.support, "双十一的规则在这里", files=[rules])
    await reading.shortcut("chen", said, "kb_write")
    assert await reading.submit("chen", {"标题": "双十一怎么参加"}) == {}
    await reading.read_up()
    article = await reading.article()
    (number,) = article.content.files

    await reading.command("lin", None, "/kb", "促销规则")
    found = reading.told("lin")
    assert "K-1 · 双十一怎么参加" in reading.read(found)
    await reading.command("lin", None, "/kb", "K-1")
    assert "📎 双十一促销规则.pdf" in reading.direct("lin")[-1]

    await reading.say("ann", reading.help, "双十一怎么参加？")
    await reading.mention("lin", reading.support, "kb 双十一怎么参加", under=reading.card())
    await reading.press("lin", reading.latest(reading.support), "发给客户")
    await reading.later()
    assert "双十一的规则在这里" in reading.shown_to_customer("ann")
    carried = [file for message in reading.slack.sent(reading.help) for file in message.files]
    assert [(file.name, file.content) for file in carried] == [("双十一促销规则.pdf", b"%PDF-1.4 rules")]
    content = await reading.baton.read(lambda unit: unit.files.content(number))
    assert content.data == b"%PDF-1.4 rules"

    await reading.command("chen", None, "/kb", "edit K-1")
    assert await reading.submit("chen", {"答案": "规则见附件，先领券"}) == {}
    assert (await reading.article()).content.files == (number,)


async def test_a_file_is_taken_away_again(reading: Reading) -> None:
    """One of several, in the form; the revision before still has it, and brings it back."""
    files = [reading.slack.file(name, b"%PDF-1.4", mimetype="application/pdf") for name in ("旧规则.pdf", "新规则.pdf")]
    said = await reading.say("lin", reading.support, "规则见附件", files=files)
    await reading.shortcut("chen", said, "kb_write")
    await reading.submit("chen", {"标题": "活动规则"})
    old, new = (await reading.article()).content.files
    await reading.command("chen", None, "/kb", "edit K-1")
    assert await reading.submit("chen", {"移除附件": "旧规则.pdf"}) == {}
    assert (await reading.article()).content.files == (new,)
    await reading.command("chen", None, "/kb", "edit K-1")
    assert await reading.submit("chen", {"移除附件": "不移除"}) == {}
    assert (await reading.article()).content.files == (new,)
    await reading.command("chen", None, "/kb", "revert K-1 1")
    assert (await reading.article()).content.files == (old, new)


async def test_a_file_crosses_to_the_platform_of_the_customer(sqlite_url: str, tmp_path: Path) -> None:
    """Covers B8: it was put there on Slack, the customer is on Telegram; taken back, neither words nor file leave."""
    async with open_reading(tmp_path, database_url=sqlite_url, telegram=True) as reading:
        telegram = reading.telegram
        assert telegram is not None
        rules = reading.slack.file("rules.pdf", b"%PDF-1.4 rules", mimetype="application/pdf")
        said = await reading.say("lin", reading.support, "规则见附件", files=[rules])
        await reading.shortcut("chen", said, "kb_write")
        await reading.submit("chen", {"标题": "活动规则"})
        await reading.read_up()
        cem = telegram.user(2001, "Cem", language_code="zh-hans")
        await telegram.starts(cem)
        await telegram.says(cem, None, "活动规则是什么？")
        await telegram.settled()
        await reading.baton.settle()
        await reading.mention("lin", reading.support, "kb 活动规则", under=reading.card())
        found = reading.latest(reading.support)
        await reading.press("lin", found, "发给客户")
        held = next(one for one in reading.slack.sent(reading.support) if "撤回" in reading.slack.buttons(one))
        await reading.press("lin", held, "撤回")
        await reading.later()
        assert not any("规则见附件" in telegram.visible_text(one) for one in telegram.sent(cem))
        await reading.press("lin", found, "发给客户")
        await reading.later()
        received = telegram.sent(cem)[-2:]
        assert "规则见附件" in telegram.visible_text(received[0])
        assert telegram.file(received[1]) == b"%PDF-1.4 rules"
