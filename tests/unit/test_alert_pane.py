"""The alerts on the screen: order, marks, words, the next worst, and the bell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from rich.cells import cell_len

from data.alerts.docket import Docket
from data.alerts.replay import replay
from data.alerts.replay_queues import of_contacts
from data.cache.history_model import FoundContact, Outcome
from data.figures.alerts import alert_figures, count_alerts
from data.figures.freshness import Moment
from data.floor import FloorSnapshot, Key
from data.model import DESK, About, Alert, Cause, Channel, Mute, Person
from data.rules.service_level import Formula
from data.settings import DEFAULT_RULES, Figure, RuleSettings
from screens.acting.alerts import alert_offers, proposal_of
from screens.acting.offer import Wanted
from screens.action_types import Scope
from screens.alert_jump import WorstAlerts, cause_of
from screens.alert_page import AlertPage
from screens.alert_words import alert_sentence, cause_sentence, figure_words
from screens.alerts import AlertsPane
from screens.look import Look, Viewing
from screens.presenters.alert_line import alert_pieces
from screens.presenters.alert_week import present_rules, present_week, week_head
from screens.presenters.alerts import alert_row_key, present_alerts
from screens.presenters.table import ViewState
from screens.widgets.said import Words, words_in
from screens.widgets.table_layout import fit_columns
from supervisor_tui.acting import Said
from supervisor_tui.alert_bell import AGAIN_MS, AlertBell
from supervisor_tui.alert_commands import mute as mute_typed
from supervisor_tui.asking import Asking
from supervisor_tui.command_line import parse_command
from tests.builders import MOMENT, NOW, SITE, SOURCE, ago, make_agent, make_queue, make_snapshot


def make_alert(called: str, **changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "site": SITE,
        "source": DESK,
        "id": called,
        "name": "longest_wait_s",
        "severity": "act",
        "raised_at": ago(100),
        "began_at": ago(110),
        "about": About("queue", "claims"),
        "telephony": SOURCE,
        "rule": "longest_wait_s",
        "limit": 120.0,
        "peak": 200.0,
        "peak_at": ago(10),
    }
    return Alert(**fields | changes)


def floor(*alerts: Alert, mutes: tuple[Mute, ...] = ()) -> FloorSnapshot:
    return make_snapshot(
        make_queue(),
        make_agent(),
        alerts={Key(one.site, one.source, one.id): one for one in alerts},
        mutes={Key(one.site, one.source, one.id): one for one in mutes},
    )


def mute(**changes: Any) -> Mute:
    person = Person("vogt", "L. Vogt")
    fields: dict[str, Any] = {"site": SITE, "source": DESK, "id": "m1", "until": NOW + 60_000}
    return Mute(muted_by=person, muted_at=NOW, **fields | changes)


def ids(snapshot: FloorSnapshot) -> list[str]:
    view = present_alerts(snapshot, None, MOMENT, ViewState())
    return [row.key.rpartition("/")[2] for row in view.rows]


FLOOR = floor(
    make_alert("over", ended_at=ago(5)),
    make_alert("look", severity="look"),
    make_alert("seen", acknowledged_by="vogt", acknowledged_name="L. Vogt"),
    make_alert("new", raised_at=ago(1)),
    make_alert("old"),
    make_alert("held", under="source_stale_s/hh1/acd"),
)


def test_what_is_new_and_unseen_stands_first_and_what_is_held_not_at_all() -> None:
    assert ids(FLOOR) == ["new", "old", "look", "seen", "over"]
    counts = count_alerts(alert_figures(FLOOR, None, MOMENT))
    assert (counts.open, counts.act, counts.look, counts.held) == (4, 2, 1, 1)


def test_the_first_line_says_of_how_many_somebody_has_to_act() -> None:
    assert [piece.text for piece in alert_pieces(FLOOR, None, MOMENT)] == ["!! 2 of 4 alerts"]
    assert not alert_pieces(floor(), None, MOMENT)
    muted = floor(make_alert("a"), mutes=(mute(),))
    assert [piece.text for piece in alert_pieces(muted, None, MOMENT)] == ["1 muted"]


def test_a_mute_covers_what_it_names_and_is_over_at_its_time() -> None:
    alert = make_alert("a")
    for covering in (mute(), mute(rule="longest_wait_s"), mute(about=About("queue", "claims"))):
        assert covering.covers(alert)
    for other in (mute(rule="waiting"), mute(about=About("queue", "sales")), mute(site="xx")):
        assert not other.covers(alert)
    assert not mute(until=NOW).is_on(NOW)
    assert not mute(ended_at=NOW).is_on(NOW)


@pytest.mark.parametrize("figure", list(Figure))
@pytest.mark.parametrize("is_below", [True, False])
def test_every_figure_has_words_and_a_whole_sentence(figure: Figure, is_below: bool) -> None:
    alert = make_alert("a", name=figure.value, rule=figure.value, is_below=is_below)
    said = alert_sentence(alert, "UTC")
    assert said
    assert "{" not in said
    assert figure_words(figure)


def test_too_quiet_is_said_with_its_figures_and_its_probable_cause() -> None:
    quiet = Cause("fewer_than_expected", {"came": 0, "minutes": 4, "expected": 31.2})
    alert = make_alert("a", name="too_quiet_percent", rule="too_quiet_percent", causes=(quiet,))
    assert alert_sentence(alert, "UTC") == "no calls for 4 min, 31 expected"
    down = Cause("line_down", {"name": "trunk B", "state": "Unregistered"})
    assert cause_sentence(down, "UTC") == "line trunk B is down: Unregistered"


def test_heads_too_few_are_those_of_now_and_of_what_is_over_the_most() -> None:
    short = Cause("short", {"half": NOW, "need": 41, "heads": 31})
    alert = make_alert("a", name="understaffed_heads", limit=0.0, peak=12.0, causes=(short,))
    assert alert_sentence(alert, "UTC") == "10 heads too few within the hour"
    over = msgspec.structs.replace(alert, ended_at=NOW)
    assert alert_sentence(over, "UTC") == "12 heads too few within the hour"
    past = msgspec.structs.replace(alert, peak=0.0, causes=())
    assert alert_sentence(past, "UTC") == "too few heads within the hour"


def test_a_silent_source_says_since_when_and_how_much_is_held() -> None:
    alert = make_alert("a", name="source_stale_s", rule="source_stale_s", held=214, limit=30.0)
    assert alert_sentence(alert, "Europe/Berlin") == "silent since 14:29, alerts held: 214"


def look(snapshot: FloorSnapshot, moment: Moment = MOMENT) -> Look:
    viewing = Viewing(floor_name="x", formula=Formula.OFFERED, rules=DEFAULT_RULES)
    return Look(snapshot=snapshot, moment=moment, viewing=viewing)


def test_the_worst_alert_comes_first_then_the_next_and_round_again() -> None:
    worst = WorstAlerts()
    found = [worst.next(look(FLOOR)) for _ in range(5)]
    assert [one.alert.id for one in found if one] == ["new", "old", "look", "seen", "new"]
    later = MOMENT._replace(mono_ms=MOMENT.mono_ms + 61_000)
    again = worst.next(look(FLOOR, later))
    assert again is not None
    assert again.alert.id == "new"
    assert cause_of(again) == (Scope.QUEUES, f"{SITE}/{SOURCE}/claims")
    assert worst.next(look(floor())) is None


def test_in_the_list_the_key_goes_to_the_cause_of_the_row_or_passes_it_over() -> None:
    source = About("source", SOURCE)
    silent = make_alert("silent", name="source_stale_s", about=source, began_at=ago(1))
    wait, other = make_alert("wait"), make_alert("other", began_at=ago(200))
    seen = look(floor(silent, wait, other))
    rows = {one.alert.id: one for one in alert_figures(seen.snapshot, None, MOMENT)}
    assert cause_of(rows["silent"])[0] is Scope.ALERTS
    worst = WorstAlerts()
    found = [worst.next(seen, rows[row]) for row in ("silent", "other", "silent")]
    assert [one.alert.id for one in found if one] == ["wait", "other", "wait"]


def test_nothing_is_done_to_the_list_of_a_week() -> None:
    pane = AlertsPane(is_ascii=True)
    assert pane.page("week", look(FLOOR)) is not None
    assert pane.offers("week", look(FLOOR)) == ()


def test_a_proposal_is_typed_with_the_name_quoted() -> None:
    alert = make_alert("a", proposal="lend 2 Sales {queue} 30m")
    assert proposal_of(alert, floor(alert)) == 'lend 2 Sales "Claims" 30m'


class Ringing:
    """As much of the app as the bell needs."""

    def __init__(self) -> None:
        self.snapshot = floor()
        self.mono_ms = 1_000_000
        self.last_key_ms = 0
        self.size = SimpleNamespace(width=80)
        self.rung: list[str] = []
        self.site = None
        self.now = MOMENT.now

    @property
    def moment(self) -> Moment:
        return MOMENT._replace(mono_ms=self.mono_ms, now=self.now)

    def present(self) -> Any:
        return SimpleNamespace(snapshot=self.snapshot, moment=self.moment, site=self.site)

    def announce(self, words: Words, _tone: object) -> None:
        self.rung.append(words_in(words, self.size.width - len(" !! ") - 1))


def test_the_bell_rings_once_then_every_five_minutes_until_a_key() -> None:
    app, bell = Ringing(), AlertBell(was_calm=True)
    app.snapshot = floor(make_alert("a"))
    bell.tell(app)  # type: ignore[arg-type]
    bell.tell(app)  # type: ignore[arg-type]
    assert len(app.rung) == 1
    app.mono_ms += AGAIN_MS
    bell.tell(app)  # type: ignore[arg-type]
    assert len(app.rung) == 2
    app.last_key_ms = app.mono_ms + 1
    app.mono_ms += AGAIN_MS
    bell.tell(app)  # type: ignore[arg-type]
    assert len(app.rung) == 2


def test_a_mute_names_what_people_call_it_and_not_its_id() -> None:
    about = mute(about=About("queue", "claims"))
    for alerts, name in (((make_alert("a"),), "Claims"), ((), "claims")):
        (note,) = present_alerts(floor(*alerts, mutes=(about,)), None, MOMENT, ViewState()).notes
        assert note.startswith(f"alerts about {name} muted until ")
    look = Look(
        snapshot=floor(make_alert("a"), mutes=(about,)),
        moment=MOMENT,
        viewing=Viewing(floor_name="", formula=Formula.OFFERED, rules=DEFAULT_RULES),
    )
    (one,) = alert_figures(look.snapshot, None, MOMENT)
    lines = AlertPage(alert_row_key(one))(look, 80)
    said = "".join(text for line in lines or () for text, _tone in line)
    assert "alerts about Claims muted until" in said


def test_before_several_are_acknowledged_it_is_said_what_each_is() -> None:
    snapshot = floor(make_alert("a"), make_alert("b", name="waiting", rule="waiting", limit=9.0))
    look = Look(
        snapshot=snapshot,
        moment=MOMENT,
        viewing=Viewing(floor_name="", formula=Formula.OFFERED, rules=DEFAULT_RULES),
    )
    figures = alert_figures(snapshot, None, MOMENT)
    offers = [alert_offers(one, look)[0] for one in figures]
    lines = Asking(wanted=Wanted(offers[0].verb, offers, look), zone="UTC").lines
    assert sorted(lines) == [
        "Claims  a caller has waited for more than 2:00",
        "Claims  more than 9 contacts wait",
    ]


@pytest.mark.parametrize(
    ("typed", "rule", "minutes"),
    [
        ("all 20m", "all", 20),
        ("longest_wait_s 2h", "longest_wait_s", 120),
        ("late at night 45", "late at night", 45),
        ('"late at night" 30m', "late at night", 30),
    ],
)
def test_a_typed_mute_lasts_as_long_as_was_typed(typed: str, rule: str, minutes: int) -> None:
    rules = (*DEFAULT_RULES, RuleSettings(figure=Figure.LATE, name="late at night", above=60.0))
    look = Look(
        snapshot=floor(make_alert("a")),
        moment=MOMENT,
        viewing=Viewing(floor_name="", formula=Formula.OFFERED, rules=rules),
    )
    app: Any = SimpleNamespace(look=lambda: look, size=SimpleNamespace(width=80))
    muted: list[Any] = []

    def offer(_app: Any, verb: Any, offers: Any, said: Said) -> None:
        wanted = Wanted(verb, offers, look)
        Asking(wanted=wanted, zone="UTC").ask(app, said, lambda done, _said: muted.append(done))

    doer = SimpleNamespace(offer=offer)
    app.parts = SimpleNamespace(doer=doer, viewing=look.viewing)
    command = parse_command(f"mute {typed}")
    assert command is not None
    mute_typed(app, command)
    (done,) = muted
    fields = [each.target.fields for each in done.offers]
    assert [each["until"] for each in fields] == [MOMENT.now + minutes * 60_000]
    assert [each.get("rule", "all") for each in fields] == [rule]


def test_the_bell_is_silent_for_what_stood_before_is_muted_or_only_wants_a_look() -> None:
    app, bell = Ringing(), AlertBell(was_calm=False)
    app.snapshot = floor(make_alert("a"))
    bell.tell(app)  # type: ignore[arg-type]
    app.snapshot = floor(make_alert("a"), make_alert("b", severity="look"))
    bell.tell(app)  # type: ignore[arg-type]
    app.snapshot = floor(make_alert("c"), mutes=(mute(),))
    bell.tell(app)  # type: ignore[arg-type]
    assert not app.rung
    app.snapshot = floor(make_alert("b"))
    bell.tell(app)  # type: ignore[arg-type]
    assert len(app.rung) == 1


def test_what_stands_when_its_mute_is_over_rings_then() -> None:
    app, bell = Ringing(), AlertBell(was_calm=True)
    app.snapshot = floor(make_alert("a"), mutes=(mute(),))
    bell.tell(app)  # type: ignore[arg-type]
    assert not app.rung
    app.now = NOW + 60_000
    for _ in range(2):
        bell.tell(app)  # type: ignore[arg-type]
        assert len(app.rung) == 1


def test_what_was_told_before_an_outage_does_not_ring_again_after_it() -> None:
    app, bell = Ringing(), AlertBell(was_calm=True)
    silent = make_alert("s", name="source_stale_s", severity="look")
    held = {"under": "source_stale_s/hh1/acd"}
    for alerts, rung in (
        ((make_alert("a"),), 1),
        ((make_alert("a", **held), silent), 1),
        ((make_alert("a"),), 1),
        ((make_alert("a"), make_alert("b")), 2),
    ):
        app.snapshot = floor(*alerts)
        bell.tell(app)  # type: ignore[arg-type]
        assert len(app.rung) == rung


def test_it_is_said_once_that_the_command_of_a_rule_failed() -> None:
    app, bell = Ringing(), AlertBell(was_calm=True)
    app.snapshot = floor(make_alert("a", severity="look"))
    bell.tell(app)  # type: ignore[arg-type]
    failed = make_alert("a", severity="look", command=Cause("not_started", {"detail": "OSError"}))
    for version in range(2):
        app.snapshot = floor(msgspec.structs.replace(failed, version=version))
        bell.tell(app)  # type: ignore[arg-type]
    assert app.rung == ["Claims: the command of the rule longest_wait_s failed"]
    view = present_alerts(app.snapshot, None, MOMENT, ViewState())
    assert view.rows[0].cells[-1] == "cmd failed"
    assert view.notes == ("the command of 1 alert failed: Enter says how",)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_alerts_are_said_in_one_row_with_how_many_there_are(width: int) -> None:
    app, bell = Ringing(), AlertBell(was_calm=True)
    app.size.width = width
    app.snapshot = floor(make_alert("a"), make_alert("b"), make_alert("c"))
    bell.tell(app)  # type: ignore[arg-type]
    (line,) = app.rung
    assert cell_len(f" !! {line} ") <= width
    assert "(and 2 more)" in line
    assert ("! goes there" in line) is (width >= 80)


def test_an_alert_that_is_over_before_it_is_said_is_not_said() -> None:
    app, bell = Ringing(), AlertBell(was_calm=True)
    waiting: list[Words] = []
    app.announce = lambda words, _tone: waiting.append(words)  # type: ignore[method-assign]
    app.snapshot = floor(make_alert("a"), make_alert("b"))
    bell.tell(app)  # type: ignore[arg-type]
    (words,) = waiting
    assert "(and 1 more)" in words_in(words, 80)
    for left, said in ((make_alert("b"), True), (make_alert("c", severity="look"), False)):
        app.snapshot = floor(left)
        bell.tell(app)  # type: ignore[arg-type]
        assert ("and 1 more" in words_in(words, 80), bool(words_in(words, 80))) == (False, said)


def test_a_raised_hand_rings_once_not_twice_and_again_if_nobody_comes() -> None:
    app, bell = Ringing(), AlertBell(was_calm=True)
    app.snapshot = floor(make_alert("a", name="assist_s", rule="assist_s"))
    bell.tell(app)  # type: ignore[arg-type]
    assert not app.rung
    app.mono_ms += AGAIN_MS
    bell.tell(app)  # type: ignore[arg-type]
    assert len(app.rung) == 1


def contact(name: str, waited_from_s: float, waited_s: float) -> FoundContact:
    queued = ago(waited_from_s)
    return FoundContact(
        site=SITE,
        source=SOURCE,
        id=name,
        leg=0,
        queue="claims",
        queue_name="Claims",
        client="",
        channel=Channel.VOICE,
        direction="inbound",
        created_at=queued,
        queued_at=queued,
        answered_at=queued + round(waited_s * 1000),
        ended_at=None,
        outcome=Outcome.ANSWERED,
        agent="",
        agent_name="",
        caller_masked="",
    )


def test_a_rule_is_tried_on_history_and_always_raises_the_same() -> None:
    rules = [rule for rule in DEFAULT_RULES if rule.figure is Figure.LONGEST_WAIT]
    waits = [contact("a", 3000, 70), contact("b", 2000, 30), contact("c", 1000, 130)]
    queues = {Key(SITE, SOURCE, "claims"): make_queue()}

    def tried() -> list[tuple[int, str, float]]:
        told = of_contacts(waits, queues, {Figure.LONGEST_WAIT})
        found = replay(Docket(rules, ZoneInfo("UTC")), [told], NOW)
        return [(one.began_at, one.severity.value, round(one.peak)) for one in found]

    assert [severity for _at, severity, _peak in tried()] == ["look", "act"]
    assert [peak for _at, _severity, peak in tried()] == [70, 130]
    assert tried() == tried()


def test_the_week_lists_what_nobody_acknowledged_and_the_rules_that_cry_wolf() -> None:
    told = {"name": "forecast_miss_points", "rule": "forecast_miss_points", "severity": "look"}
    week = [
        make_alert("a", ended_at=ago(40)),
        make_alert("b", acknowledged_at=ago(50)),
        *(make_alert(f"f{n}", **told, outcome=Cause("came_true")) for n in range(2)),
        make_alert("f3", **told, outcome=Cause("did_not_come_true")),
        make_alert("f4", **told, outcome=Cause("prevented")),
    ]
    assert week_head(week).startswith("5 of the 6 alerts")
    view = present_week(week, FLOOR, NOW)
    assert [(row.mark.strip(), *row.cells[:3]) for row in view.rows] == [
        ("!", "4", "Claims", "estimate of a miss, 2 of 3 came true"),
        ("!!", "1", "Claims", "a caller has waited for more than 2:00"),
    ]
    rules = present_rules(week)
    assert [row.cells[:3] for row in rules.rows] == [
        ("4", "4", "forecast_miss_points"),
        ("2", "1", "longest_wait_s"),
    ]
    assert week_head([make_alert("b", acknowledged_at=ago(50))]).startswith("No alert")


def test_a_forecast_that_goes_on_does_not_say_that_it_came_true() -> None:
    told = {"name": "forecast_miss_points", "severity": "look", "outcome": Cause("came_true")}
    alerts = make_alert("on", **told), make_alert("over", **told, ended_at=ago(5))
    view = present_alerts(floor(*alerts), None, MOMENT, ViewState())
    assert ["came true" in row.cells for row in view.rows] == [False, True]


def test_the_table_keeps_the_sentence_and_who_has_seen_it_at_80_cells() -> None:
    view = present_alerts(FLOOR, None, MOMENT, ViewState())
    layout = fit_columns(view.columns, range(len(view.columns)), 80)
    shown = {item.column.id: item.width for item in layout.placed}
    assert list(shown) == ["since", "where", "what", "seen"]
    assert shown["what"] >= len("estimate: misses 80/20 at about 14:40")
