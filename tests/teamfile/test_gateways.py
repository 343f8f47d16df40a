"""Gateways to people outside chat, as the team file sets them up."""

import pytest

from bot.chat.events import Place
from bot.errors import ConfigurationProblem
from bot.gateways import GATEWAYS_KEY, Gateways
from bot.language.catalogue import LOCALES, Words
from bot.teamfile.applied import APPLIED
from bot.teamfile.applying import apply
from bot.teamfile.changes import Change, Difference
from bot.teamfile.exporting import export
from bot.teamfile.reading import parse
from bot.teamfile.telling import told
from bot.unit import Database, Unit

WORDS = Words("en")
MAIL = "mailto://baton:hunter22@smtp.example.com:25?from=baton@example.com&to={address}"
FILE = f"""
[gateways]
mail = "{MAIL}"
sms = "$BATON_SMS_URL"
[[teams]]
key = "tech"
name = "技术部"
channels = {{ wecom = "wecombot://KEY-0123456", webhook = "$TECH_HOOK" }}
[[teams]]
key = "finance"
name = "财务部"
"""


def applied(unit: Unit, text: str) -> list[Change]:
    """What applying this file changes."""
    return apply(unit, parse(text, "baton.toml", WORDS))


def stored(unit: Unit) -> Gateways:
    """The gateways of the database."""
    return Gateways.read(unit.keys.get(GATEWAYS_KEY))


async def test_gateways_are_stored_as_they_are_written(database: Database) -> None:
    """Covers U18: addresses of departments; `$NAME` stays unopened, so that no secret of the environment is stored."""
    await database.write(lambda unit: applied(unit, FILE))
    gateways = await database.read(stored)
    assert gateways.persons == {"mail": MAIL, "sms": "$BATON_SMS_URL"}
    assert gateways.channels == ("mail", "sms", "wecom", "webhook")
    assert gateways.places("tech") == (Place("wecom", "tech"), Place("webhook", "tech"))
    assert "KEY-0123456" not in str(await database.read(lambda unit: unit.keys.get(APPLIED)))
    assert await database.write(lambda unit: applied(unit, FILE)) == []


async def test_what_is_exported_can_be_applied_again(database: Database) -> None:
    await database.write(lambda unit: applied(unit, FILE))
    text = await database.read(export)
    assert 'channels.wecom = "wecombot://KEY-0123456"' in text
    assert await database.write(lambda unit: applied(unit, text)) == []


async def test_changes_are_told_without_their_secrets(database: Database) -> None:
    """Covers P9: `baton config apply` prints them, and terminals are read over shoulders."""
    await database.write(lambda unit: applied(unit, FILE))
    changed = FILE.replace("hunter22", "swordfish").replace('sms = "$BATON_SMS_URL"\n', "").replace("$TECH", "$LAB")
    changes = await database.write(lambda unit: applied(unit, changed))
    assert changes == [
        Change("changed", "gateway", "mail", (Difference("url", "mailto://…", "mailto://…"),)),
        Change("changed", "gateway", "tech/webhook", (Difference("url", "$TECH_HOOK", "$LAB_HOOK"),)),
        Change("removed", "gateway", "sms"),
    ]
    assert "swordfish" in (await database.read(stored)).persons["mail"]
    for locale in LOCALES:
        said = " ".join(told(Words(locale), change) for change in changes)
        assert "$LAB_HOOK" in said
        assert "swordfish" not in said


async def test_a_team_that_leaves_the_file_loses_its_channels(database: Database) -> None:
    await database.write(lambda unit: applied(unit, FILE))
    changes = await database.write(lambda unit: applied(unit, "[workspace]\n"))
    assert Change("removed", "gateway", "tech/wecom") in changes
    assert not await database.read(stored)
    assert "gateways" not in await database.read(export)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[gateways]\nmail = "smtp.secret.example"', "baton.toml:2: gateways.mail: this is no address of a gateway"),
        ('[gateways]\nsms = "$1"', "baton.toml:2: gateways.sms: this is no address of a gateway"),
        ('[gateways]\nmail = "mailto://a:b@c.example?to=x@y.cn"', "baton.toml:2: gateways.mail: {address} is missing"),
        ('[gateways]\nmial = "$M"', "baton.toml:2: gateways.mial: unknown key; did you mean “mail”?"),
        (
            '[[teams]]\nkey = "t"\nname = "T"\nchannels = { wecon = "$W" }',
            "baton.toml:4: teams.channels.wecon: unknown key; did you mean “wecom”?",
        ),
        (
            '[[teams]]\nkey = "t"\nname = "T"\n[teams.channels]\nfeishu = "token-secret"',
            "baton.toml:5: teams.channels.feishu: this is no address of a gateway",
        ),
    ],
)
def test_what_is_no_address_is_refused_with_its_line_and_without_its_secret(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        parse(text, "baton.toml", WORDS)
    (line,) = refused.value.lines
    assert line.startswith(problem)
    assert "secret" not in line
