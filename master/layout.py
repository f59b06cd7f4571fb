"""Where the nodes of one scenario live: program, ports, folders."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Optional

from master.node_process import LOG_NAME, NodeOptions
from master.ports import PortBlock

DEFAULT_CLIENT = 8080
DEFAULT_ROOM = 4000


@dataclass(frozen=True)
class Layout:
    binary: Path
    run_folder: Path
    """Holds `node-<i>/` and `grid.key`."""
    ports: Optional[PortBlock] = None
    """None: the lab's own ports, mesh 3000 + i and the control port that the script gives."""
    node_arguments: List[str] = field(default_factory=list)
    """Appended to every node's command line."""

    def options(self, node: int, grid_size: int, port: int) -> NodeOptions:
        """For `<node> start <grid_size> <port>`."""
        folder = self.node_folder(node)
        if self.ports is None:
            return NodeOptions(
                self.binary, node, grid_size, folder, grid="scenario",
                control_port=port, extra=self._arguments(),
            )
        block = self.ports
        return NodeOptions(
            self.binary, node, grid_size, folder, grid="scenario",
            mesh_port=block.mesh(node), control_port=block.control(node), client_port=block.client(node),
            room_port=block.room(node),
            peers={peer: block.mesh(peer) for peer in range(grid_size) if peer != node},
            peer_clients={peer: block.client(peer) for peer in range(grid_size) if peer != node},
            extra=self._arguments(),
        )

    def _arguments(self) -> List[str]:
        # Hashing passwords as it should be done costs 20 ms of a core and 19 MiB each time.
        return ["--test-cheap-passwords", *self.node_arguments]

    def node_folder(self, node: int) -> Path:
        return self.run_folder / f"node-{node}"

    def wipe(self, node: int) -> None:
        """Removes what a node that does not run has left, but for its log. Raises OSError."""
        folder = self.node_folder(node)
        for path in sorted(folder.iterdir()) if folder.exists() else []:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != LOG_NAME:
                path.unlink()

    def client_port(self, node: int) -> int:
        return DEFAULT_CLIENT + node if self.ports is None else self.ports.client(node)

    def room_port(self, node: int) -> int:
        return DEFAULT_ROOM + node if self.ports is None else self.ports.room(node)

    def control_port(self, node: int, port: int) -> int:
        return port if self.ports is None else self.ports.control(node)
