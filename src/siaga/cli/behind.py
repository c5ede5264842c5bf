"""`python -m siaga.cli.behind WORKSPACE`: what the desk can do without when it opens.

`siaga serve` starts it once the desk is open: the plans of the opening moment and the
layers of the map, which take a minute. It gives way to everything else, says nothing
and may be ended at any moment: what it has kept by then is used the next time.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from siaga.house.problems import SiagaError
from siaga.house.workspace import Workspace
from siaga.readiness.refresh import make_opening_plans
from siaga.readiness.room_layers import make_opening_layers

__all__ = ["main"]

NICENESS = 10


def main(folder: str) -> int:
    """Make the layers of the map; the exit code of what kept it from that."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        workspace = Workspace(Path(folder))
        make_opening_plans(workspace)
        make_opening_layers(workspace)
    except SiagaError as error:
        return error.exit_code  # the map itself says that it has no layers
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
