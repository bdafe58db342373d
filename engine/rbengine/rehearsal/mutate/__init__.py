"""Small faults put into a playbook on purpose: rehearsals that are worth something notice them."""

from rbengine.rehearsal.mutate.mutants import Mutant, mutants_of
from rbengine.rehearsal.mutate.trial import MissesAlreadyError, Trial, Verdict

__all__ = ["MissesAlreadyError", "Mutant", "Trial", "Verdict", "mutants_of"]
