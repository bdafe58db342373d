"""What an adapter is: types, values, effects, signatures, outcomes and their codec.

The only package of the engine that adapters import. Import names from the modules below; this package
imports none of them, so that reading a signature loads nothing else.
"""
