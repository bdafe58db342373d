"""What profiles may say: the settings of every adapter that is installed."""

from collections.abc import Iterable

from rbengine.contract.operations import AdapterSignature, HttpProvider, Setting


class Offered:
    """The settings that adapters offer to profiles."""

    def __init__(self, signatures: Iterable[AdapterSignature]) -> None:
        self.adapters: tuple[str, ...] = ()
        self._exact: dict[str, Setting] = {}
        self._kinds: dict[str, Setting] = {}
        self._providers: list[HttpProvider] = []
        self._behind: dict[str, tuple[str, ...]] = {}
        for signature in signatures:
            self.adapters = (*self.adapters, signature.name)
            self._providers += signature.providers
            self._behind[signature.name] = tuple(one.name for one in signature.providers)
            for one in signature.settings:
                if one.name.endswith(".*"):
                    self._kinds.setdefault(one.name[:-2], one)
                else:
                    self._exact.setdefault(one.name, one)

    def setting(self, name: str) -> Setting | None:
        """The setting that `name` is, or is one of."""
        found = self._exact.get(name)
        if found is not None:
            return found
        for one in self._kinds.values():
            if one.covers(name):
                return one
        family, dot, last = name.rpartition(".")
        if dot and last == "url" and self._is_provider(family):
            return Setting(
                name=name,
                doc=f"where `{family}` is, instead of the vendor's own address",
                example="https://vendors.internal",
            )
        return None

    def of_kind(self, name: str) -> bool:
        """Whether `name` is a table of settings: `imap.password`."""
        return name in self._kinds

    def tables(self) -> tuple[str, ...]:
        """The words that tables of a profile may be called."""
        names = (*self._exact, *self._kinds)
        plain = [one.name for one in self._providers if not one.name.endswith("*")]
        return tuple(sorted({*(one.partition(".")[0] for one in names), *plain}))

    def is_table(self, name: str) -> bool:
        """Whether a table of a profile may be called `name`."""
        return name in self.tables() or self._is_provider(name)

    def within(self, table: str) -> tuple[str, ...]:
        """What may stand in a table, without its name."""
        names = [*self._exact, *self._kinds, *(f"{one.name}.url" for one in self._providers)]
        return tuple(
            sorted({one.partition(".")[2] for one in names if one.startswith(f"{table}.")})
        )

    def behind(self, adapter: str) -> tuple[str, ...]:
        """The providers that an adapter asks; each may have a table of its own."""
        return self._behind.get(adapter, ())

    def _is_provider(self, name: str) -> bool:
        return any(one.covers(name) for one in self._providers)
