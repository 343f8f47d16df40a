"""Who was told of what is overdue, and what is known of the arrival."""

from sqlalchemy import Index, Table, and_, literal_column

from storage.tables.metadata import flag, instant, maybe_words, metadata, number, payload, reference, serial, words

alerts = Table(
    "alerts",
    metadata,
    serial(),
    words("effect"),
    reference("ticket", "tickets", null=True),
    number("request"),
    number("clock"),
    reference("person", "persons", null=True),
    maybe_words("place"),
    words("under"),
    words("stage"),
    instant("created_at"),
    instant("told_at", null=True),
    number("batch"),
    # All the rest, which nobody looks for.
    payload("data"),
)
waiting = alerts.c.stage == literal_column("'waiting'")
for_person = and_(waiting, alerts.c.person.is_not(None))
for_place = and_(waiting, alerts.c.place.is_not(None))
told = alerts.c.told_at.is_not(None)
Index("uq_alerts_effect", alerts.c.effect, unique=True)
Index("ix_alerts_clock", alerts.c.clock)
Index("ix_alerts_ticket", alerts.c.ticket, alerts.c.id)
Index("ix_alerts_person", alerts.c.person, alerts.c.id, sqlite_where=for_person, postgresql_where=for_person)
Index("ix_alerts_place", alerts.c.place, alerts.c.id, sqlite_where=for_place, postgresql_where=for_place)
Index("ix_alerts_told", alerts.c.person, alerts.c.told_at, sqlite_where=told, postgresql_where=told)

sendings = Table(
    "alert_sendings",
    metadata,
    serial(),
    reference("alert", "alerts"),
    words("channel"),
    words("place"),
    words("key"),
    words("state"),
    instant("at"),
    words("reason"),
    flag("repeat"),
    instant("proved_at", null=True),
)
Index("ix_alert_sendings_alert", sendings.c.alert, sendings.c.id)
Index("ix_alert_sendings_key", sendings.c.key)
