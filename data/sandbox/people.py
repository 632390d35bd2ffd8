"""The invented people of the sandbox: agents with teams, skills and queues, and team leaders."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from data.sandbox.sizes import QueuePlan

# Given and family names by alphabet, so that a floor meets every kind of letter: Latin with and
# without marks, Cyrillic, Greek, Chinese, Japanese and Korean.
_NAMES: tuple[tuple[Sequence[str], Sequence[str]], ...] = (
    (
        ("Chloé", "Hana", "Zoë", "Łukasz", "Björn", "José", "Agnès", "Márton", "Šárka", "Ørjan"),
        ("Dubois", "Novák", "Müller", "Zieliński", "Åkesson", "Peña", "Lefèvre", "Kőszegi"),
    ),
    (
        ("Jamal", "Ivy", "Lena", "Priya", "Marco", "Beatriz", "Alice", "Siti", "Kwame", "Tom"),
        ("Reed", "Chen", "Vogt", "Shah", "Rossi", "Costa", "Moore", "Rahman", "Mensah", "O'Neill"),
    ),
    (
        ("Ольга", "Кирилл", "Наталья", "Игорь", "Дарья"),
        ("Орлова", "Соколенко", "Лебеденко", "Ткаченко", "Юрьевых"),
    ),
    (("Ελένη", "Νίκος", "Σοφία"), ("Παππά", "Γεωργίου", "Ιωάννου")),
)
# Family name first, in one word.
_WHOLE_NAMES = ("田中吾郎", "佐藤美咲", "李小龍", "王芳", "김민준", "박서연", "陳怡君", "高橋健")
_LATIN_SHARE = 0.8
_TEAMS = ("north", "south", "east", "west", "harbour", "hill")
_LEADERS = ("M. Brandt", "K. Orlov", "P. Shah", "A. Nwosu", "L. Ferreira", "Y. Sato")
_FIRST_EXTENSION = 1001
_TEAM_SIZE = 12


@dataclass(frozen=True, slots=True)
class LeaderPlan:
    """A team leader: owns complaints, answers raised hands, listens in."""

    id: str
    name: str
    team: str


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """What is fixed of an agent."""

    id: str
    name: str
    team: str
    queues: tuple[str, ...]
    """Ids, the main one first."""
    skills: tuple[tuple[str, int], ...]
    remote: bool
    pace: float
    """Handling time relative to the others'."""
    leader: LeaderPlan | None = None
    """Of the agent's team."""


def plan_leaders(agents: int) -> list[LeaderPlan]:
    """The team leaders of a floor of so many agents."""
    teams = max(1, min(len(_TEAMS), round(agents / _TEAM_SIZE)))
    return [
        LeaderPlan(f"lead-{team}", name, team)
        for team, name in zip(_TEAMS[:teams], _LEADERS, strict=False)
    ]


def plan_agents(count: int, queues: Sequence[QueuePlan], rng: random.Random) -> list[AgentPlan]:
    """So many agents, shared among the queues by their weight, with one to three queues each."""
    leaders = plan_leaders(count)
    mains = _main_queues(count, queues)
    plans = []
    for number in range(count):
        main = mains[number]
        chosen = (main, *_other_queues(main, queues, rng))
        leader = leaders[number % len(leaders)]
        plans.append(
            AgentPlan(
                id=str(_FIRST_EXTENSION + number),
                name=_name(rng),
                team=leader.team,
                queues=tuple(queue.id for queue in chosen),
                skills=tuple((queue.id[:64], rng.randrange(40, 101, 10)) for queue in chosen),
                remote=rng.random() < 0.2,
                pace=min(1.5, max(0.7, rng.gauss(1.0, 0.15))),
                leader=leader,
            )
        )
    return plans


def _main_queues(count: int, queues: Sequence[QueuePlan]) -> list[QueuePlan]:
    """Each agent's main queue, so that heads follow weights as closely as whole people can."""
    total = sum(queue.weight for queue in queues)
    owed = [0.0] * len(queues)
    chosen = []
    for _ in range(count):
        for place, queue in enumerate(queues):
            owed[place] += queue.weight / total
        place = max(range(len(queues)), key=owed.__getitem__)
        owed[place] -= 1
        chosen.append(queues[place])
    return chosen


def _other_queues(
    main: QueuePlan, queues: Sequence[QueuePlan], rng: random.Random
) -> list[QueuePlan]:
    """None, one or two queues beside the main one, rather of the same client firm."""
    others = [queue for queue in queues if queue is not main]
    wanted = min(len(others), rng.choices((0, 1, 2), (25, 45, 30))[0])
    chosen: list[QueuePlan] = []
    while len(chosen) < wanted:
        weights = [q.weight * (3 if q.client == main.client else 1) for q in others]
        queue = rng.choices(others, weights)[0]
        others.remove(queue)
        chosen.append(queue)
    return chosen


def _name(rng: random.Random) -> str:
    """A name that nobody bears, or nobody we know."""
    if rng.random() > _LATIN_SHARE:
        place = rng.randrange(len(_WHOLE_NAMES) + 2)
        if place < len(_WHOLE_NAMES):
            return _WHOLE_NAMES[place]
        given, family = _NAMES[2 + place - len(_WHOLE_NAMES)]
    else:
        given, family = _NAMES[rng.choices((0, 1, 2, 3), (45, 40, 10, 5))[0]]
    return f"{rng.choice(given)} {rng.choice(family)}"
