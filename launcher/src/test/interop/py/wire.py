"""The JSON lines: events and replies on stdout, commands on stdin."""

import json
import os
import sys

import trio


def _write(line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def event(name, **fields):
    _write({"event": name, **fields})


def _reply(number, fields):
    _write({"reply": number, "ok": True, **(fields or {})})


def _reply_error(number, error):
    _write({"reply": number, "ok": False, "error": "; ".join(_reasons(error))})


def _reasons(error):
    """What went wrong; often that stands in a cause, or in a group, only."""
    group = getattr(error, "exceptions", None)
    if group is None:
        yield f"{type(error).__name__}: {error}"
    for inner in group or (error.__cause__,):
        if inner is not None:
            yield from _reasons(inner)


async def _lines(descriptor):
    """The lines of a descriptor, read without blocking the event loop."""
    async with trio.lowlevel.FdStream(descriptor) as stream:
        rest = b""
        async for block in stream:
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                if line.strip():
                    yield line


async def _run(commands, command):
    try:
        operation = commands.operation(command.pop("op"))
        number = command.pop("id", None)
    except Exception as error:
        _reply_error(command.get("id"), error)
        return
    try:
        fields = await operation(**command)
    except Exception as error:
        _reply_error(number, error)
    else:
        _reply(number, fields)


async def serve(commands):
    """Run commands, none of which holds up another, until "stop" or end of stdin.

    Returns a function that answers the stop, to be called when all is closed.
    """
    async with trio.open_nursery() as nursery:
        answer_stop = lambda: None  # noqa: E731 - nobody asked
        async for line in _lines(os.dup(sys.stdin.fileno())):
            try:
                command = json.loads(line)
            except ValueError as error:
                _reply_error(None, error)
                continue
            if command.get("op") == "stop":
                number = command.get("id")
                answer_stop = lambda: _reply(number, None)  # noqa: E731
                break
            nursery.start_soon(_run, commands, command)
        nursery.cancel_scope.cancel()
    return answer_stop
