"""A whole sentence for every reason why somebody's hours, holidays or rules cannot be used."""

from __future__ import annotations

from data.rules.rule_error import RuleError, RuleProblem
from screens.text import N_, _

_SENTENCES = {
    RuleProblem.NO_HOURS: N_("There are no opening hours; write them as in Mon-Fri 09:00-17:00."),
    RuleProblem.NO_DAYS: N_(
        "Opening hours, character {at}: {word} names no days; write Mon-Fri 09:00-17:00."
    ),
    RuleProblem.NO_TIMES: N_(
        "Opening hours, character {at}: {word} has no times; write Mon-Fri 09:00-17:00."
    ),
    RuleProblem.BAD_DAY: N_(
        "Opening hours, character {at}: {word} is no day; write Mon, Tue, Wed, Thu, Fri, Sat or "
        "Sun, or a range such as Mon-Fri."
    ),
    RuleProblem.BAD_TIMES: N_(
        "Opening hours, character {at}: {word} is no span of time; write it as in 09:00-17:00."
    ),
    RuleProblem.BAD_SPAN: N_(
        "Opening hours, character {at}: {word} has to begin before 24:00, and to last longer than "
        "nothing and no longer than a day."
    ),
    RuleProblem.BAD_HOLIDAY: N_(
        "Holidays, character {at}: {word} is neither a date such as 2026-04-03 nor a country such "
        "as GB-ENG."
    ),
    RuleProblem.NO_SUCH_COUNTRY: N_("The holidays of {word} are not known; list them by date."),
    RuleProblem.BAD_AMOUNT: N_("{word} is no amount of time; write 90m, 8h, 3bd, 10d or 8w."),
    RuleProblem.TOO_FAR: N_("That is more than a hundred years away, or beyond the calendar."),
    RuleProblem.NO_SUCH_PACK: N_(
        "There is no rule pack {word}; there are {known}, and files that end in .toml."
    ),
    RuleProblem.PACK_UNREADABLE: N_("The rule pack {word} cannot be read as text of up to 64 KiB."),
    RuleProblem.PACK_NOT_TOML: N_("The rule pack is not TOML: {reason}"),
    RuleProblem.PACK_INVALID: N_("The rule pack is not as it should be: {reason}"),
    RuleProblem.PACK_CALENDAR: N_("The rule pack has no such calendar; it has {known}."),
    RuleProblem.NO_ZONE: N_("There is no time zone; name one such as Europe/Berlin."),
    RuleProblem.BAD_ZONE: N_("There is no time zone {word}; name one such as Europe/Berlin."),
}


def rule_sentence(error: RuleError) -> str:
    """What an error means to the person who wrote what it is about."""
    return _(_SENTENCES[error.problem]).format(
        word=error.word, at=error.at, known=", ".join(error.known), reason=error.reason
    )
