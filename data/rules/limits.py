"""Which figures need somebody: the limits of `[[rules]]`, one mechanism for marks and alerts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from data.model import Channel
from data.settings import Figure, RuleSettings, Severity

_ORDER = (Severity.LOOK, Severity.ACT)


class Scope(msgspec.Struct, frozen=True):
    """What a figure is a figure of."""

    site: str = ""
    queues: tuple[str, ...] = ()
    """Ids and names of the queue, or of all queues of an agent."""
    team: str = ""
    client: str = ""
    channel: Channel | None = None
    offered: int = 0
    """Contacts offered in the span that a percentage is of."""


def evaluate(
    rules: Iterable[RuleSettings], figure: Figure, value: float | None, scope: Scope
) -> Severity | None:
    """The worst severity of the rules that a figure breaks, or None.

    An undefined figure breaks no rule. A rule that names neither channel nor queue speaks of the
    channels on which a person waits: those that wait for hours have thresholds of their own.

    Args:
        rules: All rules of the floor.
        figure: What the value is.
        value: Seconds, a count or a percentage (0-100), as the figure's name says.
        scope: What it is a figure of.
    """
    if value is None:
        return None
    broken = [
        rule.severity
        for rule in rules
        if rule.figure is figure and is_broken(rule, value) and applies(rule, scope)
    ]
    return max(broken, key=_ORDER.index, default=None)


def is_broken(rule: RuleSettings, value: float) -> bool:
    """Whether a value is beyond a rule's limit."""
    too_much = rule.above is not None and value > rule.above
    too_little = rule.below is not None and value < rule.below
    return too_much or too_little


def applies(rule: RuleSettings, scope: Scope) -> bool:
    """Whether a rule speaks of what a figure is a figure of."""
    if rule.site and rule.site != scope.site:
        return False
    if rule.queue and rule.queue not in scope.queues:
        return False
    if rule.team and rule.team != scope.team:
        return False
    if rule.client and rule.client != scope.client:
        return False
    if rule.channel and rule.channel != scope.channel:
        return False
    is_deferred = scope.channel is not None and not scope.channel.is_immediate
    if is_deferred and not rule.channel and not rule.queue:
        return False
    return scope.offered >= rule.at_least_offered


def speaks_of_all(rule: RuleSettings) -> bool:
    """Whether a rule chooses nothing among the figures of channels on which a person waits."""
    chosen = (rule.site, rule.queue, rule.team, rule.client, rule.channel, rule.at_least_offered)
    return not any(chosen)
