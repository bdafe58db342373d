"""Rehearsals: worlds, scenarios, the company's own app, and the simulated company they act on."""
