"""A complainant on the line is seen in the row of the queue, and named below it."""

from __future__ import annotations

from data.figures.queues import queue_figures
from data.model import ContactState, Counts
from data.settings import DEFAULT_RULES
from screens.presenters.calling import calling_now, mark_calling
from screens.presenters.queues import present_queues
from tests.builders import (
    MOMENT,
    ago,
    make_agent,
    make_contact,
    make_escalation,
    make_queue,
    make_snapshot,
)


def queues(*records):
    floor = make_snapshot(
        make_queue("claims", day=Counts()), make_queue("billing", day=Counts()), *records
    )
    figures = queue_figures(floor, None, MOMENT)
    view = present_queues(figures, floor.sites, DEFAULT_RULES)
    return mark_calling(view, calling_now(floor, None, MOMENT))


def names(view):
    return {row.cells[0]: row.mark for row in view.rows if not row.is_static}


COMPLAINT = make_escalation(caller_key="key-of-4912")


def test_the_queue_in_which_a_complainant_waits_has_a_sign_and_a_note():
    view = queues(COMPLAINT, make_contact(created_at=ago(62)))
    assert names(view)["E>Claims"] == "! "
    assert names(view)["Billing"] == "  "
    assert view.notes[0] == "!  E-1042 is on the line: E>Claims, waiting, 1:02"
    assert "formula" in view.notes[-1]


def test_whoever_talks_to_a_complainant_is_named():
    contact = make_contact(agent="1001", state=ContactState.CONNECTED)
    note = queues(COMPLAINT, contact, make_agent(name="Hana")).notes[0]
    assert "with 1001 Hana" in note


def test_of_several_the_first_is_named_and_the_rest_are_counted():
    view = queues(COMPLAINT, make_contact("c1", created_at=ago(5)), make_contact("c2"))
    assert view.notes[0].endswith("1:10  (+1 more)")


def test_nobody_else_has_a_sign():
    for others in (
        (COMPLAINT, make_contact(caller_key="other")),
        (COMPLAINT, make_contact(caller_key="")),
        (COMPLAINT, make_contact(state=ContactState.ENDED)),
        (make_escalation(caller_key="key-of-4912", status="closed"), make_contact()),
    ):
        view = queues(*others)
        assert set(names(view)) == {"Claims", "Billing"}
        assert len(view.notes) == 1
