"""Whether anybody's storm slows the others: each row compares the service under it with the service without it."""
import contextlib
import socket
import sqlite3
import statistics
import subprocess
import threading
import time
import urllib.parse

import load
from service import BINARY, Service
from table import Row, certificate, compared, workspace

PASSWORDS = {"limits.password_failures": 1_000_000, "limits.password_failures_anywhere": 1_000_000}


@contextlib.contextmanager
def beside(function, *arguments):
    """`function` runs in a thread; its result is in the list that is given."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*arguments)), daemon=True)
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
        answers, memory = {}, service.memory_bytes()

        def loud():
            with beside(load.storm, service, logins, forms, "--rate", "700", "--seconds", str(length + 2), "--connections", "200",
                        "--addresses", "50") as told:
                time.sleep(1)
                run = load.wrk(call, seconds=length)
            for status, summary in told[0]["statuses"].items():
                answers.setdefault(status, []).append(summary)
            return run

        rounds = load.by_turns(loud, lambda: load.wrk(call, seconds=length), rounds=3)
        surplus = [told for status in ("429", "503") for told in answers.get(status, [])]
        yield compared("tokens in a storm of logins", rounds, "of the rate without", 0.9, "; answers " + ", ".join(
            f"{sum(run['count'] for run in told)} × {status}" for status, told in answers.items()))
        share, stormy, calm = load.compared(rounds, "p99")
        yield Row("p99 of tokens in a storm of logins", share, "× that without", 2, at_most=True,
                  beside=f"{stormy * 1e3:.1f} ms and {calm * 1e3:.1f} ms")
        yield Row("surplus logins: p99 until refused", max(told["p99"] for told in surplus) * 1e3, "ms", 50, at_most=True,
                  beside=f"{sum(told['withoutRetryAfter'] for told in surplus)} without Retry-After; slowest login "
                         f"{max(run['max'] for told in answers.values() for run in told):.2f} s")
        yield Row("memory after a storm of logins", (service.memory_bytes() - memory) / 2**20, "MiB more", 64, at_most=True)


def midnight(_, connections=15_000):
    with workspace() as directory, Service(directory) as service:
        yield from burst("midnight burst", service, load.token_call(service), load.token_call(service), connections)
    with workspace() as directory, Service(directory, settings=certificate(directory)) as service:
        anew = load.token_call(service)
        anew.headers = anew.headers | {"Connection": "close"}  # wrk shakes hands anew each time, as those who come do
        yield from burst("midnight burst with TLS", service, load.token_call(service), anew, connections, "--tls", "--resume")


def burst(name, service, call, work, connections, *options):
    """The ideal is to do all at the rate of `work`, as it is right before and right after. Three bursts: that in the middle."""
    rates, bursts = [load.top_rate(work, runs=1, seconds=4)["rate"]], []
    for _ in range(3):
        told = load.storm(service, call, [call.body], "--connections", str(connections), "--addresses", "20", "--seconds", "1",
                          *options)
        rates.append(load.top_rate(work, runs=1, seconds=4)["rate"])
        ideal = connections / statistics.mean(rates[-2:])
        bursts.append(told | {"ideal": ideal, "share": told["lastTokenAfter"] / ideal})
    first, middle, last = sorted(bursts, key=lambda told: told["share"])
    answers = {status: [told["statuses"].get(status, {"count": 0, "max": 0}) for told in bursts] for status in ("503", "0")}
    yield Row(f"{name}: all have tokens within", middle["share"], "× ideal", 1.3, at_most=True,
              beside=f"{min(told['tokens'] for told in bursts):,} of {connections:,} after {middle['lastTokenAfter']:.1f} s (ideal "
                     f"{middle['ideal']:.1f} s); bursts {first['share']:.2f} to {last['share']:.2f}; "
                     f"{sum(told['count'] for told in answers['503'])} × 503, the slowest after {max(told['max'] for told in answers['503']):.2f} s; "
                     f"{sum(told['count'] for told in answers['0'])} reset; peak {service.memory_bytes('VmHWM') / 2**20:.0f} MiB")


def overload(length):
    """Three times capacity for a minute, by more connections than the service takes."""
    with workspace() as directory, Service(directory) as service:
        call = load.token_call(service)
        top = load.top_rate(call, runs=3, seconds=length)["rate"]
        told = load.storm(service, call, [call.body], "--rate", str(3 * top), "--seconds", "60", "--connections", "15500",
                          "--addresses", "20", "--rest")
        after = load.hey(call, top / 2, seconds=1)
        calm = load.hey(call, top / 2, seconds=3)
        top = statistics.mean([top, load.top_rate(call, runs=3, seconds=length)["rate"]])
        statuses = told["statuses"]
        goodput = told["tokens"] / told["lastTokenAfter"]
        yield Row("goodput at three times capacity", goodput / top, "of capacity", 0.9,
                  beside=f"{goodput:,.0f}/s of {top:,.0f}/s; "
                         + ", ".join(f"{answers['count']} × {status}" for status, answers in statuses.items())
                         + f"; {told['unserved']} found no connection")
        if "503" in statuses:
            yield Row("refused in the overload: p99", statuses["503"]["p99"] * 1e3, "ms", 1000, at_most=True)
        yield Row("without any answer in the overload", statuses.get("0", {"count": 0})["count"], "requests", 0, at_most=True)
        yield Row("p99 in the second after the overload", after["p99"] / calm["p99"], "× that later", 2, at_most=True,
                  beside=f"{after['p99'] * 1e3:.1f} ms and {calm['p99'] * 1e3:.1f} ms")


def slow_clients(length):
    """10,000 idle connections, 1,000 that send a byte a second, 100 that read one, dropped and pipelined ones beside the load."""
    patience = {"server.idle_timeout": "10m", "server.header_timeout": "5s", "server.body_timeout": "5s"}  # within a run
    with workspace() as directory, Service(directory, settings=patience) as service:
        call = load.token_call(service)
        port = int(service.url.rsplit(":", 1)[1])
        timed_out, answered = [], []

        def loud():
            idle, senders, readers = ([connect(port, number) for number in range(count)] for count in (10_000, 1_000, 100))
            stop = threading.Event()
            with beside(send_slowly, senders, stop), beside(read_slowly, readers, stop), beside(drop, port, stop), \
                    beside(pipeline, port, call, stop) as pipelined:
                time.sleep(2)  # until connections and answers that begin are made: their slowness is what is measured
                run = load.wrk(call, seconds=length)
                stop.set()
            timed_out.append(sum(read_all(connection).startswith(b"HTTP/1.1 408") for connection in senders))
            answered.append(pipelined[0])
            for connection in idle + senders + readers:
                connection.close()
            return run

        rounds = load.by_turns(loud, lambda: load.wrk(call, seconds=length), rounds=5)
        yield compared("tokens beside slow, idle and dropped clients", rounds, "of the rate without", 0.95,
                       f"; {min(timed_out)} of 1000 slow senders got 408; {sum(answered)} pipelined requests answered in order; "
                       f"{service.memory_bytes('VmHWM') / 2**20:.0f} MiB")


def connect(port, number):
    connection = socket.socket()
    connection.bind((f"127.0.0.{2 + number // 5000}", 0))
    connection.connect(("127.0.0.1", port))
    return connection


def send_slowly(connections, stop):
    """Half of them are slow in the header, half in the body."""
    header = b"POST /iam/v1/entity/token/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n"
    for connection in connections[::2]:
        connection.send(header)
    for at in range(len(header)):
        for index, connection in enumerate(connections):
            with contextlib.suppress(OSError):
                connection.send(b"x" if index % 2 == 0 else header[at:at + 1])
        if stop.wait(1):
            return


def read_slowly(connections, stop):
    """Each asks for more than a socket holds."""
    for connection in connections:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.send(b"GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
    while not stop.wait(1):
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.recv(1)


def drop(port, stop):
    while not stop.wait(0.05):
        connection = connect(port, 20_000)
        connection.send(b"POST /iam/v1/entity/token/generate HTTP/1.1\r\nHo")
        connection.close()


def pipeline(port, call, stop):
    """Eight requests at once, again and again; how many were answered."""
    request = (f"{call.method} {call.path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(call.body)}\r\n"
               + "".join(f"{name}: {value}\r\n" for name, value in call.headers.items()) + f"\r\n{call.body}").encode()
    answered = 0
    with connect(port, 25_000) as connection:
        answers = connection.makefile("rb")
        while not stop.wait(1):
            connection.sendall(request * 8)
            for _ in range(8):
                if b" 200 " not in answers.readline():
                    raise RuntimeError("a pipelined request was refused")
                size = 0
                while (line := answers.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        size = int(line.split(b":")[1])
                answers.read(size)
                answered += 1
    return answered


def read_all(connection):
    """What came, up to the end of the connection or of the patience."""
    connection.settimeout(0.01)
    text = b""
    with contextlib.suppress(OSError):
        while part := connection.recv(65536):
            text += part
    return text


def stalled_store(length):
    """Another process holds the store's write lock for 5 s."""
    with workspace() as directory, Service(directory) as service:
        call = load.token_call(service)
        other = sqlite3.connect(service.data / "dwarpal.db", isolation_level=None)
        known, headers, answers = records(other), signed_in(service), []

        def stalled():
            with beside(load.wrk, call, 7) as told:
                time.sleep(1)
                other.execute("BEGIN IMMEDIATE")
                with beside(secret_call, service, "reset", headers) as reset:
                    time.sleep(5)
                    other.execute("ROLLBACK")
            answers.append(f"{reset[0]} and {secret_call(service, 'read', headers)}")
            return told[0]

        rounds = load.by_turns(stalled, lambda: load.wrk(call, seconds=7), rounds=3)
        issued = sum(run["count"] for round_ in rounds for run in round_)
        time.sleep(1)  # until the last records are written
        missing = max(0, issued - (records(other) - known))  # wrk does not count its last answers
        other.close()
        yield compared("tokens while the store stalls for 5 s", rounds, "of the rate without", 0.9,
                       "; no error; a reset meanwhile, and a read after it: " + ", ".join(answers))
        yield Row("tokens without a record after the stall", missing, "tokens", 0, at_most=True, beside=f"of {issued:,}")


def records(store):
    return store.execute("SELECT count(*) FROM audit_records WHERE event LIKE '%entity-token.issue%'").fetchone()[0]


def hour(_, seconds=3600, settled=600):
    """Half of the top rate for an hour; every 10 s a reset and a read, every 5 minutes a rotation of the signing key."""
    with workspace() as directory, Service(directory) as service:
        call = load.token_call(service)
        top = load.top_rate(call, runs=3, seconds=10)["rate"]
        samples = []
        with beside(load.storm, service, call, [call.body], "--rate", str(top / 2), "--constant", "--seconds", str(seconds)) as told:
            began = time.monotonic()
            headers = signed_in(service)
            while (at := time.monotonic() - began) < seconds - 10:
                answers = [secret_call(service, what, headers) for what in ("reset", "read")]
                if answers != [200, 200]:
                    raise RuntimeError(f"reset and read were answered {answers}")
                if len(samples) % 30 == 29:
                    subprocess.run([BINARY, "key", "rotate", "--now", "--data", service.data], check=True, capture_output=True)
                samples.append((at, service.memory_bytes(), service.descriptors()))
                time.sleep(max(0.0, began + 10 * len(samples) - time.monotonic()))
        later = [sample for sample in samples if sample[0] >= settled]
        memory = statistics.linear_regression([sample[0] / 3600 for sample in later], [sample[1] / 2**20 for sample in later])
        descriptors = [sample[2] for sample in later]
        statuses = told[0]["statuses"]
        others = {status: answers["count"] for status, answers in statuses.items() if status != "200"}
        yield Row("an hour at half load: memory", memory.slope, "MiB an hour more", 1, at_most=True,
                  beside=f"{later[0][1] / 2**20:.1f} MiB after 10 minutes, {later[-1][1] / 2**20:.1f} at the end; "
                         f"{min(descriptors)} to {max(descriptors)} descriptors; {len(samples)} resets and reads, "
                         f"{len(samples) // 30} rotations; {top / 2:,.0f}/s, p99 {statuses['200']['p99'] * 1e3:.1f} ms")
        yield Row("an hour at half load: errors", sum(others.values()), "answers", 0, at_most=True,
                  beside=f"{told[0]['tokens']:,} tokens" + "".join(f"; {count} × {status}" for status, count in others.items()))


def signed_in(service):
    """Headers of a member's admin."""
    admin = service.credentials("FIP-SIMULATOR")["admin"]
    form = urllib.parse.urlencode({"username": admin["email"], "password": admin["password"]})
    token = load.ask(load.Call(service.url, "/iam/v1/user/token/generate", "POST", form, load.FORM))["accessToken"]
    return {"Content-Type": "application/json", "Authorization": "Bearer " + token}


def secret_call(service, what, headers):
    """The status of a reset or a read."""
    return load.status_of(load.Call(service.url, "/iam/v1/entity/secret/" + what, "POST", '{"entityId": "FIP-SIMULATOR"}', headers))


ROWS = {"logins": password_storm, "midnight": midnight, "overload": overload, "slow": slow_clients, "stall": stalled_store}
LONG_ROWS = {"hour": hour}
