"""Who a person is, by the account that owns what they wrote.

On a shared host the owner of a file is the person who acted, whatever the file says. Where screen
and sync run under one account there is no such proof, and the person is the one named by `--as` or
by the configuration.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping

import msgspec

from data.clean import clean_text
from data.settings import PersonSettings, Role

_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_-]", re.ASCII)
_ID_LIMIT = 64


class Person(msgspec.Struct, frozen=True):
    """Somebody who looks at the floor or acts on it."""

    id: str
    name: str
    role: Role
    phone: str = ""
    teams: frozenset[str] = frozenset()
    """Ids of the teams that a team leader leads."""

    def is_of(self, team: str) -> bool:
        """Whether a team is one of theirs; case does not matter, for people write it by hand."""
        return team.casefold() in {own.casefold() for own in self.teams}

    def leads(self, team: str) -> bool:
        """Whether they may act on agents of a team: team leaders on their own, others on all."""
        return self.role is not Role.TEAM_LEADER or self.is_of(team)


class People:
    """The people of a floor.

    Args:
        listed: `[people]`: by Unix account.
        own_uid: The account of this process; by default its effective user.
    """

    def __init__(
        self, listed: Mapping[str, PersonSettings] | None = None, own_uid: int | None = None
    ) -> None:
        self._by_account = {
            account: Person(
                each.id, clean_text(each.name), each.role, each.phone, frozenset(each.teams)
            )
            for account, each in (listed or {}).items()
        }
        self._by_id = {person.id: person for person in self._by_account.values()}
        self._own_uid = os.geteuid() if own_uid is None else own_uid

    @property
    def listed(self) -> tuple[Person, ...]:
        """Everybody in `[people]`, by name."""
        return tuple(sorted(self._by_id.values(), key=lambda one: (one.name.casefold(), one.id)))

    def of(self, uid: int, claimed: str = "") -> Person | None:
        """Who acts.

        Args:
            uid: The account that the action came from.
            claimed: Who it says acts; heeded only for this process's own account.

        Returns:
            None for an account or an id that the floor does not know.
        """
        account = account_name(uid)
        if uid != self._own_uid:
            return self._by_account.get(account)
        if not self._by_id:
            return _unlisted(claimed or account)
        return self._by_id.get(claimed) if claimed else self._by_account.get(account)


def may_plan(people: People, uid: int) -> bool:
    """Whether an account may put a roster on the desk's record: a supervisor's, or the floor's own.

    The floor's own account, where `[people]` does not list it, keeps the very files.

    Args:
        people: The people of the floor.
        uid: The account.
    """
    person = people.of(uid)
    if person is None:
        return uid == os.geteuid()
    return person.role in {Role.SUPERVISOR, Role.ADMINISTRATOR}


def account_name(uid: int) -> str:
    """The name of an account; its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _unlisted(name: str) -> Person:
    """The person of a floor that lists nobody: it is theirs alone, and the endpoint decides."""
    shown = clean_text(name)
    return Person(_NOT_IN_IDS.sub("-", name)[:_ID_LIMIT] or "person", shown, Role.SUPERVISOR)
