"""A bot small enough to be read at a glance, in place of Baton's own: it makes the page show everything it can."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from adapters.web import WebAdapter
from bot.chat.contract import Arrival, Delivery, Order, Target
from bot.chat.events import ButtonPressed, CommandGiven, Event, FormSubmitted, HomeOpened, MessageReceived, Place
from bot.chat.text import bold, plain, text
from bot.chat.views import (
    Button,
    Card,
    Choice,
    DatePicker,
    Field,
    FieldErrors,
    Form,
    Menu,
    OpenForm,
    Post,
    Reply,
    Row,
    Section,
    Toast,
    View,
)

ROOM = Place("web", "support")
PRIORITIES = (Choice("normal", "普通"), Choice("high", "高"), Choice("urgent", "紧急"))
ANSWER = Form(
    "answer",
    "回复客户",
    "发送",
    (
        Field("words", "回复内容", "text", limit=200),
        Field("until", "期望时间", "date", required=False),
        Field("kind", "类型", "choice", choices=(Choice("a", "物流"), Choice("b", "退款")), hint="用于统计"),
    ),
    subject=1,
)


@dataclass
class StandIn:
    """Opens "tickets" from direct messages, and answers buttons, forms, commands and the home page."""

    adapter: WebAdapter
    seen: set[str] = field(default_factory=set)
    cards: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Handle what is new."""
        for arrival in arrivals:
            await self.ask(arrival)

    async def ask(self, arrival: Arrival) -> Reply | None:
        """Handle it, unless it was seen before."""
        if arrival.key in self.seen:
            return None
        self.seen.add(arrival.key)
        reply: Reply | None = None
        for event in self.adapter.read(arrival.payload):
            self.events.append(event)
            reply = await self._handle(event) or reply
        return reply

    async def _handle(self, event: Event) -> Reply | None:
        if isinstance(event, MessageReceived) and event.direct:
            await self._open(event)
        elif isinstance(event, ButtonPressed):
            return await self._press(event)
        elif isinstance(event, FormSubmitted):
            return await self._answer(event)
        elif isinstance(event, CommandGiven):
            words = Post(text("您说的是 ", bold(event.word), " ", *event.text))
            await self.show(event.place, words, whisper_to=event.user)
        elif isinstance(event, HomeOpened):
            await self._home(event)
        return None

    async def show(self, place: Place, view: View, *, ref: str = "", whisper_to: str = "") -> Delivery:
        """Show something."""
        order = Order("whisper" if whisper_to else "show", place, view, user=whisper_to)
        return await self.adapter.deliver(order, Target(place, f"effect-{next(self._numbers)}", ref=ref))

    async def _open(self, event: MessageReceived) -> None:
        number = len(self.cards) + 1
        self.cards[number] = (plain(event.text), event.user, "")
        shown = await self.show(ROOM, self._card(number, "", "普通"))
        self.cards[number] = (plain(event.text), event.user, shown.ref)
        thread = Place("web", "support", shown.ref)
        await self.show(thread, Post(event.text, author=event.profile.name, label="客户消息"))
        await self.show(event.place, Post(text("已收到，工单号 ", bold(f"T-{number}"), "。")))

    def _card(self, number: int, owner: str, priority: str) -> Card:
        words, user, _ = self.cards[number]
        return Card(
            f"T-{number} {words[:60]}",
            text(words),
            rows=(
                Row("状态", text("处理中" if owner else "新建")),
                Row("优先级", text(priority)),
                Row("负责人", text(owner or "还没有")),
                Row("客户", text(user)),
            ),
            sections=(Section("客户看到", text("已收到，工单号 ", bold(f"T-{number}"))),),
            controls=(
                Button("领取", "take", number, style="primary"),
                Button("回复", "reply", number),
                Button("关闭", "close", number, style="danger", confirm="确定关闭这张工单吗？"),
                Menu("优先级", "priority", number, PRIORITIES),
                DatePicker("截止", "due", number),
            ),
            footer=f"T-{number}",
        )

    async def _press(self, event: ButtonPressed) -> Reply | None:
        if event.action == "reply":
            return OpenForm(ANSWER)
        priority = {choice.value: choice.label for choice in PRIORITIES}.get(event.value, "普通")
        if event.subject in self.cards:
            ref = self.cards[event.subject][2]
            await self.show(ROOM, self._card(event.subject, event.profile.name, priority), ref=ref)
        return Toast(f"T-{event.subject}: {event.action} {event.value}".strip())

    async def _answer(self, event: FormSubmitted) -> Reply | None:
        if "坏" in event.values["words"]:
            return FieldErrors((("words", "请换一种说法。"),))
        customer = self.cards[event.subject][1] if event.subject in self.cards else event.user
        await self.show(Place("web", customer), Post(text(event.values["words"]), author=event.profile.name))
        return Toast("已发送")

    async def _home(self, event: HomeOpened) -> None:
        items = tuple(Section(f"T-{number} {words}") for number, (words, _, _) in self.cards.items())
        order = Order("home", event.place, Card("您好", text("今天的事项"), sections=items), user=event.user)
        await self.adapter.deliver(order, Target(event.place, f"home-{next(self._numbers)}"))
