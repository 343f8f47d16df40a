"""Persons, accounts, teams and rooms."""

from dataclasses import replace

import pytest

from bot.chat.events import Place
from bot.errors import NotFound
from bot.people.rules import Account, Person, Role, Room, Visibility
from bot.tickets.rules import Side, Thread
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.contracts.storage.samples import NASTY, ROOM, account, message, person, show, team, ticket
from tests.databases import Opener


class PersonsContract:
    """Covers P1: persons, accounts of several platforms, roles."""

    async def test_a_person_comes_back_as_he_was_stored(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> tuple[Person, Person]:
            teams = frozenset({team(unit, "support").id, team(unit, "tech").id})
            stored = person(
                unit, key="lin", locale="zh-TW", email="lin@example.com", teams=teams, skills=("退款", "b"), tier="vip"
            )
            return stored, unit.people.person(stored.id)

        stored, read = await database.write(work)
        assert read == stored
        assert stored.id > 0

    async def test_what_is_saved_replaces_what_was(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> tuple[Person, Person | None]:
            old_team, new_team = team(unit, "support"), team(unit, "tech")
            stored = person(unit, key="lin", teams=frozenset({old_team.id}))
            changed = replace(
                stored, name="林小", role=Role.SUPERVISOR, active=False, teams=frozenset({new_team.id}), skills=("x",)
            )
            unit.people.save_person(changed)
            return changed, unit.people.by_key("lin")

        changed, read = await database.write(work)
        assert read == changed

    async def test_somebody_unknown_is_named_as_such(self, database: SqlDatabase) -> None:
        with pytest.raises(NotFound) as problem:
            await database.read(lambda unit: unit.people.person(404))
        assert problem.value.key == "person.unknown"
        assert await database.read(lambda unit: unit.people.by_key("nobody")) is None
        assert await database.read(lambda unit: unit.people.account("slack", "U404")) is None

    async def test_many_are_read_at_once_and_strangers_left_out(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> tuple[list[Person], dict[int, Person]]:
            several = [person(unit, name, teams=frozenset({team(unit, name).id})) for name in ("a", "b", "c")]
            return several, unit.people.persons([*(who.id for who in several), 404])

        several, found = await database.write(work)
        assert found == {who.id: who for who in several}
        assert await database.read(lambda unit: unit.people.persons([])) == {}

    async def test_everybody_is_listed_by_name_role_and_state(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            person(unit, "b", Role.AGENT)
            person(unit, "a", Role.AGENT, active=False)
            person(unit, "c", Role.CUSTOMER)

        await database.write(work)

        found = await database.read(
            lambda unit: {
                (role, active): unit.people.all_persons(role=role, active=active)
                for role in (None, Role.AGENT)
                for active in (None, True, False)
            }
        )
        names = {asked: [who.name for who in persons] for asked, persons in found.items()}
        assert names[None, True] == ["b", "c"]
        assert names[None, None] == ["a", "b", "c"]
        assert names[Role.AGENT, None] == ["a", "b"]
        assert names[Role.AGENT, False] == ["a"]

    async def test_an_account_is_found_by_id_and_by_handle(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> list[Account | None]:
            made = account(unit, "telegram", "1001", person(unit), handle="LinXiao")
            people = unit.people
            assert people.account("telegram", "1001") == made
            assert people.account("slack", "1001") is None
            assert people.accounts(made.person) == [made]
            return [people.account_by_handle("telegram", said) for said in ("LinXiao", "linxiao", "LINXIAO", "lin", "")]

        by_handle = await database.write(work)
        assert [found is not None for found in by_handle] == [True, True, True, False, False]

    async def test_an_account_is_replaced_not_doubled(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> tuple[Account, list[Account]]:
            made = account(unit, "telegram", "1001", person(unit))
            changed = replace(made, name="n", handle="H", room="1001", reachable=False)
            unit.people.save_account(changed)
            return changed, unit.people.accounts(made.person)

        changed, stored = await database.write(work)
        assert stored == [changed]

    @pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
    async def test_no_name_is_poison(self, database: SqlDatabase, words: str) -> None:
        def work(unit: Unit) -> Person:
            who = person(unit, words, skills=(words,))
            unit.people.save_account(Account("slack", f"U{words}", who.id, words, words))
            return who

        who = await database.write(work)
        read = await database.read(lambda unit: unit.people.person(who.id))
        assert read.name == words or "\ufffd" in read.name or read.name == "👍\ufffd"
        assert await database.read(lambda unit: unit.people.account("slack", f"U{words}")) is not None


class MergedPersonsContract:
    """Covers P5: accounts of one person are joined by `link`."""

    async def test_all_of_the_one_who_goes_becomes_that_of_the_one_who_stays(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            home = team(unit)
            kept = person(unit, "kept", teams=frozenset({home.id}))
            gone = person(unit, "gone", teams=frozenset({home.id, team(unit, "tech").id}), key="gone")
            account(unit, "slack", "U1", kept)
            account(unit, "telegram", "2", gone)
            asked = ticket(unit, requester=gone.id, assignee=gone.id)
            said = message(unit, asked, author=gone.id)
            unit.outbox.put(show(), author=gone.id)
            unit.people.merge_person(kept.id, gone.id)
            moved = unit.people.account("telegram", "2")
            assert moved is not None
            assert moved.person == kept.id
            assert unit.people.person(kept.id).teams == gone.teams
            assert unit.people.by_key("gone") == unit.people.person(kept.id)
            assert unit.tickets.get(asked.id).requester == unit.tickets.get(asked.id).assignee == kept.id
            assert unit.tickets.message(said.id).author == kept.id

        await database.write(work)
        everybody = await database.read(lambda unit: unit.people.all_persons(active=None))
        assert [who.name for who in everybody] == ["kept"]

    async def test_whoever_asks_for_the_old_number_is_given_the_one_who_stayed(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> tuple[Person, Person, dict[int, Person]]:
            first, second, third = (person(unit, name) for name in ("first", "second", "third"))
            unit.people.merge_person(second.id, first.id)
            unit.people.merge_person(third.id, second.id)
            return third, unit.people.person(first.id), unit.people.persons([first.id, second.id])

        third, found, both = await database.write(work)
        assert found == third
        assert list(both.values()) == [third, third]

    async def test_his_own_key_of_the_team_file_stays(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> Person:
            kept, gone = person(unit, key="kept"), person(unit, key="gone")
            unit.people.merge_person(kept.id, gone.id)
            assert unit.people.by_key("gone") is None
            return unit.people.person(kept.id)

        assert (await database.write(work)).key == "kept"


class TeamsContract:
    """Teams with their rooms, and what is known of a room."""

    async def test_a_team_comes_back_with_its_rooms_in_order(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            stored = team(
                unit,
                aliases=("客服", "cs"),
                lead=person(unit).id,
                rooms=(Place("slack", "C2"), Place("telegram", "-1", "17"), Place("slack", "C1")),
                intake=(Place("slack", "C9"),),
                audience=Visibility.PUBLIC,
                topic_per_ticket=True,
                calendar="office",
                locale="zh-CN",
            )
            assert unit.people.team(stored.id) == stored
            changed = replace(stored, name="新", rooms=(Place("slack", "C1"),), intake=(), lead=0)
            unit.people.save_team(changed)
            second = team(unit, "tech")
            assert unit.people.teams() == [changed, second]

        await database.write(work)
        with pytest.raises(NotFound) as problem:
            await database.read(lambda unit: unit.people.team(404))
        assert problem.value.key == "team.unknown"

    async def test_members_are_the_active_ones(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> list[str]:
            home = team(unit)
            for name, active in (("b", True), ("a", True), ("gone", False)):
                person(unit, name, teams=frozenset({home.id, team(unit, name).id}), active=active)
            person(unit, "elsewhere")
            return [who.name for who in unit.people.members(home.id)]

        assert await database.write(work) == ["a", "b"]

    async def test_teams_and_members_are_those_that_another_replica_has_changed(self, opened: Opener) -> None:
        """They stand in memory: who comes, goes, or is called otherwise is seen by the very next unit everywhere."""
        one, other = await opened(), await opened("visit")
        home = await one.write(team)

        async def seen() -> list[list[str]]:
            def look(unit: Unit) -> list[str]:
                assert [each.id for each in unit.people.teams()] == [home.id]
                return [who.name for who in unit.people.members(home.id)]

            return [await database.write(look) for database in (one, other)]

        assert await seen() == [[], []]
        lin = await other.write(lambda unit: person(unit, "lin", teams=frozenset({home.id})))
        assert await seen() == [["lin"], ["lin"]]
        await other.write(lambda unit: unit.people.save_person(replace(lin, name="Lin")))
        assert await seen() == [["Lin"], ["Lin"]]
        await one.write(lambda unit: unit.people.save_person(replace(unit.people.person(lin.id), teams=frozenset())))
        assert await seen() == [[], []]
        await one.write(lambda unit: unit.people.save_person(lin))
        assert await seen() == [["lin"], ["lin"]]

    async def test_a_place_leads_to_its_team(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            whole = team(unit, "whole", rooms=(Place("telegram", "-1"),), intake=(Place("slack", "C9"),))
            topic = team(unit, "topic", rooms=(Place("telegram", "-1", "17"),))
            people = unit.people
            assert people.team_of_room(Place("telegram", "-1", "17")) == topic
            assert people.team_of_room(Place("telegram", "-1", "18")) == whole
            assert people.team_of_room(Place("telegram", "-1")) == whole
            assert people.team_of_room(Place("slack", "-1")) is None
            assert people.team_of_room(Place("slack", "C9")) is None
            assert people.team_of_intake(Place("slack", "C9", "1.2")) == whole

        await database.write(work)

    async def test_a_room_is_remembered(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            assert unit.people.room(ROOM) is None
            unit.people.save_room(Room(ROOM, "客服", "zh-CN"))
            unit.people.save_room(Room(ROOM, "客服 2", "en", present=False))
            assert unit.people.room(replace(ROOM, thread="1.2")) == Room(ROOM, "客服 2", "en", present=False)

        await database.write(work)

    async def test_a_room_with_a_new_id_takes_everything_along(self, database: SqlDatabase) -> None:
        """Covers T8: a group that becomes a supergroup keeps its tickets; its messages are counted anew."""
        old, new = Place("telegram", "-55"), Place("telegram", "-10055")

        def work(unit: Unit) -> None:
            home = team(unit, rooms=(replace(old, thread="7"),), intake=(old,))
            unit.people.save_room(Room(old, "group"))
            about = ticket(unit)
            joined = unit.tickets.add_thread(Thread(0, about.id, Side.TEAM, old))
            chain = unit.tickets.add_thread(Thread(0, about.id, Side.CUSTOMER, old, reply_to="9"))
            said = message(unit, about, place=old, ref="9", thread=joined.id)
            unit.people.move_room(old, new.room)
            assert unit.people.team_of_room(replace(new, thread="7")) == unit.people.team(home.id)
            assert unit.people.team_of_intake(new) is not None
            assert unit.people.team_of_intake(old) is None
            assert unit.people.room(new) == Room(new, "group")
            assert unit.tickets.thread_at(new, Side.TEAM) == replace(joined, place=new)
            moved = unit.tickets.thread_at(new, Side.CUSTOMER)
            assert moved is not None
            assert (moved.id, moved.alone) == (chain.id, False), "it is a chain of replies still"
            assert unit.tickets.message(said.id).place == new
            assert unit.tickets.message_at(new, "9") is None, "number 9 of the new room is another message"

        await database.write(work)

    async def test_moving_into_a_room_that_is_known_already_collides_with_nothing(self, database: SqlDatabase) -> None:
        old, new = Place("telegram", "-55"), Place("telegram", "-10055")

        def work(unit: Unit) -> None:
            about = ticket(unit)
            before = unit.tickets.add_thread(Thread(0, about.id, Side.TEAM, old))
            after = unit.tickets.add_thread(Thread(0, about.id, Side.TEAM, new))
            said = message(unit, about, place=old, ref="9", thread=before.id)
            for place in (old, new):
                unit.people.save_room(Room(place, place.room))
            unit.people.move_room(old, new.room)
            unit.people.move_room(old, new.room)
            assert unit.tickets.threads(about.id) == [after]
            assert unit.tickets.message(said.id).thread == after.id
            assert unit.people.room(new) == Room(new, new.room)

        await database.write(work)
