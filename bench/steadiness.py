"""Whether anybody's storm slows the others: each row compares the service under it with the service without it."""
import contextlib
import json
import socket
import sqlite3
import statistics
import subprocess
import threading
import time
import urllib.parse

import load
from service import BINARY, Service
from table import Row, certificate, workspace

PASSWORDS = {"limits.password_failures": 1_000_000, "limits.password_failures_anywhere": 1_000_000}


@contextlib.contextmanager
def beside(function, *arguments):
    """`function` runs in a thread; its result is in the list that is given."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*arguments)))
    thread.start()
    yield results
    thread.join()


def password_storm(length):
    """Ten times what the password pool can do: valid, wrong and unknown, from 50 addresses."""
    with workspace() as directory, Service(directory, settings=PASSWORDS) as service:
        admin = service.credentials()["admin"]
        logins = load.Call(service.url, "/iam/v1/user/token/generate", "POST")
        forms = [urllib.parse.urlencode({"username": name, "password": word}) for name, word in
                 ((admin["email"], admin["password"]), (admin["email"], "wrong wrong wrong"), ("nobody@x.test", "wrong"))]
        call = load.token_call(service)
        quiet = load.top_rate(call, runs=3, seconds=length)
        memory = service.memory_bytes()
        with beside(load.storm, service, logins, forms, "--rate", "700", "--seconds", str(length + 2), "--connections", "200",
                    "--addresses", "50") as told:
            time.sleep(1)
            loud = load.wrk(call, seconds=length)
        statuses = told[0]["statuses"]
        surplus = [answers for status, answers in statuses.items() if status in ("429", "503")]
        yield Row("tokens in a storm of logins", loud["rate"] / quiet["rate"], "of the rate without", 0.9,
                  beside=f"{loud['rate']:,.0f}/s and {quiet['rate']:,.0f}/s; answers "
                         + ", ".join(f"{answers['count']} × {status}" for status, answers in statuses.items()))
        yield Row("p99 of tokens in a storm of logins", loud["p99"] / quiet["p99"], "× that without", 2, at_most=True,
                  beside=f"{loud['p99'] * 1e3:.1f} ms and {quiet['p99'] * 1e3:.1f} ms")
        yield Row("surplus logins: p99 until refused", max(answers["p99"] for answers in surplus) * 1e3, "ms", 50, at_most=True,
                  beside=f"{sum(answers['withoutRetryAfter'] for answers in surplus)} without Retry-After; slowest login "
                         f"{max(answers['max'] for answers in statuses.values()):.2f} s")
        yield Row("memory after a storm of logins", (service.memory_bytes() - memory) / 2**20, "MiB more", 64, at_most=True)


def burst(connections, settings, *options):
    with workspace() as directory, Service(directory, settings=(settings(directory) if settings else {})) as service:
        call = load.token_call(service)
        with load.RawRate("rsa2048") as raw:
            top = load.top_rate(call, runs=1, seconds=5)["rate"]
            told = load.storm(service, call, [call.body], "--connections", str(connections), "--addresses", "20", "--seconds", "1",
                         *options)
        return told, connections / top, raw.rate, service.memory_bytes("VmHWM")


def midnight(_, connections=15_000):
    for name, settings, options in (("midnight burst", None, ()),
                                    ("midnight burst with TLS", certificate, ("--tls", "--resume"))):
        told, ideal, _, peak = burst(connections, settings, *options)
        statuses = told["statuses"]
        refused = statuses.get("503", {"count": 0, "max": 0})
        yield Row(f"{name}: all have tokens within", told["lastTokenAfter"] / ideal, "× ideal", 1.3, at_most=True,
                  beside=f"{told['tokens']:,} of {connections:,} after {told['lastTokenAfter']:.1f} s (ideal {ideal:.1f} s); "
                         f"{refused['count']} × 503, the slowest after {refused['max']:.2f} s; "
                         f"{statuses.get('0', {'count': 0})['count']} reset; peak {peak / 2**20:.0f} MiB")


def overload(length):
    """Three times capacity for a minute over 1,000 connections."""
    with workspace() as directory, Service(directory) as service:
        call = load.token_call(service)
        top = load.top_rate(call, runs=3, seconds=length)["rate"]
        told = load.storm(service, call, [call.body], "--rate", str(3 * top), "--seconds", "60", "--connections", "1000")
        after = load.hey(call, top / 2, seconds=3)
        calm = load.hey(call, top / 2, seconds=3)
        yield Row("goodput at three times capacity", told["tokens"] / told["seconds"] / top, "of capacity", 0.9,
                  beside=f"{told['tokens'] / told['seconds']:,.0f}/s of {top:,.0f}/s")
        yield Row("p99 right after the overload", after["p99"] / calm["p99"], "× that later", 2, at_most=True)


def slow_clients(length):
    """10,000 idle connections, 500 that send a byte a second, 500 that never read, and dropped ones beside the load."""
    with workspace() as directory, Service(directory, settings={"server.idle_timeout": "10m"}) as service:
        call = load.token_call(service)
        quiet = load.top_rate(call, runs=3, seconds=length)
        port = int(service.url.rsplit(":", 1)[1])
        idle = [connect(port, number) for number in range(10_000)]
        slow = [connect(port, number) for number in range(1_000)]
        stop = threading.Event()
        with beside(drip, slow, stop), beside(drop, port, stop):
            loud = load.top_rate(call, runs=3, seconds=length)
            stop.set()
        for connection in idle + slow:
            connection.close()
        yield Row("tokens beside slow, idle and dropped clients", loud["rate"] / quiet["rate"], "of the rate without", 0.95,
                  beside=f"{loud['rate']:,.0f}/s and {quiet['rate']:,.0f}/s; {service.memory_bytes('VmHWM') / 2**20:.0f} MiB")


def connect(port, number):
    connection = socket.socket()
    connection.bind((f"127.0.0.{2 + number // 5000}", 0))
    connection.connect(("127.0.0.1", port))
    return connection


def drip(connections, stop):
    text = b"POST /iam/v1/entity/token/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nid=" + b"x" * 400
    for at in range(len(text)):
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.send(text[at:at + 1])
        if stop.wait(1):
            return


def drop(port, stop):
    while not stop.wait(0.05):
        connection = connect(port, 20_000)
        connection.send(b"POST /iam/v1/entity/token/generate HTTP/1.1\r\nHo")
        connection.close()


def stalled_store(length):
    """Another process holds the store's write lock for 5 s."""
    with workspace() as directory, Service(directory) as service:
        call = load.token_call(service)
        quiet = load.wrk(call, seconds=5)["rate"]
        other = sqlite3.connect(service.data / "dwarpal.db", isolation_level=None)
        with beside(load.wrk, call, 7) as told:
            time.sleep(1)
            other.execute("BEGIN IMMEDIATE")
            time.sleep(5)
            other.execute("ROLLBACK")
        other.close()
        time.sleep(1)
        yield Row("tokens while the store stalls for 5 s", told[0]["rate"] / quiet, "of the rate without", 0.9,
                  beside=f"{told[0]['errors']} errors")


def hour(_, seconds=3600):
    """Half of the top rate for an hour; every 10 s a reset and a read, every 5 minutes a rotation of the signing key."""
    with workspace() as directory, Service(directory, settings={"keys.publish_ahead": "1s"}) as service:
        top = load.top_rate(load.token_call(service), runs=3, seconds=10)["rate"]
        samples = []
        with beside(load.hey, load.token_call(service), top / 2, seconds) as told:
            began = time.monotonic()
            while (at := time.monotonic() - began) < seconds - 5:
                reset_and_read(service)
                if len(samples) % 30 == 29:
                    subprocess.run([BINARY, "key", "rotate", "--data", service.data], check=True, capture_output=True)
                samples.append((at, service.memory_bytes(), service.descriptors()))
                time.sleep(10)
        later = [sample for sample in samples if sample[0] >= 600]
        memory = statistics.linear_regression([sample[0] / 3600 for sample in later], [sample[1] / 2**20 for sample in later])
        descriptors = [sample[2] for sample in later]
        yield Row("an hour at half load: memory", memory.slope, "MiB an hour more", 1, at_most=True,
                  beside=f"{later[0][1] / 2**20:.1f} MiB after 10 minutes, {later[-1][1] / 2**20:.1f} at the end; "
                         f"{min(descriptors)} to {max(descriptors)} descriptors; {told[0]['rate'] * seconds:,.0f} tokens, no error")


def reset_and_read(service):
    member = service.credentials("FIP-SIMULATOR")
    form = urllib.parse.urlencode({"username": member["admin"]["email"], "password": member["admin"]["password"]})
    token = load.ask(load.Call(service.url, "/iam/v1/user/token/generate", "POST", form, load.FORM))["accessToken"]
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + token}
    for what in ("reset", "read"):
        load.ask(load.Call(service.url, "/iam/v1/entity/secret/" + what, "POST", json.dumps({"entityId": member["id"]}), headers))


ROWS = {"logins": password_storm, "midnight": midnight, "overload": overload, "slow": slow_clients, "stall": stalled_store}
LONG_ROWS = {"hour": hour}
