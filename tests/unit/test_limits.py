from __future__ import annotations

import pytest

from data.model import Channel
from data.rules.limits import Scope, evaluate
from data.settings import DEFAULT_RULES, Figure, RuleSettings, Severity

VOICE = Scope(site="hh1", queues=("q1", "Claims"), channel=Channel.VOICE, offered=20)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(60, None), (60.5, Severity.LOOK), (120, Severity.LOOK), (121, Severity.ACT), (None, None)],
)
def test_the_worst_of_several_rules_counts_and_a_limit_itself_is_kept(value, expected):
    assert evaluate(DEFAULT_RULES, Figure.LONGEST_WAIT, value, VOICE) is expected
    assert evaluate(DEFAULT_RULES[::-1], Figure.LONGEST_WAIT, value, VOICE) is expected


@pytest.mark.parametrize(("value", "expected"), [(80, None), (79.9, Severity.LOOK)])
def test_a_rule_may_have_a_lower_limit(value, expected):
    assert evaluate(DEFAULT_RULES, Figure.SERVICE_LEVEL_RECENT, value, VOICE) is expected


def test_a_percentage_of_three_contacts_breaks_nothing():
    few = Scope(channel=Channel.VOICE, offered=3)
    assert evaluate(DEFAULT_RULES, Figure.SERVICE_LEVEL_RECENT, 0.0, few) is None


@pytest.mark.parametrize(
    "narrowed",
    [
        {"site": "other"},
        {"queue": "q2"},
        {"team": "north"},
        {"client": "acme"},
        {"channel": "chat"},
    ],
)
def test_a_rule_for_something_else_does_not_apply(narrowed):
    rule = RuleSettings(figure=Figure.WAITING, above=0, **narrowed)
    assert evaluate([rule], Figure.WAITING, 5, VOICE) is None


@pytest.mark.parametrize("narrowed", [{}, {"site": "hh1"}, {"queue": "q1"}, {"queue": "Claims"}])
def test_a_rule_for_this_applies(narrowed):
    rule = RuleSettings(figure=Figure.WAITING, above=0, severity=Severity.ACT, **narrowed)
    assert evaluate([rule], Figure.WAITING, 5, VOICE) is Severity.ACT


def test_channels_that_wait_for_hours_have_limits_of_their_own():
    mail = Scope(queues=("mail",), channel=Channel.EMAIL)
    assert evaluate(DEFAULT_RULES, Figure.LONGEST_WAIT, 7800, mail) is None
    own = RuleSettings(figure=Figure.LONGEST_WAIT, above=7200, channel="email")
    assert evaluate([*DEFAULT_RULES, own], Figure.LONGEST_WAIT, 7800, mail) is Severity.LOOK
