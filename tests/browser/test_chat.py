"""The built-in chat as people use it, in Chromium."""

import io
import re

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.conftest import Say, Site
from tests.contracts.desk import RecordingInlet


async def messages(page: Page) -> list[str]:
    """The words of all messages in the middle."""
    return await page.locator("#main-timeline .message .words").all_inner_texts()


async def test_a_newcomer_is_a_customer_and_has_a_ticket_within_a_minute(site: Site) -> None:
    """Nothing to read, nothing to set up: type, become the agent, answer, be the customer again."""
    page = await site.open("/chat")
    await expect(page.get_by_role("heading", name="Baton", level=1)).to_be_visible()
    await page.get_by_role("button", name="我的订单 8812 还没收到，到哪儿了？").click()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("已收到，工单号 T-1。")).to_be_visible()

    await page.get_by_role("button", name="切换为 林晓").click()
    card = page.get_by_role("article", name="T-1 我的订单 8812 还没收到，到哪儿了？", exact=True)
    await card.get_by_role("button", name="领取").click()
    await expect(card.get_by_text("处理中")).to_be_visible()
    await expect(page.get_by_text("T-1: take")).to_be_visible()
    await card.get_by_role("button", name="回复").click()
    form = page.get_by_role("dialog", name="回复客户")
    await form.get_by_label("回复内容").fill("今天下午送到。")
    await form.get_by_label("类型").select_option("物流")
    await form.get_by_role("button", name="发送").click()
    await expect(form).to_have_count(0)

    await page.get_by_role("button", name="切回 张伟").click()
    await expect(page.get_by_text("今天下午送到。")).to_be_visible()
    await page.get_by_role("button", name="知道了").click()
    await page.reload()
    await expect(page.get_by_text("今天下午送到。")).to_be_visible()
    await expect(page.locator("#guide")).to_be_hidden()


async def test_what_one_writes_the_other_sees_at_once(site: Site, say: Say) -> None:
    zhang, emma = await site.chat("zhang", "lobby"), await site.chat("emma", "lobby")
    await say(zhang, "有人在吗")
    await expect(emma.locator(".message", has_text="有人在吗")).to_be_visible()
    await say(emma, "在的")
    await expect(zhang.locator(".message", has_text="在的")).to_be_visible()


async def test_unread_rooms_stand_out_until_they_are_read(site: Site, say: Say) -> None:
    zhang, emma = await site.chat("zhang", "lobby"), await site.chat("emma", "emma")
    await say(zhang, "@Emma Clark 请看")
    room = emma.get_by_role("button", name="Lobby, 1 unread")
    await expect(room).to_be_visible()
    await expect(emma).to_have_title(re.compile(r"^\(1\)"))
    await room.click()
    await expect(emma.get_by_role("button", name="Lobby", exact=True)).to_be_visible()
    await expect(emma).to_have_title("Lobby · Baton")


async def test_a_thread_is_opened_answered_and_counted(site: Site, say: Say) -> None:
    lin = await site.chat("lin", "support")
    await say(lin, "今天的值班表")
    await lin.locator(".message", has_text="今天的值班表").hover()
    await lin.get_by_role("button", name="在讨论串中回复").click()
    side = lin.get_by_role("complementary", name="讨论串")
    await side.get_by_label("在讨论串中回复").fill("我值早班")
    await side.get_by_label("在讨论串中回复").press("Enter")
    await expect(side.locator(".message", has_text="我值早班")).to_be_visible()
    await expect(lin.get_by_role("button", name="1 条回复")).to_be_visible()
    await lin.keyboard.press("Escape")
    await expect(side).to_be_hidden()
    await lin.go_back()
    await expect(side.locator(".message", has_text="我值早班")).to_be_visible()


async def test_problems_of_a_form_stand_at_their_fields(site: Site, say: Say) -> None:
    await say(await site.chat("zhang"), "打印机坏了")
    lin = await site.chat("lin", "support")
    await lin.get_by_role("button", name="回复", exact=True).click()
    form = lin.get_by_role("dialog", name="回复客户")
    await form.get_by_role("button", name="发送").click()
    words = form.get_by_label("回复内容")
    await expect(words).to_have_attribute("aria-invalid", "true")
    await expect(words).to_be_focused()
    await expect(form.get_by_text("请填写此项。")).to_have_count(2)
    await words.fill("坏话")
    await form.get_by_label("类型").select_option("退款")
    await form.get_by_role("button", name="发送").click()
    await expect(form.get_by_text("请换一种说法。")).to_be_visible()
    await expect(words).to_have_value("坏话")
    await lin.keyboard.press("Escape")
    await expect(form).to_have_count(0)


async def test_a_card_asks_before_what_can_not_be_undone_and_its_menus_work(site: Site, say: Say) -> None:
    await say(await site.chat("zhang"), "退货")
    lin = await site.chat("lin", "support")
    await lin.get_by_role("button", name="关闭").click()
    question = lin.get_by_role("dialog", name="确定关闭这张工单吗？")
    await question.get_by_role("button", name="取消").click()
    await lin.get_by_label("优先级").select_option("紧急")
    await expect(lin.get_by_text("T-1: priority urgent")).to_be_visible()
    await lin.get_by_label("截止").fill("2026-12-24")
    await expect(lin.get_by_text("T-1: due 2026-12-24")).to_be_visible()
    pressed = [event.action for event in site.bot.events if hasattr(event, "action")]
    assert pressed == ["priority", "due"]


HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> [x](javascript:window.hacked=1) &lt;'


async def test_markup_in_a_message_is_text(site: Site, say: Say) -> None:
    zhang = await site.chat("zhang")
    await say(zhang, HOSTILE)
    await expect(zhang.locator(".message .words", has_text="<img src=x")).to_have_text(HOSTILE)
    lin = await site.chat("lin", "support")
    await expect(lin.locator("article.card h3")).to_contain_text("<img src=x")
    for page in (zhang, lin):
        assert await page.locator(".messages script, .words img, a[href^=javascript]").count() == 0
        assert await page.evaluate("window.hacked") is None


async def test_what_is_typed_with_marks_is_shown_with_looks(site: Site, say: Say) -> None:
    zhang = await site.chat("zhang")
    await say(zhang, "*重要* `E-203`\n> 原话\nhttps://example.com/a\n```\nx = 1\n```")
    words = zhang.locator(".message .words").first
    await expect(words.locator("strong")).to_have_text("重要")
    await expect(words.locator("blockquote")).to_have_text("原话")
    await expect(words.locator("pre code")).to_have_text("x = 1")
    await expect(words.locator("a")).to_have_attribute("href", "https://example.com/a")
    await expect(words.locator("a")).to_have_attribute("rel", "noopener noreferrer")


async def test_names_and_commands_are_offered_while_one_types(site: Site) -> None:
    lin = await site.chat("lin", "support")
    box = lin.get_by_label("发消息到 客服部")
    await box.press_sequentially("@赵")
    await expect(lin.get_by_role("option", name="赵磊")).to_be_visible()
    await box.press("Enter")
    await expect(box).to_have_value("@赵磊 ")
    await box.press_sequentially("请看")
    await box.press("Enter")
    await expect(lin.locator(".mention", has_text="@赵磊")).to_be_visible()
    await box.press_sequentially("/工")
    await expect(lin.get_by_role("option", name="/工单")).to_be_visible()
    await box.press("Tab")
    await box.press_sequentially("屏幕裂了")
    await box.press("Enter")
    await expect(lin.get_by_text("您说的是 工单 屏幕裂了")).to_be_visible()
    await expect(lin.get_by_text("仅您可见")).to_be_visible()


async def test_a_message_is_reacted_to_edited_and_deleted(site: Site, say: Say) -> None:
    zhang, emma = await site.chat("zhang", "lobby"), await site.chat("emma", "lobby")
    await say(zhang, "周五开会")
    row = emma.locator(".message", has_text="周五开会")
    await row.hover()
    await row.get_by_role("button", name="React").click()
    await emma.get_by_role("button", name="Looking at it").click()
    await expect(zhang.get_by_role("button", name="👀，1 人：Emma Clark")).to_be_visible()

    await zhang.get_by_label("发消息到 大厅").press("ArrowUp")
    await zhang.get_by_label("发消息到 大厅").fill("周四开会")
    await zhang.keyboard.press("Enter")
    await expect(emma.locator(".message", has_text="周四开会")).to_contain_text("(edited)")

    mine = zhang.locator(".message", has_text="周四开会")
    await mine.hover()
    await mine.get_by_role("button", name="更多").click()
    await zhang.get_by_role("button", name="删除").click()
    await zhang.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(emma.locator(".message")).to_contain_text("This message was deleted.")
    await expect(emma.get_by_text("周四开会")).to_have_count(0)


async def test_a_picture_is_attached_and_shown_and_a_program_is_refused(site: Site) -> None:
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(data, "png")
    zhang = await site.chat("zhang")
    picker = zhang.locator("#main-composer input[type=file]")
    await picker.set_input_files({"name": "截图.png", "mimeType": "image/png", "buffer": data.getvalue()})
    await expect(zhang.locator(".chip", has_text="截图.png")).to_be_visible()
    await zhang.locator("#main-composer").get_by_role("button", name="发送").click()
    picture = zhang.get_by_role("img", name="截图.png")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    await picker.set_input_files({"name": "setup.exe", "mimeType": "x/y", "buffer": b"MZ"})
    await expect(zhang.get_by_text("不能发送 setup.exe 这类文件。")).to_be_visible()
    await expect(zhang.locator(".chip")).to_have_count(0)


async def test_while_the_line_is_down_nothing_typed_is_lost(site: Site, say: Say) -> None:
    zhang = await site.chat("zhang", "lobby")
    await zhang.context.set_offline(True)
    await say(zhang, "断网时写的")
    await expect(zhang.get_by_text("没有网络，恢复后会自动发送。")).to_be_visible()
    emma = await site.chat("emma", "lobby")
    await say(emma, "我这边正常")
    await zhang.context.set_offline(False)
    await expect(emma.locator(".message", has_text="断网时写的")).to_be_visible()
    await expect(zhang.locator(".message", has_text="我这边正常")).to_be_visible()
    await expect(zhang.locator(".message.pending")).to_have_count(0)
    assert (await messages(emma)).count("断网时写的") == 1


async def test_what_was_not_sent_survives_a_reload(site: Site, say: Say) -> None:
    site.house.adapter._inlet = recorder = RecordingInlet(site.house.adapter, down=True)
    zhang = await site.chat("zhang", "lobby")
    await say(zhang, "先别丢")
    await recorder.refused.wait()
    await zhang.reload()
    recorder.down = False
    await expect(zhang.locator(".message.pending")).to_have_count(0)
    await expect(zhang.locator(".message", has_text="先别丢")).to_have_count(1)
    assert len(await recorder.events()) == 1


async def test_a_draft_stays_in_its_room(site: Site) -> None:
    zhang = await site.chat("zhang", "lobby")
    await zhang.get_by_label("发消息到 大厅").fill("还没写完")
    await zhang.get_by_role("button", name="咨询客服部").click()
    await expect(zhang.get_by_label("发消息到 咨询客服部")).to_have_value("")
    await zhang.get_by_role("button", name="大厅").click()
    await expect(zhang.get_by_label("发消息到 大厅")).to_have_value("还没写完")


async def test_enter_belongs_to_the_input_method_while_it_composes(site: Site) -> None:
    zhang = await site.chat("zhang", "lobby")
    box = zhang.get_by_label("发消息到 大厅")
    await box.fill("nihao")
    enter = "new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, isComposing: true})"
    await box.evaluate(f"box => box.dispatchEvent({enter})")
    await expect(box).to_have_value("nihao")
    assert await messages(zhang) == []


async def test_older_messages_come_when_one_scrolls_up(site: Site) -> None:
    emma = site.house.browser("emma")
    for number in range(120):
        await emma.say("lobby", f"第 {number} 条")
    zhang = await site.chat("zhang", "lobby")
    await expect(zhang.locator(".message", has_text="第 119 条")).to_be_in_viewport()
    assert await zhang.locator(".message").count() == 50
    await zhang.locator("#main-timeline .scroller").hover()
    for _ in range(60):
        await zhang.mouse.wheel(0, -2000)
        if await zhang.locator(".message").count() == 120:
            break
    await expect(zhang.locator(".message", has_text="第 0 条")).to_have_count(1)


async def test_the_home_page_shows_what_the_bot_made(site: Site, say: Say) -> None:
    zhang = await site.chat("zhang")
    await say(zhang, "查发票")
    await expect(zhang.get_by_text("工单号 T-1")).to_be_visible()
    await zhang.get_by_role("button", name="我的事项").click()
    await expect(zhang.get_by_role("heading", name="T-1 查发票")).to_be_visible()


async def test_a_link_to_a_message_leads_to_it(site: Site) -> None:
    lin = site.house.browser("lin")
    root = await lin.say("support", "开头")
    reply = await lin.say("support", "这一条", thread=str(root["id"]))
    page = await site.open(f"/chat/message/{reply['id']}?as=lin")
    await expect(page.locator("#side .message.pointed")).to_contain_text("这一条")


async def test_two_persons_talk_without_the_bot(site: Site, say: Say) -> None:
    lin, zhao = await site.chat("lin"), await site.chat("zhao")
    await lin.get_by_role("button", name="给同事发私信").click()
    await lin.get_by_role("dialog", name="给同事发私信").get_by_role("button", name="赵磊").click()
    await expect(lin.get_by_role("heading", name="赵磊", level=1)).to_be_visible()
    await say(lin, "中午吃什么")
    await zhao.get_by_role("button", name="林晓，1 条未读").click()
    await expect(zhao.locator(".message", has_text="中午吃什么")).to_be_visible()
    assert site.bot.events == []


@pytest.mark.parametrize("user", ["lin", "zhang"])
async def test_every_control_has_a_name(site: Site, user: str) -> None:
    page = await site.chat(user, "lobby")
    nameless = await page.evaluate(NAMELESS)
    assert nameless == []


NAMELESS = """
[...document.querySelectorAll("button, a, input, select, textarea")]
  .filter((e) => e.offsetParent && !(e.innerText?.trim() || e.getAttribute("aria-label") || e.labels?.length))
  .map((e) => e.outerHTML)
"""
