"""The tree: frozen nodes that know where they came from. Import node classes from the modules below."""

from rbengine.syntax.nodes.app import App
from rbengine.syntax.nodes.base import Block, Name, Node, NodeId, children, walk
from rbengine.syntax.nodes.calendar import Calendar
from rbengine.syntax.nodes.library import Library
from rbengine.syntax.nodes.policy import Policy
from rbengine.syntax.nodes.runbook import Runbook
from rbengine.syntax.nodes.scenarios import Scenarios

Tree = Runbook | Policy | Calendar | Library | App | Scenarios
"""What one file holds, named by its first word."""

__all__ = [
    "App",
    "Block",
    "Calendar",
    "Library",
    "Name",
    "Node",
    "NodeId",
    "Policy",
    "Runbook",
    "Scenarios",
    "Tree",
    "children",
    "walk",
]
