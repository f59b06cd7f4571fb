"""Buzzer for Python programs: clients of a node (Client, WebSocket, RoomClients), and the pure rules of a shard, as a
model that needs no node. `buzzer.mesh`: a peer of nodes.

    from buzzer import Kernel, post, register

    kernel, now_ms = Kernel(), 1_800_000_000_000
    kernel.execute(register("alice", key=b"1", key_created_ms=now_ms), now_ms)
    decision = kernel.execute(post("alice", "hello #grid", key=b"2", key_created_ms=now_ms), now_ms)
    assert decision.reply.ok and kernel.author_feed("alice").buzzes[0].text == "hello #grid"

The native module is built beside the node: it is taken from the folder that BUZZER_NATIVE names, or else from
build/release/python/buzzer of the checkout that this file is in.
"""

import importlib
import os
from pathlib import Path

_folder = os.environ.get("BUZZER_NATIVE") or str(Path(__file__).resolve().parents[2] / "build/release/python/buzzer")
__path__.append(_folder)
try:
    importlib.import_module("buzzer._native")
except ImportError as problem:
    raise ImportError(
        f"the native module of buzzer cannot be loaded from {_folder} by this python: {problem}. "
        "Run scripts/install.sh --for-tests and then scripts/build.sh release, with this python as python3 on the PATH."
    ) from problem

from buzzer import _native
from buzzer.client import ChainBroken, Client, RequestFailed, Told
from buzzer.commands import Body, Command, DeleteBuzz, EditBuzz, PostBuzz, RegisterAccount, delete, edit, post, register
from buzzer.errors import ErrorCode
from buzzer.kernel import Decision, Kernel
from buzzer.room_clients import RoomClient, RoomClients, RoomClientState
from buzzer.text import check_text, fold_topic, is_name, parse_entities, shard_of_topic, shard_of_user
from buzzer.values import (
    Account,
    Buzz,
    Direction,
    Entity,
    EntityKind,
    FeedPage,
    Place,
    Reply,
    UserPage,
    Visibility,
)
from buzzer.websocket import WebSocket, WebSocketClosed

SHARD_COUNT: int = _native.SHARD_COUNT

__all__ = [
    "Account",
    "Body",
    "Buzz",
    "ChainBroken",
    "Client",
    "Command",
    "Decision",
    "DeleteBuzz",
    "Direction",
    "EditBuzz",
    "Entity",
    "EntityKind",
    "ErrorCode",
    "FeedPage",
    "Kernel",
    "Place",
    "PostBuzz",
    "RegisterAccount",
    "Reply",
    "RequestFailed",
    "RoomClient",
    "RoomClientState",
    "RoomClients",
    "SHARD_COUNT",
    "Told",
    "UserPage",
    "Visibility",
    "WebSocket",
    "WebSocketClosed",
    "check_text",
    "delete",
    "edit",
    "fold_topic",
    "is_name",
    "parse_entities",
    "post",
    "register",
    "shard_of_topic",
    "shard_of_user",
]
