"""The queues of a sandbox of any size, over several client firms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.model import Channel


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """What is fixed of a queue, and how contacts in it behave."""

    id: str
    name: str
    client: str
    weight: float
    """Its share of all work, relative to the other queues'."""
    channel: Channel = Channel.VOICE
    direction: str = "inbound"
    threshold_s: int = 20
    short_abandon_s: int = 5
    target_percent: float = 80.0
    talk_factor: float = 1.0
    """Handling time relative to the profile's."""
    acw_s: float = 25.0
    """Mean after-contact work."""
    hold_share: float = 0.12
    transfer_share: float = 0.0
    patience_factor: float = 1.0
    rank: int = 0
    """Queues of a lower rank are served first, whatever has waited."""

    @property
    def is_outbound(self) -> bool:
        """Whether the centre calls."""
        return self.direction == "outbound"

    @property
    def is_email(self) -> bool:
        """Whether a contact waits for hours and nobody hangs up."""
        return not self.channel.is_immediate


_TEMPLATES = (
    QueuePlan("claims-de", "Claims DE", "harbour", 22, transfer_share=0.05, acw_s=35),
    QueuePlan("sales-in", "Sales inbound", "harbour", 15, talk_factor=1.2, transfer_share=0.04),
    QueuePlan("billing", "Billing", "northlight", 14, talk_factor=0.9, transfer_share=0.06),
    QueuePlan(
        "web-chat",
        "Web chat",
        "northlight",
        9,
        channel=Channel.CHAT,
        threshold_s=60,
        talk_factor=1.6,
        acw_s=10,
        hold_share=0,
    ),
    QueuePlan(
        "e-mail",
        "E-mail",
        "harbour",
        5,
        channel=Channel.EMAIL,
        threshold_s=14_400,
        target_percent=90,
        talk_factor=1.7,
        acw_s=0,
        hold_share=0,
        rank=2,
    ),
    QueuePlan(
        "renewals",
        "Renewals campaign",
        "harbour",
        7,
        direction="outbound",
        threshold_s=2,
        target_percent=97,
        short_abandon_s=2,
        talk_factor=0.7,
        acw_s=30,
        hold_share=0,
        patience_factor=0.01,
        rank=1,
    ),
    QueuePlan(
        "support",
        "Technical support",
        "northlight",
        16,
        threshold_s=30,
        talk_factor=1.5,
        transfer_share=0.03,
    ),
    QueuePlan("reservas", "Reservas y cambios", "viajes-sol", 12, target_percent=85, acw_s=20),
)
_MORE_CLIENTS = ("kestrel-bank", "nordwind", "sakura-travel", "volga-telecom", "lumen-health")


def plan_queues(count: int) -> list[QueuePlan]:
    """So many queues; beyond the first eight they repeat for more client firms."""
    plans = list(_TEMPLATES[:count])
    for number in range(len(_TEMPLATES), count):
        template = _TEMPLATES[number % len(_TEMPLATES)]
        turn = number // len(_TEMPLATES) + 1
        plans.append(
            replace(
                template,
                id=f"{template.id}-{turn}",
                name=f"{template.name} {turn}",
                client=_MORE_CLIENTS[(turn - 2) % len(_MORE_CLIENTS)],
            )
        )
    return plans


def clients_of(plans: Sequence[QueuePlan]) -> list[str]:
    """The client firms of some queues, each once, in order of appearance."""
    return list(dict.fromkeys(plan.client for plan in plans))
