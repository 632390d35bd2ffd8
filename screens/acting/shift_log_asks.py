"""What has to be asked before something is written down of a shift."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from data.actions.verbs import Verb
from data.floor import Key
from screens.acting.loan_asks import minutes_of
from screens.acting.offer import Ask, Settled, Wanted
from screens.presenters.notes import party_words
from screens.text import N_, _
from screens.widgets.form import Field

PARTIES = ("carrier", "client", "supplier", "own")
_TEXT_LIMIT = 2000
_SUMMARY_LIMIT = 200
_TICKET_LIMIT = 64
_CHECK_AFTER = "30m"
_SITE = "site"
_QUEUE = "about_queue"
_FOR = "check"
_HOW = "how"
_MISTAKE = "mistake"
_MINUTE_MS = 60_000


def _sites(wanted: Wanted) -> tuple[Field, ...]:
    """The site, where there are several; that of the row or the one looked at stands first."""
    sites = wanted.look.snapshot.sites
    if len(sites) < 2:
        return ()
    options = tuple((each.id, each.name or each.id) for each in sites)
    return (Field(_SITE, _("Site"), wanted.offers[0].target.key.site, options=options),)


def _at_site(wanted: Wanted, fields: Mapping[str, Any]) -> Wanted:
    site = fields.get(_SITE)
    if not site:
        return wanted
    offers = [
        replace(each, target=replace(each.target, key=each.target.key._replace(site=str(site))))
        for each in wanted.offers[:1]
    ]
    return replace(wanted, offers=offers)


def _note_fields(wanted: Wanted) -> tuple[Field, ...]:
    return Field("text", _("Note"), limit=_TEXT_LIMIT, is_needed=True), *_sites(wanted)


def _noted(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    return Settled(_at_site(wanted, fields), {"text": fields.get("text", "")})


def _queues(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    """The queues of the sites, by source and id; the whole site first."""
    site = wanted.look.site
    found = sorted(
        ((key, queue.name) for key, queue in wanted.look.snapshot.queues.items()),
        key=lambda pair: (pair[1].casefold(), pair[0]),
    )
    named = (("/".join(key), name) for key, name in found if site in {None, key.site})
    return ("", _("the whole site")), *named


def _incident_fields(wanted: Wanted) -> tuple[Field, ...]:
    parties = tuple((code, party_words(code)) for code in PARTIES)
    return (
        Field("party", _("Whose"), options=parties),
        Field("summary", _("What"), limit=_SUMMARY_LIMIT, is_needed=True),
        Field("ticket", _("Ticket"), limit=_TICKET_LIMIT),
        Field(_QUEUE, _("Queue"), options=_queues(wanted)),
        _check_field(_CHECK_AFTER),
        *_sites(wanted),
    )


def _check_field(value: str) -> Field:
    return Field(_FOR, _("Look again in"), value, limit=8, check=_check_problem)


def _check_problem(text: str) -> str:
    if not text or minutes_of(text) is not None:
        return ""
    return _("A time such as 30m, 2h or 1h30; nothing where nobody has to.")


def _opened(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    said = {name: fields[name] for name in ("party", "summary", "ticket") if fields.get(name)}
    place, queue = _at_site(wanted, fields), str(fields.get(_QUEUE, ""))
    if queue:
        key = Key(*queue.split("/", 2))
        said |= {"telephony": key.source, "queue": key.id}
        place = _at_site(wanted, {_SITE: key.site})
    return Settled(place, {**said, **_check_at(wanted, fields)})


def _check_at(wanted: Wanted, fields: Mapping[str, Any]) -> dict[str, Any]:
    minutes = minutes_of(str(fields.get(_FOR, "")))
    if minutes is None:
        return {}
    return {"next_check_at": wanted.look.moment.now + minutes * _MINUTE_MS}


def _told_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return (
        Field("text", _("What is new"), limit=_TEXT_LIMIT, is_needed=True),
        Field("ticket", _("Ticket"), limit=_TICKET_LIMIT),
        _check_field(_CHECK_AFTER),
    )


def _closed_fields(_wanted: Wanted) -> tuple[Field, ...]:
    ways = (("", _("is over")), (_MISTAKE, _("was put on record by mistake")))
    return (
        Field(_HOW, _("It"), options=ways),
        Field("text", _("How it ended"), limit=_TEXT_LIMIT),
    )


def _closed(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    said = {"is_mistake": True} if fields.get(_HOW) else {}
    return Settled(wanted, {**said, "text": fields.get("text", "")})


def _withdrawn_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return (Field("text", _("Why"), limit=_TEXT_LIMIT),)


def _corrected_fields(wanted: Wanted) -> tuple[Field, ...]:
    undo = wanted.offers[0].target.undo
    before = "" if undo is None else str(undo.fields.get("text", ""))
    return (Field("text", _("Note"), before, limit=_TEXT_LIMIT, is_needed=True),)


def _reopened_fields(_wanted: Wanted) -> tuple[Field, ...]:
    return Field("text", _("Why"), limit=_TEXT_LIMIT), _check_field(_CHECK_AFTER)


def _told(wanted: Wanted, fields: Mapping[str, Any]) -> Settled:
    said = {name: fields[name] for name in ("text", "ticket") if fields.get(name)}
    return Settled(wanted, {**said, **_check_at(wanted, fields)})


ASKS: Mapping[Verb, Ask] = MappingProxyType(
    {
        Verb.SHIFT_NOTE: Ask(_note_fields, words=("text",), settle=_noted),
        Verb.OPEN_INCIDENT: Ask(
            _incident_fields, words=("party", "summary"), title=N_("Incident"), settle=_opened
        ),
        Verb.UPDATE_INCIDENT: Ask(_told_fields, words=("text",), settle=_told),
        Verb.CLOSE_INCIDENT: Ask(_closed_fields, words=("text",), settle=_closed),
        Verb.WITHDRAW_NOTE: Ask(_withdrawn_fields, words=("text",)),
        Verb.CORRECT_NOTE: Ask(_corrected_fields, words=("text",)),
        Verb.REOPEN_INCIDENT: Ask(_reopened_fields, words=("text",), settle=_told),
    }
)
"""What each verb has to ask first."""
