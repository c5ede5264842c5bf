"""How the room's kernels are compiled, and how a compiled one is known to be fresh.

A module that holds kernels imports this one, and with it numba (half a second): the
doors of the room (`p1812`, `paths`) import such modules when they are first used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

__all__ = ["kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function with numba when it is first called; keep it on disk.

    Strict IEEE arithmetic (no fast maths), so that the same input gives the same bits
    in any thread or process; no lock is held while it runs. A division by zero gives
    inf or NaN: a kernel guards its own divisors.
    """
    compiled = numba.njit(function, cache=True, nogil=True, error_model="numpy")
    _stamp(compiled)
    return cast("F", compiled)


def _stamp(compiled: Any) -> None:
    """Let the code on disk be stale when any file with kernels has changed.

    numba (0.68) looks only at the file of the kernel itself, and not at those of the
    kernels that it calls: a mended formula would not reach its callers. Where numba
    has moved this field, its own rule is left as it is.
    """
    on_disk: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(on_disk, "_source_stamp"):
        on_disk._source_stamp = _stamp_of_all()


@cache
def _stamp_of_all() -> str:
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        source = path.read_bytes()
        if b"@kernel" in source:
            digest.update(path.name.encode() + source)
    return digest.hexdigest()
