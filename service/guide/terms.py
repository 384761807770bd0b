"""What words mean here: each term in one plain sentence."""

from collections.abc import Sequence
from typing import NamedTuple

from service.texts import N_


class Term(NamedTuple):
    """A term, the place of its definition on the page, and what it means."""

    code: str
    name: str
    meaning: str


class Group(NamedTuple):
    """Terms that belong together."""

    name: str
    terms: Sequence[Term]


WHO = Group(
    N_("Who takes part"),
    (
        Term(
            "institution",
            N_("Institution"),
            N_("Whoever asks, offers or coordinates: a ministry, city, organisation, pool or secretariat."),
        ),
        Term(
            "focal-point",
            N_("National focal point"),
            N_("The person who speaks for a state here, and endorses what its public bodies ask for."),
        ),
        Term("requester", N_("Requester"), N_("The institution that asks for help, alone or with others.")),
        Term("provider", N_("Provider"), N_("An institution that offers expertise.")),
        Term(
            "pool",
            N_("Pool of experts"),
            N_("A provider that keeps a list of named experts and sends them out."),
        ),
        Term(
            "named-expert",
            N_("Named expert"),
            N_(
                "A person whom a pool offers. Nobody outside the pool sees who it is before both sides agree."
            ),
        ),
        Term(
            "desk",
            N_("Desk"),
            N_("Who handles a need: the secretariat of a dialogue, or the case desk of this service."),
        ),
        Term(
            "dialogue",
            N_("Dialogue"),
            N_("A regional forum in which states talk about migration, with members and a secretariat."),
        ),
    ),
)
WHAT = Group(
    N_("What is asked for and offered"),
    (
        Term(
            "need",
            N_("Need"),
            N_("A request for help: what is to change, by when, and with which expertise."),
        ),
        Term(
            "component",
            N_("Component"),
            N_("A part of a need that one kind of expertise can cover, such as two trainers for five days."),
        ),
        Term(
            "expertise", N_("Expertise"), N_("The field of work that somebody knows, from one shared list.")
        ),
        Term("form", N_("Form"), N_("The way help is given: training, a study visit, drafting, advice.")),
        Term(
            "offer", N_("Offer"), N_("What a provider says it can give, and for how many experts and days.")
        ),
        Term(
            "commitment",
            N_("Commitment"),
            N_(
                "What states agreed to do. Needs and offers name the same ones, so that they find each other."
            ),
        ),
        Term(
            "endorsement",
            N_("Endorsement"),
            N_("The focal point's word that a public body asks in the name of its state."),
        ),
        Term(
            "level",
            N_("Level of confidentiality"),
            N_("Who may read a need. The requester chooses it; its title counts as confidential too."),
        ),
        Term(
            "specificity",
            N_("Specificity"),
            N_("How well a text says who, what, until when, what exists already and what counts as done."),
        ),
        Term(
            "overlap",
            N_("Overlap"),
            N_("A need or earlier help that may be about the same thing. A person judges whether it is."),
        ),
        Term(
            "harm",
            N_("Do-no-harm check"),
            N_("What harm the help could do to people, how that is prevented, and what the desk says to it."),
        ),
    ),
)
MATCHING = Group(
    N_("How teams are found"),
    (
        Term(
            "round",
            N_("Round"),
            N_("A computation over all open needs of a desk at once, which proposes a team for each."),
        ),
        Term(
            "policy",
            N_("Policy"),
            N_("The published rules of a round: what must hold, and what counts how much."),
        ),
        Term(
            "proposal",
            N_("Proposal"),
            N_("A team for a need, with the reasons for it. It is advice; people decide."),
        ),
        Term(
            "seat",
            N_("Seat"),
            N_("A place in a team: one offer for one component. Who holds it says yes or no."),
        ),
        Term(
            "score",
            N_("Score"),
            N_(
                "How well somebody fits, from 0 to 100, with points for each criterion and what they rest on."
            ),
        ),
        Term(
            "to-be-confirmed",
            N_("To be confirmed"),
            N_("What nobody stated. It never excludes anybody, but it is asked before work begins."),
        ),
        Term(
            "evidence",
            N_("Evidence"),
            N_(
                "What an expertise rests on: one's own word, the employer's, documents, peers, or rated help."
            ),
        ),
        Term(
            "track-record",
            N_("Track record"),
            N_("Help that a provider gave before, on what and to whom, with its source."),
        ),
        Term(
            "unmet",
            N_("Unmet"),
            N_("What nobody on offer can cover, with the cause and with what would help."),
        ),
        Term("lock", N_("Lock"), N_("A decision of a person that a round has to keep, with its reason.")),
        Term(
            "veto", N_("Veto"), N_("A decision of a person that somebody is not proposed, with its reason.")
        ),
    ),
)
DECIDING = Group(
    N_("How people decide"),
    (
        Term(
            "consent",
            N_("Consent"),
            N_("A yes to words that are kept with it. It can be taken back until the team is confirmed."),
        ),
        Term(
            "conflict",
            N_("Conflict of interest"),
            N_("What could keep somebody from being impartial. It is declared before a seat is accepted."),
        ),
        Term(
            "booking",
            N_("Booking"),
            N_("Room that a seat takes: held while answers are awaited, committed once a team is confirmed."),
        ),
        Term(
            "clock",
            N_("Clock"),
            N_("Until when somebody has to act. Both sides see it; it counts working days of the desk."),
        ),
        Term(
            "after-care",
            N_("After-care"),
            N_("Half a year and a year after the help: is what it left still in use?"),
        ),
        Term(
            "journal",
            N_("Journal"),
            N_("The record of who did what and when. Nobody can change it unnoticed."),
        ),
    ),
)
GROUPS = (WHO, WHAT, MATCHING, DECIDING)
