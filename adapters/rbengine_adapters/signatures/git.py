"""What the git adapter promises: what was committed to a repository, and taking a commit back.

It works on the `origin` of the checkout that the setting `git.checkout.NAME` names, and touches neither the
checkout's files nor its branches. A push deploys nothing by itself: what is deployed, the platform says.
"""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter, Setting
from rbengine.contract.types import BOOL, INSTANT, INT, TEXT, FieldType, ListOf, Record
from rbengine.contract.values import Datum

COMMIT = Record(
    (
        FieldType("short", TEXT),
        FieldType("title", TEXT),
        FieldType("author", TEXT),
        FieldType("at", INSTANT),
        FieldType("merge", BOOL),
        FieldType("sha", TEXT),
    ),
    "git.commit",
)

_REPOSITORY = Parameter(
    name="repository", type=TEXT, doc="its name in the settings: `git.checkout.NAME` is its folder"
)
_BRANCH = Parameter(name="branch", type=TEXT, doc="the branch", default=Datum("main"))

_OPERATIONS = (
    Operation(
        adapter="git",
        name="log",
        doc=(
            "Commits that came to a branch of `origin`, newest first, as they are there now. `at` is when it was "
            "committed, which is what `since` goes by."
        ),
        parameters=(
            _REPOSITORY,
            Parameter(name="since", type=INSTANT, doc="committed at or after this moment"),
            Parameter(
                name="paths",
                type=ListOf(TEXT),
                doc="that touch one of these, `*` and `**` as git knows them; none of them: all",
                default=Datum(()),
            ),
            _BRANCH,
            Parameter(
                name="at_most",
                type=INT,
                doc="how many there may be; more is refused with `too_many`",
                default=Datum(200),
            ),
        ),
        effect="observe",
        result=ListOf(COMMIT),
        refusals=("not_found", "invalid", "too_many"),
        api="git fetch origin main; git log --since=… origin/main -- ':(glob)…'",
        source="https://git-scm.com/docs/git-log",
    ),
    Operation(
        adapter="git",
        name="revert_and_push",
        doc=(
            "Take a commit back with a commit of its own, and push that. A merge is taken back as a whole. What was "
            "changed again since, or is taken back already, is refused with `conflict`, and so is a push that "
            "somebody was faster with: nothing is merged by guessing, and nothing is forced."
        ),
        parameters=(
            _REPOSITORY,
            Parameter(name="commit", type=TEXT, doc="its whole id"),
            _BRANCH,
        ),
        effect="change",
        result=COMMIT,
        idempotency="by key",
        refusals=("not_found", "invalid", "conflict"),
        settles=True,
        undoable=True,
        api="git revert; git push origin HEAD:main",
        source="https://git-scm.com/docs/git-revert",
    ),
)

_SETTINGS = (
    Setting(
        name="git.checkout.*",
        doc="the folder of a checkout, by the name that playbooks call the repository",
        example="~/src/shop",
        required=True,
    ),
    Setting(
        name="git.remote.*",
        doc="the address of its remote `origin`, by the same name",
        example="git@git.example.com:shop.git",
        says_where=True,
    ),
    Setting(
        name="git.committer",
        doc="who reverts, as git writes it",
        example="On-call <on-call@example.com>",
    ),
)

SIGNATURE = AdapterSignature(
    name="git",
    title="git",
    version="2",
    operations=_OPERATIONS,
    records=(COMMIT,),
    factory="rbengine_adapters.git.adapter:factory",
    settings=_SETTINGS,
)
