"""Load: wrk for as much as there is room for, hey for a constant rate, and openssl for what the machine can do at all."""
import base64
import json
import pathlib
import re
import statistics
import subprocess
import urllib.error
import urllib.parse
import urllib.request

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
    with opened(call) as answer:
        return json.load(answer)


def status_of(call):
    """The status of one answer."""
    try:
        with opened(call) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def opened(call):
    body = call.body.encode() if call.body else None
    return urllib.request.urlopen(urllib.request.Request(call.url + call.path, body, call.headers, method=call.method), timeout=60)


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


def by_turns(*measurements, rounds):
    """Runs one after the other, again and again, for the machine's speed drifts: [[a run of each] of a round]."""
    done = [[measure() for measure in measurements] for _ in range(rounds)]
    check(run for round_ in done for run in round_)
    return done


PIECE = 2  # seconds


def in_pieces(*calls, seconds, between=lambda: None, **options):
    """A run of wrk for each call, in pieces that take turns, for the machine's speed drifts within seconds."""
    pieces = []
    for _ in range(max(1, seconds // PIECE)):
        pieces.append([wrk(call, min(PIECE, seconds), **options) for call in calls])
        between()
    return [{"rate": statistics.mean(run["rate"] for run in runs), "p99": statistics.median(run["p99"] for run in runs),
             "errors": sum(run["errors"] for run in runs)} for runs in zip(*pieces)]


def wrk_by_turns(calls, seconds, **options):
    """Five rounds of the calls as by_turns has them, in pieces."""
    done = [in_pieces(*calls, seconds=seconds, **options) for _ in range(5)]
    check(run for round_ in done for run in round_)
    return done


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


def signatures_a_second(algorithm):
    """Of core 0, by `openssl speed`, in time that passed and not in CPU time, which is 2 to 4 % more."""
    words = ["openssl", "speed", "-elapsed", "-seconds", 1, algorithm]
    done = subprocess.run(pinned("0", words), check=True, capture_output=True, text=True).stdout
    line = next(line for line in done.splitlines() if re.search(SPEED_LINES[algorithm], line))
    return float(line.split()[-2])
