"""The files of a project and what is known of each. No IO: texts and facts are handed in.

The passes are imported where they are called: a command loads those it needs, and each loads its own dozen modules.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from rbengine.contract.policy import WITHOUT_A_POLICY, PolicyModel
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.collector import in_reading_order
from rbengine.source import SourceFile
from rbengine.syntax import describe as describe_syntax
from rbengine.syntax import parse, parse_again
from rbengine.syntax.kinds import Kind, beginning, head
from rbengine.syntax.nodes import App, Library, Node, Policy, Runbook, Scenarios, Tree
from rbengine.workspace.identity import doubled, one_slip, own_name
from rbengine.workspace.judging import problems_in_file
from rbengine.workspace.paths import runbook_path, scenarios_path

if TYPE_CHECKING:
    from rbengine.contract.operations import Operation
    from rbengine.plan.program import Plan
    from rbengine.semantics.analysis import Analysis, Tables
    from rbengine.semantics.app import EventSubject
    from rbengine.semantics.inference.workbench import SignatureOf
    from rbengine.semantics.sql_facts import Describer
    from rbengine.syntax.parsed import Parsed

T = TypeVar("T", bound=Node)
V = TypeVar("V")

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_KINDS: dict[type[Node], Kind] = {
    Runbook: "runbook",
    Policy: "policy",
    Library: "library",
    App: "app",
    Scenarios: "scenarios",
}


class CannotBePlannedError(ValueError):
    """A runbook, or something it stands on, has errors. `problems` holds them."""

    def __init__(self, problems: tuple[Diagnostic, ...]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


class Workspace:
    """Files by path (relative to the project, with `/`). Everything is worked out when it is first asked for.

    Files that begin with another word than ours are `foreign`: they are Ruby and left alone.
    """

    def __init__(
        self,
        texts: Mapping[str, str],
        *,
        signature_of: "SignatureOf",
        describer: "Describer",
        builders: "Mapping[str, Operation] | None" = None,
        event_subject: "EventSubject | None" = None,
        zone_exists: Callable[[str], bool] | None = None,
        holiday_codes: Callable[[str], Collection[str]] | None = None,
    ) -> None:
        """`builders`: the lines that a world may say about vendors, by full name; without them they are not judged.
        `event_subject` knows what a vendor's webhook carries; without it an app's `event` may have any field.
        `zone_exists` knows the time zones, `holiday_codes` whose holidays are known; without them only the form of
        their names is judged."""
        self._texts = dict(texts)
        self._signature_of = signature_of
        self._describer = describer
        self._builders = builders
        self._event_subject = event_subject
        self._zone_exists = zone_exists
        self.holiday_codes = holiday_codes
        """Who knows holidays."""
        self._sources: dict[str, SourceFile] = {}
        self._parsed: dict[str, Parsed] = {}
        self._former: dict[str, tuple[SourceFile, Parsed]] = {}
        """For texts that have changed: what they were before, whose parts need not be read again."""
        self._analyses: dict[str, Analysis] = {}
        self._problems: dict[str, tuple[Diagnostic, ...]] = {}
        self._plans: dict[str, Plan] = {}
        self._learned: dict[str, Tables | None] = {}

    @property
    def signature_of(self) -> "SignatureOf":
        """Who knows adapters."""
        return self._signature_of

    @property
    def describer(self) -> "Describer":
        """Who knows the schema."""
        return self._describer

    @property
    def builders(self) -> "Mapping[str, Operation]":
        """The lines that a world may say about vendors, by full name; none where nobody knows them."""
        return self._builders or {}

    @property
    def event_subject(self) -> "EventSubject | None":
        """Who knows what webhooks carry."""
        return self._event_subject

    @property
    def zone_exists(self) -> Callable[[str], bool] | None:
        """Who knows time zones."""
        return self._zone_exists

    @property
    def policy_problems(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the policy itself."""
        return self._policy[1]

    @property
    def texts(self) -> Mapping[str, str]:
        """Every file's text by its path."""
        return self._texts

    def with_text(self, path: str, text: str | None) -> "Workspace":
        """The same project with another text of one file (None: without it).

        What was worked out of files that do not depend on it is taken along. This one stays as it is.
        """
        texts = _without(self._texts, {path})
        if text is not None:
            texts[path] = text
        after = self._again(texts, self._describer)
        after._sources = _without(self._sources, {path})
        after._parsed = _without(self._parsed, {path})
        after._former = dict(self._former)
        if path in self._parsed and path in texts:
            after._former[path] = (self.source(path), self._parsed[path])
        if path not in self._texts or path not in texts or not self._is_called_as(path, after):
            return after
        touched = {*self.dependents(path), *after.dependents(path)}
        after._analyses = _without(self._analyses, touched)
        after._problems = _without(self._problems, touched)
        after._plans = _without(self._plans, touched)
        after._learned = _without(self._learned, touched)
        for name, kind in (("_policy", "policy"), ("libraries", "library")):
            if name in self.__dict__ and self.kind(path) != kind:
                after.__dict__[name] = self.__dict__[name]
        return after

    def with_describer(self, describer: "Describer") -> "Workspace":
        """The same texts, judged anew by another who knows the schema."""
        after = self._again(self._texts, describer)
        after._sources.update(self._sources)
        after._parsed.update(self._parsed)
        return after

    def dependents(self, path: str) -> tuple[str, ...]:
        """Files whose problems may be others when the text of `path` is, itself among them, sorted."""
        if path not in self._texts:
            return ()
        found = {path}
        match self.kind(path):
            case "runbook" | "calendar":
                found |= {scenarios_path(path)} & self._texts.keys()
                if "\nuse " in self._texts[path]:  # what it uses of a library, that library is told
                    found |= {one for one in self.files if self.kind(one) == "library"}
            case "policy" | "library" | "app":
                found |= set(self.files)
            case _:
                pass
        return tuple(sorted(found))

    def stands_on(self, path: str) -> tuple[str, ...] | None:
        """The runbooks on whose text the problems of `path` depend, besides on every file of another kind.

        None for a library: what is used of it stands in all of them.
        """
        match self.kind(path):
            case "library":
                return None
            case "runbook":
                words = _WORD.findall(head(self.source(path).text))
                namesakes = self._by_word[("runbook", words[1])] if len(words) > 1 else []
                return tuple(one for one in namesakes if one != path)
            case "scenarios":
                beside = runbook_path(path)
                return (beside,) if beside is not None and beside in self._texts else ()
            case _:
                return ()

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of the files that are ours, sorted."""
        return tuple(path for path in sorted(self._texts) if self.kind(path) != "foreign")

    @property
    def foreign(self) -> tuple[str, ...]:
        """Paths of the files that were left alone, sorted."""
        return tuple(path for path in sorted(self._texts) if self.kind(path) == "foreign")

    @property
    def runbooks(self) -> tuple[str, ...]:
        """Paths of the runbooks, sorted."""
        return tuple(path for path in sorted(self._texts) if self.kind(path) == "runbook")

    def source(self, path: str) -> SourceFile:
        """The text of a file. Raises KeyError for a path that was not handed in."""
        source = self._sources.get(path)
        if source is None:
            source = self._sources[path] = SourceFile(path, self._texts[path])
        return source

    def kind(self, path: str) -> Kind:
        """What a file holds."""
        return beginning(self.source(path).text).kind

    def tree(self, path: str) -> Tree | None:
        """The tree of a file; None where it is foreign, empty or refused."""
        return self._parse(path).tree

    def runbook(self, code: str) -> str | None:
        """The path of the runbook `RB-011`; the first by path where two have the name."""
        for path, tree in self._trees(Runbook, code):
            if tree.code.text == code:
                return path
        return None

    def scenarios_for(self, path: str) -> tuple[Scenarios, SourceFile] | None:
        """The worlds and rehearsals of the runbook at `path`, from `scenarios/` beside it."""
        beside = scenarios_path(path)
        tree = self.tree(beside) if beside in self._texts else None
        return (tree, self.source(beside)) if isinstance(tree, Scenarios) else None

    def policy(self) -> PolicyModel:
        """The project's rules; the engine's defaults where it has no policy file."""
        return self._policy[0]

    def policy_source(self) -> SourceFile | None:
        """The file the policy was read from."""
        first = next(self._trees(Policy), None)
        return None if first is None else self.source(first[0])

    def app(self) -> tuple[App, SourceFile] | None:
        """What the company's own program does."""
        first = next(self._trees(App), None)
        return None if first is None else (first[1], self.source(first[0]))

    def analysis(self, path: str) -> "Analysis":
        """What the checker knows of the runbook at `path`; its problems with those of its text.

        Raises ValueError where the file is no runbook.
        """
        found = self._analyses.get(path)
        if found is None:
            tree = self.tree(path)
            if not isinstance(tree, Runbook):
                raise ValueError(f"{path} is no runbook")
            from rbengine.semantics.check import check
            from rbengine.semantics.libraries import used_names

            found = check(
                tree,
                self.source(path),
                policy=self.policy(),
                # Whoever uses none does not wait until all are read.
                libraries=self.libraries if used_names(tree) else {},
                signature_of=self._signature_of,
                describer=self._describer,
                observing=self.observing,
            )
            problems = in_reading_order(one_slip(self.syntax(path), found.problems))
            found = msgspec.structs.replace(found, problems=problems)
            self._analyses[path] = found
        return found

    def tables(self, path: str) -> "Tables | None":
        """What was learned of the nodes of a file; None for a policy, and for scenarios without their runbook."""
        known = self._analyses.get(path)
        if known is not None:
            return known.tables
        if path not in self._learned:
            from rbengine.workspace.learning import learned_of

            self._learned[path] = learned_of(self, path)
        return self._learned[path]

    def statement_types(self, path: str) -> Mapping[int, tuple[str, ...]]:
        """As what the values in each statement of a file are sent, by its node."""
        tables = self.tables(path)
        statements = {} if tables is None else tables.statements
        return {node: tuple(one.type for one in its.parameters) for node, its in statements.items()}

    def problems(self, path: str) -> tuple[Diagnostic, ...]:
        """Everything that is wrong with one file, in the order of its text."""
        found = self._problems.get(path)
        if found is None:
            found = in_reading_order((*problems_in_file(self, path), *self._among_files(path)))
            self._problems[path] = found
        return found

    def plan(self, path: str) -> "Plan":
        """The plan of the runbook at `path`.

        Raises CannotBePlannedError where it, its libraries or the policy have errors, ValueError for no runbook.
        """
        plan = self._plans.get(path)
        if plan is None:
            analysis = self.analysis(path)
            stands_on = [path, *(one.tables.source.path for one in analysis.libraries)]
            policy = self.policy_source()
            if policy is not None:
                stands_on.append(policy.path)
            found = in_reading_order(one for file in stands_on for one in self.problems(file))
            errors = tuple(one for one in found if one.severity == "error")
            if errors:
                raise CannotBePlannedError(errors)
            from rbengine.plan.build import build_plan

            plan = self._plans[path] = build_plan(analysis, policy_source=policy)
        return plan

    def take_plan(self, path: str, plan: "Plan") -> bool:
        """Use a plan that was made before, of the same schema; False where it was made of other texts than these."""
        same = all(
            other in self._texts and self.source(other).digest == digest
            for other, digest in plan.texts
        )
        if same:
            self._plans[path] = plan
        return same

    def _again(self, texts: Mapping[str, str], describer: "Describer") -> "Workspace":
        return Workspace(
            texts,
            signature_of=self._signature_of,
            describer=describer,
            builders=self._builders,
            event_subject=self._event_subject,
            zone_exists=self._zone_exists,
            holiday_codes=self.holiday_codes,
        )

    def _is_called_as(self, path: str, after: "Workspace") -> bool:
        """Whether the file is still of its kind and name, so that others mean it as before."""
        is_its_kind = self.kind(path) == after.kind(path)
        return is_its_kind and own_name(self.tree(path)) == own_name(after.tree(path))

    def _parse(self, path: str) -> "Parsed":
        parsed = self._parsed.get(path)
        if parsed is None:
            former = self._former.pop(path, None)
            source = self.source(path)
            parsed = parse(source) if former is None else parse_again(source, *former)
            self._parsed[path] = parsed
        return parsed

    def syntax(self, path: str) -> tuple[Diagnostic, ...]:
        """What is wrong with the text of a file, and what its comments leave open."""
        source = self.source(path)
        parsed = self._parse(path)
        from rbengine.semantics.questions import open_questions

        asked = open_questions(path, parsed.trivia)
        return (*(describe_syntax(one, source) for one in parsed.problems), *asked)

    def _trees(self, kind: type[T], holding: str = "") -> Iterator[tuple[str, T]]:
        """Files of this kind. Only those with this word in their head are read: no other can have it as its name."""
        for path in self._by_word.get((_KINDS[kind], holding), ()):
            tree = self.tree(path)
            if isinstance(tree, kind):
                yield path, tree

    @cached_property
    def _by_word(self) -> Mapping[tuple[Kind, str], list[str]]:
        """Paths, sorted, by their kind and each word of their head; below the empty word all of the kind."""
        found: dict[tuple[Kind, str], list[str]] = {}
        for path in sorted(self._texts):
            text = self.source(path).text
            kind = beginning(text).kind
            for word in ("", *dict.fromkeys(_WORD.findall(head(text)))):
                found.setdefault((kind, word), []).append(path)
        return found

    @cached_property
    def _policy(self) -> tuple[PolicyModel, tuple[Diagnostic, ...]]:
        first = next(self._trees(Policy), None)
        if first is None:
            return WITHOUT_A_POLICY, ()
        from rbengine.semantics.policy import read_policy

        path, tree = first
        return read_policy(tree, self.source(path), zone_exists=self._zone_exists)

    @cached_property
    def libraries(self) -> Mapping[str, tuple[Library, SourceFile]]:
        """Libraries by name; of two that have one name, the first by path."""
        found: dict[str, tuple[Library, SourceFile]] = {}
        for path, tree in self._trees(Library):
            found.setdefault(tree.name.text, (tree, self.source(path)))
        return found

    @cached_property
    def observing(self) -> frozenset[str]:
        """The functions of the company's own program that only read, by what app and libraries say."""
        from rbengine.semantics.app import observing_functions

        app = self.app()
        written = (self._texts[one] for one in self._by_word.get(("library", ""), ()))
        libraries = self.libraries.values() if any(" observes" in one for one in written) else ()
        return observing_functions(None if app is None else app[0], [one for one, _ in libraries])

    def _among_files(self, path: str) -> tuple[Diagnostic, ...]:
        tree = self.tree(path)
        name = own_name(tree)[1]
        return () if tree is None else doubled(path, tree, self._trees(type(tree), name))


def _without(known: Mapping[str, V], paths: Collection[str]) -> dict[str, V]:
    return {path: its for path, its in known.items() if path not in paths}
