"""A directed graph that remembers the order in which nodes and edges were added.

The order of generated structs and functions is the post-order of such graphs, so insertion order matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from avm.leo.ast import Location


class Graph:
    """Nodes and edges in insertion order; acyclic once the checks have passed."""

    def __init__(self, nodes: Iterable[Location] = ()) -> None:
        self._edges: dict[Location, dict[Location, None]] = {n: {} for n in nodes}

    def __iter__(self) -> Iterator[Location]:
        return iter(self._edges)

    def add_edge(self, source: Location, target: Location) -> None:
        self._edges.setdefault(source, {})
        self._edges.setdefault(target, {})
        self._edges[source][target] = None

    def neighbours(self, node: Location) -> tuple[Location, ...]:
        return tuple(self._edges.get(node, ()))

    def retain(self, keep: set[Location]) -> Graph:
        """The graph without the nodes (and their edges) that are not kept."""
        result = Graph(n for n in self._edges if n in keep)
        for source, targets in self._edges.items():
            if source in keep:
                for target in targets:
                    if target in keep:
                        result.add_edge(source, target)
        return result

    def post_order(self, roots: Callable[[Location], bool] = lambda _: True) -> list[Location]:
        """Every node reachable from a root, each after the nodes it points to."""
        finished: dict[Location, None] = {}
        for root in self._edges:
            if not roots(root) or root in finished:
                continue
            stack: list[tuple[Location, Iterator[Location]]] = [(root, iter(self._edges[root]))]
            open_nodes = {root}
            while stack:
                node, targets = stack[-1]
                for target in targets:
                    if target not in finished and target not in open_nodes:
                        stack.append((target, iter(self._edges[target])))
                        open_nodes.add(target)
                        break
                else:
                    stack.pop()
                    finished[node] = None
        return list(finished)
