"""scripts/up.sh: a grid on this machine, until Ctrl-C (or, with --detach, until ./killall.sh)."""

from __future__ import annotations

import argparse
import os
import select
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import List, Optional

from master import holder, interrupts, leftovers, paths, pid_file, ports, readiness, resize
from master.control_client import ControlClient
from master.local_grid import WEB_ROOT_VARIABLE, LocalGrid, counted
from master.node_process import ORDERLY_STOP_S, NodeProcess
from master.say import say
from master.script import MAX_NODES

READY_S = 15.0
"""Until each node sees all the others."""

_ABOUT = """Starts a grid of N nodes on this machine, waits until each sees all the others, and stays until Ctrl-C
ends it in order. Data and logs live in run/<grid>/node-<i>/ and are kept."""


class UpError(Exception):
    """Why there is no grid, and what to do next."""


def parse_arguments(arguments: Optional[List[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/up.sh", description=_ABOUT)
    parser.add_argument("nodes", nargs="?", type=int, default=3, metavar="N",
                        help=f"number of nodes, 1 to {MAX_NODES} (default: 3)")
    parser.add_argument("--detach", action="store_true", help="return when the grid is up and leave it running")
    parser.add_argument("--fresh", action="store_true", help="wipe the grid's data and logs first, after asking")
    parser.add_argument("--yes", action="store_true",
                        help="do not ask: with --fresh, or when the grid has had another number of nodes")
    parser.add_argument("--grid", default="local", metavar="NAME", help="its name (default: local)")
    parser.add_argument("--ports", metavar="BASE",
                        help="`auto`, or the first port of a block of 256 (default: mesh 3000+i, control 10000+i)")
    parser.add_argument("--run-folder", type=Path, default=paths.RUN, metavar="DIR",
                        help="holds a folder for each grid (default: run)")
    parser.add_argument("--binary", type=Path, default=paths.BINARY, metavar="PATH",
                        help="the node's program (default: build/release/buzzer)")
    parser.add_argument("--web-root", type=Path, metavar="DIR",
                        help="the web client that the nodes serve (default: build/web, where it is built)")
    options = parser.parse_args(arguments)
    if not 1 <= options.nodes <= MAX_NODES:
        parser.error(f"N is {options.nodes}: expected a number of nodes from 1 to {MAX_NODES}")
    if not options.grid or not all(c.isascii() and (c.isalnum() or c in "-_") for c in options.grid):
        parser.error(f"--grid {options.grid}: expected letters, digits, - and _")
    return options


def main(arguments: Optional[List[str]] = None) -> int:
    options = parse_arguments(arguments)
    folder = (options.run_folder / options.grid).absolute()
    interrupts.install()
    try:
        running = leftovers.running(folder)
        if running:
            return _already_running(folder, options)
        if not os.access(options.binary, os.X_OK):
            raise UpError(f"there is no program {options.binary}: build it with scripts/build.sh")
        if options.fresh:
            _wipe(folder, options.yes)
        resize.to_size(folder, options.nodes, options.binary, options.yes)
        return _up(folder, options)
    except (UpError, resize.ResizeError, ports.PortsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except interrupts.Interrupted as interrupted:
        return interrupted.exit_code


def _already_running(folder: Path, options: argparse.Namespace) -> int:
    """Running as asked is fine for --detach; anything else must be ended first."""
    known = LocalGrid.load(folder)
    nodes = known.running_nodes() if known else []
    end = f"end it first: {_killall(folder)}"
    if known is None or len(nodes) < known.size:
        missing = "" if known is None else f" (only {len(nodes)} of its {known.size} nodes run)"
        raise UpError(f"something of an earlier grid `{options.grid}` still runs{missing}; {end}")
    if options.fresh:
        raise UpError(f"--fresh wipes what the running grid `{options.grid}` uses; {end}")
    if known.size != options.nodes:
        raise UpError(f"grid `{options.grid}` already runs with {known.size} nodes, not {options.nodes}; {end}")
    say(f"Grid `{options.grid}` is already running.")
    say(known.where_to_connect())
    say(f"To stop it: {_killall(folder)}")
    return 0 if options.detach else 1


def _wipe(folder: Path, confirmed: bool) -> None:
    if not folder.exists():
        return
    if not confirmed:
        if not sys.stdin.isatty():
            raise UpError("--fresh asks before it wipes, and there is no terminal to ask on; add --yes")
        if input(f"This deletes all data and logs in {folder}. Type yes to go on: ").strip() != "yes":
            raise UpError("nothing was deleted, nothing was started")
    shutil.rmtree(folder)
    say(f"Wiped {folder}.")


def _up(folder: Path, options: argparse.Namespace) -> int:
    web_root = _web_root(options.web_root)
    block = ports.acquire(options.ports) if options.ports else None
    earlier = LocalGrid.load(folder)
    was_whole = earlier is not None and earlier.whole and earlier.size == options.nodes
    grid = LocalGrid(folder, options.grid, options.nodes, block.base if block else None, web_root, was_whole)
    _refuse_taken_ports(grid, options.run_folder)
    folder.mkdir(parents=True, exist_ok=True)
    own_pid = folder / "up.pid"
    pid_file.write_own(own_pid)
    processes: List[NodeProcess] = []
    try:
        grid.save()
        began = time.monotonic()
        say(f"Starting {counted(grid.size)} of grid `{grid.name}` ...")
        _launch(grid, options.binary.absolute(), processes)
        _wait_until_ready(grid, processes)
        replace(grid, whole=True).save()
        earlier = None
        say(f"Up after {time.monotonic() - began:.1f} s: each node sees all the others.")
        say(grid.where_to_connect())
        if options.detach:
            say(f"It keeps running. To stop it: {_killall(folder)}")
            processes.clear()
            return 0
        say("Ctrl-C stops it in order.")
        _stay(processes)
        return 0
    finally:
        interrupts.ignore()
        _stop(processes)
        if earlier is not None:  # what failed has not changed what the grid is
            earlier.save()
        pid_file.remove_own(own_pid)
        if block:
            block.close()


def _web_root(named: Optional[Path]) -> Optional[Path]:
    """Of the web client: as named, else as the environment tells the nodes, else where it is built, if it is."""
    if named is not None:
        if not (named / "index.html").is_file():
            raise UpError(f"there is no web client in {named}: build it with scripts/build_web.sh")
        return named.absolute()
    if WEB_ROOT_VARIABLE in os.environ:
        return None
    return paths.WEB if (paths.WEB / "index.html").is_file() else None


def _refuse_taken_ports(grid: LocalGrid, run_folder: Path) -> None:
    ours = {process.pid for process in leftovers.running(run_folder)}
    for node in range(grid.size):
        for what, port in (("mesh", grid.mesh_port(node)), ("control", grid.control_port(node))):
            if holder.is_free(port):
                continue
            who = holder.find(port)
            next_step = "end that process, or choose other ports: --ports auto"
            if who and who.pid in ours:
                next_step = f"it is a node that this project started; to end it: {_killall(run_folder)}"
            raise UpError(f"port {port} (node {node}, {what}) is taken by {holder.describe(port)}; {next_step}")


def _launch(grid: LocalGrid, binary: Path, processes: List[NodeProcess]) -> None:
    for node in range(grid.size):
        try:
            with interrupts.deferred():
                processes.append(NodeProcess(grid.options(node, binary)))
        except OSError as error:
            raise UpError(f"node {node} cannot be started: {error}") from error


def _wait_until_ready(grid: LocalGrid, processes: List[NodeProcess]) -> None:
    clients = {node: ControlClient(grid.control_port(node), processes[node].token_file) for node in range(grid.size)}
    deadline = time.monotonic() + READY_S

    def complaint() -> Optional[str]:
        for process in processes:
            ended = process.ended()
            if ended:
                raise UpError(f"node {process.options.node} ended: {ended}{_log_of(process)}")
        return readiness.unseen(clients, lambda a, b: False, deadline)

    found = readiness.poll(complaint, deadline)
    for client in clients.values():
        client.close()
    if found:
        logs = "".join(_log_of(process) for process in processes[:3])
        raise UpError(f"the grid is not complete after {READY_S:g} s: {found}{logs}")


def _stay(processes: List[NodeProcess]) -> None:
    """Until a signal asks to end. Tells of each node that ends before."""
    read_end, write_end = os.pipe()

    def on_signal(_number: int, _frame: Optional[FrameType]) -> None:
        os.write(write_end, b"!")

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    while not select.select([read_end], [], [], 0.2)[0]:
        for process in list(processes):
            ended = process.ended()
            if ended:
                node = process.options.node
                say(f"Node {node} ended by itself: {ended}. The others keep running.{_log_of(process)}")
                processes.remove(process)
        if not processes:
            raise UpError("no node is left")


def _stop(processes: List[NodeProcess]) -> None:
    """All in order; says what did not end so."""
    running = [process for process in processes if not process.ended()]
    if not running:
        return
    for process in running:
        process.begin_stop()
    say(f"\nStopping {counted(len(running))} ...")
    complaints = [process.finish_stop(ORDERLY_STOP_S) for process in running]
    for complaint in filter(None, complaints):
        print(f"warning: {complaint}", file=sys.stderr)
    say("Stopped. Data and logs are kept.")


def _log_of(process: NodeProcess) -> str:
    lines = process.last_log_lines(10)
    if not lines:
        return f"\n  ({process.log} is empty)"
    return f"\n  The last lines of {process.log}:\n" + "\n".join(f"    {line}" for line in lines)


def _killall(folder: Path) -> str:
    """The command that ends what runs in `folder`."""
    if folder.absolute() == paths.RUN or paths.RUN in folder.absolute().parents:
        return "./killall.sh" if folder.absolute() == paths.RUN else f"./killall.sh {folder.relative_to(paths.ROOT)}"
    return f"./killall.sh {folder}"


if __name__ == "__main__":
    sys.exit(main())
