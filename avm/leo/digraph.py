"""A directed graph that keeps insertion order: dependencies of composites, calls of functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

N = TypeVar("N")


class Cycle(Exception, Generic[N]):
    """Raised when an order is asked of a graph with a cycle; `path` begins and ends with the same node."""

    def __init__(self, path: list[N]) -> None:
        super().__init__("cycle")
        self.path = path


class DiGraph(Generic[N]):
    """Nodes and edges in the order in which they were added."""

    def __init__(self, nodes: Iterable[N] = ()) -> None:
        self._nodes: dict[N, None] = dict.fromkeys(nodes)
        self._edges: dict[N, dict[N, None]] = {}

    @property
    def nodes(self) -> list[N]:
        return list(self._nodes)

    def add_edge(self, source: N, target: N) -> None:
        self._nodes.setdefault(source)
        self._nodes.setdefault(target)
        self._edges.setdefault(source, {})[target] = None

    def add_node(self, node: N) -> None:
        self._nodes.setdefault(node)

    def neighbors(self, node: N) -> list[N]:
        return list(self._edges.get(node, ()))

    def closure(self, node: N) -> list[N]:
        """Everything reachable from a node, the last-added edges first."""
        found: dict[N, None] = {}
        waiting = self.neighbors(node)
        while waiting:
            current = waiting.pop()
            if current not in found:
                found[current] = None
                waiting.extend(self.neighbors(current))
        return list(found)

    def retain(self, keep: Iterable[N]) -> None:
        """Drop every node not in `keep`, with its edges."""
        kept = set(keep)
        self._nodes = {n: None for n in self._nodes if n in kept}
        self._edges = {
            n: {t: None for t in targets if t in kept} for n, targets in self._edges.items() if n in kept
        }

    def post_order(self, start_at: Callable[[N], bool] = lambda _: True) -> list[N]:
        """Targets before sources, starting from the nodes that `start_at` accepts; raises Cycle."""
        finished: dict[N, None] = {}
        for root in self._nodes:
            if not start_at(root) or root in finished:
                continue
            trail: dict[N, None] = {root: None}
            stack = [iter(self._edges.get(root, ()))]
            while stack:
                child = next(stack[-1], None)
                if child is None:
                    stack.pop()
                    node, _ = trail.popitem()
                    finished[node] = None
                elif child in trail:
                    visited = list(trail)
                    raise Cycle([*visited[visited.index(child) :], child])
                elif child not in finished:
                    trail[child] = None
                    stack.append(iter(self._edges.get(child, ())))
        return list(finished)
