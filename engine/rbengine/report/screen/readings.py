"""What a second reading says that the first did not: a screen repeats nothing that is the same."""

from rbengine.report.screen.line import Line, line
from rbengine.report.values import in_words
from rbengine.runtime.notices import Bound, FindingJudged, Verified


class Readings:
    """Follows diagnoses. While one is read again, headings are held back until something new stands below them."""

    def __init__(self, findings: int, zone: str) -> None:
        self._findings = findings
        self._zone = zone
        self._said: dict[str, str] = {}
        self._here: dict[str, str] = {}
        self._section: list[Line] = []
        self._step: list[Line] = []
        self._left = 0
        self._times = 0

    @property
    def again(self) -> bool:
        """Whether a diagnosis is being read again at this moment."""
        return self._left > 0

    def enter(self, heading: list[Line], *, again: bool) -> list[Line]:
        """A section begins. The first reading again is announced, later ones only when they bring news."""
        self._section, self._step, self._here = [], [], {}
        self._left = self._findings if again else 0
        if not again:
            return heading
        self._times += 1
        if self._times == 1:
            return heading
        self._section = heading
        return []

    def step(self, heading: list[Line]) -> list[Line]:
        """A step begins; one that brings nothing new gives way to the next."""
        self._here = {}
        if not self.again:
            return heading
        self._step = heading
        return []

    def stop(self) -> None:
        """The reading ended before all findings were judged."""
        self._left = 0

    def told(self, notice: Bound | FindingJudged | Verified, rows: list[Line]) -> list[Line]:
        """`rows` under their headings, or nothing where the same was said before."""
        name, text = self._words(notice)
        again = self.again
        # In a `within` the same is read over and over: it is said when it changes.
        news = self._said.get(name) != text if again else self._here.get(name) != text
        self._said[name] = self._here[name] = text
        if isinstance(notice, FindingJudged):
            # Findings stand behind the steps: the last step's label is not their heading.
            self._step = []
            if not news and notice.verdict == "found" and f"still {name}" not in self._said:
                self._said[f"still {name}"] = text
                news, rows = True, [line((notice.name, "strong"), "  still holds", margin="found")]
            shown = self.under_headings(rows) if news else []
            self._judged()
            return shown
        return self.under_headings(rows) if news else []

    def _judged(self) -> None:
        """One finding more; with the last one the reading is over, and what had no news is never shown."""
        if self._left:
            self._left -= 1
            if not self._left:
                self._section, self._step = [], []

    def under_headings(self, rows: list[Line]) -> list[Line]:
        """`rows` with the headings that were held back for them."""
        held = [*self._section, *self._step]
        self._section, self._step = [], []
        return [*held, *rows]

    def _words(self, notice: Bound | FindingJudged | Verified) -> tuple[str, str]:
        match notice:
            case Bound(name=name, value=value):
                return f"binding {name}", in_words(value.value, self._zone)
            case FindingJudged(name=name, verdict=verdict):
                return f"finding {name}", verdict
            case Verified(text=text, holds=holds):
                return f"line {text}", str(holds)
