"""A locked screen names nobody: no pane, page or text of a masked floor holds a word of theirs."""

from __future__ import annotations

from data.figures.agents import agent_figures
from data.figures.queues import queue_figures
from data.floor import FloorSnapshot, Key
from data.masking import Mask, masked
from data.model import (
    About,
    AgentState,
    Alert,
    Cause,
    Loan,
    Mute,
    Note,
    Owner,
    Person,
    Switch,
)
from data.status import Line
from supervisor_tui.plain import Pane, Wanted, render_pane
from supervisor_tui.show_json import show_json
from tests.builders import (
    MOMENT,
    SITE,
    SOURCE,
    ago,
    make_agent,
    make_contact,
    make_escalation,
    make_health,
    make_queue,
    make_shift,
    make_snapshot,
)

SECRETS = ("Zara", "Quill", "8866", "4912", "payout", "Owen", "0405550199")


MUTED = {"8866": About("agent", "8866"), "all": None, "q": About("queue", "claims")}


def mute(about: About | None, by: Person) -> Mute:
    return Mute(
        site=SITE,
        source="@desk",
        id="m",
        about=about,
        muted_by=by,
        muted_at=ago(60),
        until=ago(-600),
    )


def floor() -> FloorSnapshot:
    zara = Person("zara", "Zara Quill")
    alert = Alert(
        site=SITE,
        source="@desk",
        id="8866",
        name="not_ready_s",
        severity="act",
        rule="Zara rests",
        raised_at=ago(60),
        about=About("agent", "8866"),
        telephony=SOURCE,
        text="Zara Quill",
        causes=(Cause("agent", {"name": "Zara Quill"}),),
        acknowledged_by="zara",
        acknowledged_name="Zara Quill",
        done="spoke to Zara",
        proposal="ready 8866",
    )
    loan = Loan(
        site=SITE,
        source="@desk",
        id="l",
        telephony=SOURCE,
        agents=("8866",),
        to_queue="claims",
        lent_at=ago(60),
        lent_by=zara,
        until=ago(-600),
    )
    note = Note(site=SITE, source="@desk", id="n", author="Zara", text="payout", written_at=ago(9))
    return make_snapshot(
        make_queue(switches=(Switch(name="closed", on=True, since=ago(9), by=zara),)),
        make_agent("8866", name="Zara Quill", state=AgentState.BUSY, contact="0405550199"),
        make_agent("Local/8866@x", name="Quill", assist_since=ago(9), assist_by=zara),
        make_contact("0405550199", agent="8866", caller_masked="•••4912", listeners=("8866",)),
        make_escalation(
            summary="payout refused",
            owner=Owner("owen", "Owen", ago(60)),
            caller_masked="•••4912",
            agent="8866",
            contact="0405550199",
            reference="E-8866",
        ),
        make_shift(agent="8866"),
        sources=[make_health(lines=(Line(name="trunk 0405550199", is_up=True),))],
        notes={Key(SITE, "@desk", "n"): note},
        loans={Key(SITE, "@desk", "l"): loan},
        alerts={Key(SITE, "@desk", "8866"): alert},
        mutes={Key(SITE, "@desk", name): mute(about, zara) for name, about in MUTED.items()},
    )


def texts(snapshot: FloorSnapshot) -> str:
    """Everything that could be printed of a floor."""
    wanted = Wanted(floor_name="Floor", person="owen")
    said = []
    for pane in Pane:
        said += render_pane(pane, snapshot, MOMENT, wanted, width=400)
        said.append(show_json(pane, snapshot, MOMENT))
    return "\n".join([*said, repr(snapshot)])


def test_the_floor_itself_holds_every_secret() -> None:
    shown = texts(floor())
    assert all(secret in shown for secret in SECRETS)


def test_a_masked_floor_holds_none() -> None:
    shown = texts(masked(floor())).replace("Zara rests", "")  # the rule's own name, as configured
    assert [secret for secret in SECRETS if secret in shown] == []


def test_the_figures_are_the_same() -> None:
    whole, hidden = floor(), masked(floor())
    before, after = (queue_figures(each, None, MOMENT) for each in (whole, hidden))
    assert after.immediate == before.immediate
    assert len(agent_figures(hidden, None, MOMENT)) == len(agent_figures(whole, None, MOMENT))
    (one,) = hidden.alerts.values()
    assert one.acknowledged_by is not None
    assert one.about == About("agent", next(iter(hidden.agents)).id), "whose it is can be told"
    assert [m.about for m in hidden.mutes.values()] == [None, About("queue", "claims")]
    assert [a.assist_by is not None for a in hidden.agents.values()] == [False, True]


def test_the_same_view_is_masked_once() -> None:
    mask, snapshot = Mask(), floor()
    assert mask.over(snapshot) is mask.over(snapshot)
    assert mask.over(floor()) is not mask.over(snapshot)
