"""The first event of a run on a stage."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rbengine.contract.values import Value
from rbengine.host.journal import RunRecord
from rbengine.host.starting import adapters_of, channels_as_noted, first_event
from rbengine.rehearsal.stage import Stage
from rbengine.runtime.events import Environment, Started


def first_on_stage(
    stage: Stage,
    *,
    began: datetime,
    others: Sequence[RunRecord],
    inputs: Mapping[str, Value],
    engine: str,
    diagnose_only: bool = False,
    verify_only: bool = False,
) -> Started:
    """A run that begins now, its ids the next after those of `others`. Raises MissingInputError."""
    plan, setting = stage.plan, stage.setting
    environment = Environment(
        profile="",
        backends=dict.fromkeys(adapters_of(plan, setting.channels.values()), "simulated"),
        world=setting.title,
        channels=channels_as_noted(setting.channels),
    )
    return first_event(
        plan,
        now=stage.clock.now(),
        began=began,
        operator=stage.operator,
        environment=environment,
        secrets=stage.secrets,
        others=others,
        inputs=inputs,
        engine=engine,
        diagnose_only=diagnose_only,
        verify_only=verify_only,
        rehearsal=True,
    )
