"""Driving the fake as a group's owner does: making groups and topics, membership, rights, migration."""

import itertools
from collections.abc import Iterable
from typing import Any

from tests.fakes.telegram import payloads
from tests.fakes.telegram.methods.topics import delete_topic, open_topic
from tests.fakes.telegram.state import ADMIN_RIGHTS, MEMBER_RIGHTS, Chat, Member, Topic, User
from tests.fakes.telegram.world import World

JSON = dict[str, Any]

SUPERGROUP_BASE = -1_001_500_000_000
GROUP_BASE = -4_500_000


class Groups:
    """What happens to groups. Everything returns at once; updates are queued as Telegram would."""

    world: World

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def group(
        self, title: str, *, members: Iterable[User] = (), forum: bool = False, supergroup: bool = True,
        id: int | None = None, username: str | None = None, bot: str | None = "member",
    ) -> Chat:  # fmt: skip
        """A group whose owner is the first of `members`; the bot is in it as `bot` (None: not at all).

        A supergroup unless `supergroup=False`: only a basic group can migrate. No update is queued.
        """
        number = next(self._numbers)
        supergroup = supergroup or forum
        chat_id = id or (SUPERGROUP_BASE - number if supergroup else GROUP_BASE - number)
        chat = Chat(chat_id, "supergroup" if supergroup else "group", title, username, is_forum=forum)
        for index, user in enumerate(members):
            chat.members[user.id] = Member(user, "member" if index else "creator")
        if bot is not None:
            rights = dict.fromkeys(ADMIN_RIGHTS, True) if bot == "administrator" else {}
            chat.members[self.world.bot.id] = Member(self.world.bot, bot, rights)
        self.world.chats[chat.id] = chat
        return chat

    def topic(self, group: Chat, name: str) -> Topic:
        """A topic made by the group's owner, as `says` and `messages` take it; the bot is told."""
        assert group.is_forum, f"{group.title} is no forum"
        return open_topic(self.world, group, _owner(group), name)

    async def closes_topic(self, topic: Topic) -> None:
        """The owner closes a topic."""
        topic.closed = True
        self.world.service(topic.chat, _owner(topic.chat), {"forum_topic_closed": {}}, topic)

    async def deletes_topic(self, topic: Topic) -> None:
        """The owner deletes a topic with all its messages; no bot is told."""
        delete_topic(topic)

    async def joins(self, user: User, group: Chat) -> None:
        """`user` joins; administrators who asked for it also get `chat_member`."""
        self._change_member(group, user, user, "member")
        self.world.service(group, user, {"new_chat_members": [payloads.user_json(user)]})

    async def leaves(self, user: User, group: Chat) -> None:
        """`user` leaves."""
        self._change_member(group, user, user, "left")
        self.world.service(group, user, {"left_chat_member": payloads.user_json(user)})

    async def adds_bot(self, user: User, group: Chat) -> None:
        """`user` brings the bot into the group."""
        self.world.set_bot_status(group, user, "member")
        self.world.service(group, user, {"new_chat_members": [payloads.user_json(self.world.bot)]})

    async def kicks_bot(self, user: User, group: Chat) -> None:
        """`user` throws the bot out."""
        if group.type == "group":
            self.world.service(group, user, {"left_chat_member": payloads.user_json(self.world.bot)})
        self.world.set_bot_status(group, user, "kicked")

    async def promotes_bot(self, user: User, group: Chat, *rights: str) -> None:
        """`user` makes the bot an administrator with `rights` (all of them when none is named)."""
        granted = {right: not rights or right in rights for right in ADMIN_RIGHTS}
        self.world.set_bot_status(group, user, "administrator", granted)

    async def demotes_bot(self, user: User, group: Chat) -> None:
        """`user` makes the bot a plain member again."""
        self.world.set_bot_status(group, user, "member")

    async def restricts_bot(self, user: User, group: Chat, *allowed: str) -> None:
        """`user` leaves the bot only the `allowed` rights, for example `can_send_photos`."""
        self.world.set_bot_status(group, user, "restricted", {right: right in allowed for right in MEMBER_RIGHTS})

    async def renames(self, user: User, group: Chat, title: str) -> None:
        """`user` gives the group another title."""
        group.title = title
        self.world.service(group, user, {"new_chat_title": title})

    async def deletes_group(self, group: Chat) -> None:
        """The owner deletes the group."""
        group.deleted = True

    async def migrates(self, group: Chat) -> Chat:
        """A basic group becomes a supergroup with another id: service messages on both sides. Returns the new one."""
        assert group.type == "group", f"{group.title} is a supergroup already"
        owner = _owner(group)
        new = self.group(group.title or "", bot=None)
        new.members = dict(group.members)
        self.world.service(group, owner, {"migrate_to_chat_id": new.id})
        group.migrated_to = new
        self.world.service(new, owner, {"migrate_from_chat_id": group.id})
        return new

    def _change_member(self, group: Chat, actor: User, user: User, status: str) -> None:
        member = group.members.setdefault(user.id, Member(user, "left"))
        old = payloads.member_json(member)
        member.status = status
        if self.world.bot_is_admin(group):
            change = payloads.member_change_json(
                group, actor, self.world.timestamp(), old, payloads.member_json(member)
            )
            self.world.queue.push("chat_member", change)


def _owner(group: Chat) -> User:
    owner = next((m.user for m in group.members.values() if m.status == "creator"), None)
    assert owner is not None, f"{group.title} has no owner: name its members"
    return owner
