"""From what happened on the network to what becomes of the order. Pure.

Certainly not taken and likely to heal: `retry`. Not taken and here to stay: `refused`. Handed over and not answered:
`unknown`, for sending it again may tell somebody twice.
"""

import json
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from adapters.notify.sending import Report
from adapters.notify.wire import Answer
from bot.chat.contract import Delivery

# Seconds to hold a pace that was refused without saying for how long; the robots count by the minute.
_HOLD = 60.0
_LONGEST_HOLD = 600.0

# Services that refuse within what is a success to HTTP, and their codes: errcode (WeCom, DingTalk) or code (Feishu).
_ROBOTS = frozenset({"wecombot", "dingtalk", "feishu", "lark"})
_TOO_OFTEN = frozenset({45009, 45033, 90030, 130101, 410100, 660026, 11232, 11233})
_BUSY = frozenset({-1, 300001})
_GONE = frozenset({93000, 93004, 93008, 400101, 400102, 400106, 300005, 19001})
_TOO_LONG = frozenset({45002, 40058, 460101})
_FORBIDDEN = frozenset({310000, 19021, 19022, 19024})

_STATUS_REASONS = {401: "token", 403: "forbidden", 404: "gone", 410: "gone", 413: "too_large"}
_STATUS_AGAIN = frozenset({408, 425, 500, 502, 503, 507, 508, 509, 521, 522, 523, 529})

# What a TLS handshake fails with when the other side speaks something else, which no waiting changes.
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"})


def verdict(report: Report, pace: str, now: datetime) -> Delivery:
    """What becomes of the order; `pace` names the limit that a refusal for too many counts against.

    `detail` is as servers say it: it may hold secrets, which the caller masks.
    """
    if report.timed_out:
        return _timed_out(report)
    for answer in report.record.answers:
        judged = _answered(answer, pace, now, coded=report.service in _ROBOTS)
        if judged is not None:
            return judged
    for error in report.record.failures:
        return _failed(error, submitted=report.record.submitted)
    if report.sent:
        return Delivery("sent")
    detail = "; ".join(report.record.said) or "Apprise did not send it"
    return (
        Delivery("refused", reason="invalid", detail=detail) if report.recorded else Delivery("unknown", detail=detail)
    )


def _timed_out(report: Report) -> Delivery:
    if not report.began:
        return Delivery("retry", detail="no thread was free in time")
    return Delivery("unknown" if report.record.submitted else "retry", detail="no answer in time")


# -- HTTP ------------------------------------------------------------------------------------------------------------


def _answered(answer: Answer, pace: str, now: datetime, *, coded: bool) -> Delivery | None:
    """What an answer means; None for one that is fine. `coded`: a success may have a refusal in it."""
    detail = f"HTTP {answer.status}: {answer.body.strip()}"
    if answer.status == 429:
        return Delivery("retry", pace=pace, retry_after=_wait(answer.retry_after, now), detail=detail)
    if answer.status in _STATUS_AGAIN:
        hold = _wait(answer.retry_after, now) if answer.retry_after else 0.0
        return Delivery("retry", retry_after=hold, detail=detail)
    if answer.status >= 500:  # a gateway that gave up waiting says nothing about what happens behind it
        return Delivery("unknown", detail=detail)
    if answer.status >= 300:
        return Delivery("refused", reason=_STATUS_REASONS.get(answer.status, "invalid"), detail=detail)
    code = _code(answer.body) if coded else 0
    return _coded(code, pace, detail) if code else None


def _code(body: str) -> int:
    """The code with which a robot refuses; 0 where there is none."""
    try:
        said = json.loads(body)
    except ValueError:
        return 0
    if not isinstance(said, Mapping):
        return 0
    for name, words in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
        code = said.get(name)
        if words in said and isinstance(code, int) and code:
            return code
    return 0


def _coded(code: int, pace: str, detail: str) -> Delivery:
    if code in _TOO_OFTEN:
        return Delivery("retry", pace=pace, retry_after=_HOLD, detail=detail)
    if code in _BUSY:
        return Delivery("retry", detail=detail)
    reasons = ((_GONE, "gone"), (_TOO_LONG, "too_long"), (_FORBIDDEN, "forbidden"))
    reason = next((reason for codes, reason in reasons if code in codes), "invalid")
    return Delivery("refused", reason=reason, detail=detail)


def _wait(header: str, now: datetime) -> float:
    """Seconds until a `Retry-After` (RFC 9110, 10.2.3: seconds or a date) has passed; a minute where it is silent."""
    if header.strip().isdigit():
        return min(max(float(header), 1.0), _LONGEST_HOLD)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return _HOLD
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 1.0), _LONGEST_HOLD)


# -- what failed -----------------------------------------------------------------------------------------------------


def _failed(error: OSError, *, submitted: bool) -> Delivery:
    causes = list(_causes(error))
    innermost = causes[-1]
    detail = f"{type(innermost).__name__}: {innermost}"
    if any(isinstance(cause, ssl.SSLError) and _for_good(cause) for cause in causes):
        return Delivery("refused", reason="invalid", detail=detail)
    if isinstance(error, smtplib.SMTPException):
        return _mail_failed(error, submitted=submitted)
    if isinstance(error, requests.RequestException):
        return _request_failed(error, causes, detail)
    return Delivery("unknown" if submitted else "retry", detail=detail)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised for; libraries keep that as a cause, a `reason`, or an argument."""
    seen: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in seen:
        seen.append(at)
        yield at
        inner = [*(arg for arg in at.args if isinstance(arg, BaseException)), getattr(at, "reason", None)]
        at = next((one for one in [*inner, at.__cause__, at.__context__] if isinstance(one, BaseException)), None)


def _for_good(error: ssl.SSLError) -> bool:
    """A certificate that is wrong, or no TLS at all; a handshake that broke off may go well the next time."""
    return isinstance(error, ssl.SSLCertVerificationError) or error.reason in _NO_TLS


def _request_failed(error: requests.RequestException, causes: list[BaseException], detail: str) -> Delivery:
    if isinstance(error, ValueError):  # an address that is none, headers that can't be
        return Delivery("refused", reason="invalid", detail=detail)
    never_made = (ConnectTimeoutError, NewConnectionError, ProxyError, ssl.SSLError)
    untouched = any(isinstance(cause, never_made) for cause in causes)
    return Delivery("retry" if untouched else "unknown", detail=detail)


def _mail_failed(error: smtplib.SMTPException, *, submitted: bool) -> Delivery:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _mail_code(code, said, "unreachable")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _mail_code(error.smtp_code, error.smtp_error, "token")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _mail_code(error.smtp_code, error.smtp_error, "forbidden")
    if isinstance(error, smtplib.SMTPResponseException):
        too_large = error.smtp_code == 552 or (error.smtp_code == 554 and b"size" in _bytes(error.smtp_error).lower())
        return _mail_code(error.smtp_code, error.smtp_error, "too_large" if too_large else "invalid")
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, smtplib.SMTPNotSupportedError):  # no TLS, or no way to sign in: as it was set up
        return Delivery("refused", reason="invalid", detail=detail)
    return Delivery("unknown" if submitted else "retry", detail=detail)


def _mail_code(code: int, said: bytes | str, reason: str) -> Delivery:
    """RFC 5321, 4.2.1: what begins with a 5 is for good, a 4 for now; smtplib's -1 is a broken connection."""
    detail = f"SMTP {code}: {_bytes(said).decode('utf-8', 'replace')}"
    return Delivery("refused", reason=reason, detail=detail) if code >= 500 else Delivery("retry", detail=detail)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")
