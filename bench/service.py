"""The dwarpal that is measured: its service on chosen cores, on a store of its own."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "build/bench/dwarpal"
TICKS = os.sysconf("SC_CLK_TCK")


def pinned(cores, words):
    """A command that runs on the given cores alone, such as "0", and no longer than who called it."""
    return ["setpriv", "--pdeathsig", "KILL", "taskset", "-c", cores, *map(str, words)]


def environment(settings):
    """Settings such as {"keys.algorithm": "ES256"} as the service takes them; those of whoever runs this are not ours."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DWARPAL_")}
    return own | {"DWARPAL_" + name.replace(".", "_").upper(): str(value) for name, value in settings.items()}


class Service:
    """Runs while it is entered. `start_seconds`: from the call to the ready line."""

    def __init__(self, data, cores="0", settings=None):
        self.data = pathlib.Path(data)
        self.cores = cores
        self.settings = {"log.level": "warning"} | (settings or {})

    def __enter__(self):
        began = time.monotonic()
        words = [BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0"]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(pinned(self.cores, words), env=environment(self.settings),
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = self.process.stdout.readline().strip()
        self.start_seconds = time.monotonic() - began
        if not self.url:
            self.log.seek(0)
            raise RuntimeError("the service did not start: " + self.log.read().decode())
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()

    def credentials(self, entity="AA-SIMULATOR"):
        """What the sandbox wrote down of one of its members."""
        entities = json.loads((self.data / "sandbox-credentials.json").read_text())["entities"]
        return next(found for found in entities if found["id"] == entity)

    def memory_bytes(self, what="VmRSS"):
        return status_bytes(self.process.pid, what)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def status_bytes(pid, what):
    """A size that /proc/PID/status tells, such as VmRSS."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(what)


def cpu_seconds(pid):
    """User and system time of a process so far (proc(5), fields 14 and 15 of stat)."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
