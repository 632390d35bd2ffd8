"""What acting looks like: who may, what is asked first, 'saved', and what came of it.

What only acting needs is imported when somebody acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from data.actions.rules import may
from data.actions.verbs import Verb
from data.errors import FloorError
from data.figures.doings import Doings, Target
from data.floor import Key
from screens import words
from screens.acting.offer import Wanted
from screens.action_types import UNDO
from screens.key_names import key_name, keys_of, show_key
from screens.pane import TablePane
from screens.presenters.acts import act_line, done_line, failures_words
from screens.presenters.rows import row_keys
from screens.sentences import sentence
from screens.text import _, ngettext
from screens.tones import Tone
from supervisor_tui.acting import NOTHING_SAID, Actor, Said
from supervisor_tui.conflicts import Conflicts
from supervisor_tui.handed_over import HandedOver
from supervisor_tui.inbox import Inbox
from supervisor_tui.losses import Losses
from supervisor_tui.own_phone import OwnPhone, day_of
from supervisor_tui.reminding import Reminders

if TYPE_CHECKING:
    from screens.acting.offer import Offer
    from supervisor_tui.alert_bell import AlertBell
    from supervisor_tui.app import SupervisorApp
    from supervisor_tui.watchful import WatchfulApp


class Doer:
    """Does what a person asks to be done, and tells them what came of it.

    Args:
        actor: The person.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.own_phone = OwnPhone(actor.person, actor.personal)
        self.phone = ""
        """The person's own phone today, for what rings it; empty where none is known."""
        self._reminders = Reminders()
        self._losses = Losses()
        self._inbox = Inbox(actor.personal)
        self._handed_over = HandedOver()
        self._conflicts = Conflicts()
        self._alert_bell: AlertBell | None = None
        self._was_calm = False
        self._behind_lock = (0, 0)
        """How many failures and messages have rung behind a lock."""
        self._last: frozenset[str] = frozenset()
        """Keys of what was said to be saved; what comes of it takes the place of that."""
        self._stuck: frozenset[str] = frozenset()
        """Of these, those of which it was said why they are not sent yet."""

    def see(self, app: SupervisorApp) -> Doings:
        """What the person did, as the newest view has it."""
        self.phone = self.own_phone.on(day_of(app.snapshot))
        return self.actor.see(app.snapshot, app.snapshot.clock().now())

    def _tell_alerts(self, app: SupervisorApp) -> None:
        """Ring for alerts; what does is loaded with the first of them."""
        if self._alert_bell is None:
            if not app.snapshot.alerts:
                self._was_calm = True
                return
            from supervisor_tui.alert_bell import AlertBell

            self._alert_bell = AlertBell(was_calm=self._was_calm)
        self._alert_bell.tell(app)

    def ring_behind_lock(self, app: WatchfulApp) -> None:
        """Ring for what has happened, and name nobody; what it was is told after unlocking."""
        self._tell_alerts(app)
        failed, messages = len(self.actor.unrung()), len(self._inbox.unsaid(app))
        before, self._behind_lock = self._behind_lock, (failed, messages)
        if failed > before[0]:
            text = ngettext(
                "{count} action of yours was NOT done; unlock to read it.",
                "{count} actions of yours were NOT done; unlock to read it.",
                failed,
            )
            app.ring_locked(text.format(count=failed), Tone.ACT)
        elif messages > before[1]:
            app.ring_locked(_("There is a message for you; unlock to read it."), Tone.LOOK)

    def tell_news(self, app: SupervisorApp) -> None:
        """Say what came of the last action, and ring once for each that newly failed."""
        if not app.snapshot.rev:
            return  # nothing is known yet: what had failed before is no news
        self._behind_lock = (0, 0)
        self._losses.tell(app)
        self._reminders.tell(app)
        self._inbox.tell(app)
        self._handed_over.tell(app)
        self._tell_alerts(app)
        failed = self.actor.newly_failed()
        zones = {site.id: site.zone for site in app.snapshot.sites}
        self._conflicts.add(failed)
        self._conflicts.offer(self, app)
        if failed:
            app.announce(failures_words(failed, zones), Tone.ACT)
            self._last = frozenset()
            return
        held = self.actor.newly_held()
        if held:
            text = _("{line}  {key} shows it")
            zone = zones.get(held[0].site, "UTC")
            line, key = act_line(held[0], zone), key_name("app.doings")
            app.announce(text.format(line=line, key=key), Tone.ACT)
            return
        last = [row for row in self.actor.doings.rows if row.key in self._last]
        stuck = [row for row in last if row.state.is_open and row.code]
        if last and not any(row.state.is_open for row in last):
            self._last = frozenset()
            app.say(done_line(last, zones.get(last[0].site, "UTC")))
        elif stuck and not self._stuck.issuperset(row.key for row in stuck):
            self._stuck = frozenset(row.key for row in stuck)
            app.say(done_line(stuck, zones.get(stuck[0].site, "UTC")), Tone.LOOK)

    def act(
        self,
        app: SupervisorApp,
        pane: TablePane,
        verb: Verb,
        way: str = "",
        rows: Sequence[str] = (),
    ) -> None:
        """Do something to these rows of a pane, or to those that are chosen; or say why not."""
        self.offer(app, verb, self.offers(app, pane, verb, way, rows))

    def offers(
        self,
        app: SupervisorApp,
        pane: TablePane,
        verb: Verb,
        way: str = "",
        rows: Sequence[str] = (),
    ) -> list[Offer]:
        """What a verb would do to each of these rows of a pane, or of those that are chosen."""
        look = app.look()
        return [
            replace(each, row=key)
            for key in rows or pane.chosen
            for each in pane.offers(key, look)
            if each.verb is verb and each.way == way
        ]

    def wanted(self, app: SupervisorApp, verb: Verb, offers: Sequence[Offer]) -> Wanted:
        """What the person is about to do."""
        return Wanted(verb, offers, app.look(), self.phone)

    def undo(self, app: SupervisorApp, pane: TablePane, rows: Sequence[str] = ()) -> None:
        """Take back what the person did last to rows of a pane.

        Args:
            app: Where it is asked.
            pane: Whose rows they are.
            rows: Keys of rows that were named; none for those that are chosen.
        """
        from supervisor_tui.undoing import undo_offer

        if app.time.refuses(app):
            return
        look = app.look()
        offers: dict[Verb, list[Offer]] = {}
        for key in rows or pane.chosen:
            found = undo_offer(pane.offers(key, look), look.doings, look.snapshot.actions)
            if found is not None:
                found = found if rows else replace(found, row=key)
                offers.setdefault(found.verb, []).append(found)
        if not offers:
            app.say(_("You have done nothing here that could be taken back."), Tone.LOOK)
        for verb, each in offers.items():
            self.offer(app, verb, each, NOTHING_SAID)

    def show_offers(self, app: SupervisorApp, pane: TablePane) -> None:
        """List what can be done here, and why what cannot be done cannot."""
        if app.time.refuses(app):
            return
        from screens.presenters.offers_list import Choice, offer_lines
        from screens.widgets.dialog import Dialog
        from supervisor_tui.undoing import undo_offer

        look = app.look()
        offers = {
            (each.verb, each.way): each
            for key in pane.chosen[:1]
            for each in pane.offers(key, look)
        }
        undo = undo_offer([*offers.values()], look.doings, look.snapshot.actions)
        # What belongs to every pane stands after what belongs to this one.
        actions = sorted(
            pane.acts_on(next(iter(pane.chosen), None)),
            key=lambda each: each.argument == Verb.RAISE,
        )
        choices = []
        for action in actions:
            keys = keys_of(action, app.parts.keymap)
            key = show_key(keys[0]) if keys else f":{action.command}"
            why_not = self._why_not(action.argument, offers, undo)
            choices.append(Choice(key, _(action.label), _(action.help), why_not))
        lines = offer_lines(choices) or [_("Nothing can be done to these rows yet.")]
        subject = next((each.target.subject for each in offers.values()), "")
        title = _("What can be done: {subject}") if subject else _("What can be done")
        is_ascii = app.parts.viewing.is_ascii
        app.push_screen(Dialog(title.format(subject=subject), lines, is_ascii=is_ascii))

    def _why_not(
        self, argument: str, offers: Mapping[tuple[Verb, str], Offer], undo: Offer | None
    ) -> str:
        """Why the row under the cursor cannot have this done to it; empty where it can."""
        if argument == UNDO:
            nothing = _("You have done nothing here that could be taken back.")
            return nothing if undo is None else self.role_forbids(undo.verb) or undo.why_not
        name, _colon, way = argument.partition(":")
        if not name:
            return ""  # what is done to actions says itself why not
        verb = Verb(name)
        offer = offers.get((verb, way))
        nothing = _("There is no row under the cursor.")
        return self.role_forbids(verb) or (offer.why_not if offer is not None else nothing)

    def show_messages(self, app: SupervisorApp) -> None:
        """Show the messages to the person, and those they wrote."""
        from screens.messages_page import MessagesPage

        app.show_page(_("Messages"), MessagesPage())

    def show_doings(self, app: SupervisorApp) -> None:
        """Show what was done and what came of it; failures count as read from now on."""
        from screens.acts import ActsPane, ActsScreen
        from supervisor_tui.redoing import again, drop

        pane = ActsPane(
            lambda key: again(self, app, key),
            lambda key: drop(self, app, key),
            is_ascii=app.parts.viewing.is_ascii,
        )
        app.push_table(
            ActsScreen(
                pane,
                is_ascii=app.parts.viewing.is_ascii,
                keymap=app.parts.keymap,
                completer=app.commander,
            )
        )
        self.actor.read_all()

    def ask_before_leaving(self, app: SupervisorApp) -> bool:
        """Ask, where something is undelivered; whether it was asked."""
        count = self.actor.doings.undelivered
        if not count:
            return False
        from screens.widgets.dialog import Dialog, DialogKind

        lines = [
            ngettext(
                "{count} action is saved and not yet delivered.",
                "{count} actions are saved and not yet delivered.",
                count,
            ).format(count=count),
            _("The sync process goes on with it; what came of it stands here the next time."),
        ]
        dialog = Dialog(
            _("Leave the program?"),
            lines,
            kind=DialogKind.UNDOABLE,
            answers=(_("leave"), _("stay")),
            is_ascii=app.parts.viewing.is_ascii,
        )
        app.push_screen(dialog, lambda yes: app.exit() if yes else None)
        return True

    def offer(
        self,
        app: SupervisorApp,
        verb: Verb,
        offers: Sequence[Offer],
        said: Said | None = None,
        *,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """Do at once what is plain; ask first where something has to be known or named.

        Args:
            app: Where it is asked.
            verb: What to do.
            offers: To what, and why not.
            said: All that the person had to say; None where a form is to ask.
            typed: What stands in the form already, by field.
        """
        from supervisor_tui.asking import Asking

        if app.time.refuses(app):
            return
        forbidden = self.role_forbids(verb)
        able = [each for each in offers if not each.why_not]
        unable = [each for each in offers if each.why_not]
        if forbidden or not able:
            nothing = _("There is nothing here that this could be done to.")
            app.say(forbidden or (unable[0].why_not if unable else nothing), Tone.LOOK)
            return
        seen = {*row_keys(app.acted_on.table.rows)}
        hidden = [each.target.subject for each in offers if each.row and each.row not in seen]
        asking = Asking(
            wanted=self.wanted(app, verb, offers),
            typed=typed or {},
            hidden=tuple(hidden),
            zone=_zone(app, able[0].target.key),
            is_ascii=app.parts.viewing.is_ascii,
        )
        asking.ask(app, said, lambda wanted, answer: self._settle(app, wanted, answer))

    def _settle(self, app: SupervisorApp, wanted: Wanted, said: Said) -> None:
        """Do what was wanted, once it is known to the last; or say why that cannot be done."""
        from supervisor_tui import lending

        targets = [each.target for each in wanted.offers if not each.why_not]
        if targets and wanted.verb in lending.VERBS:
            lending.confirm(self, app, wanted)
        elif targets:
            self.send(app, wanted.verb, targets, said)
        else:
            app.say(wanted.offers[0].why_not, Tone.LOOK)

    def send(self, app: SupervisorApp, verb: Verb, targets: Iterable[Target], said: Said) -> None:
        """Save an action on each target, and say that they are saved."""
        self.send_steps(app, [(verb, target) for target in targets], said)

    def send_steps(
        self, app: SupervisorApp, steps: Sequence[tuple[Verb, Target]], said: Said = NOTHING_SAID
    ) -> None:
        """Save several actions in their order, and say so of those like the first."""
        if app.time.refuses(app):
            return
        rows = []
        for verb, target in steps:
            now = app.snapshot.clock(target.key.site).now()
            try:
                rows += self.actor.press(verb, [target], now, said)
            except FloorError as error:
                text = _("NOT saved, will not be done: {subject}. {problem}")
                problem = sentence(error.code, error.detail)
                app.say(text.format(subject=target.subject, problem=problem), Tone.ACT)
                break
        else:
            told = [row for row in rows if row.verb == rows[0].verb]
            self._last = frozenset(row.key for row in told)
            app.say(done_line(told, _zone(app, Key(told[0].site, "", ""))))
        app.acted_on.table.clear_marks()
        app.expect()

    def role_forbids(self, verb: Verb) -> str:
        """Why the person's role does not let them do it; empty where it does."""
        person = self.actor.person
        if person is None:
            return _("The floor does not know you: you may look, and not act.")
        if may(person.role, verb):
            return ""
        return _("As {role} you may not do that.").format(role=words.role(person.role))


def _zone(app: SupervisorApp, key: Key) -> str:
    return next((site.zone for site in app.snapshot.sites if site.id == key.site), "UTC")
