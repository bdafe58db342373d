"""The language server: what editors speak to. It reads and describes; it cannot run a playbook."""
