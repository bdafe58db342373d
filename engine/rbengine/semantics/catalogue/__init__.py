"""Every code of the checker of runbooks and libraries: why it is a rule, what breaks it, and what is right."""

from rbengine.semantics.catalogue import duties, effects, names, sql, types

CATALOGUE = (*names.ENTRIES, *effects.ENTRIES, *types.ENTRIES, *sql.ENTRIES, *duties.ENTRIES)
