"""What each fault of an endpoint is called, and the sentence that a person reads over it."""

from __future__ import annotations

from typing import NamedTuple

from data.errors import Code


class Told(NamedTuple):
    """What a fault comes out as."""

    code: Code
    words: str
    """How the sentence begins, in English."""


_BROKE = Told(Code.CONNECTION_LOST, "The connection to the endpoint broke. It is tried again.")
_CONTRACT = Told(Code.BAD_PAYLOAD, "The endpoint's answer does not keep to the contract. Tell")
_NO_JSON = Told(Code.WRONG_TYPE, "The endpoint answers with something other than JSON. Check the")
_LARGE = Told(Code.TOO_LARGE, "The endpoint's answer is larger than is allowed. Check the url.")
_AWAY = Told(Code.REDIRECTED, "The endpoint points elsewhere, and we do not follow. Set url to")
_ERROR = Told(Code.HTTP_STATUS, "The endpoint answered with an error. Tell those who run it.")
_SLOW = Told(Code.TIMED_OUT, "The endpoint did not answer in time. It is tried again.")

FAULT_TABLE = {
    "closes": _BROKE,
    "resets": _BROKE,
    "stops_short": _BROKE,
    "stops_in_chunk": _BROKE,
    "stops_unannounced": _CONTRACT,
    "wrong_shape": _CONTRACT,
    "not_numbers": _CONTRACT,
    "nests_deep": _CONTRACT,
    "giant_number": _CONTRACT,
    "lone_surrogate": _CONTRACT,
    "not_utf8": _CONTRACT,
    "html": _NO_JSON,
    "unknown_packing": _NO_JSON,
    "breaks": _ERROR,
    "slow_down": Told(Code.SLOW_DOWN, "The endpoint asks us to slow down. Raise poll or"),
    "busy_until": Told(Code.UNAVAILABLE, "The endpoint is not available at present. It is tried"),
    "redirects_to_itself": _AWAY,
    "redirects_away": _AWAY,
    "ten_megabytes": _LARGE,
    "gzip_bomb": _LARGE,
    "drips": _SLOW,
    "hangs": _SLOW,
    "endless_headers": _BROKE,
    "no_status": _ERROR,
}
"""The twenty-four ways to misbehave of `tests.support.faults`, by name."""

CERTIFICATE_TABLE = {
    "expired": Told(Code.TLS_EXPIRED, "The endpoint's certificate has expired. Have it renewed"),
    "wrong name": Told(Code.TLS_WRONG_NAME, "The endpoint's certificate is for another host"),
    "unknown authority": Told(
        Code.TLS_UNKNOWN_AUTHORITY, "The endpoint's certificate is signed by an unknown authority."
    ),
    "none of ours": Told(
        Code.TLS_CLIENT_CERTIFICATE, "The endpoint does not accept our certificate. Check client"
    ),
}
