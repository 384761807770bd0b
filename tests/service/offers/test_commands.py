"""What commands do to offers."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, func, select, update

from service import clock
from service.caller import ANYBODY, OPERATOR
from service.database.engines import Database
from service.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, WrongMove
from service.journal.queries import get_journal
from service.journal.tables import JournalEntry, JournalText
from service.offers import commands, queries
from service.offers.errors import (
    AlreadyImported,
    NoPerson,
    NotItsExpertise,
    OfferEnded,
    OfferTooVague,
    ProviderRetired,
)
from service.offers.rules import MOVES, STATES
from service.offers.schemas import (
    Assessment,
    LevelChange,
    OfferImport,
    OfferRegistration,
    OfferRevision,
    PersonDetails,
    WishDeclaration,
)
from service.offers.supply import offers_for_round
from service.offers.tables import Offer, OfferPerson, OfferWish
from service.search.tables import SearchTerm
from service.stakeholders.commands import retire_stakeholder
from tests.service import people
from tests.service.offers.cases import (
    EXPERTISE,
    an_offer,
    body,
    brought_to,
    focal_point,
    registered,
)

CANARY = "Zephyrine Quillfeather"


def events_of(session: Session, offer_id: str, kind: str = "offer") -> list[str]:
    """Tell what the journal says happened, and that its chain holds."""
    journal = get_journal(session, OPERATOR, f"{kind}:{offer_id}")
    assert journal.chain_holds
    return [entry.event for entry in journal.entries]


def faults_of(refused: pytest.ExceptionInfo[InvalidInput]) -> set[tuple[str, str]]:
    """Give the places and codes of a refusal."""
    return {(fault.field, fault.code) for fault in refused.value.found}


def test_an_offer_begins_as_a_draft_that_only_the_desk_will_be_shown(database: Database) -> None:
    """A new offer is a draft at the default level, unconfirmed, and stands in the journal."""
    manager = people.pool(database)
    with database.writing() as session:
        row = registered(session, manager)
        assert (row.state, row.confidentiality, row.confirmed_at) == ("draft", "secretariat_only", None)
        assert events_of(session, row.id) == ["offer.registered"]


@pytest.mark.parametrize("role", ["requester_officer", "case_officer", "observer", "expert"])
def test_nobody_offers_help_in_the_name_of_others(database: Database, role: Any) -> None:
    """Without a duty to offer for the provider, or in another house, nothing is registered."""
    owner = people.pool(database)
    intruders = [people.colleague(database, owner, role), people.pool(database), people.desk(database)]
    for intruder in intruders:
        said = OfferRegistration.model_validate(body(owner.stakeholder_id))
        with database.writing() as session, pytest.raises(NotAllowed):
            commands.register_offer(session, intruder.caller, said)
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Offer)).one() == 0


def test_a_retired_provider_makes_no_new_offers(database: Database) -> None:
    """A stakeholder that was retired offers nothing new, and rounds leave out what it has."""
    manager = people.pool(database)
    an_offer(database, "active", manager)
    with database.writing() as session:
        retire_stakeholder(session, OPERATOR, manager.stakeholder_id)
        with pytest.raises(ProviderRetired):
            registered(session, manager)
        assert offers_for_round(session, clock.today()) == []


def test_a_vague_draft_is_not_handed_in(database: Database) -> None:
    """An offer that names neither an area nor a commitment stays a draft until it does."""
    manager = people.pool(database)
    with database.writing() as session:
        row = registered(session, manager, expertise=[], commitments=[])
        with pytest.raises(OfferTooVague):
            commands.submit_offer(session, manager.caller, row.id)
        said = OfferRevision.model_validate({"commitments": ["T4-06"]})
        commands.revise_offer(session, manager.caller, row.id, said)
        assert commands.submit_offer(session, manager.caller, row.id).state == "pending_authorisation"


def test_a_named_expert_becomes_active_on_the_institutions_word(database: Database) -> None:
    """The pool's manager cannot authorise a named expert; the focal point can, which confirms it as well."""
    manager = people.pool(database)
    focal = people.colleague(database, manager, "provider_focal_point")
    with database.writing() as session:
        row = brought_to(session, "pending_authorisation", manager, kind="named_expert")
        with pytest.raises(NotAllowed):
            commands.authorise_offer(session, manager.caller, row.id)
        commands.authorise_offer(session, focal.caller, row.id)
        assert (row.state, row.authorised_by) == ("active", focal.account_id)
        assert row.confirmed_at == row.authorised_at
        with pytest.raises(NotAllowed):
            commands.revise_offer(session, manager.caller, row.id, OfferRevision(days_per_year=200))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ["submit", "authorise", "hold", "resume", "reconfirm", "withdraw"])
def test_the_commands_make_the_moves_of_the_drawing(database: Database, state: str, verb: str) -> None:
    """Each command leads where its move leads, with one entry in the journal, or changes nothing at all."""
    manager = people.pool(database, role="provider_focal_point")
    command = getattr(commands, f"{verb}_offer")
    with database.writing() as session:
        row = brought_to(session, state, manager)
        version, events = row.version, len(events_of(session, row.id))
        if state in MOVES[verb].sources:
            command(session, manager.caller, row.id, "Because it is so")
            assert (row.state, row.version) == (MOVES[verb].target, version + 1)
            assert events_of(session, row.id)[events:] == [MOVES[verb].event]
        else:
            with pytest.raises(WrongMove):
                command(session, manager.caller, row.id)
            assert (row.state, row.version, len(events_of(session, row.id))) == (state, version, events)


def test_time_marks_and_ends_what_nobody_confirms(database: Database) -> None:
    """An unconfirmed offer goes stale, then expires; a second run changes nothing; a word keeps it."""
    manager = people.pool(database)
    forgotten, kept = an_offer(database, "active", manager), an_offer(database, "active", manager)
    year = timedelta(days=366)
    with database.writing() as session:
        start = clock.now()
        assert commands.mark_stale_offers(session, start) == []
        with clock.set_to(start + year):
            commands.reconfirm_offer(session, focal_point(manager.stakeholder_id), kept)
            assert commands.mark_stale_offers(session, clock.now()) == [forgotten]
            assert commands.mark_stale_offers(session, clock.now()) == []
            assert commands.expire_offers(session, clock.now()) == []
        with clock.set_to(start + year * 2):
            assert commands.expire_offers(session, clock.now()) == [forgotten]
            assert commands.expire_offers(session, clock.now()) == []
        assert session.get_one(Offer, forgotten).state == "expired"
        assert session.get_one(Offer, kept).state == "active"
        assert events_of(session, forgotten)[-2:] == ["offer.marked-stale", "offer.expired"]


def test_a_stale_offer_comes_back_when_it_is_confirmed(database: Database) -> None:
    """Reconfirming makes a stale offer active again, with the day of the word, and its clock starts anew."""
    manager = people.pool(database)
    with database.writing() as session:
        row = brought_to(session, "stale", manager)
        with clock.set_to(clock.now() + timedelta(days=500)):
            commands.reconfirm_offer(session, manager.caller, row.id)
            assert (row.state, row.confirmed_at, row.stale_at) == ("active", clock.now(), None)
            assert commands.mark_stale_offers(session, clock.now()) == []


def test_one_who_is_faster_wins(database: Database) -> None:
    """A change to an offer that somebody else changed since it was read is refused, not laid over theirs."""
    manager = people.pool(database)
    with database.writing() as session:
        row = brought_to(session, "active", manager)
        theirs = update(Offer).where(col(Offer.id) == row.id).values(version=row.version + 1, capacity=7)
        session.exec(theirs, execution_options={"synchronize_session": False})
        with pytest.raises(ChangedMeanwhile):
            commands.hold_offer(session, manager.caller, row.id)
        with pytest.raises(ChangedMeanwhile):
            commands.revise_offer(session, manager.caller, row.id, OfferRevision(capacity=1))
        session.refresh(row)
        assert (row.state, row.capacity) == ("active", 7)


def test_an_offer_that_is_just_confirmed_does_not_stop_the_clock(database: Database) -> None:
    """When one offer changes while the clock runs, that one is left alone and the others are marked."""
    manager = people.pool(database)
    ids = sorted(an_offer(database, "active", manager) for _ in range(3))
    with database.writing() as session:
        read_before = session.exec(select(Offer)).all()
        theirs = update(Offer).where(col(Offer.id) == ids[1]).values(version=50)
        session.exec(theirs, execution_options={"synchronize_session": False})
        later = clock.now() + timedelta(days=400)
        assert commands.mark_stale_offers(session, later) == [ids[0], ids[2]]
        assert len(read_before) == 3


def test_a_revision_changes_what_it_names_and_nothing_else(database: Database) -> None:
    """Fields that are sent change, null clears, what is left out stays, and the journal names fields only."""
    manager = people.pool(database)
    with database.writing() as session:
        row = registered(
            session,
            manager,
            capacity=3,
            modalities=["MOD-PEER"],
            languages=[{"code": "fr", "level": "C1"}],
            conditions="Travel is paid by the requester",
        )
        said = {"title": "Peer review of readmission", "capacity": None, "languages": [{"code": "es"}]}
        commands.revise_offer(session, manager.caller, row.id, OfferRevision.model_validate(said))
        view = queries.get_offer(session, manager.caller, row.id)
        assert (view.title, view.capacity, view.modalities) == (
            "Peer review of readmission",
            None,
            ["MOD-PEER"],
        )
        assert [item.code for item in view.languages or ()] == ["es"]
        assert (view.conditions, view.version) == ("Travel is paid by the requester", 2)
        entry = get_journal(session, OPERATOR, f"offer:{row.id}").entries[-1]
        assert (entry.event, entry.details) == (
            "offer.revised",
            {"fields": ["capacity", "languages", "title"]},
        )


def test_an_empty_revision_leaves_no_trace(database: Database) -> None:
    """A revision that names nothing changes no version and writes no entry."""
    manager = people.pool(database)
    with database.writing() as session:
        row = registered(session, manager)
        commands.revise_offer(session, manager.caller, row.id, OfferRevision())
        assert (row.version, events_of(session, row.id)) == (1, ["offer.registered"])


@pytest.mark.parametrize("state", ["expired", "withdrawn"])
def test_an_ended_offer_is_not_changed_any_more(database: Database, state: str) -> None:
    """What has ended keeps its words, its level and its evidence."""
    manager = people.pool(database, role="provider_focal_point")
    officer = people.desk(database)
    with database.writing() as session:
        row = brought_to(session, state, manager, desk=officer.stakeholder_id, kind="named_expert")
        with pytest.raises(OfferEnded):
            commands.revise_offer(session, manager.caller, row.id, OfferRevision(capacity=1))
        change = LevelChange(confidentiality="public")
        with pytest.raises(OfferEnded):
            commands.change_confidentiality(session, manager.caller, row.id, change)
        with pytest.raises(OfferEnded):
            commands.record_person(session, manager.caller, row.id, PersonDetails(name="Example Person"))
        said = Assessment(area="EXP-RET", evidence="peer_reviewed")
        if state == "expired":
            with pytest.raises(OfferEnded):
                commands.assess_expertise(session, officer.caller, row.id, said)


def test_every_field_at_fault_is_named_at_once(database: Database) -> None:
    """Unknown and repeated codes, a desk that is none and dates the wrong way round are all told by place."""
    manager = people.pool(database)
    said = OfferRegistration.model_validate(
        body(
            manager.stakeholder_id,
            kind="named_expert",
            language="xx",
            confidentiality="dialogue_members",
            desk=manager.stakeholder_id,
            expertise=[
                {"area": "EXP-NONE"},
                EXPERTISE,
                EXPERTISE,
                {"area": "EXP-LAB", "evidence": "peer_reviewed"},
            ],
            commitments=["T9-99"],
            modalities=["MOD-PEER", "MOD-NONE"],
            languages=[{"code": "fr"}, {"code": "q-x"}],
            targets=["ZZZ"],
            cost_bearer="the_moon",
            available_from="2027-05-01",
            available_until="2027-04-30",
            sends=2,
        )
    )
    with database.writing() as session, pytest.raises(InvalidInput) as refused:
        commands.register_offer(session, manager.caller, said)
    assert faults_of(refused) == {
        ("language", "unknown"),
        ("desk", "unknown"),
        ("expertise[0].area", "unknown"),
        ("expertise[2].area", "repeated"),
        ("expertise[3].evidence", "not_yours_to_state"),
        ("commitments[0]", "unknown"),
        ("modalities[1]", "unknown"),
        ("languages[1].code", "unknown"),
        ("targets[0]", "unknown"),
        ("cost_bearer", "unknown"),
        ("available_until", "before_start"),
        ("sends", "one_person"),
    }


def test_members_of_a_dialogue_need_a_desk_of_a_dialogue(database: Database) -> None:
    """The level for a dialogue's members is taken only with the desk of one, at registration and later."""
    manager, plain, prague = people.pool(database), people.desk(database), people.desk(database, "PRAGUE")
    with database.writing() as session:
        row = registered(session, manager, desk=plain.stakeholder_id)
        change = LevelChange(confidentiality="dialogue_members", reason="For the members")
        with pytest.raises(InvalidInput) as refused:
            commands.change_confidentiality(session, manager.caller, row.id, change)
        assert faults_of(refused) == {("confidentiality", "no_dialogue")}
        said = OfferRevision(desk=prague.stakeholder_id)
        commands.revise_offer(session, manager.caller, row.id, said)
        commands.change_confidentiality(session, manager.caller, row.id, change)
        assert row.confidentiality == "dialogue_members"
        with pytest.raises(InvalidInput):
            commands.revise_offer(session, manager.caller, row.id, OfferRevision(desk=None))
        entry = get_journal(session, OPERATOR, f"offer:{row.id}").entries[-1]
        assert entry.details == {"from": "secretariat_only", "to": "dialogue_members"}


def test_wishes_change_nothing_that_others_can_see(database: Database) -> None:
    """Declaring a refusal moves no version and writes nothing in the journal that the desk reads."""
    manager, officer = people.pool(database), people.desk(database)
    refused = people.ministry(database, "NER")
    with database.writing() as session:
        row = brought_to(session, "active", manager, desk=officer.stakeholder_id, confidentiality="public")
    with database.reading() as session:
        before = [queries.get_offer(session, who, row.id) for who in (ANYBODY, officer.caller)]
        journal = queries.get_offer_journal(session, officer.caller, row.id)
    with database.writing() as session:
        wishes = WishDeclaration(refuses=[refused.stakeholder_id], conflicts=[officer.stakeholder_id])
        commands.declare_wishes(session, manager.caller, row.id, wishes)
        for outsider in (officer.caller, refused.caller):
            with pytest.raises(NotAllowed):
                queries.get_wishes(session, outsider, row.id)
            with pytest.raises(NotAllowed):
                commands.declare_wishes(session, outsider, row.id, WishDeclaration())
    with database.reading() as session:
        assert before == [queries.get_offer(session, who, row.id) for who in (ANYBODY, officer.caller)]
        assert journal == queries.get_offer_journal(session, officer.caller, row.id)
        assert queries.get_wishes(session, manager.caller, row.id).refuses == [refused.stakeholder_id]
        assert len(queries.get_wishes_journal(session, manager.caller, row.id).entries) == 2
        (taken,) = offers_for_round(session, clock.today())
        assert (taken.refuses, taken.conflicts) == ((refused.stakeholder_id,), (officer.stakeholder_id,))


def test_wishes_are_about_others_and_do_not_contradict_each_other(database: Database) -> None:
    """Nobody unknown, not the provider itself, and nobody both preferred and refused."""
    manager, other = people.pool(database), people.ministry(database, "NER")
    with database.writing() as session:
        row = registered(session, manager)
        wishes = WishDeclaration(
            refuses=[other.stakeholder_id, "stakeholder_" + "0" * 32],
            prefers=[other.stakeholder_id],
            conflicts=[manager.stakeholder_id],
        )
        with pytest.raises(InvalidInput) as refused:
            commands.declare_wishes(session, manager.caller, row.id, wishes)
        assert faults_of(refused) == {
            ("refuses[1]", "unknown"),
            ("conflicts[0]", "unknown"),
            ("prefers[0]", "contradiction"),
        }
        with pytest.raises(InvalidInput) as refused:
            registered(session, manager, wishes={"prefers": ["stakeholder_" + "0" * 32]})
        assert faults_of(refused) == {("wishes.prefers[0]", "unknown")}


def test_who_a_named_expert_is_stays_apart(database: Database) -> None:
    """The name is in no view, list, index or journal, whoever asks, and each look at it is on record."""
    manager = people.pool(database, role="provider_focal_point")
    with database.writing() as session:
        person = {"name": CANARY, "contact": "zephyrine@pool.example"}
        row = brought_to(session, "active", manager, kind="named_expert", person=person)
        commands.change_confidentiality(
            session, manager.caller, row.id, LevelChange(confidentiality="public")
        )
        assert commands.look_up_person(session, manager.caller, row.id).name == CANARY
        told = [
            queries.get_offer(session, who, row.id).model_dump_json() for who in (ANYBODY, manager.caller)
        ]
        told += [repr(offers_for_round(session, clock.today()))]
        told += [repr(entry) for entry in session.exec(select(JournalText))]
        told += list(session.exec(select(SearchTerm.term)))
        assert not [text for text in told if "ephyrine" in text.casefold() or "quill" in text.casefold()]
        assert row.label == f"Expert {row.id[-6:].upper()}"
        assert events_of(session, row.id)[-1] == "offer.person-read"
        for outsider in (ANYBODY, people_of_another_house(session)):
            with pytest.raises(NotAllowed):
                commands.look_up_person(session, outsider, row.id)


def people_of_another_house(session: Session) -> Any:
    """Give the manager of another pool."""
    return people.person(session, "pool_manager", people.stakeholder(session, "expert_pool", "NLD")).caller


def test_a_persons_name_is_refused_in_what_everybody_reads(database: Database) -> None:
    """Neither registration nor revision puts the expert's name into the texts of the offer."""
    manager = people.pool(database)
    person = {"name": "Zéphyrine Quillfeather"}
    with database.writing() as session:
        with pytest.raises(InvalidInput) as refused:
            registered(session, manager, kind="named_expert", person=person, title=f"{CANARY} on readmission")
        assert faults_of(refused) == {("title", "names_the_person")}
        row = registered(session, manager, kind="named_expert", person=person)
        said = OfferRevision(description="Ask for QUILLFEATHER, zephyrine")
        with pytest.raises(InvalidInput) as refused:
            commands.revise_offer(session, manager.caller, row.id, said)
        assert faults_of(refused) == {("description", "names_the_person")}
        with pytest.raises(InvalidInput) as refused:
            registered(session, manager, person=person)
        assert faults_of(refused) == {("person", "not_for_institutions")}


def test_a_person_is_forgotten_and_the_offer_ends(database: Database) -> None:
    """Erasing leaves no row of the person, withdraws the offer, and cannot be asked for twice."""
    manager = people.pool(database)
    with database.writing() as session:
        row = brought_to(session, "active", manager, kind="named_expert", person={"name": CANARY})
        commands.erase_person(session, manager.caller, row.id)
        assert row.state == "withdrawn"
        assert session.exec(select(OfferPerson)).all() == []
        assert events_of(session, row.id)[-2:] == ["offer.person-erased", "offer.withdrawn"]
        for again in (commands.look_up_person, commands.erase_person):
            with pytest.raises(NoPerson):
                again(session, manager.caller, row.id)


def test_the_desk_adds_evidence_and_a_revision_keeps_it(database: Database) -> None:
    """The desk's evidence stands against the provider's word until that claims another proficiency."""
    manager, officer = people.pool(database), people.desk(database)
    with database.writing() as session:
        row = brought_to(session, "pending_authorisation", manager, desk=officer.stakeholder_id)
        said = Assessment(area="EXP-RET", evidence="document_verified", reason="Diploma seen")
        commands.assess_expertise(session, officer.caller, row.id, said)
        with pytest.raises(NotAllowed):
            commands.assess_expertise(session, manager.caller, row.id, said)
        with pytest.raises(NotItsExpertise):
            commands.assess_expertise(
                session, officer.caller, row.id, said.model_copy(update={"area": "EXP-LAB"})
            )
        for sent, kept in ((EXPERTISE, "document_verified"), ({"area": "EXP-RET"}, None)):
            revision = OfferRevision.model_validate({"expertise": [sent]})
            commands.revise_offer(session, manager.caller, row.id, revision)
            assert queries.get_offer(session, manager.caller, row.id).expertise[0].evidence == kept


def test_what_was_read_can_be_sent_back(database: Database) -> None:
    """Expertise that is read and sent back unchanged is taken, the desk's evidence included."""
    manager, officer = people.pool(database), people.desk(database)
    with database.writing() as session:
        row = brought_to(session, "pending_authorisation", manager, desk=officer.stakeholder_id)
        said = Assessment(area="EXP-RET", evidence="peer_reviewed")
        commands.assess_expertise(session, officer.caller, row.id, said)
        read = queries.get_offer(session, manager.caller, row.id).model_dump()["expertise"]
        revision = OfferRevision.model_validate({"expertise": read})
        commands.revise_offer(session, manager.caller, row.id, revision)
        assert queries.get_offer(session, manager.caller, row.id).model_dump()["expertise"] == read


def test_a_public_offer_is_taken_from_its_source_once(database: Database) -> None:
    """An imported offer is active, public and not reconfirmed until its provider says that it stands."""
    owner = people.ministry(database, "GEO", role="provider_focal_point")
    said = OfferImport.model_validate(
        body(
            owner.stakeholder_id,
            source="https://ministry.example/offer",
            source_code="RO900",
            languages=[{"code": "ka", "basis": "official_language"}],
        )
    )
    with database.writing() as session:
        row = commands.import_offer(session, OPERATOR, said)
        assert (row.state, row.confidentiality, row.confirmed_at) == ("active", "public", None)
        assert not queries.get_offer(session, ANYBODY, row.id).is_reconfirmed
        (taken,) = offers_for_round(session, clock.today())
        assert (taken.languages, taken.confirmed_on, taken.is_reconfirmed) == (None, None, False)
        with pytest.raises(AlreadyImported):
            commands.import_offer(session, OPERATOR, said)
        commands.revise_offer(session, OPERATOR, row.id, OfferRevision(capacity=1))
        commands.reconfirm_offer(session, owner.caller, row.id)
        assert queries.get_offer(session, ANYBODY, row.id).is_reconfirmed
        with pytest.raises(NotAllowed):
            commands.withdraw_offer(session, OPERATOR, row.id)


def test_only_administrators_import_and_only_what_institutions_offer(database: Database) -> None:
    """Others cannot enter offers from a source, and a source gives neither named experts nor wishes."""
    owner, officer = people.ministry(database, "GEO"), people.desk(database)
    source = "https://ministry.example/offer"
    with database.writing() as session:
        said = OfferImport.model_validate(body(owner.stakeholder_id, source=source))
        for who in (owner.caller, officer.caller):
            with pytest.raises(NotAllowed):
                commands.import_offer(session, who, said)
        wrong = said.model_copy(
            update={"kind": "named_expert", "wishes": WishDeclaration(prefers=[officer.stakeholder_id])}
        )
        with pytest.raises(InvalidInput) as refused:
            commands.import_offer(session, OPERATOR, wrong)
        assert faults_of(refused) == {("kind", "institutions_only"), ("wishes", "not_yours_to_state")}


def test_nobody_changes_what_they_may_not_see(database: Database) -> None:
    """To somebody outside, every command answers as if the offer did not exist, and changes nothing."""
    manager, outsider = people.pool(database), people.pool(database)
    offer_id = an_offer(database, "active", manager)
    with database.writing() as session:
        entries = session.exec(select(func.count()).select_from(JournalEntry)).one()
        attempts = [
            lambda: commands.revise_offer(session, outsider.caller, offer_id, OfferRevision(capacity=1)),
            lambda: commands.declare_wishes(session, outsider.caller, offer_id, WishDeclaration()),
            lambda: commands.look_up_person(session, outsider.caller, offer_id),
            lambda: commands.erase_person(session, outsider.caller, offer_id),
            lambda: commands.change_confidentiality(
                session, outsider.caller, offer_id, LevelChange(confidentiality="public")
            ),
            *(
                lambda verb=verb: getattr(commands, f"{verb}_offer")(session, outsider.caller, offer_id)
                for verb in ("submit", "authorise", "hold", "resume", "reconfirm", "withdraw")
            ),
        ]
        for attempt in attempts:
            with pytest.raises(NotFound):
                attempt()
        assert session.exec(select(func.count()).select_from(JournalEntry)).one() == entries
        assert session.exec(select(OfferWish)).all() == []
