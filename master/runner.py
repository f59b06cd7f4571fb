"""Carries out a parsed script: commands to the grid, answers to standard output."""

from __future__ import annotations

import time
from typing import Callable, Iterable, Optional

from master import script
from master.client_lines import ClientCommand
from master.clients import ClientError, Clients
from master.each import Each
from master.grid import Grid, GridError
from master.labels import LabelError, Labels
from master.stores import StoresError
from master.timeline.events import Recorder


_ANSWERED = (
    script.Ask, script.Answer, script.WaitAlive, script.Settle, script.CheckStore, script.AcceptLoss, script.Reshard
)


class RunError(Exception):
    """The scenario failed. The text begins with the file and the line."""


def run(
    commands: Iterable[script.Command], grid: Grid, answer: Callable[[str], None], recorder: Optional[Recorder] = None
) -> None:
    """Until the end or `exit`. Every answer goes to `answer`, in script order. Raises RunError."""
    labels = Labels()
    clients = Clients(grid, labels)
    for command in commands:
        if isinstance(command, script.Exit):
            return
        grid.place = command.where
        if recorder is not None:
            recorder.begin(command)
        try:
            grid.check()
            if isinstance(command, Each):
                for line in command.answers([clients.execute(one) for one in command.commands]):
                    answer(line)
            elif isinstance(command, ClientCommand):
                said = clients.execute(command)
                if said is not None:
                    answer(said)
            else:
                _execute(command, grid, labels, answer)
        except (ClientError, GridError, LabelError, StoresError) as error:
            if recorder is not None:
                recorder.fail(str(error), answer_is_missing=isinstance(command, _ANSWERED))
            raise RunError(f"{command.where}: {error}") from error


def _execute(command: script.Command, grid: Grid, labels: Labels, answer: Callable[[str], None]) -> None:
    if isinstance(command, script.Start):
        grid.start(command.node, command.grid_size, command.port)
    elif isinstance(command, script.Crash):
        grid.crash(command.node)
    elif isinstance(command, script.Stop):
        grid.stop(command.node)
    elif isinstance(command, script.Pause):
        grid.pause(command.node)
    elif isinstance(command, script.Resume):
        grid.resume(command.node)
    elif isinstance(command, script.Wipe):
        grid.stores.wipe(command.node)
    elif isinstance(command, script.Tear):
        grid.stores.tear(command.node)
    elif isinstance(command, script.CheckStore):
        answer(grid.stores.check(command.node))
    elif isinstance(command, script.AcceptLoss):
        answer(grid.stores.accept_loss(command.node))
    elif isinstance(command, script.Reshard):
        answer(grid.stores.reshard(command.nodes))
    elif isinstance(command, script.Broadcast):
        grid.broadcast(command.node, command.text)
    elif isinstance(command, script.Ask):
        answer(labels.to_labels(grid.ask(command.node, labels.to_ids(command.text))))
    elif isinstance(command, script.Send):
        grid.send(command.node, labels.to_ids(command.text))
    elif isinstance(command, script.Answer):
        answer(labels.to_labels(grid.answer(command.node)))
    elif isinstance(command, script.WaitAlive):
        expected = "alive " + ",".join(str(node) for node in command.alive)
        grid.wait_alive(command.node, expected, command.ms)
        answer(expected)
    elif isinstance(command, script.Settle):
        grid.settle(command.ms)
        answer("settled")
    elif isinstance(command, script.Partition):
        grid.partition(command.groups)
    elif isinstance(command, script.Cut):
        grid.cut(command.sender, command.receiver)
    elif isinstance(command, script.Heal):
        grid.heal()
    elif isinstance(command, script.Sleep):
        time.sleep(command.ms / 1000)
    else:
        raise AssertionError(f"no rule for {command}")
