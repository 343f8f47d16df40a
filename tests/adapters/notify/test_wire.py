"""What stands between Apprise and the network: it keeps records for us and leaves everybody else alone."""

import asyncio
import smtplib
import threading

import pytest
import requests
from apprise import Apprise

from adapters.notify.wire import Abandoned, Record, attach, recording
from tests.adapters.notify.receiver import receiver


async def test_a_call_that_is_not_ours_is_as_it_always_was() -> None:
    """The same plugin, used without a record."""
    async with receiver("webhook") as service:
        plugin = Apprise.instantiate(f"json://127.0.0.1:{service.port}/other")
        assert plugin is not None
        assert attach(plugin)
        assert await asyncio.to_thread(plugin.notify, "words")
    assert [request.path for request in service.requests] == ["/other"]
    assert requests.post.__module__ == "requests.api"
    assert smtplib.SMTP.__module__ == "smtplib"


def test_a_plugin_that_speaks_otherwise_is_told_apart() -> None:
    """Whether such a one sent anything, nobody can say."""
    plugin = Apprise.instantiate("syslog://")
    assert plugin is not None
    assert not attach(plugin)


def test_nothing_is_submitted_once_it_was_given_up() -> None:
    """Whoever comes first decides, in whichever thread."""
    given_up, gone = Record(), Record()
    assert given_up.abandon() is False
    with pytest.raises(Abandoned):
        given_up.submit()
    gone.submit()
    assert gone.abandon() is True
    for _ in range(50):
        record = Record()
        submitting = threading.Thread(target=_submit, args=(record,))
        submitting.start()
        known = record.abandon()
        submitting.join()
        assert record.submitted == known


def _submit(record: Record) -> None:
    try:
        record.submit()
    except Abandoned:
        return


def test_records_of_two_threads_do_not_mix() -> None:
    """Each hears what its own plugin complains about."""
    said: dict[str, list[str]] = {}
    together = threading.Barrier(2)

    def complain(key: str) -> None:
        record = Record()
        with recording(record):
            together.wait(5)
            Apprise.instantiate(f"dingtalk://{key}-is-no-token")
        said[key] = record.said

    threads = [threading.Thread(target=complain, args=(key,)) for key in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert all(any(key in line for line in lines) for key, lines in said.items())
    assert not any("two" in line for line in said["one"])
