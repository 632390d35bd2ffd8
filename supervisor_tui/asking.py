"""Asking before something is done: what will happen to each, until when, and what has to be known.

What says it all and can be taken back is done without a question. Where something has to be known,
a form asks; where several rows are meant, they are named, with those that a filter hides; and what
cannot be taken back wants a letter of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from data.actions.rules import RULES
from data.desk.messages import DESK
from data.model import Kind
from screens.acting.asks import ask_of
from screens.acting.offer import COMMENT, Ask, Offer, Wanted
from screens.cells import cell_width
from screens.formats import format_moment
from screens.look import Look
from screens.presenters.acts import verb_words
from screens.text import _, ngettext
from screens.widgets.dialog import Dialog, DialogKind
from screens.widgets.form import Answers, Form
from supervisor_tui.acting import NOTHING_SAID, Said

if TYPE_CHECKING:
    from supervisor_tui.app import SupervisorApp

_NAMED = 12
"""So many rows are named; a dialog has to fit the smallest terminal."""
_WIDEST = 76
"""Cells of the widest box."""
_EDGES = 8
"""Cells of a box beside its title."""
Then: TypeAlias = Callable[[Wanted, Said], None]


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One question about one verb."""

    wanted: Wanted
    hidden: tuple[str, ...] = ()
    """What is meant though a filter hides it."""
    zone: str
    """The zone whose clock times are named."""
    is_ascii: bool = False
    typed: Mapping[str, str] = {}
    """What stands in the form already, by field."""

    def ask(self, app: SupervisorApp, said: Said | None, then: Then) -> None:
        """Ask what has to be asked, and go on with the answer.

        Args:
            app: Shows the dialogs.
            said: What was said already; None where nothing was.
            then: Called once it is to be done, with what is to be done and what was said.
        """
        ask = ask_of(self.wanted.verb)
        fields = ask.fields(self.wanted) if ask is not None and said is None else ()
        if ask is not None and fields:
            fields = tuple(
                replace(each, value=self.typed.get(each.name, each.value)) for each in fields
            )
            form = Form(*self._words(app.size.width), fields, is_ascii=self.is_ascii)
            app.push_screen(form, lambda answers: self._answered(app, ask, answers, then))
            return
        settled, said = self._settled(ask, said or NOTHING_SAID, app.look())
        settled.confirm(app, said, then)

    @property
    def title(self) -> str:
        """What is going to be done, and to whom or to how many."""
        able = [each for each in self.wanted.offers if not each.why_not]
        ask = ask_of(self.wanted.verb)
        verb = verb_words(self.wanted.verb, able[0].target.fields if able else {})
        return _("{verb}: {subject}").format(
            verb=_(ask.title) if ask is not None and ask.title else verb,
            subject=able[0].target.subject if len(able) == 1 else self._count(len(able)),
        )

    @property
    def until(self) -> str:
        """Who does it, and until when."""
        able = [each for each in self.wanted.offers if not each.why_not]
        now = self.wanted.look.moment.now
        clock = format_moment(now + RULES[self.wanted.verb].valid_ms, self.zone, now)
        text = _("by {system}, void after {until}")
        return text.format(system=", ".join(_systems(able)), until=clock)

    def _words(self, width: int) -> tuple[str, Sequence[str]]:
        """The title and the lines: who does it until when is a line where the title has no room.

        Args:
            width: Cells of the terminal.
        """
        whole = _("{what}, {until}").format(what=self.title, until=self.until)
        if cell_width(whole) <= min(width, _WIDEST) - _EDGES:
            return whole, self.lines
        return self.title, [self.until, *self.lines]

    def _count(self, count: int) -> str:
        """So many of what it is done to."""
        if RULES[self.wanted.verb].kind in {Kind.AGENT, Kind.NOTE}:
            return ngettext("{count} agent", "{count} agents", count).format(count=count)
        return ngettext("{count} row", "{count} rows", count).format(count=count)

    @property
    def lines(self) -> Sequence[str]:
        """What will happen to each, and to which it will not."""
        able = [each for each in self.wanted.offers if not each.why_not]
        unable = [each.why_not for each in self.wanted.offers if each.why_not]
        named = [_line(each) for each in able[:_NAMED] if len(able) > 1 or each.effect]
        lines = [*named, *unable[:_NAMED]]
        more = max(0, len(able) - _NAMED) + max(0, len(unable) - _NAMED)
        if more:
            lines.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
        if self.hidden:
            text = ngettext(
                "{count} of them is not on show: {names}",
                "{count} of them are not on show: {names}",
                len(self.hidden),
            )
            names = ", ".join(self.hidden[:_NAMED])
            lines.append(text.format(count=len(self.hidden), names=names))
        return lines

    def _answered(
        self,
        app: SupervisorApp,
        ask: Ask,
        answers: Answers | None,
        then: Then,
    ) -> None:
        if answers is None:
            return
        said = Said(ask.read(answers), answers.get(COMMENT, ""))
        settled, said = self._settled(ask, said, app.look())
        if settled.is_final:
            settled.confirm(app, said, then)
        else:
            then(settled.wanted, said)

    def _settled(self, ask: Ask | None, said: Said, look: Look) -> tuple[Asking, Said]:
        """What the answer makes of what was wanted, on the floor as it is by then."""
        if ask is None:
            return self, said
        settled = ask.settle(replace(self.wanted, look=look), said.fields)
        return replace(self, wanted=settled.wanted), Said(settled.fields, said.comment)

    @property
    def is_final(self) -> bool:
        """Whether something of it cannot be taken back."""
        able = [each for each in self.wanted.offers if not each.why_not]
        return RULES[self.wanted.verb].is_final or any(each.is_final for each in able)

    def confirm(self, app: SupervisorApp, said: Said, then: Then) -> None:
        """Ask where it is final, or where several rows are meant; else do it."""
        wanted = self.wanted
        is_plain = not self.is_final and len(wanted.offers) == 1 and not self.hidden
        if is_plain or all(each.why_not for each in wanted.offers):
            then(wanted, said)
            return
        kind = DialogKind.FINAL if self.is_final else DialogKind.UNDOABLE
        title, lines = self._words(app.size.width)
        dialog = Dialog(title, lines, kind=kind, is_ascii=self.is_ascii)
        app.push_screen(dialog, lambda yes: then(wanted, said) if yes else None)


def _systems(offers: Sequence[Offer]) -> Sequence[str]:
    """Who is asked to do it, by the names that the configuration gives them."""
    names = (
        _("the desk") if each.target.key.source == DESK else each.target.key.source
        for each in offers
    )
    return list(dict.fromkeys(names))


def _line(offer: Offer) -> str:
    if not offer.effect:
        return _("{subject}  {about}").format(subject=offer.target.subject, about=offer.about)
    if not offer.about:
        return _("{subject}: {effect}").format(subject=offer.target.subject, effect=offer.effect)
    return _("{subject}  {about}: {effect}").format(
        subject=offer.target.subject, about=offer.about, effect=offer.effect
    )
