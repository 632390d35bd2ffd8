"""What has to be asked before something is done to agents who are lent."""

from __future__ import annotations

from collections.abc import Mapping

from data.actions.verbs import Verb
from screens.acting.offer import Ask

ASKS: Mapping[Verb, Ask] = {}
