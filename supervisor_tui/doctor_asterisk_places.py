"""Where on the PBX a line belongs that `doctor` asks for, and how each of its sentences begins."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from screens.text import _
from supervisor_tui.doctor import Finding, Level

MANAGER, HTTP = "manager", "http"
GENERAL = "general"


class Report(msgspec.Struct):
    """Collects the findings about one source."""

    name: str
    """`site/source`, with which every line begins."""
    account: str
    """The account's name in manager.conf."""
    has_gui: bool | None = None
    """Whether a GUI writes the PBX's files and only `..._custom.conf` is ours; None: not known."""
    findings: list[Finding] = []
    asks_for_lines: bool = False
    """Whether any finding asked for a line in the PBX's files."""

    def say(self, level: Level, text: str) -> None:
        """Add a line."""
        self.findings.append(Finding(level, _("{name}: {text}").format(name=self.name, text=text)))

    def ask(self, level: Level, text: str, *lines: str, file: str = MANAGER, section: str) -> None:
        """Add a line that ends with what to write where.

        Args:
            level: How bad it is.
            text: What is the matter, a whole sentence.
            lines: What is to stand in the file.
            file: MANAGER or HTTP.
            section: GENERAL, or the account's name.
        """
        self.asks_for_lines = True
        place = self._place(file, section, lines)
        self.say(level, _("{problem} {mend}").format(problem=text, mend=place))

    def _place(self, file: str, section: str, lines: Iterable[str]) -> str:
        line = ", ".join(lines)
        if self.has_gui:
            file, plus = f"{file}_custom.conf", "(+)" if section == GENERAL else ""
            sentence = _("Write into {file}, under [{section}]{plus}: {line}")
            return sentence.format(file=file, section=section, plus=plus, line=line)
        if self.has_gui is None:
            sentence = _(
                "Write into {file}.conf, or {file}_custom.conf under FreePBX or Issabel, under "
                "[{section}]: {line}"
            )
            return sentence.format(file=file, section=section, line=line)
        sentence = _("Write into {file}.conf, under [{section}]: {line}")
        return sentence.format(file=file, section=section, line=line)
