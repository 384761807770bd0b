"""Small changes to a program, each of which some test should notice.

mutmut changes only what stands within undecorated functions. Here
most of what counts stands outside: the tables of moves, the sets of roles, states and levels, the times, and
properties such as whether somebody is an administrator. So the changes are made here, on the syntax tree.

Left alone are docstrings, sentences for people (``N_``), annotations and decorators, and lists of words that
only the type checker reads.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_UNWRAPPED = {"sorted", "reversed"}
_LEFT_OUT = {"where", "order_by", "group_by", "with_for_update", "strip", "upper", "lower", "replace", "desc"}
_NOT_RUN = {"annotation", "returns", "decorator_list", "bases", "format_spec", "ctx", "ops", "op"}


@dataclass(frozen=True)
class Mutant:
    """One small change. ``make`` makes it in the tree, once and for good."""

    file: str
    line: int
    column: int
    within: str
    """The function or class, as Python names it; empty at the top of the module."""
    is_run_later: bool
    """Whether the place is within a function, and not run when the module is read."""
    lines: range
    """Of the statement."""
    change: str
    make: Callable[[], None]
    tree: ast.Module
    """Of the whole module."""

    @property
    def line_of_report(self) -> str:
        """What is told of it if nobody notices."""
        return f"{self.file}:{self.line} {self.within or 'module'}: {self.change}"


@dataclass(frozen=True)
class _Place:
    """Where in the tree a node hangs."""

    node: ast.AST
    field: str
    number: int | None = None

    def put(self, new: ast.AST | None) -> None:
        if self.number is None:
            setattr(self.node, self.field, new)
        elif new is None:
            del getattr(self.node, self.field)[self.number]
        else:
            getattr(self.node, self.field)[self.number] = new


@dataclass(frozen=True)
class _Around:
    """What surrounds a node."""

    within: str = ""
    is_run_later: bool = False
    returns_bool: bool = False
    lines: range = range(0)


_Change = tuple[str, Callable[[], None]]


def mutants_of(file: str, tree: ast.Module) -> list[Mutant]:
    """Return all changes to a module, in the order of its lines."""
    read = {
        call.args[0].id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "get_args"
        and isinstance(call.args[0], ast.Name)
    }
    found = [
        Mutant(
            file,
            node.lineno,
            node.col_offset,
            around.within,
            around.is_run_later,
            around.lines,
            change,
            make,
            tree,
        )
        for node, place, around in _places(tree, _Around(), read)
        for change, make in _changes(node, place, around)
    ]
    return sorted(found, key=lambda mutant: mutant.line)


def _places(
    parent: ast.AST, around: _Around, read: set[str]
) -> Iterator[tuple[ast.expr | ast.stmt, _Place, _Around]]:
    for field, value in ast.iter_fields(parent):
        for number, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or field in _NOT_RUN or _is_left_alone(node, read):
                continue
            inside = _inside(node, field, parent, around)
            if isinstance(node, ast.expr | ast.stmt):
                yield node, _Place(parent, field, number), inside
            yield from _places(node, inside, read)


def _inside(node: ast.AST, field: str, parent: ast.AST, around: _Around) -> _Around:
    if field == "body" and isinstance(parent, ast.FunctionDef):
        is_bool = isinstance(parent.returns, ast.Name) and parent.returns.id == "bool"
        around = replace(around, is_run_later=True, returns_bool=is_bool)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        name = f"{around.within}.{node.name}".lstrip(".")
        around = replace(around, within=name)
    if isinstance(node, ast.stmt):
        body = getattr(node, "body", None)
        last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
        around = replace(around, lines=range(node.lineno, max(last, node.lineno) + 1))
    return around


def _is_left_alone(node: ast.AST, read: set[str]) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in {"N_", "get_args"}
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
        is_list_of_words = ast.unparse(node.value.value) == "Literal"
        return is_list_of_words and not {ast.unparse(target) for target in node.targets} & read
    return False


def _changes(node: ast.expr | ast.stmt, place: _Place, around: _Around) -> Iterator[_Change]:
    before = ast.unparse(node).partition("\n")[0]
    for new in _replacements(node, around):
        after = ast.unparse(new).partition("\n")[0]
        if after != before:
            yield f"{before} -> {after}", lambda new=new: place.put(new)  # type: ignore[misc]
    yield from _drops(node, before)
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        test = ast.UnaryOp(ast.Not(), node.test)
        yield f"{before} -> not", lambda: _Place(node, "test").put(test)


def _replacements(node: ast.expr | ast.stmt, around: _Around) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.Compare):
        yield from _otherwise_compared(node)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        yield from node.values if len(node.values) == len("ab") else ()
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in _other_values(node.value))
    elif isinstance(node, ast.BinOp) and type(node.op) in _RECKONED:
        yield ast.BinOp(node.left, _RECKONED[type(node.op)](), node.right)
        yield node.left
    elif isinstance(node, ast.AugAssign) and type(node.op) in _RECKONED:
        yield ast.AugAssign(node.target, _RECKONED[type(node.op)](), node.value)
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)
    elif isinstance(node, ast.Return) and node.value is not None:
        values = (True, False) if around.returns_bool else (None,)
        yield from (ast.Return(ast.Constant(value)) for value in values)
    elif isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom)
    ):
        yield ast.Pass()


def _otherwise_compared(node: ast.Compare) -> Iterator[ast.Compare]:
    for number, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            ops = [*node.ops[:number], other(), *node.ops[number + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


def _other_values(value: object) -> tuple[bool | float | str, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | float):
        return (value + 1, value - 1)
    return (f"XX{value}XX",) if isinstance(value, str) else ()


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    name = ast.unparse(node.func)
    if name in _SWAPPED:
        yield ast.Call(ast.Name(_SWAPPED[name], ast.Load()), node.args, node.keywords)
    elif name in _UNWRAPPED:
        yield node.args[0]
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _LEFT_OUT:
        yield node.func.value


def _drops(node: ast.expr | ast.stmt, before: str) -> Iterator[_Change]:
    """Leave one of several things out."""
    lists: dict[str, list[ast.AST]] = {}
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and isinstance(
        getattr(node, "ctx", ast.Load()), ast.Load
    ):
        lists["elts"] = list(node.elts)
    elif isinstance(node, ast.Call):
        lists["keywords"] = list(node.keywords)
    elif isinstance(node, ast.BoolOp) and len(node.values) > len("ab"):
        lists["values"] = list(node.values)
    for field, parts in lists.items():
        for number, part in enumerate(parts):
            yield (
                f"{before} without {ast.unparse(part)}",
                lambda n=number, f=field: _Place(node, f, n).put(None),
            )  # type: ignore[misc]
    if isinstance(node, ast.Dict):
        for number, key in enumerate(node.keys):
            yield f"dict without {ast.unparse(key) if key else '**'}", lambda n=number: _without_pair(node, n)  # type: ignore[misc]
    for comprehension in getattr(node, "generators", ()):
        for number, part in enumerate(comprehension.ifs):
            place = _Place(comprehension, "ifs", number)
            yield f"{before} without if {ast.unparse(part)}", lambda place=place: place.put(None)  # type: ignore[misc]


def _without_pair(node: ast.Dict, number: int) -> None:
    del node.keys[number]
    del node.values[number]
