"""What an organisation decides for its PCs: read once at the start, obeyed by the window and the command line.

    policy = read_policy()              # the registry on Windows, a file elsewhere
    policy.check_downloads()            # raises PolicyError, whose sentence names the policy

`items` lists the policies, each with its words; `values` reads one value; `registry` and `file` are where they
come from; `policy` is the whole, with a typed property for each. A value that cannot be understood locks what it
governs to the safest value and says so. Read next: `policy`.
"""

from app.policy.item import Item, Kind, Section
from app.policy.items import ITEMS
from app.policy.policy import NO_POLICY, Policy, Rule
from app.policy.reading import PolicySource, read_from, read_policy

__all__ = [
    "ITEMS",
    "NO_POLICY",
    "Item",
    "Kind",
    "Policy",
    "PolicySource",
    "Rule",
    "Section",
    "read_from",
    "read_policy",
]
