"""The checked runbook as flat code. `ir` modules know no trees; only `build` reads them."""
