# SPDX-License-Identifier: Apache-2.0
"""What the system knows of processes."""

import re
from pathlib import Path


def peak_memory(pid):
    """The most memory that a process has had since it began its program, in bytes; 0 if it is gone.

    `ru_maxrss` would not do: it starts with the memory of whoever started the process.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    peak = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(peak.group(1)) << 10 if peak else 0
