"""Why an Asterisk could not be asked, with the line on its side that would mend it."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

from data.errors import Code, FloorError
from data.settings import SourceSettings
from screens.sentences import error_sentence
from screens.text import _
from supervisor_tui.doctor import Level
from supervisor_tui.doctor_asterisk_places import GENERAL, HTTP, Report


def explain(report: Report, settings: SourceSettings, error: FloorError) -> None:
    """Say why nothing more can be told, and what would mend it.

    Args:
        report: Gets the findings.
        settings: The source's.
        error: What its manager came to.
    """
    level, place = Level.BAD, urlsplit(settings.url)
    match error.code:
        case Code.REFUSED_CONNECTION:
            text = _("nobody listens at {place}: Asterisk is down, or its HTTP server is off.")
            port = place.port or (443 if place.scheme == "https" else 80)
            tls = "tlsenable = yes, tlsbindaddr = 0.0.0.0:{port}"
            plain = "bindaddr = 127.0.0.1, bindport = {port}"
            lines = (tls if place.scheme == "https" else plain).format(port=port)
            text = text.format(place=place.netloc)
            report.ask(level, text, "enabled = yes", lines, file=HTTP, section=GENERAL)
        case Code.NO_MANAGER:
            text = _(
                "an HTTP server answers at {place}, but not its manager: it is off, has another "
                "prefix ('http show status' tells), or Asterisk is just starting."
            )
            text = text.format(place=place.netloc)
            report.ask(level, text, "enabled = yes", "webenabled = yes", section=GENERAL)
        case Code.SIGN_IN:
            _explain_sign_in(report, settings)
        case Code.UNAVAILABLE:
            text = _(
                "it does not know what was asked ({said}): Asterisk is just starting, or its "
                "queues are not loaded. At its console: module load app_queue.so"
            )
            report.say(level, text.format(said=error.detail))
        case Code.FORBIDDEN:
            text = _("the account may not {action}.").format(action=error.detail)
            lines = "write = agent,call,originate,reporting"
            report.ask(level, text, lines, section=report.account)
        case Code.CONNECTION_LOST if place.scheme == "http":
            text = _("the connection to {place} broke. Should that port speak TLS, write https.")
            report.say(level, text.format(place=place.netloc))
        case _:
            report.say(level, error_sentence(error))


def _explain_sign_in(report: Report, settings: SourceSettings) -> None:
    variable = settings.secret_variable
    if variable and not os.environ.get(variable):
        text = _("the environment has no {variable}, which is to hold the secret.")
        report.say(Level.BAD, text.format(variable=variable))
        return
    text = _(
        "it refuses {account}. It tells these alike: no such account, another secret, our address "
        "({address}) not permitted, or allowmultiplelogin = no while the sync process is signed in."
    )
    address = _own_address(settings)
    text = text.format(account=report.account, address=address or _("unknown"))
    lines = ["secret = ..."]
    if address:
        lines.append(f"permit = {address}/{128 if ':' in address else 32}")
    report.ask(Level.BAD, text, *lines, section=report.account)


def _own_address(settings: SourceSettings) -> str:
    """The address under which the PBX sees us, unless something between us changes it."""
    parts = urlsplit(settings.url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_DGRAM)
        family, kind, protocol, _name, target = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(target)  # sends nothing: a datagram socket only learns its way
            return str(probe.getsockname()[0])
    except OSError:
        return ""
