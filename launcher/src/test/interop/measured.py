"""What the scripts have in common that measure ours beside the other implementations, in one run."""
import argparse
import json
import os
import pathlib
import platform
import queue
import statistics
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
LAUNCHER = HERE.parents[2]
PATIENCE = 240
TICK = os.sysconf("SC_CLK_TCK")


class Program:
    """A child process that is told lines and answers each with one of JSON."""

    def __init__(self, command, processor=None, cwd=None, environment=None, read=None):
        """`read` makes an answer of a line that is no JSON, or None."""
        pin = [] if processor is None else ["taskset", "-c", str(processor)]
        self.errors = []
        self.lines = queue.Queue()
        self.read = read
        self.process = subprocess.Popen(
            pin + [str(word) for word in command], cwd=cwd, env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            answer = json.loads(line) if line.startswith("{") else self.read and self.read(line)
            if answer:
                self.lines.put(answer)
        self.lines.put(None)

    def answer(self):
        try:
            answer = self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            answer = None
        if answer is None:
            raise RuntimeError("".join(self.errors[-8:]).strip() or "no answer")
        if "error" in answer and len(answer) == 1:
            raise RuntimeError(answer["error"])
        return answer

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer says why
        return self.answer()

    @property
    def pid(self):
        return self.process.pid

    def cpu(self):
        """Seconds of processor time so far, of all threads."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def resident(self):
        """Bytes of memory that it has."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Side:
    """One of those that are compared: its commands by name, and what was measured of it by row."""

    def __init__(self, name, commands, cwd=None, home=None):
        self.name, self.commands, self.cwd, self.home = name, commands, cwd, home
        self.version = "?"
        self.figures = {}

    @property
    def is_ours(self):
        return self.name.startswith("Peerbus")

    def start(self, command, *arguments, **options):
        return Program([*self.commands[command], *arguments], cwd=self.cwd, **options)

    def add(self, row, *figure):
        self.figures.setdefault(row, []).append(figure)

    def median(self, row, what=0):
        values = [figure[what] for figure in self.figures.get(row, []) if len(figure) > what]
        return statistics.median(values) if values else None


def java_version(home):
    release = pathlib.Path(home, "release").read_text()
    return release.split('JAVA_VERSION="')[1].split('"')[0].split(".")[0]


def java_homes(arguments):
    which = subprocess.run(["which", "java"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return arguments.java or [os.environ.get("JAVA_HOME") or str(pathlib.Path(which).resolve().parents[1])]


def assembled():
    """The folder with the program as it is installed."""
    program = LAUNCHER / "target/peerbus"
    if not (program / "lib").is_dir():
        sys.exit(f"{program} is missing: run `mvn package -DskipTests` first")
    return program


def on_class_path(home, path, main, *arguments, flags=()):
    """The command for a class of the tests or of the program."""
    return [f"{home}/bin/java", *flags, "-cp", os.pathsep.join(map(str, path)), main, *arguments]


def foreign(program, languages, commands):
    """Sides for the other implementations that can be built; `commands` by name, with their arguments."""
    built = subprocess.run([HERE / "build", *languages], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in built.splitlines():
        language, state, where = line.split(" ", 2)
        if state == "ready":
            path = str(pathlib.Path(where).with_name(program))
            yield Side(f"{language}-libp2p",
                       {name: [path, *map(str, given)] for name, given in commands.items()})
        else:
            print(line, file=sys.stderr)


def note(side, row, text):
    print(f"{side.name}: {row}: {text}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)


def marked(text, is_best):
    return f"**{text}**" if is_best else text


def medians(sides, row, what, ours):
    found = [side.median(row, what) for side in sides if side.is_ours == ours]
    return [value for value in found if value is not None]


def ahead(sides, row, what=0, less=False):
    """How much better the best of ours is than the best of the others: above 1 is ahead."""
    ours, others = medians(sides, row, what, True), medians(sides, row, what, False)
    if not ours or not others or 0 in ours + others:
        return "–"
    return f"{min(others) / min(ours):.2f}" if less else f"{max(ours) / max(others):.2f}"


def table(sides, rows, cell, last=None):
    """`cell` gives the text for a side and a row, `last` that of the column which compares them."""
    heads = [side.name for side in sides] + (["ahead by"] if last else [])
    lines = ["| | " + " | ".join(heads) + " |", "|---|" + "---|" * len(heads)]
    for row in rows:
        cells = [cell(side, row) for side in sides] + ([last(row)] if last else [])
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return lines


def machine(sides, loads):
    versions = ", ".join(f"{side.name}: {side.version}" for side in sides)
    return (f"{platform.machine()}, {os.cpu_count()} processors; versions: {versions}.\n"
            f"Load average {min(loads):.1f} to {max(loads):.1f} before each side, the process before it still in it.")


def rounds_of(done):
    return "One round" if done == 1 else f"Medians of {done} rounds"


def write(file, marks, result):
    begin, end = f"<!-- {marks}:begin -->\n", f"<!-- {marks}:end -->"
    before, rest = file.read_text().split(begin)
    file.write_text(before + begin + result + end + rest.split(end)[1])


def options(description, parts, seconds):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--java", action="append", help="home of a JDK; may be given several times")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=seconds, help="of each measurement")
    parser.add_argument("--only", action="append", default=[], help="part of the name of a side; may be repeated")
    parser.add_argument("--part", action="append", choices=parts, help="only this one; may be repeated")
    parser.add_argument("--write", type=pathlib.Path, help="puts the tables between the marks in this file, too")
    return parser


def chosen(sides, arguments):
    return [side for side in sides if not arguments.only or any(part in side.name for part in arguments.only)]


def rounds(sides, arguments, measure, text, name):
    """Measures each side in each round, another first in each; `text` makes the tables of what there is."""
    loads = []
    result = ""
    for number in range(arguments.rounds):
        # Whoever comes first in one round comes last in the next.
        for side in sides[number % len(sides):] + sides[:number % len(sides)]:
            loads.append(os.getloadavg()[0])
            try:
                measure(side)
            except RuntimeError as failure:
                print(f"{side.name}: {failure}", file=sys.stderr)
        # After each round, so that a run that is cut short leaves something.
        arguments.done = number + 1
        result = text(loads)
        target = LAUNCHER / f"target/{name}.md"
        target.parent.mkdir(exist_ok=True)
        target.write_text(result)
    print(result)
    if arguments.write:
        write(arguments.write, name, result)
