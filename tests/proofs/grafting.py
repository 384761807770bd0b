"""Let a changed module take the place of the one that a process has loaded, wherever that is known already.

Functions and classes stay the objects that others have imported, and get the new code; constants are put in
the place of the old ones in every module of the project. So a whole loaded set of tests meets the change.
"""

import ast
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]


def graft(module: ModuleType, tree: ast.Module) -> None:
    """Run the changed program of a module in the place of the module."""
    for statement in ast.fix_missing_locations(tree).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        before = dict(vars(module))
        exec(compile(ast.Module([statement], []), module.__file__ or "", "exec"), vars(module))  # noqa: S102 - the project's own program, changed
        for name in set(vars(module)) - {"__builtins__"}:
            if name in before and vars(module)[name] is not before[name]:
                vars(module)[name] = _renewed(name, before[name], vars(module)[name])


def _renewed(name: str, old: Any, new: Any) -> Any:
    if type(old) is not type(new):
        return _everywhere(name, old, new)
    if isinstance(old, FunctionType):
        return _with_code_of(old, new)
    if isinstance(old, type):
        return _class_with_code_of(old, new)
    if isinstance(old, dict | MappingProxyType):
        return _with_items_of(old, new)
    return old if old == new else _everywhere(name, old, new)


def _with_code_of(old: FunctionType, new: FunctionType) -> FunctionType:
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    return old


def _class_with_code_of(old: type, new: type) -> type:
    for name, value in vars(new).items():
        known = vars(old).get(name)
        for before, after in _functions(known, value):
            if before.__code__.co_freevars == after.__code__.co_freevars:
                _with_code_of(before, after)
    return old


def _functions(old: Any, new: Any) -> Iterator[tuple[FunctionType, FunctionType]]:
    if isinstance(old, property) and isinstance(new, property):
        old, new = old.fget, new.fget
    elif isinstance(old, staticmethod | classmethod) and isinstance(new, staticmethod | classmethod):
        old, new = old.__func__, new.__func__
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        yield old, new


def _with_items_of(old: Any, new: Any) -> Any:
    inner = old if isinstance(old, dict) else gc.get_referents(old)[0]
    items = dict(new)
    inner.clear()
    inner.update(items)
    return old


def _everywhere(name: str, old: Any, new: Any) -> Any:
    # Small values are the same object for everybody: they are taken for the constant by their name only.
    is_shared = old is None or isinstance(old, int | float | str)
    for module in [known for known in sys.modules.values() if _is_ours(known)]:
        for alias, value in list(vars(module).items()):
            if value is old and (alias == name or not is_shared):
                vars(module)[alias] = new
    return new


def _is_ours(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.startswith(str(_ROOT)) and "/site-packages/" not in file
