"""What comes in and goes out of the reference room."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KindReport:
    """What a sync did to one kind, by code."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.changed or self.retired or self.returned)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync of the reference data did, and how people's corrections stand to it."""

    kinds: dict[str, KindReport] = field(default_factory=dict)
    absorbed: tuple[str, ...] = ()
    """Corrections that the files now say too: ``state/AFG.capital``. They can be withdrawn."""
    differing: tuple[str, ...] = ()
    """Corrections that the files still contradict. They stand."""

    @property
    def has_changes(self) -> bool:
        """Whether anything changed."""
        return any(kind.has_changes for kind in self.kinds.values())

    def lines(self) -> list[str]:
        """Return the report as lines to print."""
        lines = [line for name, kind in self.kinds.items() for line in _kind_lines(name, kind)]
        lines = lines or ["Nothing changed."]
        lines += [f"correction {code}: the files now say the same" for code in self.absorbed]
        return lines + [f"correction {code}: stands against the files" for code in self.differing]


MOST_NAMED = 10


def _kind_lines(name: str, kind: KindReport) -> list[str]:
    if not kind.has_changes:
        return []
    lines = [f"{name}: {len(kind.added)} added, {len(kind.changed)} changed, {len(kind.retired)} retired"]
    for what in ("changed", "retired", "returned"):
        codes: tuple[str, ...] = getattr(kind, what)
        if codes:
            more = f" and {len(codes) - MOST_NAMED} more" if len(codes) > MOST_NAMED else ""
            lines.append(f"  {what}: {', '.join(codes[:MOST_NAMED])}{more}")
    return lines
