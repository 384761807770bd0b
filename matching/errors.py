"""What the engine refuses, and how it says so.

:class:`InvalidProblem`: a record of the problem or policy is wrong; it says which record and field.
:class:`UnknownSetting`: a setting was named that does not exist.
:class:`UnverifiedOutcome`: the independent checker found fault with a result. A bug of ours, no refusal.
"""


class InvalidProblem(Exception):
    """A record of the input is wrong.

    Not a ``ValueError`` on purpose: pydantic would swallow those while it builds the value around it.

    Parameters
    ----------
    record : str
        The record, as ``kind:id`` (``need:N1``), or its place where it has no id (``problem``).
    field : str
        The field within the record, dotted, with indices (``components[0].slots``).
    code : str
        What is wrong, in one word that programs can rely on (``missing``, ``unknown``, ``repeated``,
        ``greater_than_equal`` and the other codes of pydantic).
    """

    def __init__(self, record: str, field: str, code: str) -> None:
        self.record = record
        self.field = field
        self.code = code
        super().__init__(f"{record}: {field or 'record'}: {code}")


class UnknownSetting(Exception):
    """A setting or method was named that this engine does not have."""

    def __init__(self, setting: str, value: object, known: tuple[str, ...] = ()) -> None:
        self.setting = setting
        self.value = value
        self.known = known
        choice = f"; known: {', '.join(known)}" if known else ""
        super().__init__(f"unknown {setting}: {value!r}{choice}")


class UnverifiedOutcome(RuntimeError):
    """The independent checker rejects a result. This is a defect of the engine."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))
