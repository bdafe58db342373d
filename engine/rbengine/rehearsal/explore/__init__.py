"""Every way a runbook can go, without a simulator: the machine is pure, and its states are values."""
