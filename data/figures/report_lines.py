"""The lines of a report, and its totals: sums over the lines that they are of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from data.cache.report_queries import Expected
from data.figures.queues import Group
from data.figures.report import Line, QueueLine
from data.figures.report_work import Work
from data.floor import Key
from data.model import Counts
from data.rules import service_level as rule


def group_totals(queues: Iterable[QueueLine], spare_ms: int | None = None) -> tuple[Line, ...]:
    """The total of each group of queues, in the order of groups.

    Args:
        queues: All queues.
        spare_ms: Heads above the need, times their time: of those in which a person waits.
    """
    many = list(queues)
    found = []
    for group in Group:
        of_group = [one for one in many if one.group is group]
        if of_group:
            line = _joined(group.value, group.value, group, of_group)
            is_staffed = group is Group.IMMEDIATE
            found.append(msgspec.structs.replace(line, spare_ms=spare_ms) if is_staffed else line)
    return tuple(found)


def queue_lines(queues: Iterable[QueueLine]) -> tuple[Line, ...]:
    """A line for each queue: those in which a person waits first, then by name."""
    order = tuple(Group)
    ranked = sorted(queues, key=lambda one: (order.index(one.group), one.name.casefold(), one.key))
    return tuple(
        msgspec.structs.replace(
            _joined("/".join(one.key), one.name, one.group, [one]), site=one.key.site
        )
        for one in ranked
    )


def joined_lines(
    queues: Iterable[QueueLine], name_of: Callable[[QueueLine], str]
) -> tuple[Line, ...]:
    """A line for each client or channel, within each group of queues."""
    found: dict[tuple[Group, str], list[QueueLine]] = {}
    for one in queues:
        found.setdefault((one.group, name_of(one)), []).append(one)
    order = tuple(Group)
    ranked = sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    return tuple(
        _joined(f"{group.value}/{name}", name, group, members) for (group, name), members in ranked
    )


def interval_lines(
    now: Mapping[str, Counts],
    before: Mapping[str, Counts],
    spare_ms: Mapping[str, int],
    expected: Mapping[str, Expected],
    *,
    has_before: bool,
    target_percent: float | None,
) -> tuple[Line, ...]:
    """A line for each time of day, of the queues in which a person waits.

    Args:
        now: The counts by time, in the order in which they are to stand.
        before: Those of the period that it is held against.
        spare_ms: Heads above the need by time, times their time, where that is known.
        expected: What was forecast by time, where anything was.
        has_before: Whether anything is known of that period.
        target_percent: What the queues of all of it are to keep together.
    """
    return tuple(
        Line(
            key=name,
            name=name,
            group=Group.IMMEDIATE,
            counts=counts,
            before=before.get(name, Counts()) if has_before else None,
            spare_ms=spare_ms.get(name),
            expected=expected.get(name),
            target_percent=target_percent,
        )
        for name, counts in now.items()
    )


def agent_lines(
    agents: Mapping[Key, tuple[str, Work]], before: Mapping[Key, tuple[str, Work]]
) -> tuple[Line, ...]:
    """A line for each agent, by name, with what they did in the period it is held against."""
    ranked = sorted(agents.items(), key=lambda item: (item[1][0].casefold(), item[0]))
    return tuple(
        Line(
            key="/".join(key),
            name=name,
            site=key.site,
            work=work,
            work_before=before[key][1] if key in before else None,
        )
        for key, (name, work) in ranked
    )


def team_lines(
    agents: Mapping[Key, tuple[str, Work]],
    before: Mapping[Key, tuple[str, Work]],
    team_of: Mapping[Key, str],
) -> tuple[Line, ...]:
    """A line for each team, by name; who is in none, or of whom none is known, comes last."""
    teams, teams_before = _by_team(agents, team_of), _by_team(before, team_of)
    ranked = sorted(teams.items(), key=lambda item: (not item[0], item[0].casefold()))
    return tuple(
        Line(key=team, name=team, work=work, work_before=teams_before.get(team))
        for team, work in ranked
    )


def _by_team(agents: Mapping[Key, tuple[str, Work]], team_of: Mapping[Key, str]) -> dict[str, Work]:
    teams: dict[str, Work] = {}
    for key, (_name, work) in agents.items():
        team = team_of.get(key, "")
        teams[team] = teams.get(team, Work()) + work
    return teams


def _joined(key: str, name: str, group: Group, queues: Sequence[QueueLine]) -> Line:
    known_before = [one.before for one in queues if one.before is not None]
    forecasts = [one.expected for one in queues if one.expected is not None]
    thresholds = {one.threshold_s for one in queues}
    return Line(
        key=key,
        name=name,
        group=group,
        channels=tuple(dict.fromkeys(one.channel for one in queues)),
        counts=rule.total(one.counts for one in queues),
        before=rule.total(known_before) if known_before else None,
        expected=_sum_forecasts(forecasts),
        threshold_s=thresholds.pop() if len(thresholds) == 1 else None,
        target_percent=target_of(queues),
        work=_sum_work(one.work for one in queues if one.work is not None),
        curve=_sum_curves([one.curve for one in queues if one.curve]),
    )


def _sum_curves(curves: Sequence[tuple[int | None, ...]]) -> tuple[int | None, ...]:
    return tuple(
        sum(count for count in counts if count is not None)
        if any(count is not None for count in counts)
        else None
        for counts in zip(*curves, strict=True)
    )


def _sum_work(works: Iterable[Work]) -> Work | None:
    result: Work | None = None
    for work in works:
        result = work if result is None else result + work
    return result


def _sum_forecasts(forecasts: Sequence[Expected]) -> Expected | None:
    if not forecasts:
        return None
    result = forecasts[0]
    for one in forecasts[1:]:
        result = result + one
    return result


def target_of(queues: Iterable[QueueLine]) -> float | None:
    """Of one queue its target, of several weighted by what was offered.

    None where a queue that was offered something has none.
    """
    queues = list(queues)
    weighed = [one for one in queues if one.counts.offered]
    if len(queues) == 1:
        return queues[0].target_percent
    targets = [one.target_percent for one in weighed]
    known = [target for target in targets if target is not None]
    if not known or len(known) < len(targets):
        return None
    shares = zip(known, weighed, strict=True)
    offered = sum(one.counts.offered for one in weighed)
    return sum(target * one.counts.offered for target, one in shares) / offered
