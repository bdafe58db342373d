"""The pure machine: `advance(state, event) -> (state, commands)`, and the journal's event types."""
