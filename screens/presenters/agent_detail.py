"""One agent in full: what they do, who changed it, their contacts, their plan and their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from data.figures.agent_day import AgentPast, day_tally, off_plan, state_times
from data.figures.agents import AgentFigures
from data.figures.loans import queue_name
from data.floor import FloorSnapshot, Key
from data.model import Activity, Agent, AgentState, Queue
from data.rules import service_level as rule
from data.rules.shift_plan import plan_of
from screens import words
from screens.formats import (
    UNDEFINED,
    format_caller,
    format_clock,
    format_count,
    format_duration,
    format_grouped,
    format_percent,
)
from screens.presenters.agent_acts import acts_table
from screens.presenters.agent_fields import skill_words, state_words
from screens.presenters.agent_tables import (
    contacts_table,
    format_minutes,
    off_table,
    plan_table,
    states_table,
)
from screens.presenters.table import TableView
from screens.text import _, ngettext
from screens.tones import MARKS, Tone


class Said(msgspec.Struct, frozen=True):
    """A sentence, and how much it matters."""

    text: str
    tone: Tone = Tone.NORMAL


class AgentDetail(msgspec.Struct, frozen=True):
    """One agent in full, ready to be shown; parts that need history are None until it was read."""

    now: tuple[Said, ...]
    """What the agent does, since when, by whom, and what needs somebody."""
    facts: tuple[tuple[str, str], ...]
    """What is fixed of the agent: labels and values."""
    day: tuple[Said, ...]
    """Adherence, conformance, rings and means in words with what they are made of."""
    states: TableView | None
    contacts: TableView | None
    plan: TableView
    off: TableView | None
    acts: TableView
    """What everybody did to them lately."""


def present_agent_detail(
    figures: AgentFigures, past: AgentPast | None, snapshot: FloorSnapshot
) -> AgentDetail:
    """Everything about one agent.

    Args:
        figures: The agent's figures.
        past: What history has of the day; None while it has not been read.
        snapshot: Where the queues' names and the site's zone are.
    """
    zone = zone_of(snapshot, figures.key.site)
    plan = plan_of(figures.shifts)
    return AgentDetail(
        now=tuple(_now(figures, zone, snapshot.queues)),
        facts=tuple(_facts(figures, snapshot)),
        day=tuple(_day(figures, plan, past)),
        states=None if past is None else states_table(state_times(past, figures.as_of)),
        contacts=None if past is None else contacts_table(past, figures.as_of, zone),
        plan=plan_table(figures, plan, past, zone),
        off=None if past is None else off_table(off_plan(plan, past, figures.as_of), zone),
        acts=acts_table(snapshot, figures.key, figures.as_of, zone),
    )


def agent_title(agent: Agent) -> str:
    """What an agent's page is headed by: people know the extension."""
    return _("{extension} {name}").format(extension=agent.number, name=agent.name)


def queues_served(agent: Agent, queues: Mapping[Key, Queue]) -> str:
    """The names of an agent's queues, with the penalty where there is one: `Claims, Sales (2)`."""
    penalties = {each.queue: each.penalty for each in agent.penalties}
    names = []
    for each in agent.queues:
        queue = queues.get(Key(agent.site, agent.source, each))
        name, penalty = each if queue is None else queue.name, penalties.get(each)
        text = _("{queue} (penalty {penalty})") if penalty else "{queue}"
        names.append(text.format(queue=name, penalty=penalty))
    return ", ".join(names)


def zone_of(snapshot: FloorSnapshot, site: str) -> str:
    """The zone whose clock a site lives by."""
    return next((info.zone for info in snapshot.sites if info.id == site), "UTC")


def queue_names(agent: Agent, ids: Sequence[str], queues: Mapping[Key, Queue]) -> str:
    """Queues by name, with commas between."""
    return ", ".join(queue_name(queues, Key(agent.site, agent.source, each)) for each in ids)


def _now(figures: AgentFigures, zone: str, queues: Mapping[Key, Queue]) -> Iterator[Said]:
    agent = figures.agent
    if figures.is_old:
        as_of = format_clock(figures.as_of, zone, with_seconds=True)
        yield _marked(_("This is how it was at {clock}.").format(clock=as_of), Tone.STALE)
    if figures.assist_s is not None:
        template = (
            _("Asks for help since {time}; nobody answers it yet.")
            if agent.assist_by is None
            else _("Asks for help since {time}; {person} answers it.")
        )
        by = agent.assist_by.name if agent.assist_by is not None else ""
        asked = format_duration(figures.assist_s)
        yield _marked(template.format(time=asked, person=by), Tone.HELP)
    yield Said(_state_sentence(figures, zone))
    if agent.is_inferred:
        text = _(
            "~ That is inferred from the end of the last call and the wrap-up time: the telephone"
            " system does not tell it."
        )
        yield Said(text)
    if agent.paused_in and agent.state is not AgentState.NOT_READY:
        text = _("! Not ready in some queues only: {queues}.")
        names = queue_names(agent, agent.paused_in, queues)
        yield Said(text.format(queues=names), Tone.LOOK)
    if agent.pending_state is not None:
        then = words.agent_state(agent.pending_state)
        yield Said(_("After the contact in hand: {state}.").format(state=then))
    yield from _contact_sentences(figures)
    if not agent.reachable:
        yield _marked(_("The phone cannot be reached."), Tone.LOOK)


def _state_sentence(figures: AgentFigures, zone: str) -> str:
    agent = figures.agent
    if figures.state_s is None:
        return _("{state}, nobody knows since when").format(state=state_words(figures))
    template = (
        _("{state} for {time}, since {clock}")
        if agent.state_by is None
        else _("{state} for {time}, since {clock}, changed by {person}")
    )
    return template.format(
        state=state_words(figures),
        time=format_duration(figures.state_s),
        clock=format_clock(agent.since, zone, with_seconds=True),
        person=agent.state_by.name if agent.state_by is not None else "",
    )


def _contact_sentences(figures: AgentFigures) -> Iterator[Said]:
    contact = figures.contact
    if contact is None:
        return
    queue = figures.queue.name if figures.queue is not None else contact.queue
    yield Said(
        _("Contact {id} of {queue}, caller {caller}").format(
            id=contact.id, queue=queue, caller=format_caller(contact.caller_masked)
        )
    )
    if figures.is_long and figures.queue is not None:
        usual = format_duration(rule.aht_s(figures.queue.day))
        text = _("It takes over three times the average of its queue, which is {time}.")
        yield _marked(text.format(time=usual), Tone.LOOK)
    if figures.complaint:
        text = _("The caller has an open complaint: {reference}.")
        yield _marked(text.format(reference=figures.complaint), Tone.LOOK)
    if figures.listeners:
        people = ", ".join(figures.listeners)
        yield Said(_("Listened to by {people}.").format(people=people))


def _facts(figures: AgentFigures, snapshot: FloorSnapshot) -> Iterator[tuple[str, str]]:
    agent = figures.agent
    yield _("Team"), agent.team or UNDEFINED
    if agent.client:
        yield _("Client"), agent.client
    yield _("Queues"), queues_served(agent, snapshot.queues) or UNDEFINED
    yield _("Skills"), skill_words(figures) or UNDEFINED
    yield _("Works"), _("elsewhere") if agent.remote else _("on site")
    yield _("Phone"), _("reachable") if agent.reachable else _("not reachable")


def _day(figures: AgentFigures, plan: Sequence[Activity], past: AgentPast | None) -> Iterator[Said]:
    yield Said(_adherence(figures))
    if past is not None and plan:
        tally = day_tally(plan, past, figures.as_of)
        if tally.conformance is not None:
            text = _(
                "Conformance {share} % = {worked} minutes at the queues' disposal"
                " of {planned} planned so far"
            )
            yield Said(
                text.format(
                    share=format_percent(tally.conformance),
                    worked=format_minutes(tally.worked_ms / 1000),
                    planned=format_minutes(tally.planned_work_ms / 1000),
                )
            )
    rings = figures.unanswered_rings
    if rings:
        text = ngettext(
            "It rang once today without an answer.",
            "It rang {count} times today without an answer.",
            rings,
        )
        yield _marked(text.format(count=format_grouped(rings)), Tone.LOOK)
    elif rings == 0:
        yield Said(_("No ring of today was left without an answer."))
    yield Said(
        _("Handled {handled}, AHT {aht}, occupancy {occupancy} %").format(
            handled=format_count(figures.handled),
            aht=format_duration(figures.aht_s),
            occupancy=format_percent(figures.occupancy),
        )
    )


def _adherence(figures: AgentFigures) -> str:
    kept = figures.schedule
    if kept is None:
        return _("Adherence -: no shift is known")
    if not kept.scheduled_s:
        return _("Adherence -: nothing that was scheduled today has passed yet")
    return _(
        "Adherence {share} % = {kept} of {scheduled} scheduled minutes so far spent as planned"
    ).format(
        share=format_percent(figures.adherence),
        kept=format_minutes(kept.adherent_s),
        scheduled=format_minutes(kept.scheduled_s),
    )


def _marked(text: str, tone: Tone) -> Said:
    return Said(f"{MARKS[tone].strip()} {text}", tone)
