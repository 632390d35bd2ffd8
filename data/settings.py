"""What the sync process and the sandbox need to be told: the typed side of the configuration.

The file itself, its line numbers and its words are `supervisor_tui.config`'s affair.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from data.rules.service_level import Formula

Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
QUIET_PATTERN = rf"^({_TIME}-{_TIME})?$"
CURRENCY_PATTERN = r"^([A-Z]{3})?$"
HourMinute = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: an unknown key is an error, never silently ignored."""


class Mask(StrEnum):
    """How much of a caller's number is kept."""

    LAST4 = "last4"
    ALL = "all"
    """Every digit is hidden."""
    NONE = "none"
    """No digit is hidden."""


class SourceKind(StrEnum):
    """The kinds of endpoint that there is a source for."""

    SUPERVISION = "supervision"
    ASTERISK = "asterisk"


class SignIn(StrEnum):
    """How to sign in to Asterisk's manager over HTTP."""

    COOKIE = "cookie"
    """By name and secret, once a session."""
    DIGEST = "digest"
    """HTTP Digest: the secret never travels, but for one more question every minute."""


class ToggleSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something of a queue that Asterisk's dialplan looks up, and a supervisor may put on or off.

    Either a key of Asterisk's own database, or the state of a custom device.
    """

    name: Name
    """`closed`, `emergency_message` and `overflow` have words of their own."""
    label: str = ""
    database: Annotated[str, Meta(pattern=r"^([^/\x00-\x1f]+/[^\x00-\x1f]+)?$")] = ""
    """`family/key`."""
    device: Annotated[str, Meta(pattern=r"^(Custom:[^ \x00-\x1f]+)?$")] = ""
    """As in `Custom:night`."""
    on: str = "1"
    """What stands in the database while it is on."""
    off: str = ""
    """What stands there while it is off; empty: the key is deleted."""


class QueueSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Asterisk does not tell of a queue; None: as its source says, or as the queue does."""

    name: Annotated[str, Meta(min_length=1)]
    """As Asterisk has it."""
    title: str = ""
    """As people call it; empty: the name."""
    client: str = ""
    threshold: Annotated[float, Meta(ge=0, le=86400)] | None = None
    """Seconds; None: the queue's own service level."""
    short_abandon: Annotated[float, Meta(ge=0, le=86400)] | None = None
    target: Annotated[float, Meta(ge=0, le=100)] | None = None
    """Percent."""
    wrap_up: Annotated[float, Meta(ge=0, le=3600)] | None = None
    """Seconds of after-contact work, which Asterisk gives and does not tell."""
    extension: str = ""
    """What a waiting call is sent to, to get into this queue: `600` or `600@from-internal`."""
    toggle: tuple[ToggleSettings, ...] = ()


class SourceSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One endpoint of a site."""

    id: Name
    kind: SourceKind = SourceKind.SUPERVISION
    url: str
    site: str = ""
    """The site's id at the endpoint; empty where the credential sees only one."""
    token_file: str = ""
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    poll: Annotated[float, Meta(ge=1, le=300)] = 15.0
    """Seconds between two polls while nothing announces a change."""
    min_interval: Annotated[float, Meta(ge=0.05, le=60)] = 1.0
    """The least number of seconds between two reads."""
    deadline: Annotated[float, Meta(ge=1, le=60)] = 10.0
    """Seconds after which any one request is given up."""
    plain_http: bool = False
    """The way to another host is guarded otherwise than by TLS, by a tunnel or a wire."""
    username: str = ""
    """What follows is for Asterisk alone: the manager's account."""
    secret_file: str = ""
    secret_variable: Annotated[str, Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""
    """The environment variable that holds the secret, where it is in no file."""
    sign_in: SignIn = SignIn.COOKIE
    queue_log: str = ""
    """Asterisk's log of its queues, where it can be read here."""
    show: tuple[str, ...] = ()
    """Queues to be shown, as shell patterns; empty: all."""
    hide: tuple[str, ...] = ()
    """Queues not to be shown, as shell patterns."""
    short_abandon: Annotated[float, Meta(ge=0, le=86400)] = 5.0
    target: Annotated[float, Meta(ge=0, le=100)] = 80.0
    wrap_up: Annotated[float, Meta(ge=0, le=3600)] = 0.0
    trunks: tuple[str, ...] = ()
    """Endpoints that are lines to the outside, as shell patterns: `PJSIP/provider*`."""
    context: str = "from-internal"
    """The dialplan's context in which extensions and phones are looked up."""
    queue: tuple[QueueSettings, ...] = ()


class SiteSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site of the floor."""

    id: Name
    name: str = ""
    zone: str = "UTC"
    day_start: HourMinute = "00:00"
    mask: Mask = Mask.LAST4
    holidays: str = ""
    """Its public holidays, as `data.rules.public_holidays` reads them: `DE-HH,2026-12-24`."""
    roster_rules: Annotated[str, Meta(min_length=1)] = "eu-working-time"
    """What its shifts are held against: a pack of `data.rules.roster_rules`, or a path of one."""
    source: tuple[SourceSettings, ...] = ()


class Role(StrEnum):
    """What a person may do; each includes those before it."""

    OBSERVER = "observer"
    TEAM_LEADER = "team_leader"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class PersonSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person, by Unix account."""

    id: Name
    name: str
    role: Role = Role.OBSERVER
    teams: tuple[str, ...] = ()
    phone: str = ""


class Severity(StrEnum):
    """How much a rule matters: the mark it puts before a row."""

    LOOK = "look"
    """`!`"""
    ACT = "act"
    """`!!`"""


class Figure(StrEnum):
    """What a rule can watch."""

    WAITING = "waiting"
    LONGEST_WAIT = "longest_wait_s"
    SERVICE_LEVEL_DAY = "service_level_day"
    SERVICE_LEVEL_RECENT = "service_level_30m"
    ABANDON_RATE = "abandon_rate"
    NOT_READY = "not_ready_s"
    AFTER_CONTACT = "after_contact_s"
    UNREACHABLE = "unreachable_s"
    CLOCK_LEFT = "clock_left_s"
    ASSIST = "assist_s"
    WAITS_THOUGH_READY = "waits_though_ready_s"
    """Both a contact and an agent of its queue have been waiting for each other."""
    TOO_QUIET = "too_quiet_percent"
    """The chance that so few contacts came, by what was expected of the quarter hour."""
    LATE = "late_s"
    """Somebody is late, missing, or has left, though work is planned for them."""
    UNDERSTAFFED = "understaffed_heads"
    """How many the worst half hour of the next hour lacks, of those that it needs."""
    FORECAST_MISS = "forecast_miss_points"
    """By how many percentage points the target is likely to be missed within two hours."""
    SOURCE_STALE = "source_stale_s"
    """Since when a source has told nothing that can be trusted to be of now."""
    PHONES_LOST = "phones_lost"
    """How many phones of a source went out of reach within a minute of each other."""
    RESTARTED = "restarted"
    """How much of who serves which queue a telephone system has lost and not got back."""


class RuleSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a figure needs somebody: it marks the cell at once, and raises an alert."""

    figure: Figure
    name: Annotated[str, Meta(max_length=64)] = ""
    """What it is called where a rule has to be named; empty: as its figure."""
    above: float | None = None
    below: float | None = None
    severity: Severity = Severity.LOOK
    site: str = ""
    queue: str = ""
    team: str = ""
    client: str = ""
    channel: str = ""
    at_least_offered: int = 0
    """Only where so many contacts were offered: a percentage of three calls tells nothing."""
    alert: bool = True
    """Whether it raises alerts; else it marks only."""
    held_s: Annotated[float, Meta(ge=0, le=86400)] | None = None
    """For how long the figure has to be beyond the limit before the alert is raised, and back
    before it ends, seconds; None: `data.alerts.judge` knows one for each figure."""
    clear: float | None = None
    """At which value the alert ends again; None: a tenth of the limit away from it."""
    quiet: Annotated[str, Meta(pattern=QUIET_PATTERN)] = ""
    """When it raises nothing, as `22:00-06:00`, by the clocks of the site."""
    valid_from: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""
    """The first local day on which it holds; empty: it always has."""
    command: tuple[str, ...] = ()
    """A program and its arguments, which gets each alert as JSON when it is raised."""
    proposal: str = ""
    """What one key types after the colon: `lend 2 sales {queue} 30m`."""

    @property
    def called(self) -> str:
        """What it is called where a rule has to be named."""
        return self.name or self.figure.value


DEFAULT_RULES: tuple[RuleSettings, ...] = (
    RuleSettings(figure=Figure.LONGEST_WAIT, above=60, severity=Severity.LOOK),
    RuleSettings(figure=Figure.LONGEST_WAIT, above=120, severity=Severity.ACT),
    RuleSettings(
        figure=Figure.SERVICE_LEVEL_RECENT, below=80, severity=Severity.LOOK, at_least_offered=10
    ),
    RuleSettings(
        figure=Figure.SERVICE_LEVEL_RECENT, below=60, severity=Severity.ACT, at_least_offered=10
    ),
    RuleSettings(figure=Figure.ABANDON_RATE, above=5, severity=Severity.LOOK, at_least_offered=20),
    RuleSettings(figure=Figure.NOT_READY, above=1200, severity=Severity.LOOK),
    RuleSettings(figure=Figure.NOT_READY, above=1800, severity=Severity.ACT),
    RuleSettings(figure=Figure.AFTER_CONTACT, above=300, severity=Severity.LOOK),
    RuleSettings(figure=Figure.UNREACHABLE, above=0, severity=Severity.LOOK),
    RuleSettings(figure=Figure.ASSIST, above=0, severity=Severity.ACT),
    RuleSettings(figure=Figure.CLOCK_LEFT, below=14400, severity=Severity.LOOK),
    RuleSettings(figure=Figure.CLOCK_LEFT, below=1800, severity=Severity.ACT),
    RuleSettings(figure=Figure.WAITS_THOUGH_READY, above=15, severity=Severity.ACT),
    RuleSettings(figure=Figure.TOO_QUIET, below=0.1, severity=Severity.ACT),
    RuleSettings(figure=Figure.LATE, above=300, severity=Severity.LOOK),
    RuleSettings(figure=Figure.LATE, above=900, severity=Severity.ACT),
    RuleSettings(figure=Figure.UNDERSTAFFED, above=0, severity=Severity.LOOK),
    RuleSettings(
        figure=Figure.FORECAST_MISS,
        above=5,
        severity=Severity.LOOK,
        proposal="what-if +1 {queue}",
    ),
    RuleSettings(figure=Figure.SOURCE_STALE, above=30, severity=Severity.ACT),
    RuleSettings(figure=Figure.PHONES_LOST, above=9, severity=Severity.ACT),
    RuleSettings(figure=Figure.RESTARTED, above=0, severity=Severity.ACT),
)


class Sync(StrEnum):
    """Who starts the sync process."""

    AUTO = "auto"
    EXTERNAL = "external"


class ComplaintSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How complaints are timed that the floor's own desk keeps."""

    pack: Annotated[str, Meta(min_length=1)] = "generic"
    """A rule pack that comes with the program, or the path of one: `data.rules.rule_packs`."""
    enquiry_pack: str = ""
    """The same for escalated enquiries; empty: as for complaints."""


class ChecklistSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is gone through at the same time of each day, or several times a day."""

    name: Name
    items: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...], Meta(max_length=40)
    ] = ()
    """What has to be seen to, each in one sentence; its words are what ticks name it by."""
    at: HourMinute
    """When it is begun, by the clocks of the site."""
    every: Annotated[int, Meta(ge=0, le=720)] = 0
    """Minutes from one beginning to the next; 0: once a day."""
    until: Annotated[str, Meta(pattern=rf"^({_TIME})?$")] = ""
    """The last beginning, where there are several; empty: the end of the day."""
    within: Annotated[int, Meta(ge=1, le=720)] = 30
    """Minutes in which it should be done; after them it is late."""
    remind: bool = True
    """Whether the second line of the screen says so while something of it is left."""


class PlanningSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many calls are expected, and how many agents they need."""

    weeks: Annotated[int, Meta(ge=1, le=26)] = 4
    """How many weeks back days of the same weekday count."""
    shrinkage: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    """Share of those planned for the queues who will not be there, and of whom no plan tells."""
    patience: Annotated[float, Meta(ge=0, le=86400)] = 0.0
    """Seconds that callers wait, on the average; 0: estimated from history, queue by queue."""
    damping: Annotated[float, Meta(ge=0, le=1)] = 0.5
    """How much of what a day has been off so far is expected of its rest."""
    least_calls: Annotated[int, Meta(ge=1)] = 30
    """So many calls must have come before a day is said to be off."""


class PaidHours(StrEnum):
    """Which hours of an agent are paid."""

    SIGNED_IN = "signed_in"
    """Those in which they are signed in, whatever they do."""
    PLANNED = "planned"
    """Those of the roster, where it has a shift for them that day; else those signed in."""


class RateSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an hour of work costs; `data.rules.pay` says which of several holds."""

    hourly: Annotated[float, Meta(ge=0, le=10_000_000)]
    """In the currency of all rates."""
    team: str = ""
    """Only for agents of this team; empty: of any."""
    client: str = ""
    """Only for work on this client's queues; empty: on any."""
    valid_from: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""
    """The first local day on which it holds; empty: it always has."""


class CostSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What work costs; without a rate nothing does."""

    currency: Annotated[str, Meta(pattern=CURRENCY_PATTERN)] = ""
    """By its code (ISO 4217): never taken for granted."""
    hours: PaidHours = PaidHours.SIGNED_IN
    rate: tuple[RateSettings, ...] = ()


class Reckoning(msgspec.Struct, frozen=True):
    """What the sync process reckons with: what will come, and when somebody has to be called."""

    planning: PlanningSettings = PlanningSettings()
    rules: tuple[RuleSettings, ...] = ()


class FloorSettings(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One floor: one configuration, one sync process, one set of readers."""

    name: str = "Floor"
    state_dir: str = ""
    """Where the floor's files are; empty: the person's own state folder."""
    sync: Sync = Sync.AUTO
    linger: Annotated[float, Meta(ge=0, le=86400)] = 60.0
    """Seconds that the sync process stays after the last screen has gone."""
    formula: Formula = Formula.OFFERED
    person: str = ""
    """Who acts where screen and sync run under one account."""
    reasons: dict[str, str] = {}
    """Why an agent is not ready: the telephone system's code, and the floor's word for it."""
    history_days: Annotated[int, Meta(ge=1)] = 35
    contact_days: Annotated[int, Meta(ge=1)] = 1096
    history_megabytes: Annotated[int, Meta(ge=16)] = 4096
    remind_after: Annotated[int, Meta(ge=1, le=1440)] = 30
    """Minutes after which somebody is reminded that a queue is still closed, or the like."""
