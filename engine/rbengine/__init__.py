"""rbengine: runbooks that a person can read aloud and a machine can check, rehearse and run."""

__version__ = "0.1.0"
