"""The app: hands each look at the floor to the screen, and does what keys and commands ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import thread_time
from typing import ClassVar

from textual.binding import BindingType
from textual.filter import LineFilter
from textual.message import Message

from data.clock import monotonic_ms
from data.errors import Code
from data.figures.freshness import Moment
from data.figures.queues import QueueBook
from data.floor import FloorSnapshot
from screens.actions import Action, Scope
from screens.detail import DetailScreen, Presenter
from screens.floor_screen import FloorScreen
from screens.key_names import key_name
from screens.keys import bindings, textual_keymap
from screens.look import Look
from screens.pane import TablePane
from screens.prompting import PromptKind
from screens.table_screen import TableScreen
from screens.text import _
from screens.tones import Tone
from screens.widgets.gate import OutputGate
from supervisor_tui.app_parts import AppParts
from supervisor_tui.bells import Bells, RaisedHand, word_events
from supervisor_tui.commanding import Commander
from supervisor_tui.feed import Feed
from supervisor_tui.key_order import OrderedKeysApp
from supervisor_tui.lists import ListsApp
from supervisor_tui.rewinding import Rewinder, TimeApp
from supervisor_tui.safe_app import SafeApp
from supervisor_tui.saying import SayingApp
from supervisor_tui.seam import PaintingApp
from supervisor_tui.ticking import Ticker

AGAIN_MS = 1000
"""A second `q` within this time is a finger that stayed too long, not a wish to leave."""
CANCEL_MS = 2000
"""Within this time a second Ctrl+C leaves."""


class SupervisorApp(ListsApp, TimeApp, PaintingApp, SafeApp, OrderedKeysApp, SayingApp):
    """One floor on one terminal."""

    CSS_PATH = Path(__file__).parents[1] / "screens" / "styles" / "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.APP)]

    @dataclass
    class SnapshotReady(Message):
        """The feed has a newer view; one that still waits is replaced by it."""

        snapshot: FloorSnapshot

        def can_replace(self, message: Message) -> bool:
            """Only the newest view is worth drawing."""
            return isinstance(message, SupervisorApp.SnapshotReady)

    @dataclass
    class CacheTrouble(Message):
        """The cache cannot be read, or (None) can be again."""

        problem: Code | None

    def __init__(self, parts: AppParts) -> None:
        first = parts.first_paint
        super().__init__(colours=parts.colours, first_paint=first)
        self.theme = "ansi-dark"
        self._parts = parts
        self.is_restricted = parts.is_restricted
        self._snapshot = FloorSnapshot()
        self._problem: Code | None = None
        self._site: str | None = None
        self._queues = QueueBook() if first is None else first.queues
        self.mode_before = None if first is None else first.mode
        self.time = Rewinder(parts.history)
        self._gate = OutputGate(is_ascii=parts.viewing.is_ascii)
        self._tick = Ticker(self, self._refresh)
        self._last_back_ms = -AGAIN_MS
        self._last_cancel_ms = -CANCEL_MS
        self._bells = Bells(parts.viewing.rules, parts.viewing.person)
        self._feed = Feed(
            parts.cache,
            lambda snapshot: self._tell(self.SnapshotReady(snapshot)),
            lambda problem: self._tell(self.CacheTrouble(problem)),
            None if first is None else first.take_begun(),
        )
        self.commander = Commander(self)
        self.floor = FloorScreen(
            is_ascii=parts.viewing.is_ascii,
            keymap=parts.keymap,
            columns=parts.personal.settings.columns,
            completer=self.commander,
        )
        self.set_keymap(textual_keymap(parts.keymap))

    @property
    def parts(self) -> AppParts:
        """What the app was made from."""
        return self._parts

    @property
    def snapshot(self) -> FloorSnapshot:
        """The newest view of the floor."""
        return self._snapshot

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own filters, and behind them the wall that no control character passes."""
        return [*super().get_line_filters(), self._gate]

    def get_default_screen(self) -> FloorScreen:
        """The screen that is there all the time."""
        return self.floor

    def on_mount(self) -> None:
        """Show what is known, and begin to tick."""
        self._feed.start()
        self._snapshot = self._feed.first() or self._snapshot
        if self._parts.hints and not self._parts.personal.settings.has_dismissed_hints:
            self.floor.show_hints(self._parts.hints)
        for warning in self._parts.warnings:
            self.tell(warning, Tone.LOOK)
        self._tick.put_off()
        self._refresh()

    def on_unmount(self) -> None:
        """Read no more."""
        self._tick.stop()
        self._feed.stop()

    def look(self) -> Look:
        """The floor as it is to be drawn: as it is, or as it was where the past is looked at."""
        return self.time.look(self.present())

    def present(self) -> Look:
        """The floor as it is at this moment."""
        return Look(
            snapshot=self._snapshot,
            moment=self.moment,
            viewing=self._parts.viewing,
            site=self._site,
            problem=self._problem,
            troubles=self._parts.troubles.now(self._problem),
            doings=self._parts.doer.see(self),
            phone=self._parts.doer.phone,
            queues=self._queues,
        )

    @property
    def site(self) -> str | None:
        """The site that is looked at; None for all."""
        return self._site

    @property
    def moment(self) -> Moment:
        """The present, by the clock of the site that is looked at."""
        return Moment.of(self._snapshot.clock(self._site))

    def _tell(self, message: Message) -> None:
        """Post from the feed's thread; after the end there is nobody to tell."""
        if self.is_running:
            self.post_message(message)

    def on_supervisor_app_snapshot_ready(self, message: SnapshotReady) -> None:
        """Draw a newer view; the ages in it are of now, so the next tick can wait.

        That sources still answer, and nothing else, can wait for the tick.
        """
        began = thread_time()
        before, self._snapshot = self._snapshot, message.snapshot
        if self._snapshot.is_news_to(before):
            self._refresh()
            self._tick.put_off()
        events = self._bells.newly(self._snapshot, self.moment)
        if events:
            tone = Tone.HELP if isinstance(events[0], RaisedHand) else Tone.ACT
            self.announce(word_events(events, self._snapshot), tone)
        self._feed.shown(thread_time() - began)

    def on_supervisor_app_cache_trouble(self, message: CacheTrouble) -> None:
        """Say that the figures cannot be read, or that they can be again."""
        self._problem = message.problem
        self._refresh()

    @property
    def saying_screen(self) -> TableScreen | DetailScreen:
        """On which screen something is said: on the uppermost that shows figures."""
        return self._showing or self.floor

    @property
    def _showing(self) -> TableScreen | DetailScreen | None:
        stack = reversed(self.screen_stack)
        return next((x for x in stack if isinstance(x, TableScreen | DetailScreen)), None)

    def draw(self) -> None:
        """Draw anew: something was done that the screen has to show."""
        self._refresh()

    def expect(self) -> None:
        """Something was done whose outcome is to be seen as soon as it is known."""
        self._feed.hurry()
        self._refresh()

    def _refresh(self) -> None:
        """Draw the look of this moment on the uppermost screen of figures, under a box too."""
        if (top := self._showing) is not None:
            look = self.look()
            top.show(look)
            self._parts.past.supply(self, top.shown, look, self._refresh)
            self._parts.troubles.tell(self, look)
        self._parts.doer.tell_news(self)
        self.tell_next()
        self.time.keep_up(self)

    def on_screen_resume(self) -> None:
        """A screen that was covered shows what has come meanwhile."""
        self._refresh()

    # What keys do

    async def action_pane(self, scope: str) -> None:
        """Go to a pane, from wherever one is."""
        while self.screen is not self.floor and len(self.screen_stack) > 1:
            self.pop_screen()
        await self.floor.go_to(Scope(scope))

    async def action_pane_step(self, delta: int) -> None:
        """Go to the next pane, or the one before."""
        if self.screen is self.floor:
            await self.floor.step(delta)

    def action_zoom(self) -> None:
        """Give the pane the whole screen, and back."""
        self.floor.toggle_zoom()

    async def action_find(self) -> None:
        """Begin a `find` command."""
        await self.type_command("find ")

    async def action_command(self) -> None:
        """Let the person type a command."""
        await self.type_command("")

    async def type_command(self, text: str) -> None:
        """Let the person type a command that begins like this."""
        if not isinstance(self.screen, TableScreen):
            await self.action_pane(self.floor.current.SCOPE)
        screen = self.screen if isinstance(self.screen, TableScreen) else self.floor
        await screen.open_prompt(PromptKind.COMMAND, text)

    def action_refresh(self) -> None:
        """Ask for fresh data, and say whether that could be done."""
        if self._parts.ask_now():
            self.say(_("Asked for fresh data."))
        else:
            self.say(_("The sync process could not be asked; it asks by itself."), Tone.LOOK)

    def action_help(self) -> None:
        """Show the help page for where the person is."""
        from screens.widgets.help import HelpScreen, HelpTopic

        pane = self.acted_on
        is_detail = isinstance(self.screen, DetailScreen)
        topic = HelpTopic(
            scope=Scope.DETAIL if is_detail else pane.SCOPE,
            keymap=self._parts.keymap,
            columns=() if is_detail else pane.columns,
        )
        self.push_screen(HelpScreen(topic, is_ascii=self._parts.viewing.is_ascii))

    def action_offers(self) -> None:
        """List what can be done to the row under the cursor."""
        self._parts.doer.show_offers(self, self.acted_on)

    def action_repaint(self) -> None:
        """Paint the whole screen again."""
        self.repaint_all()

    def action_leave(self) -> None:
        """Esc: out of what is open."""
        self.leave_said()
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif self.floor.has_hints and not self.floor.is_saying:
            self.floor.show_hints(())
            self._parts.personal.settings.has_dismissed_hints = True
            self._parts.personal.keep()
        else:
            self.floor.leave()

    async def action_back(self) -> None:
        """One step back, and at the top out; never by a key that was held down."""
        now = monotonic_ms()
        again = now - self._last_back_ms < AGAIN_MS
        self._last_back_ms = now
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif not again and not self._parts.doer.ask_before_leaving(self):
            self.exit()

    def action_cancel(self) -> None:
        """Ctrl+C: cancel what is open; twice, leave."""
        now = monotonic_ms()
        if now - self._last_cancel_ms < CANCEL_MS:
            self.exit()
            return
        self._last_cancel_ms = now
        prompt = self.floor.prompt
        if prompt is not None and prompt.is_open:
            prompt.close()
        elif len(self.screen_stack) > 1:
            self.pop_screen()
        self.say(_("{key} again leaves the program.").format(key=key_name("app.cancel")))

    # What panes and prompts ask for

    def on_table_pane_chosen(self, event: TablePane.Chosen) -> None:
        """Show one row in detail."""
        event.stop()
        if event.pane.SCOPE is Scope.FOUND:
            self._parts.finder.open_row(self, event.pane, event.key)
            return
        page = event.pane.page(event.key, self.look())
        if page is not None:
            self.show_page(*page, pane=event.pane, row=event.key)

    def on_table_pane_act_wanted(self, event: TablePane.ActWanted) -> None:
        """Do something to rows, or say why not."""
        event.stop()
        if event.verb is None:
            self._parts.doer.undo(self, event.pane, event.rows)
        else:
            self._parts.doer.act(self, event.pane, event.verb, event.way, event.rows)

    def show_page(
        self, title: str, present: Presenter, pane: TablePane | None = None, row: str = ""
    ) -> None:
        """Open a page of text over the floor; `pane` is where its thing is the row `row`."""
        page = DetailScreen(
            title,
            present,
            self.look(),
            keymap=self._parts.keymap,
            is_ascii=self._parts.viewing.is_ascii,
            pane=pane,
            row=row,
        )
        self.push_screen(page)

    def on_table_screen_columns_chosen(self, event: TableScreen.ColumnsChosen) -> None:
        """Keep which columns the person wants."""
        self._parts.personal.settings.columns[event.scope.value] = list(event.order)
        if not self._parts.personal.keep():
            self.say(_("Your columns could not be saved: no room, or no permission."), Tone.LOOK)

    def on_table_screen_command_given(self, event: TableScreen.CommandGiven) -> None:
        """Do a command, or say why not."""
        self.commander.do(event.text)

    def do_action(self, action: Action) -> None:
        """Do what a key does, where it does it."""
        target = self.acted_on if action.scope is not Scope.APP else self
        self.run_worker(self.run_action(action.method, target))

    def choose_site(self, site: str | None) -> None:
        """Look at one site; None for all of them."""
        self._site = site
        self._refresh()
