"""A whole sentence for every code of `data.errors`: what is the matter, and what to do about it."""

from __future__ import annotations

from data.errors import Code, FetchError, FloorError
from screens.text import N_, _

_SENTENCES = {
    Code.FILE_CORRUPT: N_(
        "The file is damaged: {detail}. The sync process saves what can be read and makes it anew."
    ),
    Code.FILE_INVALID: N_(
        "The file does not hold what it should: {detail}. Put the right one in its place."
    ),
    Code.FILE_NEWER: N_(
        "The file was made by a newer version of this program: {detail}. Install that version."
    ),
    Code.FILE_OLDER: N_(
        "The file was made by an older version of this program: {detail}. The sync process brings"
        " it up to date."
    ),
    Code.FILE_FOREIGN: N_(
        "The file belongs to another program: {detail}. Choose another state_dir."
    ),
    Code.FILE_MISSING: N_(
        "The file is not there: {detail}. Start the sync process, or check state_dir."
    ),
    Code.FILE_DENIED: N_("No permission for the file: {detail}. Check its owner, group and mode."),
    Code.FILE_BUSY: N_("Another process keeps the file busy: {detail}. Try again."),
    Code.FILE_UNSAFE: N_(
        "Other people may write to {detail}. Take that permission away, then start again."
    ),
    Code.DISK_FULL: N_("The disk is full: {detail}. Make room; nothing is saved until then."),
    Code.NETWORK_FILESYSTEM: N_(
        "The files are on a network file system: {detail}. Choose a state_dir on a local disk."
    ),
    Code.REFUSED_CONNECTION: N_(
        "The endpoint refuses connections. Check that it runs, and its address and port."
    ),
    Code.NO_SUCH_HOST: N_("The endpoint's host name is not known. Check the url."),
    Code.CONNECTION_LOST: N_("The connection to the endpoint broke. It is tried again."),
    Code.TIMED_OUT: N_("The endpoint did not answer in time. It is tried again."),
    Code.TLS_EXPIRED: N_(
        "The endpoint's certificate has expired. Have it renewed, and check this host's clock."
    ),
    Code.TLS_WRONG_NAME: N_(
        "The endpoint's certificate is for another host name. Check the host name in the url."
    ),
    Code.TLS_UNKNOWN_AUTHORITY: N_(
        "The endpoint's certificate is signed by an unknown authority. Set ca_file if it is yours."
    ),
    Code.TLS_CLIENT_CERTIFICATE: N_(
        "The endpoint does not accept our certificate. Check client_certificate and client_key."
    ),
    Code.TLS_OTHER: N_("No secure connection to the endpoint is possible. Check url and ca_file."),
    Code.TOO_LARGE: N_("The endpoint's answer is larger than is allowed. Check the url."),
    Code.WRONG_TYPE: N_(
        "The endpoint answers with something other than JSON. Check the url, and for a login page."
    ),
    Code.REDIRECTED: N_(
        "The endpoint points elsewhere, and we do not follow. Set url to where it really is."
    ),
    Code.BAD_PAYLOAD: N_(
        "The endpoint's answer does not keep to the contract. Tell those who run it."
    ),
    Code.HTTP_STATUS: N_("The endpoint answered with an error. Tell those who run it."),
    Code.SLOW_DOWN: N_("The endpoint asks us to slow down. Raise poll or min_interval."),
    Code.UNAVAILABLE: N_("The endpoint is not available at present. It is tried again."),
    Code.NO_MANAGER: N_(
        "Asterisk's manager does not answer over HTTP. If it is not just starting, set webenabled"
        " in manager.conf and check the url."
    ),
    Code.SIGN_IN: N_(
        "The endpoint does not accept our token, or our name and secret. Check the file it is in."
    ),
    Code.FORBIDDEN: N_("We do not have the right to do this. Ask for the one that is missing."),
    Code.NOT_FOUND: N_("The endpoint does not know what was asked for. Check the url."),
    Code.CURSOR_GONE: N_("The endpoint forgot where we were. Everything is being read anew."),
    Code.SCHEMA_UNSUPPORTED: N_(
        "The endpoint speaks another version of the contract. Update it or this program."
    ),
    Code.NO_SUCH_SITE: N_("The endpoint does not know the site. Check site in the configuration."),
    Code.SEVERAL_SITES: N_(
        "Our token sees several sites. Name one with site in the configuration."
    ),
    Code.DIGEST_DIFFERS: N_(
        "What we have differs from what the endpoint has. Everything is being read anew."
    ),
    Code.SHIFT_OVERLAPS: N_("The agent works at that time already. Nothing was changed."),
    Code.ALREADY_CLAIMED: N_("Somebody else has it already. Nothing was changed."),
    Code.WRONG_STATE: N_("That is not possible in its present state. Nothing was changed."),
    Code.ACTION_EXPIRED: N_("It was too late for that. Nothing was changed."),
    Code.IN_PROGRESS: N_("The same action is already on its way. Wait for what comes of it."),
    Code.VERSION_MISMATCH: N_(
        "It was changed by somebody else meanwhile. Look at it again; nothing was changed."
    ),
    Code.NOT_YOUR_TEAM: N_(
        "Team leaders act on agents of their own teams. [people] in the configuration says which."
    ),
    Code.CHANGED_SINCE: N_(
        "It is not as it was when you pressed the key. Say whether it is still to be done."
    ),
    Code.KEY_REUSED: N_("The key of this action was used for another. Nothing was changed."),
    Code.INVALID_FIELD: N_("A field of the request was not accepted. Nothing was changed."),
    Code.PRECONDITION_REQUIRED: N_(
        "The endpoint wants to know on which version this is based. Nothing was changed."
    ),
    Code.STATIC_MEMBER: N_(
        "The telephone system's own configuration puts this agent into the queue, so only that can"
        " take them out. Make them not ready instead; nothing was changed."
    ),
    Code.NO_EXTENSION: N_(
        "No extension leads there. For a queue, set extension under [[site.source.queue]] to what"
        " gets a call into it; for phones, check context. Nothing was changed."
    ),
    Code.PHONE_NOT_REACHED: N_(
        "Your phone did not answer, or could not be rung. Check it with :phone; nobody listens."
    ),
    Code.TIMED_BY_SYSTEM: N_(
        "The telephone system times after-contact work by itself and cannot end it sooner. Nothing"
        " was changed."
    ),
    Code.OUTCOME_UNKNOWN: N_(
        "The answer was lost, and it cannot be told any more whether it was done. Look first, then"
        " do it again if it is needed."
    ),
    Code.NO_SUCH_ZONE: N_(
        "There is no time zone named {detail}. Write it as Area/City, for example Europe/Berlin."
    ),
    Code.LOCK_HELD: N_("A sync process of this floor is already running. Nothing to be done."),
    Code.NO_SYNC: N_(
        "No sync process runs on this floor. Start it; nothing is read or sent until then."
    ),
    Code.INTERNAL: N_("Something went wrong inside the program. See the log for the details."),
}
_UNKNOWN_DETAIL = N_("unknown")


def sentence(code: Code | str, detail: str = "") -> str:
    """What a code means to a person, with what was seen where that helps.

    Args:
        code: A code of `data.errors`, or its stored text; an unknown one is shown as it is.
        detail: What the error says of itself: a path, a name, a piece of an answer. Clean text.
    """
    try:
        template = _(_SENTENCES[Code(code)])
    except ValueError:
        return _("A problem that this version has no words for: {code}.").format(code=code)
    if "{detail}" in template:
        return template.format(detail=detail or _(_UNKNOWN_DETAIL))
    if not detail:
        return template
    return _("{sentence} Seen: {detail}").format(sentence=template, detail=detail)


def error_sentence(error: FloorError) -> str:
    """What an error means to a person."""
    detail = error.detail
    if isinstance(error, FetchError) and error.status is not None and not detail:
        detail = _("HTTP status {status}").format(status=error.status)
    return sentence(error.code, detail)
