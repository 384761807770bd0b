"""How facts are shown: in the language asked for, with the corrections that lie over them."""

from collections.abc import Mapping

from babel import Locale

from service.reference import schemas
from service.reference.kinds import Kind
from service.reference.memberships import Membership
from service.reference.overlays import Overlays, corrected
from service.reference.rules import Values, code_of
from service.texts import DEFAULT_LANGUAGE, LANGUAGES, translate_fact


def state_name(values: Values, language: str) -> str:
    """Return the UN name of a state in a language."""
    name: str = values[f"name_{language if language in LANGUAGES else 'en'}"]
    return name


def label_of(values: Values, language: str) -> str:
    """Return the label of a code in a language: its own translation first, then CLDR's or the catalogue's."""
    label: str = values["labels"].get(language) or (
        _language_name(values, language)
        if values["list_name"] == "language" and language != DEFAULT_LANGUAGE
        else translate_fact(values["label"], language)
    )
    return label


def _language_name(values: Values, language: str) -> str:
    names: Mapping[str, str] = Locale.parse(language).languages
    return names.get(values["code"], values["label"])


def notes_on(kind: Kind, values: Values, overlays: Overlays) -> list[schemas.CorrectionNote]:
    """Return what people corrected about a fact; ``values`` are the files' own."""
    return [
        schemas.CorrectionNote(
            field=name,
            instead_of=values[name],
            source=correction.source,
            recorded_at=correction.recorded_at,
        )
        for name, correction in overlays.get(code_of(kind.key_of(values)), {}).items()
    ]


def theme_view(values: Values, frameworks: list[str], language: str) -> schemas.ThemeView:
    """Show a theme."""
    return schemas.ThemeView(
        code=values["code"],
        number=values["number"],
        title=translate_fact(values["title"], language),
        short=translate_fact(values["short"], language),
        summary=translate_fact(values["summary"], language),
        vulnerable_groups=values["vulnerable_groups"],
        frameworks=frameworks,
        retired_on=values["retired_on"],
    )


def framework_line(values: Values, language: str) -> schemas.FrameworkLine:
    """Show a framework in short."""
    given = {name: values[name] for name in schemas.FrameworkLine.model_fields}
    return schemas.FrameworkLine(**{**given, **_translated(values, language, "name", "short_name")})


def framework_view(values: Values, themes: list[str], language: str) -> schemas.FrameworkView:
    """Show a framework."""
    return schemas.FrameworkView(
        **framework_line(values, language).model_dump(),
        custodian=values["custodian"],
        url_origin=values["url_origin"],
        url_note=values["url_note"],
        dialogue=values["dialogue_code"],
        regional_body=values["regional_body_code"],
        themes=themes,
        retired_on=values["retired_on"],
    )


def objective_view(values: Values, commitments: list[str], language: str) -> schemas.ObjectiveView:
    """Show an objective."""
    return schemas.ObjectiveView(
        **{**values, "title": translate_fact(values["title"], language)}, commitments=commitments
    )


def commitment_line(values: Values, language: str) -> schemas.CommitmentLine:
    """Show a commitment in short."""
    return schemas.CommitmentLine(
        code=values["code"],
        theme=values["theme_code"],
        parent=values["parent_code"],
        title=translate_fact(values["title"], language),
        keywords=values["keywords"],
        retired_on=values["retired_on"],
    )


def commitment_view(
    values: Values,
    *,
    parts: list[str],
    frameworks: list[schemas.FrameworkLine],
    objectives: list[int],
    corrections: list[schemas.CorrectionNote],
    language: str,
) -> schemas.CommitmentView:
    """Show a commitment with what it rests on."""
    return schemas.CommitmentView(
        **commitment_line(values, language).model_dump(),
        summary=translate_fact(values["summary"], language),
        vulnerable_groups=values["vulnerable_groups"],
        actors=values["actors"],
        sdg_targets=values["sdg_targets"],
        crs_purposes=values["crs_purposes"],
        examples=values["examples"],
        mapping=values["mapping"],
        parts=parts,
        frameworks=frameworks,
        objectives=objectives,
        corrections=corrections,
    )


def state_line(values: Values, language: str) -> schemas.StateLine:
    """Show a state in short."""
    given = {name: values[name] for name in schemas.StateLine.model_fields if name in values}
    return schemas.StateLine(
        **given, name=state_name(values, language), languages=values["languages_official"]
    )


def state_view(
    values: Values,
    dialogues: list[schemas.PlaceInGroup],
    bodies: list[schemas.PlaceInGroup],
    corrections: list[schemas.CorrectionNote],
    language: str,
) -> schemas.StateView:
    """Show a state with its memberships."""
    given = {name: values[name] for name in schemas.StateView.model_fields if name in values}
    return schemas.StateView(
        **{**given, **state_line(values, language).model_dump()},
        names={code: state_name(values, code) for code in LANGUAGES},
        common_name=values["name_common"],
        dialogues=dialogues,
        regional_bodies=bodies,
        corrections=corrections,
    )


def dialogue_line(values: Values, language: str) -> schemas.DialogueLine:
    """Show a dialogue in short."""
    given = {name: values[name] for name in schemas.DialogueLine.model_fields}
    return schemas.DialogueLine(**{**given, **_translated(values, language, "name", "short_name")})


def dialogue_view(
    values: Values,
    members: list[schemas.PlaceInGroup],
    corrections: list[schemas.CorrectionNote],
    language: str,
) -> schemas.DialogueView:
    """Show a dialogue with its members."""
    given = {name: values[name] for name in schemas.DialogueView.model_fields if name in values}
    return schemas.DialogueView(
        **{**given, **_translated(values, language, "name", "short_name")},
        members=members,
        corrections=corrections,
    )


def body_line(values: Values, language: str) -> schemas.RegionalBodyLine:
    """Show a regional body in short."""
    given = {name: values[name] for name in schemas.RegionalBodyLine.model_fields if name in values}
    return schemas.RegionalBodyLine(
        **{**given, **_translated(values, language, "name")}, seat_state=values["seat_iso3"]
    )


def body_view(
    values: Values,
    members: list[schemas.PlaceInGroup],
    corrections: list[schemas.CorrectionNote],
    language: str,
) -> schemas.RegionalBodyView:
    """Show a regional body with its members."""
    given = {name: values[name] for name in schemas.RegionalBodyView.model_fields if name in values}
    return schemas.RegionalBodyView(
        **{**given, **body_line(values, language).model_dump()}, members=members, corrections=corrections
    )


def place_of(membership: Membership, code: str, names: Mapping[str, str]) -> schemas.PlaceInGroup:
    """Show a membership, seen from the state or from the group."""
    return schemas.PlaceInGroup(
        code=code,
        name=names.get(code, code),
        role=membership.role,
        office=membership.office,
        since=membership.since,
        until=membership.until,
        as_of=membership.as_of,
        certainty=membership.certainty,
        source=membership.source,
        note=membership.note,
        corrected=membership.corrected,
    )


def code_view(values: Values, overlays: Overlays, kind: Kind, language: str) -> schemas.CodeView:
    """Show a code of a list."""
    values = corrected(kind, values, overlays)
    return schemas.CodeView(
        list_name=values["list_name"],
        code=values["code"],
        place=values["place"],
        label=label_of(values, language),
        facts=values["facts"],
        source=values["source"],
        retired_on=values["retired_on"],
    )


def _translated(values: Values, language: str, *names: str) -> dict[str, str]:
    return {name: translate_fact(values[name], language) for name in names}
