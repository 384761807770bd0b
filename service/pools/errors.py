"""What pools refuse."""

from service.errors import Refusal
from service.texts import N_


class ImportNotReady(Refusal):
    """The import is not at a point at which it can be confirmed or discarded."""

    code = "import_not_ready"
    title = N_("Not possible at this stage")
    sentence = N_("Wait until every line was looked at. What was taken in already stays.")


class NothingToImport(Refusal):
    """No line of the file could be taken in."""

    code = "nothing_to_import"
    title = N_("Nothing to take in")
    sentence = N_("No line is new or changed. Put the file right and send it again.")


class ImportUnderWay(Refusal):
    """Another file of the same stakeholder is being looked at or taken in."""

    code = "import_under_way"
    title = N_("Another file is under way")
    sentence = N_("Another file of yours is not done yet. Finish or discard it first.")
