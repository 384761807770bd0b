"""What a look-back found, readable in a terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from service.lookback.engine import DEPTHS, FEWEST, NAMES, Interval, Look
from service.lookback.results import HIT_DEPTH, RANKINGS, Results

SHOWN = 5
_TITLES = {
    "engine": "Homologue",
    "judged_weights": "… with weights set by judgement",
    "tag_counting": "Counting tags",
    "baseline": "Most active providers first",
}


def print_report(
    console: Console, looks: Sequence[Look], eu: Sequence[str], protocol: str, seed: int
) -> None:
    """Print how often those who really helped were found, beside simpler ways of ranking."""
    results = Results(looks, seed)
    console.rule(f"Looking back: {protocol}")
    console.print(
        f"{len(looks)} cases asked; {len(results)} of them say who helped and are scored,"
        f" {len(looks) - len(results)} do not."
    )
    if len(results) < FEWEST:
        _list(console, results)
        return
    _compare(console, results, "All scored cases")
    far = results.beyond(eu)
    if len(far) < FEWEST:
        console.print(f"\nProviders outside the European Union: {len(far)} cases, too few to claim anything.")
        _list(console, far)
    else:
        _compare(console, far, "Cases with a provider outside the European Union")
    _teams(console, results)
    _ablation(console, results)
    _weights(console, results)


def _list(console: Console, results: Results) -> None:
    """List the cases one by one, and claim nothing."""
    console.print(f"Fewer than {FEWEST} cases: here they are, one by one. They prove nothing together.")
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("Case", "Asked by", "Helped", f"First {SHOWN} by Homologue", "Best place"):
        table.add_column(heading)
    for look in results.looks:
        place = min((look.ranking.index(state) + 1 for state in look.case.helpers), default=0)
        table.add_row(
            look.case.id,
            " ".join(look.case.requesters) or (look.case.body or ""),
            " ".join(look.case.helpers),
            " ".join(look.ranking[:SHOWN]),
            str(place),
        )
    console.print(table)


def _compare(console: Console, results: Results, title: str) -> None:
    found = {words: results.figures(RANKINGS[name]) for name, words in _TITLES.items()}
    console.print(f"\n{title} (n={len(results)})", style="italic")
    hits = _table([*(f"hit@{depth}" for depth in DEPTHS), "MRR"])
    recalls = _table([f"recall@{depth}" for depth in DEPTHS])
    for words, own in found.items():
        hits.add_row(words, *_shares([*own.hit_at.values(), own.mrr]))
        recalls.add_row(words, *_shares(own.recall_at.values()))
    console.print(hits)
    console.print()
    console.print(recalls)
    console.print("Better by, over the same cases (95 % bootstrap interval):", style="dim")
    for name in ("baseline", "tag_counting", "judged_weights"):
        compared = results.against(RANKINGS[name])
        console.print(f"  than: {_TITLES[name].removeprefix('… ')} (n={len(results)})")
        console.print(f"    hit@{HIT_DEPTH} {_interval(compared.hit)}, MRR {_interval(compared.mrr)}")


def _table(headings: Iterable[str]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("Ranking", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _shares(values: Iterable[float]) -> list[str]:
    return [f"{value:.3f}" for value in values]


def _interval(found: Interval) -> str:
    return f"{found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def _teams(console: Console, results: Results) -> None:
    teams = results.teams()
    console.print()
    console.print(
        f"Teams: the proposed teams cover {teams.components:.1%} of the forms of help that were asked for;"
        f" {teams.providers:.1%} of those who really helped are in them. n={len(results)}"
    )


def _ablation(console: Console, results: Results) -> None:
    console.print(
        f"\nEach criterion switched off in turn, n={len(results)} (95 % bootstrap interval)", style="italic"
    )
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("Without", f"hit@{HIT_DEPTH}", "MRR", "MRR lost without it"):
        table.add_column(heading, justify="left" if heading == "Without" else "right")
    for name in NAMES:
        found, lost = results.figures(results.without(name)), results.against(results.without(name))
        table.add_row(name, f"{found.hit_at[HIT_DEPTH]:.3f}", f"{found.mrr:.3f}", _interval(lost.mrr))
    console.print(table)


def _weights(console: Console, results: Results) -> None:
    weights = sorted(results.mean_weights().items(), key=lambda item: (-item[1], item[0]))
    said = ", ".join(f"{name} {weight:.2f}" for name, weight in weights if round(weight, 2))
    console.print(f"\nMean weights: {said}.", style="dim")
