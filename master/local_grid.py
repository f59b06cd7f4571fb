"""A grid of this machine that outlives its launcher: its size and ports, kept in `run/<grid>/grid.json`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional

from master import pid_file
from master.layout import DEFAULT_CLIENT, DEFAULT_ROOM
from master.node_process import NodeOptions
from master.ports import PortBlock

DEFAULT_MESH = 3000
DEFAULT_CONTROL = 10_000
WEB_ROOT_VARIABLE = "BUZZER_NODE_WEB_ROOT"
"""By which a node is told of a web client in the environment (BUZZER_NODE_*)."""


def counted(nodes: int) -> str:
    return "1 node" if nodes == 1 else f"{nodes} nodes"


@dataclass(frozen=True)
class LocalGrid:
    folder: Path
    name: str
    size: int
    base: Optional[int]
    """First port of its block (ports.py); None for the default ports."""
    web_root: Optional[Path] = None
    """The web client that its nodes serve; None: none, or one that the environment names."""
    whole: bool = False
    """Whether all its nodes were up once: since then each has a store."""

    @staticmethod
    def load(folder: Path) -> Optional[LocalGrid]:
        """What `save` left; None when there is none, or nothing readable."""
        try:
            kept = json.loads((folder / "grid.json").read_text("utf-8"))
            base, web = kept["ports"], kept.get("web")
            return LocalGrid(
                folder, str(kept["name"]), int(kept["nodes"]), None if base is None else int(base),
                None if web is None else Path(web), bool(kept.get("whole", True)),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self) -> None:
        web = None if self.web_root is None else str(self.web_root)
        kept = {"name": self.name, "nodes": self.size, "ports": self.base, "web": web, "whole": self.whole}
        (self.folder / "grid.json").write_text(json.dumps(kept) + "\n", "utf-8")

    def mesh_port(self, node: int) -> int:
        return DEFAULT_MESH + node if self.base is None else PortBlock(self.base, -1).mesh(node)

    def control_port(self, node: int) -> int:
        return DEFAULT_CONTROL + node if self.base is None else PortBlock(self.base, -1).control(node)

    def client_port(self, node: int) -> int:
        return DEFAULT_CLIENT + node if self.base is None else PortBlock(self.base, -1).client(node)

    def room_port(self, node: int) -> int:
        return DEFAULT_ROOM + node if self.base is None else PortBlock(self.base, -1).room(node)

    def node_folder(self, node: int) -> Path:
        return self.folder / f"node-{node}"

    def running_nodes(self) -> List[int]:
        return [
            node for node in range(self.size)
            if pid_file.read_alive(self.node_folder(node) / "pid") is not None
        ]

    def options(self, node: int, binary: Path) -> NodeOptions:
        """How `node` is started. With the default ports the node's own defaults do."""
        return NodeOptions(
            binary, node, self.size, self.node_folder(node), grid=self.name,
            mesh_port=None if self.base is None else self.mesh_port(node),
            control_port=None if self.base is None else self.control_port(node),
            client_port=None if self.base is None else self.client_port(node),
            room_port=None if self.base is None else self.room_port(node),
            peers={} if self.base is None else {
                peer: self.mesh_port(peer) for peer in range(self.size) if peer != node
            },
            peer_clients={peer: self.client_port(peer) for peer in range(self.size) if peer != node},
            web_root=self.web_root,
            inherit_environment=True,
        )

    def where_to_connect(self) -> str:
        lines = ["", "  node  clients                   control port      logs and data"]
        for node in range(self.size):
            url = f"http://127.0.0.1:{self.client_port(node)}/"
            lines.append(f"  {node:4}  {url:<25} 127.0.0.1:{self.control_port(node):<7} {self.node_folder(node)}/")
        lines += ["", self._in_a_browser(), "", "Talk, in two terminals:"]
        lines += [f"  scripts/talk.py {self.client_port(node)} {name}" for node, name in ((0, "ann"), (self.size - 1, "bob"))]
        lines += [f"The chat room, likewise:  nc 127.0.0.1 {self.room_port(0)}"]
        port = self.control_port(0)
        lines += ["", f"Ask a node in bash:  exec 3<>/dev/tcp/127.0.0.1/{port}; echo alive >&3; head -1 <&3", ""]
        return "\n".join(lines)

    def _in_a_browser(self) -> str:
        if self.web_root is None and WEB_ROOT_VARIABLE not in os.environ:
            return "The web client is not built: scripts/build_web.sh builds it, for nodes that are started afterwards."
        others = ", or any of the others" if self.size > 1 else ""
        return f"In a browser: http://127.0.0.1:{self.client_port(0)}/{others}"
