"""Secrets of a run: in memory only. Everything that is written down holds their references."""

from rbengine.contract.values import Row, SecretReference, SecretValue, Value


class SecretBox:
    """Takes secrets out of what comes back, and puts them into what goes out."""

    def __init__(self) -> None:
        self._held: dict[SecretReference, SecretValue] = {}

    def put_away(self, value: Value) -> Value:
        """`value` with references in place of its secrets, which are kept."""
        match value:
            case SecretValue():
                self._held[value.reference] = value
                return value.reference
            case Row():
                return Row({name: self.put_away(one) for name, one in value.items()})
            case tuple():
                return tuple(self.put_away(one) for one in value)
            case _:
                return value

    def bring_out(self, value: Value) -> Value:
        """`value` with its secrets again. Raises KeyError with the name of one that is no longer known."""
        match value:
            case SecretReference():
                held = self._held.get(value)
                if held is None:
                    raise KeyError(value.name)
                return held
            case Row():
                return Row({name: self.bring_out(one) for name, one in value.items()})
            case tuple():
                return tuple(self.bring_out(one) for one in value)
            case _:
                return value
