"""One worker's rehearsals: it keeps one simulated database, and makes a new company for each run.

This is what the command line builds on:

    session = RehearsalSession(workspace, signature_of=…, schema_sql=…, server=start_server, seed=0, engine="0.1.0")
        workspace: Workspace; signature_of(adapter name) -> AdapterSignature | None; schema_sql: str
        server: Callable[[], Server], called once, and only when a run reads or writes SQL

    session.worlds(path) -> tuple[WorldSummary, ...]          of the runbook at `path`: the default one first
    session.scenarios(path) -> tuple[Scenario, ...]           in the order written

    session.execute(path, world=None, inputs={}, started=None, observer=None, people=None,
                    diagnose_only=False, operator=None) -> Rehearsal
        world: a world's name; None takes the default one, or an empty world where there is no scenarios file.
        inputs: name -> Value, they win over the world's. started: the incident's start (aware).
        observer: Callable[[Turn], None], told of every turn as it happens.
        people: People (host.people); None: those of the world. `InteractivePeople` asks a callback.
        Raises workspace.CannotBePlannedError, rehearsal.errors.WorldError (its `problem` is a Diagnostic).

    session.rehearse(path, scenario, observer=None) -> Rehearsal     `misses` holds what was not as expected
    session.close()

`Turn` is (event, commands, state): `commands` holds `Show(notice)` for screens, `AskPeople` while a question opens,
and last `Finish`. Times on the left of a screen are `turn.event.at - rehearsal.began`; the first turn's event is
`Started` and holds run, incident, `began`, world and backends.
"""
