"""What codes of clocks are called on pages."""

from collections.abc import Mapping
from types import MappingProxyType

from service.texts import N_

UNIT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "hours": N_("hours"),
        "days": N_("days"),
        "working_days": N_("working days"),
        "months": N_("months"),
    }
)
URGENCY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "emergency": N_("Emergency"),
        "urgent": N_("Urgent"),
        "priority": N_("Priority"),
        "routine": N_("Routine"),
    }
)
IN_USE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "yes": N_("Yes, it is still in use"),
        "partly": N_("Partly"),
        "no": N_("No"),
    }
)
