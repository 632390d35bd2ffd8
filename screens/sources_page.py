"""The page of the sources: how each does, and in whole sentences what is the matter with it."""

from __future__ import annotations

from collections.abc import Sequence

from data.figures.queues import source_ages
from screens.look import Look
from screens.page import heading, parts, sentences, table
from screens.presenters.lines import freshness_words
from screens.presenters.restoring import upset_words
from screens.presenters.status import problem_words
from screens.presenters.trunks import trunk_table
from screens.text import _
from screens.tones import Tone
from screens.widgets.tone_styles import Line


def sources_page(look: Look, width: int) -> Sequence[Line]:
    """Draws it for a look: what keeps the program from its work first, then each source."""
    troubles = [[*sentences([text], width, Tone.ACT)] for text in look.troubles]
    sites = {site.id: site for site in look.snapshot.sites}
    told: list[Sequence[Line]] = []
    for age in source_ages(look.snapshot, look.moment).values():
        site = sites.get(age.health.site)
        name = site.name or site.id if site is not None else age.health.site
        zone = site.zone if site is not None else "UTC"
        tone = Tone.STALE if age.is_old else Tone.NORMAL
        texts = [freshness_words(age, zone), problem_words(age)]
        if age.health.skipped_rows:
            skipped = _("Rows that could not be understood so far: {count}.")
            texts.append(skipped.format(count=age.health.skipped_rows))
        title = _("{site}, {source}").format(site=name, source=age.health.source)
        if age.health.upset is not None and age.health.upset.missing:
            loss = upset_words(age.health.source, age.health.upset, zone)
            texts.append(_("{loss}; :restore lists it").format(loss=loss))
        told.append([heading(title), *sentences(filter(None, texts), width, tone)])
        if age.health.lines:
            view = trunk_table(age.health)
            told.append([*table(view, width, empty="", is_ascii=look.viewing.is_ascii)])
    none = [*sentences([_("No source has told anything yet.")], width, Tone.QUIET)]
    return parts(*troubles, *(told or [none]))
