"""Load: wrk for as much as there is room for, hey for a constant rate, and openssl for what the machine can do at all."""
import base64
import functools
import json
import pathlib
import re
import statistics
import subprocess
import urllib.parse

from service import ROOT, pinned

HERE = pathlib.Path(__file__).resolve().parent
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Call:
    """One request, again and again."""

    def __init__(self, url, path, method="GET", body="", headers=None):
        self.url, self.path, self.method, self.body, self.headers = url, path, method, body, headers or {}


def token_call(service, secret=None):
    """The network's own call for an entity token."""
    entity = service.credentials()
    form = {"id": entity["id"], "secret": secret or entity["secret"]}
    return Call(service.url, "/iam/v1/entity/token/generate", "POST", urllib.parse.urlencode(form), FORM)


OIDC = "/auth/realms/sahamati/protocol/openid-connect"


def basic(client, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def basic_of_member(service):
    member = service.credentials()
    return basic(member["id"], member["secret"])


def standard_token_call(service):
    """The same token from the token endpoint of OAuth 2.0, by client_secret_basic."""
    return Call(service.url, OIDC + "/token", "POST", "grant_type=client_credentials", FORM | basic_of_member(service))


def ask(call):
    """One answer of a call, as JSON."""
    done = subprocess.run([*curl(call), "--fail-with-body"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def status_of(call):
    """The status of one answer, such as "200"."""
    words = [*curl(call), "-o", "/dev/null", "-w", "%{http_code}"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def curl(call):
    words = ["curl", "-sk", "-X", call.method, call.url + call.path, "--data-binary", call.body]
    if not call.body:
        words = words[:-2]
    for name, value in call.headers.items():
        words += ["-H", f"{name}: {value}"]
    return words


def wrk(call, seconds=10, connections=16, cores="1", script="call.lua"):
    """Closed loop: {"rate", "p50", "p99" (seconds), "errors"}; an answer other than 2xx is an error."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", HERE / script, call.url + call.path, "--",
             call.method, call.body, *(f"{name}: {value}" for name, value in call.headers.items())]
    done = subprocess.run(pinned(cores, words), check=True, capture_output=True, text=True).stdout
    return json.loads(done[done.rindex("{\"rate\""):])


def top_rate(call, runs=5, **options):
    """The run with the median rate."""
    done = sorted((wrk(call, **options) for _ in range(runs)), key=lambda run: run["rate"])
    check(done)
    return done[len(done) // 2]


def check(runs):
    if errors := sum(run["errors"] for run in runs):
        raise RuntimeError(f"{errors} errors")


def by_turns(*measurements, rounds=5):
    """Runs one after the other, again and again, for the machine's speed drifts: [[a run of each] of a round]."""
    done = [[measure() for measure in measurements] for _ in range(rounds)]
    check(run for round_ in done for run in round_)
    return done


def wrk_by_turns(calls, seconds, rounds=5, **options):
    return by_turns(*(functools.partial(wrk, call, seconds, **options) for call in calls), rounds=rounds)


def compared(rounds, what="rate"):
    """The first run of a round as a share of the second, in the round where it is the median: (share, first, second)."""
    shares = sorted((first[what] / second[what], first[what], second[what]) for first, second in rounds)
    return shares[len(shares) // 2]


def hey(call, rate, seconds=10, connections=64, cores="1"):
    """Constant-rate arrivals over the connections: {"rate", "p50", "p99" (seconds)}."""
    words = ["hey", "-o", "csv", "-z", f"{seconds}s", "-c", connections, "-q", rate / connections, "-m", call.method,
             "-d", call.body, "-T", call.headers.get("Content-Type", "text/plain"), call.url + call.path]
    done = subprocess.run(pinned(cores, words), check=True, capture_output=True, text=True).stdout.splitlines()[1:]
    rows = [line.split(",") for line in done]
    if any(row[6] != "200" for row in rows):
        raise RuntimeError(f"{call.path}: answers other than 200")
    took = sorted(float(row[0]) for row in rows)
    return {"rate": len(took) / seconds, "p50": took[len(took) // 2], "p99": took[len(took) * 99 // 100]}


STORM = ROOT / "build/bench/bench/storm"


def storm(service, call, forms, *options):
    """Random arrivals or a burst (bench/storm.cpp): its JSON."""
    words = [STORM, "--port", service.url.rsplit(":", 1)[1], "--path", call.path]
    for form in forms:
        words += ["--form", form]
    done = subprocess.run(pinned("1", [*words, *options]), check=True, capture_output=True, text=True).stdout
    return json.loads(done)


SPEED_LINES = {"rsa2048": r"rsa\s+2048 bits", "ecdsap256": r"256 bits ecdsa", "ed25519": r"253 bits EdDSA"}


def signatures_a_second(algorithm, cores="0", seconds=3):
    """By `openssl speed`, in time that passed and not in CPU time, which is 2 to 4 % more."""
    words = ["openssl", "speed", "-elapsed", "-seconds", seconds, algorithm]
    done = subprocess.run(pinned(cores, words), check=True, capture_output=True, text=True).stdout
    line = next(line for line in done.splitlines() if re.search(SPEED_LINES[algorithm], line))
    return float(line.split()[-2])


class RawRate:
    """Signatures a second of a core: the mean of a measurement before what is measured and one after."""

    def __init__(self, algorithm):
        self.algorithm = algorithm

    def __enter__(self):
        self.rates = [signatures_a_second(self.algorithm)]
        return self

    def __exit__(self, *_):
        self.rates.append(signatures_a_second(self.algorithm))

    @property
    def rate(self):
        return statistics.mean(self.rates)
