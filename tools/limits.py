"""Hold the size limits of the house: modules, functions, parameters, classes.

Hard limits fail: a module above 700 non-blank lines, a function above 70 (docstring not
counted), more than 5 parameters, a class of more than 15 methods. Not counted: what is
keyword-only (it names itself at the call), numba kernels, properties. A module above
400 non-blank lines is named as a warning.
"""

from __future__ import annotations

import ast
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SRC = Path(__file__).resolve().parent.parent / "src"
MODULE_HARD, MODULE_SOFT = 700, 400
FUNCTION_HARD, PARAMETERS_HARD, METHODS_HARD = 70, 5, 15
Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    """Print what is over a limit; 1 if a hard one is."""
    hard, lengths, modules = [], [], []
    for path in sorted(SRC.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(SRC.parent).as_posix()
        n_lines = sum(bool(line.strip()) for line in text.splitlines())
        modules.append(n_lines)
        if n_lines > MODULE_HARD:
            hard.append(f"{place}: {n_lines} lines, at most {MODULE_HARD}")
        elif n_lines > MODULE_SOFT:
            print(f"warning: {place}: {n_lines} lines, better below {MODULE_SOFT}")
        tree = ast.parse(text)
        lengths += [_length(node) for node in _functions(tree)]
        hard += [f"{place}:{said}" for said in _faults(tree)]
    print(
        f"modules: median {statistics.median(modules):.0f} lines; "
        f"functions: median {statistics.median(lengths):.0f}, "
        f"p90 {statistics.quantiles(lengths, n=10)[-1]:.0f}"
    )
    for said in hard:
        print(said)
    return 1 if hard else 0


def _functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def _kernels(tree: ast.AST) -> set[str]:
    """Names of numba kernels: decorated, or handed on as values where njit is used."""
    found = {node.name for node in _functions(tree) if _is_kernel(node)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(ast.unparse(call.func) == "njit" for call in calls):
        called = {id(call.func) for call in calls}
        found |= {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and id(node) not in called
        }
    return found


def _faults(tree: ast.AST) -> Iterator[str]:
    kernels = _kernels(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            n = sum(
                isinstance(inner, Function) and not _is_plain_value(inner)
                for inner in node.body
            )
            if n > METHODS_HARD:
                yield f"{node.lineno}: class {node.name} has {n} methods"
        elif isinstance(node, Function):
            if _length(node) > FUNCTION_HARD:
                yield f"{node.lineno}: {node.name} has {_length(node)} lines"
            if _parameters(node) > PARAMETERS_HARD and node.name not in kernels:
                yield f"{node.lineno}: {node.name} has {_parameters(node)} parameters"


def _length(node: Function) -> int:
    body = (
        node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    )
    return (node.end_lineno or 0) - body[0].lineno + 1


def _parameters(node: Function) -> int:
    """Parameters that a caller must tell apart: keyword-only ones name themselves."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    return len([name for name in names if name not in ("self", "cls")])


def _decorators(node: Function) -> set[str]:
    found = set()
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        found.add(
            target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)
        )
    return found


def _is_kernel(node: Function) -> bool:
    compiled = {"njit", "jit", "guvectorize", "vectorize", "kernel"}
    return bool(_decorators(node) & compiled)


def _is_plain_value(node: Function) -> bool:
    """Properties are read like attributes; they do not make a class do more."""
    return bool(_decorators(node) & {"property", "cached_property"})


if __name__ == "__main__":
    raise SystemExit(main())
