"""Addons of the project: what it has, what there is, and what that costs."""

from rbengine.rehearsal.company.exchange import Object

_COMPUTE = (
    ("ci_micro", "Micro", "$0.01344/hour (~$10/month)", 0.01344),
    ("ci_small", "Small", "$0.0206/hour (~$15/month)", 0.0206),
    ("ci_medium", "Medium", "$0.0822/hour (~$60/month)", 0.0822),
    ("ci_large", "Large", "$0.1517/hour (~$110/month)", 0.1517),
    ("ci_xlarge", "XL", "$0.2877/hour (~$210/month)", 0.2877),
    ("ci_2xlarge", "2XL", "$0.562/hour (~$410/month)", 0.562),
    ("ci_4xlarge", "4XL", "$1.32/hour (~$960/month)", 1.32),
)
"""Id, name, price in words and by the hour, as the vendor's own recording and price list have them."""

NEW_COMPUTE = "ci_micro"
"""The compute size of a new project."""


class Addons:
    """Only the compute size is had at first, and only it can be changed here."""

    def __init__(self) -> None:
        self.compute = NEW_COMPUTE

    def apply(self, kind: str, variant: str) -> bool:
        """Take another variant; False for one that there is not."""
        if kind != "compute_instance" or variant not in (one[0] for one in _COMPUTE):
            return False
        self.compute = variant
        return True

    def shown(self) -> Object:
        """As the vendor lists them."""
        variants = [
            {
                "id": id_,
                "name": name,
                "price": {
                    "description": words,
                    "type": "usage",
                    "interval": "hourly",
                    "amount": amount,
                },
            }
            for id_, name, words, amount in _COMPUTE
        ]
        chosen = next(one for one in variants if one["id"] == self.compute)
        available = {
            "type": "compute_instance",
            "name": "Compute Instance",
            "variants": variants,
        }
        return {
            "selected_addons": [{"type": "compute_instance", "variant": chosen}],
            "available_addons": [available],
        }
