"""Secrets of a run that nobody wrote down: a text for each, the same wherever it was the same."""

from rbengine.contract.changes import OperationAction
from rbengine.contract.values import Row, SecretReference, Value
from rbengine.rehearsal.from_run.moments import Lived
from rbengine.rehearsal.from_run.sayings import EXPECTED, OTHER
from rbengine.runtime.commands import ApplyRequest, OperationRequest


class Secrets:
    """Of one run. Whoever checks a secret tells what it should be, whoever sets one what it is from then on."""

    def __init__(self, run: Lived) -> None:
        self._texts: dict[str, str] = {}
        self._expected: dict[str, str] = {}
        self._held: dict[str, str] = {}
        given: dict[str, str] = {}
        right: set[str] = set()
        """Names of secrets that were right before anybody set them."""
        for seen in run.calls:
            match seen.request:
                case ApplyRequest(actions=actions):
                    for action in actions:
                        if isinstance(action, OperationAction):
                            given |= self._named(action.arguments.value)
                case OperationRequest(arguments=arguments):
                    asked = self._named(arguments.value)
                    value = seen.value
                    for name, text in asked.items():
                        if value == "same":
                            self._held.setdefault(name, text)
                    for one in value if isinstance(value, tuple) else ():
                        if isinstance(one, Row) and one.get("state") == "same":
                            name = str(one.get("name"))
                            if name in given:
                                self._expected.setdefault(name, given[name])
                            else:
                                right.add(name)
                case _:
                    continue
        for name in right & self._held.keys():
            self._expected.setdefault(name, self._held[name])

    def plain(self, value: Value) -> Value:
        """A value with a text for each secret."""
        match value:
            case SecretReference(digest=digest):
                number = len(self._texts) + 1
                return self._texts.setdefault(digest, f"a secret that was asked for ({number})")
            case tuple():
                return tuple(map(self.plain, value))
            case Row():
                return Row({name: self.plain(one) for name, one in value.items()})
            case _:
                return value

    def put(self, name: str, value: Value) -> Value:
        """For a secret of that name that is right, or is not, the one that somebody gave."""
        if value == EXPECTED:
            return self._expected.get(name, value)
        if value == OTHER:
            return self._held.get(name, value)
        return value

    def _named(self, arguments: Value) -> dict[str, str]:
        if not isinstance(arguments, Row):
            return {}
        name, value = arguments.get("name"), arguments.get("value")
        if not isinstance(name, str) or not isinstance(value, SecretReference):
            return {}
        return {name: str(self.plain(value))}
