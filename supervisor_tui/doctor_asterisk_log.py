"""What `doctor` says of an Asterisk's queue_log: whether it can be read, and how old it is."""

from __future__ import annotations

import io
import os
from pathlib import Path
from urllib.parse import urlsplit

from data.model import Ms
from data.people import account_name
from data.settings import SourceSettings
from data.sources.asterisk.queue_log import log_lines, parse_line
from screens.formats import format_duration
from screens.text import _
from supervisor_tui.config_sources import is_loopback
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_asterisk_places import Report

USUAL_LOG = Path("/var/log/asterisk/queue_log")
OLD_S = 24 * 3600.0
"""A floor that is open writes every few seconds; one that was closed over night is no news."""
_TAIL_BYTES = 64 * 1024


def look_at_log(report: Report, settings: SourceSettings, now: Ms, usual: Path = USUAL_LOG) -> None:
    """Whether the log can be read by this account, and how old its last line is.

    Args:
        report: Gets the findings.
        settings: Where the log is.
        now: By the server's clock.
        usual: Where Asterisk writes it unless it is told otherwise.
    """
    if not settings.queue_log:
        _say_without(report, settings, usual)
        return
    log = Path(settings.queue_log)
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            tail = file.read(_TAIL_BYTES)
    except FileNotFoundError:
        text = _(
            "there is no {file}. Check queue_log; on the PBX, logger.conf says 'queue_log = yes'."
        )
        report.say(Level.BAD, text.format(file=log))
    except OSError as error:
        text = _(
            "{file} cannot be read by {account}: {reason}. Take the account into the log's group: "
            "usermod -aG {group} {account}"
        )
        account, group = account_name(os.geteuid()), _group(log)
        reason = error.strerror
        text = text.format(file=log, account=account, reason=reason, group=group)
        report.say(Level.BAD, text)
    else:
        _say_age(report, log, tail, now)


def _say_without(report: Report, settings: SourceSettings, usual: Path) -> None:
    host = urlsplit(settings.url).hostname or ""
    if is_loopback(host) and usual.exists():
        text = _(
            "its queue_log is on this host and not made use of: write queue_log = {file} into "
            "the configuration. It fills in the day so far, and tells callers who gave up from "
            "those who were sent away."
        )
        report.say(Level.LOOK, text.format(file=f'"{usual}"'))
        return
    text = _(
        "no queue_log is read: the day's counts begin with the sync process, and abandoned "
        "includes callers who were sent away."
    )
    report.say(Level.OK, text)


def _say_age(report: Report, log: Path, tail: bytes, now: Ms) -> None:
    events = [parse_line(line) for line in log_lines(io.BytesIO(tail))]
    # The first line may lack its beginning, and then seem older than it is, never younger.
    times = [event.at for event in events if event is not None]
    if not times:
        text = _("{file} has no lines of a queue_log at its end. Is it the right file?")
        report.say(Level.BAD if events else Level.LOOK, text.format(file=log))
        return
    age_s = max(0.0, (now - max(times)) / 1000)
    text = _("{file} can be read by {account}; its last line is {age} old.")
    account = account_name(os.geteuid())
    text = text.format(file=log, account=account, age=format_duration(age_s))
    if age_s > OLD_S:
        text = _("{text} Does this server still write it?").format(text=text)
        report.say(Level.LOOK, text)
    else:
        report.say(Level.OK, text)


def _group(log: Path) -> str:
    """The group that a log is for, as far as this account may look."""
    for path in (log, log.parent):
        try:
            return path.group()
        except (OSError, KeyError):
            continue
    return "asterisk"
