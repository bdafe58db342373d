"""Nodes with ways left, for when everything else was aimed at: the shortest paths first."""

import heapq
from collections import Counter

from rbengine.rehearsal.explore.node import MOST_EVENTS, Node


class Frontier:
    """Nodes with ways left, those with the fewest choices behind them first; never more than can still be wanted."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Node]] = []
        self._count = 0
        self._ways: Counter[int] = Counter()
        self._deepest = MOST_EVENTS
        self.wanted = 0
        """How many ways will be taken at most from now on."""

    def add(self, node: Node) -> None:
        """Keep `node`, unless enough ways stand before it."""
        depth = node.depth
        if not node.left or depth > self._deepest:
            return
        self._count += 1
        self._ways[depth] += len(node.left)
        heapq.heappush(self._heap, (depth, self._count, node))
        if self._count % 1000 == 0:
            self._bound()

    def take(self) -> tuple[Node, int] | None:
        """The next way; None where none is left."""
        while self._heap:
            depth, _, node = self._heap[0]
            if node.left:
                self._ways[depth] -= 1
                return node, node.left.pop()
            heapq.heappop(self._heap)
        return None

    def _bound(self) -> None:
        before = 0
        for depth in sorted(self._ways):
            before += self._ways[depth]
            if before >= self.wanted:
                self._deepest = depth
                self._heap = [one for one in self._heap if one[0] <= depth]
                heapq.heapify(self._heap)
                return
