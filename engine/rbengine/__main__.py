"""`python -m rbengine` is the installed command."""

from rbengine.cli.main import entry

if __name__ == "__main__":
    entry()
