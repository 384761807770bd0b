"""What the engine's codes say in words: one template per code, in the reader's language.

The engine holds no sentences. A template may use the reason's parameters, and what its evidence refers to:
``{groups_named}``, ``{states_named}``, ``{commitments_named}``, ``{areas_named}``.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlmodel import Session

from service.matches.schemas import CriterionView, ReasonView
from service.reference.facts import code_labels, commitment_titles, group_names, state_names
from service.texts import N_, translate

NAMED_AT_MOST = 3

CRITERIA: Mapping[str, str] = MappingProxyType(
    {
        "topic": N_("Topic"),
        "meaning": N_("Described need"),
        "modality": N_("Form of help"),
        "language": N_("Language"),
        "membership": N_("Shared dialogues and bodies"),
        "proximity": N_("Proximity"),
        "similarity": N_("Similar situation"),
        "availability": N_("Availability"),
        "track_record": N_("Track record"),
        "relations": N_("Standing relations"),
        "evidence": N_("Evidence"),
        "south_south": N_("South-South"),
        "priority": N_("Priority requester"),
        "agenda": N_("Dialogue agenda"),
        "wishes": N_("Wishes of both sides"),
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        # Why a pair fits, by criterion.
        "same_area": N_("Offers the very expertise: {area}."),
        "same_commitment": N_("Works on the same commitment: {commitments_named}."),
        "related_commitment": N_("Works on a closely related commitment: {commitments_named}."),
        "area_serves_commitment": N_("Offers expertise that serves the commitment: {topics_named}."),
        "same_theme": N_("Works under the same theme: {topics_named}."),
        "texts_near": N_("What is asked and what is offered are near in meaning ({nearness})."),
        "modality_offered": N_("Comes in the form asked for: {modality}."),
        "modality_not_offered": N_("The form asked for is not among those offered: {modality}."),
        "delivery_mode_offered": N_("Can be delivered as asked: {delivery}."),
        "delivery_mode_not_offered": N_("Is not offered in the way asked: {delivery}."),
        "any_language": N_("Any language will do."),
        "common_language": N_("Both sides state a common language: {languages}."),
        "interpretation_needed": N_("Interpretation is offered and will be needed."),
        "official_language": N_("Shares an official language: {languages} (to be confirmed)."),
        "shared_groups": N_("Meets the requester in {groups_named}."),
        "same_subregion": N_("Is in the same part of the world."),
        "distance": N_("Its capital is about {km} km away."),
        "peers": N_("Is in a similar situation."),
        "months_open": N_("Is available in {months} of {of} months of the window."),
        "capacity_left": N_("Has room for {left} of {capacity} assignments."),
        "held_back": N_("Is held back for needs that are harder to meet."),
        "delivered_on_topic": N_("Has helped on this topic before: {deliveries} on record."),
        "delivered_on_other_topics": N_("Has helped others before, on other topics: {deliveries} on record."),
        "worked_together": N_("The two states have worked together: {deliveries} on record."),
        "helped_a_peer": N_("Has helped a peer of the requester: {peer}."),
        "expertise_vouched": N_("Expertise in {area}: {proficiency}, {vouched}."),
        "last_confirmed": N_("The offer was confirmed {days_ago} days ago."),
        "south_south": N_("South-South cooperation."),
        "priority_requester": N_("The requester has priority: {because}."),
        "on_agenda": N_("The topic is on the agenda of {groups_named}."),
        "preferred_by_requester": N_("The requester would like this provider."),
        "preferred_by_provider": N_("The provider would like to help this requester."),
        "meant_for_requester": N_("The offer is meant for the requester's state."),
        "meant_for_others": N_("The offer is meant for other states first."),
        # What nobody stated.
        "language_unknown": N_("Ask which languages can be used."),
        "offer_modality_unknown": N_("Ask in which form help is offered."),
        "capacity_assumed": N_("Capacity was not stated: one assignment at a time is assumed."),
        "months_unknown": N_("Ask in which months the provider is available."),
        "release_unknown": N_("Ask whether the institution releases the expert."),
        "cost_unknown": N_("Ask what the help costs."),
        "not_reconfirmed": N_("Not reconfirmed: ask whether the offer still stands."),
        "lock_overrides": N_("Locked by a person in spite of a rule: {rule}."),
        # Why a team.
        "covers_components": N_("Covers {covered} of {of} components."),
        "team_of_several": N_("A team of {offers} from {states_named}."),
        "south_south_team": N_("All of the team is South-South cooperation."),
        "locked_by_a_person": N_("A person decided on {seats} of the seats."),
        "member_covers": N_(
            "{states_named}: {experts} of the experts, for {components} of {of} components. {topics_named}"
        ),
        "team_language": N_("All of the team state a common working language: {languages}."),
        "no_team_language": N_("The team states no common working language: ask how it would work together."),
        "team_language_unknown": N_("Ask in which language the team can work: not all of it stated one."),
        "complementary_expertise": N_("Its members bring different expertise: {topics_named}."),
        "states_delivered_together": N_(
            "{states_named} have helped others together before: {deliveries} on record."
        ),
        "team_in_one_region": N_("All of the team come from one region."),
        "team_across_regions": N_("The team comes from {regions} regions."),
        # Why not another.
        "used_in_this_team": N_("Is in this team already, and has no more room."),
        "not_available": N_("Is not available."),
        "taken_by_other_need": N_("Its room went to another need."),
        "lower_score": N_("Scores lower, by {behind} of 10000."),
        "same_score": N_("Scores the same; order is by content."),
        "seat_locked": N_("Scores higher, but a person locked the seat."),
        "spared_for_later": N_("Scores higher, but is spared for needs that are likely to come."),
        # Where it could be hosted.
        "requesters_take_part": N_("The requesting side takes part: {states_named}."),
        "providers_take_part": N_("The offering side takes part: {states_named}."),
        "commitments_on_agenda": N_("The commitment is on its agenda: {commitments_named}."),
        "themes_on_agenda": N_("The theme is on its agenda."),
        "has_hosted": N_("Has hosted such work before: {actions} on record."),
        "fallback_topic_group": N_("No dialogue of the requester fits; this group works on the topic."),
        "requesters_not_members": N_("The requester does not take part in it."),
        "agenda_unknown": N_("Its agenda is not known."),
        "activity_doubtful": N_("It is not certain that it is active."),
        "member_list_incomplete": N_("Its list of members is not complete."),
        "membership_unclear": N_(
            "Membership is unclear: {states_named}. It counts once a person confirms it."
        ),
        "membership_disputed": N_("Membership is disputed: {states_named}."),
        "membership_suspended": N_("Membership is suspended: {states_named}."),
        "membership_inactive": N_("Membership is not active: {states_named}."),
        "membership_withdrawn": N_("No longer a member: {states_named}."),
        "membership_former_member": N_("No longer a member: {states_named}."),
        # Why a component stays unmet.
        "duplicate": N_("The need is a duplicate of one that is served already."),
        "out_of_scope": N_("The need is outside the scope."),
        "requester_not_eligible": N_("The requester is not eligible."),
        "not_endorsed": N_("The need is not endorsed yet."),
        "window_ended": N_("The window ended on {ended_on}."),
        "fewer_experts_than_asked": N_("There are {within_reach} suitable offers for {asked} experts."),
        "capacity_used_up": N_("Suitable offers exist ({within_reach}), but their room went to other needs."),
        "quota_used_up": N_(
            "Suitable offers exist ({within_reach}), but a quota on who gives leaves no room for them."
        ),
        "nothing_to_go_by": N_("The need says too little about what is asked for."),
        "kept_away_by_rule": N_("{offers} suitable offers are kept away by one rule: {rule}."),
        "nobody_suitable": N_("None of {offers} offers covers this."),
        "candidates_without_rule": N_("Without the rule “{rule}”, {offers} more offers would be considered."),
        "relaxation_fills": N_(
            "Without the rule “{rule}”: {here} more here, {slots} in all (tried out with {offers})."
        ),
        "two_relaxations_fill": N_(
            "Without the rules “{rule}” and “{and_rule}”: {here} more here, {slots} in all (tried out)."
        ),
        "later_window_fills": N_(
            "With {months} months more at the end: {here} more here, {slots} in all (tried out)."
        ),
        "relaxations_not_examined": N_(
            "Not all relaxations were tried out: the policy allows {most} in a round."
        ),
        # By how much a team is ahead.
        "margin": N_("Ahead of the best answer with another team by {points} of 10000."),
        "margin_at_least": N_("Ahead of the best answer with another team by at least {points} of 10000."),
        "another_team_as_good": N_("Another team would be just as good; order is by content."),
        "no_other_team": N_("With any other team the round would serve less of what is asked for."),
        "margin_not_examined": N_(
            "How close the next team is was not worked out: the policy asks for {most}."
        ),
        "weight_change": N_(
            "If the weight of {criterion} went from {weight} to {changed}, another team would be proposed."
        ),
        "no_weight_change": N_("No change of a single weight by up to {up_to} would lead to another team."),
        "weight_change_not_examined": N_(
            "Which weight would change the team first was not worked out: the round has over {most} pairs."
        ),
        "prices_not_defined": N_(
            "Under the fairness “{fairness}” no score says how close another answer is."
        ),
        "prices_not_defined_with_quotas": N_("With quotas, no score says how close another answer is."),
        "prices_not_defined_by_month": N_(
            "Where months are filled one by one, no score says how close another answer is."
        ),
        "prices_not_defined_while_holding_back": N_(
            "While offers are spared for later needs, no score says how close another answer is."
        ),
        "prices_not_proved": N_("The answer is not proved to be the best, so nothing is said about others."),
        # Why not a certain offer.
        "chosen": N_("It was chosen, with {experts} experts."),
        "would_enter_at": N_("It scores {score}; with {enters_at} it would be chosen. It lacks {short_by}."),
        "equally_good": N_("It would be just as good; order is by content."),
        "coverage_comes_first": N_(
            "With it the round would serve less of what is asked for, whatever it scores."
        ),
        "no_score_is_enough": N_("No score would do: it would need {ties_at} of 10000."),
        "seats_are_locked": N_("People decided on the seats that it could take."),
        "not_among_the_best": N_("Too many score higher: a component keeps its best {kept} candidates."),
        "would_displace": N_(
            "Then {seats} seats would go to somebody else, and {other_needs} other needs change."
        ),
        "candidates_considered": N_("Candidates that were considered: {offers}."),
        "wanted_by_many": N_("One more expert is wanted by {components} components."),
        # Who asks together, and what one team could do for all of them.
        "ask_same_area": N_("{states} states ask for the same expertise: {topics_named}."),
        "ask_same_commitment": N_(
            "{states} states ask for help with the same commitment: {commitments_named}."
        ),
        "commitments_shared": N_("All work on: {commitments_named}."),
        "windows_meet": N_("Their windows meet."),
        "languages_meet": N_("All can work in one language: {languages}."),
        "in_one_region": N_("All are in the same region."),
        "across_regions": N_("They are in {regions} regions."),
        "sit_together": N_("All sit in {groups_named}."),
        "one_team_serves": N_("One team could serve all; needs: {members}, experts: {experts}."),
        "experts_saved": N_("Experts needed together: {together}; each on its own: {separately}."),
        "place_to_be_agreed": N_("Ask where all could meet: help in the requesting country was asked for."),
        "form_to_be_agreed": N_("Ask in which form help is wanted; not all said so."),
        # What changed while a round was computed.
        "need_closed_meanwhile": N_("The need was closed to matching meanwhile."),
        "need_changed_meanwhile": N_("The need was changed meanwhile."),
        "agreed_meanwhile": N_("People began to agree on another team meanwhile."),
        "offer_closed_meanwhile": N_("An offer was closed meanwhile."),
        "offer_changed_meanwhile": N_("An offer was changed meanwhile."),
    }
)

RULES: Mapping[str, str] = MappingProxyType(
    {
        "requester_not_eligible": N_("the requester is not eligible"),
        "not_endorsed": N_("the need is not endorsed"),
        "out_of_scope": N_("outside the scope"),
        "duplicate": N_("a duplicate"),
        "own_request": N_("nobody serves itself"),
        "same_source": N_("told on the need's own page, which proves nothing"),
        "not_available": N_("not available"),
        "not_released": N_("the institution does not release the expert"),
        "not_a_public_body": N_("public bodies only"),
        "over_days_cap": N_("more days than allowed"),
        "over_cost_cap": N_("costs more than allowed"),
        "language_gap": N_("no common language"),
        "language_level": N_("the level of the language"),
        "no_availability": N_("not available in the window"),
        "expired": N_("the window is over"),
        "too_generic": N_("too generic"),
        "topic_too_far": N_("too far from the topic"),
        "below_minimum_score": N_("score too low"),
    }
)
"""Hard rules in words. Those that would betray one side's private wishes all read ``not_available``."""
PRIVATE_RULES = frozenset(
    {
        "vetoed",
        "do_not_pair",
        "excluded_provider",
        "refused_by_provider",
        "conflict_of_interest",
        "no_capacity_left",
    }
)

BECAUSE: Mapping[str, str] = MappingProxyType(
    {
        "ldc": N_("a least developed country"),
        "lldc": N_("a landlocked developing country"),
        "sids": N_("a small island developing state"),
        "first_time": N_("it has not been helped before, as far as is known"),
    }
)

UNMET: Mapping[str, str] = MappingProxyType(
    {
        "no_expertise": N_("No suitable expertise on offer"),
        "language_gap": N_("No common language"),
        "no_availability": N_("Nobody suitable is free"),
        "security_or_visa": N_("Security or visa"),
        "political": N_("Political reasons"),
        "no_funding": N_("No funding"),
        "too_generic": N_("Too generic to act on"),
        "out_of_scope": N_("Outside the scope"),
        "duplicate": N_("Duplicate"),
        "counterpart_change": N_("The counterpart changed"),
        "expired": N_("The window is over"),
    }
)

FAILURES: Mapping[str, str] = MappingProxyType(
    {
        "deadline_exceeded": N_("The round took longer than this instance allows."),
        "engine_ended": N_("The process that computed the round ended unexpectedly."),
        "crashed_too_often": N_("The round was interrupted too often and was given up."),
        "problem_refused": N_("The engine refused the record {record}, field {field}."),
        "setting_unknown": N_("The policy's setting {setting} does not exist here."),
    }
)


def failure_text(code: str, params: Mapping[str, Any], language: str) -> str:
    """Return why a round failed, in words."""
    sentence = FAILURES.get(code, N_("The round could not be finished."))
    return translate(sentence, language, **params)


def unmet_text(code: str, language: str) -> str:
    """Return a published reason for unmet needs, in words."""
    return translate(UNMET[code], language)


class Teller:
    """Tells the engine's reasons in a language, with the names that codes stand for."""

    def __init__(self, session: Session, language: str) -> None:
        self._session = session
        self._language = language

    def reason(self, reason: Mapping[str, Any]) -> ReasonView:
        """Return a reason as it is shown: its code for programs, its sentence for people."""
        code, params, evidence = reason["code"], dict(reason["params"]), list(reason["evidence"])
        # A number that would betray private wishes is not given.
        some = {"offers": translate(N_("some"), self._language)}
        said = some | self._named(params) | self._evidence(evidence)
        template = REASONS[code] if code in REASONS else N_("Kept out by a rule: {broken}.")
        if code not in REASONS:
            said["broken"] = self.rule(code)
        text = translate(template, self._language).format_map(said)
        return ReasonView(code=code, params=params, evidence=evidence, text=text[:1].upper() + text[1:])

    def reasons(self, reasons: Sequence[Mapping[str, Any]]) -> list[ReasonView]:
        """Return reasons as they are shown."""
        return [self.reason(reason) for reason in reasons]

    def criterion(self, criterion: Mapping[str, Any]) -> CriterionView:
        """Return what a criterion gives, with its label and reasons."""
        return CriterionView(
            criterion=criterion["criterion"],
            label=translate(CRITERIA[criterion["criterion"]], self._language),
            weight=criterion["weight"],
            value=criterion["value"],
            points=criterion["points"],
            known=criterion["known"],
            reasons=self.reasons(criterion["reasons"]),
        )

    def rule(self, code: str) -> str:
        """Return a hard rule in words; one side's private wishes and a lack of room look the same."""
        return translate(RULES["not_available" if code in PRIVATE_RULES else code], self._language)

    def group(self, kind: str, code: str) -> str:
        """Return the name of a dialogue or group."""
        return self._groups.get((kind, code), code)

    def area(self, code: str) -> str:
        """Return the label of an expertise area."""
        return self._labels("expertise_area").get(code, code)

    def commitment(self, code: str) -> str:
        """Return the title of a commitment."""
        return self._commitments.get(code, code)

    def modality(self, code: str) -> str:
        """Return the label of a modality."""
        return self._labels("modality").get(code, code)

    def language(self, code: str) -> str:
        """Return the name of a language."""
        return self._languages(code)

    def state(self, code: str) -> str:
        """Return the name of a state."""
        return self._states.get(code, code)

    def _named(self, params: dict[str, Any]) -> dict[str, Any]:
        tell: dict[str, Callable[[str], str]] = {
            "area": self.area,
            "modality": self.modality,
            "delivery": lambda code: self._labels("delivery_mode").get(code, code),
            "languages": self._languages,
            "peer": self.state,
            "rule": self.rule,
            "and_rule": self.rule,
            "offers": self._count,
            "within_reach": self._count,
            "because": lambda code: translate(BECAUSE[code], self._language),
            "proficiency": lambda code: self._labels("proficiency").get(code, code),
        }
        said = {
            name: tell[name](value) if name in tell and value else value for name, value in params.items()
        }
        said["vouched"] = self._labels("evidence").get(params.get("evidence") or "", params.get("evidence"))
        return said

    def _count(self, count: Any) -> str:
        """Return a number of others in words; the engine says ``few`` where a number would tell too much."""
        return translate(N_("few"), self._language) if count == "few" else str(count)

    def _evidence(self, evidence: Sequence[str]) -> dict[str, str]:
        pairs = [tuple(reference.split(":", 1)) for reference in evidence]
        commitments = [self._commitments.get(code, code) for kind, code in pairs if kind == "commitment"]
        areas = [self.area(code) for kind, code in pairs if kind == "area"]
        return {
            "groups_named": _listed([self.group(kind, code) for kind, code in pairs if kind in _GROUPS]),
            "states_named": _listed([self.state(code) for kind, code in pairs if kind == "state"]),
            "commitments_named": _listed(commitments),
            "topics_named": _listed(commitments + areas),
        }

    def _languages(self, codes: str) -> str:
        names = self._labels("language")
        return _listed([names.get(code, code) for code in codes.split()])

    def _labels(self, name: str) -> dict[str, str]:
        if name not in self._kept:
            self._kept[name] = code_labels(self._session, name, self._language)
        return self._kept[name]

    @cached_property
    def _kept(self) -> dict[str, dict[str, str]]:
        return {}

    @cached_property
    def _states(self) -> dict[str, str]:
        return state_names(self._session, self._language)

    @cached_property
    def _commitments(self) -> dict[str, str]:
        return commitment_titles(self._session, self._language)

    @cached_property
    def _groups(self) -> dict[tuple[str, str], str]:
        dialogues = group_names(self._session, "dialogue", self._language)
        bodies = group_names(self._session, "regional_body", self._language)
        named = {("regional_body", code): name for code, name in bodies.items()}
        for kind in ("dialogue", "topic_group"):
            named |= {(kind, code): name for code, name in dialogues.items()}
        return named


_GROUPS = {"dialogue", "regional_body", "city_network", "topic_group"}


def _listed(names: Sequence[str]) -> str:
    shown = list(dict.fromkeys(names))
    more = len(shown) - NAMED_AT_MOST
    return ", ".join(shown[:NAMED_AT_MOST]) + (f" +{more}" if more > 0 else "")
