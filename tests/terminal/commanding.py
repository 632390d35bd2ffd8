"""Commands typed at the `:` line that the program does not have."""

from __future__ import annotations

from tests.terminal.ptylab import Session


def type_unknown_commands(session: Session, *commands: str) -> None:
    """Each is refused in words before the next is typed; none is left on the screen."""
    for command in commands:
        refusal = f"There is no command “{command.split()[0]}”"
        session.send(f":{command}\r")
        session.wait_for(refusal)
        session.send("\x1b")
        session.wait_for(lambda refusal=refusal: refusal not in session.text)  # type: ignore[misc]
