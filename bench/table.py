"""The rows of the table: each measures one figure and sets it beside its target."""
import dataclasses
import itertools
import pathlib
import random
import re
import statistics
import subprocess
import tempfile
import time
import urllib.parse

import load
from service import ROOT, Service, cpu_seconds, pinned


@dataclasses.dataclass
class Row:
    work: str
    value: float
    unit: str
    target: float | None = None   # None: told, and not to be reached
    at_most: bool = False         # else at least
    beside: str = ""              # the raw figures of the same run

    @property
    def reached(self):
        if self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target


def workspace():
    return tempfile.TemporaryDirectory(prefix="dwarpal-bench-")


def certificate(directory):
    """A self-signed ECDSA certificate, and the settings that use it."""
    key, chain = pathlib.Path(directory, "tls.key"), pathlib.Path(directory, "tls.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", chain],
                   check=True, capture_output=True)
    key.chmod(0o600)
    return {"tls.certificate": chain, "tls.key": key}


def entity_tokens(algorithm, raw_name, target):
    def measure(length):
        runs = []
        for _ in range(5):
            # One process differs from the next by some per cent, so each run has a new one.
            with workspace() as directory, Service(directory, settings={"keys.algorithm": algorithm}) as service:
                runs.append(beside_signatures(raw_name, load.token_call(service), length))
        load.check(runs)
        runs.sort(key=lambda run: run["share"])
        middle, raw = runs[len(runs) // 2], [run["signatures"] for run in runs]
        yield Row(f"entity tokens, {algorithm}", middle["share"], f"of {raw_name}", target,
                  beside=f"{middle['rate']:,.0f}/s; runs {runs[0]['share']:.2f} to {runs[-1]['share']:.2f}; signatures "
                         f"{min(raw):,.0f} to {max(raw):,.0f}/s; p99 {middle['p99'] * 1e3:.1f} ms")
    return measure


def beside_signatures(raw_name, call, length):
    """A run in pieces, each between two measurements of signatures."""
    raw = [load.signatures_a_second(raw_name)]
    [run] = load.in_pieces(call, seconds=length, between=lambda: raw.append(load.signatures_a_second(raw_name)))
    signatures = statistics.mean(statistics.mean(pair) for pair in itertools.pairwise(raw))
    return run | {"signatures": signatures, "share": run["rate"] / signatures}


def standard_endpoint(length):
    with workspace() as directory, Service(directory) as service:
        calls = load.standard_token_call(service), load.token_call(service)
        rounds = load.wrk_by_turns(calls, length)
    yield compared("token endpoint, client_secret_basic", rounds, "of the IAM call", 0.97)


def compared(work, rounds, unit, target, beside=""):
    """The rate of the first run of a round as a share of the second's: that of the median round."""
    share, first, second = load.compared(rounds)
    shares = [one["rate"] / other["rate"] for one, other in rounds]
    return Row(work, share, unit, target,
               beside=f"{first:,.0f}/s and {second:,.0f}/s; rounds {min(shares):.2f} to {max(shares):.2f}" + beside)


def reads(length):
    with workspace() as directory, Service(directory) as service:
        token = load.ask(load.token_call(service))["accessToken"]
        bearer = {"Authorization": "Bearer " + token}
        form = urllib.parse.urlencode({"token": token})
        for work, target, call in (
                ("introspection", 30_000,
                 load.Call(service.url, load.OIDC + "/token/introspect", "POST", form, load.FORM | load.basic_of_member(service))),
                ("registry record", 40_000, load.Call(service.url, "/cr/v2/entityInfo/FIP/FIP-SIMULATOR", headers=bearer)),
                ("JWKS", 60_000, load.Call(service.url, load.OIDC + "/certs"))):
            top = load.top_rate(call, seconds=length)
            yield Row(work, top["rate"], "requests/s", target, beside=f"p99 {top['p99'] * 1e3:.2f} ms")


def latency(length):
    with workspace() as directory, Service(directory) as service:
        call = load.token_call(service)
        top = load.top_rate(call, runs=3, seconds=length, connections=64)["rate"]
        run = sorted((load.hey(call, top * 0.8, length) for _ in range(5)), key=lambda run: run["p99"] / run["p50"])[2]
        yield Row("p99 at 80 % of the top rate, constant arrivals", run["p99"] / run["p50"], "× p50", 3, at_most=True,
                  beside=f"p50 {run['p50'] * 1e3:.2f} ms, p99 {run['p99'] * 1e3:.2f} ms at {run['rate']:,.0f}/s")
        p50, p99 = queue_of_random_arrivals(0.8)
        yield storm_row("the same at equal distances", service, call, 0.8 * top, length, "--constant")
        yield storm_row("the same at random", service, call, 0.8 * top, length,
                        beside=f"; a queue of equal jobs (M/D/1) has {p99 / p50:.1f} × p50: {p50 / top * 1e3:.2f} and {p99 / top * 1e3:.2f} ms")


def storm_row(work, service, call, rate, length, *options, beside=""):
    runs = [load.storm(service, call, [call.body], "--rate", str(rate), "--seconds", str(length), *options)["statuses"]["200"]
            for _ in range(5)]
    ratios = sorted((run["p99"] / run["p50"], run["p50"] * 1e3, run["p99"] * 1e3) for run in runs)
    share, p50, p99 = ratios[2]
    return Row(work, share, "× p50", beside=f"p50 {p50:.2f} ms, p99 {p99:.2f} ms; runs {ratios[0][0]:.0f} to {ratios[4][0]:.0f}{beside}")


def queue_of_random_arrivals(busy, jobs=1_000_000):
    """Median and 99th percentile of the time in an M/D/1 queue, in service times, by Lindley's recursion."""
    random_ = random.Random(1)
    wait, times = 0.0, []
    for _ in range(jobs):
        times.append(wait + 1)
        wait = max(0.0, wait + 1 - random_.expovariate(busy))
    times.sort()
    return times[jobs // 2], times[jobs * 99 // 100]


def tls(length):
    with workspace() as directory:
        settings = certificate(directory)
        # One process differs from the next by some per cent: each round has two new ones.
        rounds = [tls_beside_plain(f"{directory}/{turn}", settings, length) for turn in range(9)]
        load.check(run for round_ in rounds for run in round_)
        yield compared("the same with TLS 1.3 keep-alive", rounds, "of plain", 0.95)
        handshake = handshake_seconds(settings, length)
        with Service(directory + "/handshakes", settings=settings) as secured:
            close = load.token_call(secured)
            close.headers = close.headers | {"Connection": "close"}
            runs = [beside_signatures("rsa2048", close, length) for _ in range(3)]
        load.check(runs)
        share, rate, signature = sorted((run["rate"] * (1 / run["signatures"] + handshake), run["rate"], 1 / run["signatures"])
                                        for run in runs)[1]
        yield Row("full TLS 1.3 handshake for each token", share, "of signature + handshake", 0.85,
                  beside=f"{rate:,.0f}/s; signature {1e6 * signature:.0f} µs, a handshake of `openssl s_server` "
                         f"{handshake * 1e6:.0f} µs of CPU")


def tls_beside_plain(directory, settings, length):
    with Service(directory + "/tls", settings=settings) as secured, Service(directory + "/plain") as plain:
        return load.in_pieces(load.token_call(secured), load.token_call(plain), seconds=length)


def handshake_seconds(settings, length):
    """CPU time that `openssl s_server` takes for one full handshake, connection included, as `s_time -new` counts them."""
    words = ["openssl", "s_server", "-accept", "127.0.0.1:28443", "-cert", settings["tls.certificate"], "-key",
             settings["tls.key"], "-tls1_3", "-quiet", "-www", "-no_ticket"]
    server = subprocess.Popen(pinned("0", words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        before = cpu_seconds(server.pid)
        done = subprocess.run(pinned("1", ["openssl", "s_time", "-connect", "127.0.0.1:28443", "-new", "-time", length]),
                              capture_output=True, text=True, check=True).stdout
        spent = cpu_seconds(server.pid) - before
    finally:
        server.kill()
        server.wait()
    connections = int(re.search(r"(\d+) connections in \d+ real seconds", done)[1])
    return spent / connections


def durable_audit(length):
    with workspace() as directory:
        with Service(directory + "/durable", settings={"audit.token_events": "durable"}) as durable, \
                Service(directory + "/batched") as batched:
            calls = load.token_call(durable), load.token_call(batched)
            rounds = load.wrk_by_turns(calls, length, connections=64)
    yield compared("durable audit, 64 connections", rounds, "of batched", 0.8)


def many_entities(length, count=1_000_000):
    with workspace() as directory:
        few, many = directory + "/few", directory + "/many"
        for data, members in ((few, 1000), (many, count)):
            with Service(data):
                pass
            subprocess.run([ROOT / "build/bench/bench/populate", data, str(members)], check=True)
        with Service(few) as small, Service(many) as large:
            yield Row(f"start with {count:,} entities", large.start_seconds, "s", 1, at_most=True)
            before = large.memory_bytes()
            calls = {members: load.Call(service.url, "/iam/v1/entity/token/generate", "POST", str(members))
                     for service, members in ((small, 1000), (large, count))}
            bring_into_cache(small, 1000)
            bring_into_cache(large, count)
            held = large.memory_bytes() - before
            yield Row(f"memory with {count:,} entities in the cache", held / count, "bytes each", 500, at_most=True,
                      beside=f"{held / 2**20:,.0f} MiB more than after the start")
            rounds = load.wrk_by_turns([calls[count], calls[1000]], length, script="entities.lua")
        yield compared(f"{count:,} entities, ids at random", rounds, "of the rate with 1,000", 0.95)


def bring_into_cache(service, count):
    """Asks for each member once."""
    asked = 0
    while asked < count:
        call = load.Call(service.url, load.OIDC + "/token/introspect", "POST", f"{count} from {asked}")
        run = load.wrk(call, seconds=10, script="entities.lua")
        load.check([run])
        asked += run["count"]


def start_and_memory(_):
    with workspace() as directory:
        with Service(directory) as first:
            yield Row("first furnished start", first.start_seconds, "s", 2, at_most=True)
        starts, memory = [], []
        for _ in range(9):
            with Service(directory) as service:
                starts.append(service.start_seconds)
                time.sleep(0.5)
                memory.append(service.memory_bytes())
    yield Row("start on an initialised store", statistics.median(starts) * 1e3, "ms", 50, at_most=True,
              beside=f"{min(starts) * 1e3:.0f} to {max(starts) * 1e3:.0f} ms")
    yield Row("resident memory after the start", statistics.median(memory) / 2**20, "MiB", 30, at_most=True)


def two_loops(length):
    rates = {}
    for loops, cores in ((1, "0"), (2, "0,1")):
        with workspace() as directory, Service(directory, cores, {"server.loops": loops}) as service:
            rates[loops] = load.top_rate(load.token_call(service), runs=3, seconds=length, cores="1")["rate"]
    yield Row("two loops on two cores", rates[2] / rates[1], "× one loop on one",
              beside=f"{rates[2]:,.0f}/s and {rates[1]:,.0f}/s; the load takes its share of the second core")


ROWS = {
    "rs256": entity_tokens("RS256", "rsa2048", 0.90),
    "es256": entity_tokens("ES256", "ecdsap256", 0.42),
    "eddsa": entity_tokens("EdDSA", "ed25519", 0.50),
    "standard": standard_endpoint,
    "reads": reads,
    "latency": latency,
    "tls": tls,
    "durable": durable_audit,
    "many": many_entities,
    "start": start_and_memory,
    "loops": two_loops,
}
