"""Pens: how a cell is drawn, and the shortest SGR sequence from one pen to another."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from rich.color import Color, ColorSystem
from rich.style import Style

_FLAGS = (
    ("bold", "1"),
    ("dim", "2"),
    ("italic", "3"),
    ("underline", "4"),
    ("reverse", "7"),
    ("strike", "9"),
)
"""Blinking is not among them: nothing blinks."""
_OFF = {
    "bold": "22",
    "dim": "22",
    "italic": "23",
    "underline": "24",
    "reverse": "27",
    "strike": "29",
}


class Pen(msgspec.Struct, frozen=True, eq=False):
    """Attributes and colours of a cell; there is one object for each, compared by identity."""

    flags: frozenset[str]
    foreground: str
    """SGR parameters; `39` is the terminal's own."""
    background: str

    @property
    def can_erase(self) -> bool:
        """Whether erasing to the end of a line looks the same as writing blanks with it."""
        return self.background == "49" and not self.flags & {"reverse", "underline", "strike"}

    @property
    def parameters(self) -> list[str]:
        """All SGR parameters that make this pen from a reset one."""
        out = [code for name, code in _FLAGS if name in self.flags]
        out += [self.foreground] if self.foreground != "39" else []
        out += [self.background] if self.background != "49" else []
        return out


_pens: dict[tuple[frozenset[str], str, str], Pen] = {}


def _pen(flags: frozenset[str], foreground: str, background: str) -> Pen:
    key = (flags, foreground, background)
    return _pens.setdefault(key, Pen(*key))


PLAIN = _pen(frozenset(), "39", "49")


@lru_cache(maxsize=1024)
def pen_of(style: Style, colours: ColorSystem | None, *, has_italics: bool = True) -> Pen:
    """The pen for a style on a terminal with these colours."""
    flags = frozenset(name for name, _code in _FLAGS if getattr(style, name))
    if not has_italics:
        flags -= {"italic"}
    if colours is None:
        return _pen(flags, "39", "49")
    return _pen(
        flags, _parameters(style.color, colours, "39"), _parameters(style.bgcolor, colours, "49")
    )


def _parameters(colour: Color | None, colours: ColorSystem, default: str) -> str:
    if colour is None or colour.is_default:
        return default
    return ";".join(colour.downgrade(colours).get_ansi_codes(foreground=default == "39"))


@lru_cache(maxsize=4096)
def transition(old: Pen, new: Pen) -> str:
    """The shortest sequence after which a terminal that drew with `old` draws with `new`."""
    if old is new:
        return ""
    fresh = new.parameters
    by_reset = f"\x1b[{';'.join(['0', *fresh]) if fresh else ''}m"
    gone = old.flags - new.flags
    off = sorted({_OFF[name] for name in gone})
    on = [code for name, code in _FLAGS if name in new.flags - old.flags]
    if "22" in off:  # one code ends both bold and dim
        on += [code for name, code in _FLAGS[:2] if name in new.flags & old.flags]
    steps = off + on
    steps += [new.foreground] if new.foreground != old.foreground else []
    steps += [new.background] if new.background != old.background else []
    by_steps = f"\x1b[{';'.join(steps)}m"
    return by_steps if len(by_steps) < len(by_reset) else by_reset
