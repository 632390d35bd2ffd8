"""Whether a folder is on a file system that several hosts share.

A database in WAL mode needs memory shared between its processes, which network file systems do
not give; on them it works until it silently corrupts. SQLite does not look, so this does.
"""

from __future__ import annotations

import re
from pathlib import Path

from data.errors import Code, StoreError

_MOUNTS = Path("/proc/self/mountinfo")
_REFUSED = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse", "gfs2", "glusterfs", "gpfs", "lustre"}
    | {"ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs"}
)
_LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs"})
_OCTAL = re.compile(r"\\([0-7]{3})")


def refuse_network(folder: Path) -> None:
    """Raise if a folder is on a network file system; where that cannot be told, allow it.

    Raises:
        StoreError: NETWORK_FILESYSTEM, with the type in `params["filesystem"]`.
    """
    try:
        table = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return
    kind = filesystem_of(folder, table)
    if is_network(kind):
        raise StoreError(Code.NETWORK_FILESYSTEM, str(folder), filesystem=kind)


def is_network(kind: str) -> bool:
    """Whether a file system's type is one that hosts share or that a program makes up."""
    return kind in _REFUSED or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)


def filesystem_of(folder: Path, mountinfo: str) -> str:
    """The type of the file system a folder is on, from the text of /proc/self/mountinfo.

    Of mounts over one another the last one counts; empty where none fits.
    """
    target = folder.resolve()
    found, depth = "", -1
    for line in mountinfo.splitlines():
        left, dash, right = line.partition(" - ")
        fields = left.split(" ")
        if not dash or len(fields) < 5:
            continue
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        parts = len(point.parts)
        if parts >= depth and target.is_relative_to(point):
            found, depth = right.split(" ")[0], parts
    return found
