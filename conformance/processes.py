"""Programs that run beside this one and end with it: the server, and a PostgreSQL cluster of its own."""

import os
import pwd
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

# Runs a program and waits for the end of its standard input, which comes when this process ends, however it ends.
KEEPER = """
trap '' INT TERM HUP
signal=$1
shift
"$@" </dev/null &
program=$!
read -r _
kill "-$signal" "$program" 2>/dev/null
wait "$program"
"""

START_TIMEOUT = 60


class Process:
    """A program that ends by its process id when this is closed, and when this process ends."""

    def __init__(self, command, *, log, stop="TERM", **options):
        self.log = log
        with open(log, "wb") as output:
            self.keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", stop, *map(str, command)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                **options,
            )

    def wait_until(self, is_ready):
        end = time.monotonic() + START_TIMEOUT
        while not is_ready():
            if time.monotonic() > end or self.keeper.poll() is not None:
                raise SystemExit(f"it did not start:\n{Path(self.log).read_text(errors='replace')[-4000:]}")
            time.sleep(0.1)

    def close(self):
        self.keeper.stdin.close()
        self.keeper.wait(timeout=30)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Postgres:
    """A PostgreSQL cluster in a folder, listening on a port of this machine only."""

    def __init__(self, folder):
        programs = find_postgres()
        self.user = unprivileged()
        folder.mkdir()
        if self.user:
            os.chown(folder, self.user["user"], self.user["group"])
        initialised = subprocess.run(
            [programs / "initdb", "--no-sync", "--no-instructions", "--auth=trust", "--encoding=UTF8"]
            + ["--username=entify", "--locale=C", "-D", folder / "data"],
            cwd=folder,
            capture_output=True,
            text=True,
            **self.user,
        )
        if initialised.returncode != 0:
            raise SystemExit(f"initdb failed:\n{initialised.stderr}")
        port = free_port()
        self.url = f"postgres://entify@127.0.0.1:{port}/postgres"
        command = [programs / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", port, "-k", ""]
        for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]:
            command += ["-c", setting]
        self.process = Process(command, log=folder.with_suffix(".log"), stop="QUIT", cwd=folder, **self.user)
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        self.process.wait_until(lambda: subprocess.run(ready).returncode == 0)

    def close(self):
        self.process.close()


def find_postgres():
    """The folder of `initdb` and `postgres`: in PATH, or Debian's, the newest version first."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), reverse=True)
    for folder in folders:
        if all((folder / program).is_file() for program in ["initdb", "postgres", "pg_isready"]):
            return folder
    raise SystemExit("there is no PostgreSQL on this machine (`initdb`, `postgres`); install it, or give `--database sqlite`")


def unprivileged():
    """Who runs PostgreSQL, which refuses to run as root."""
    if os.getuid() != 0:
        return {}
    for name in ["postgres", "nobody"]:
        try:
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid}
        except KeyError:
            continue
    raise SystemExit("PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody`")


class Server:
    """A program of the framework on a database of its own, with its first rows if it has any."""

    def __init__(self, program, folder, database_url, *, migrations, seed=True, settings=()):
        port = free_port()
        self.program, self.folder = program, folder
        self.url = f"http://127.0.0.1:{port}"
        # Nothing of the machine's settings, and no `.env`.
        self.settings = {
            "PATH": os.environ.get("PATH", ""),
            "DATABASE_URL": database_url,
            "MIGRATIONS_DIR": str(migrations),
            "BIND": f"127.0.0.1:{port}",
            "SECRET_KEY": "0123456789abcdef0123456789abcdef",
            "LOG": "warn",
            **dict(settings),
        }
        if seed:
            if not Path(migrations).exists():
                self.run("migrate", "make", "first")
            self.run("migrate", "up")
            self.run("seed")
        self.process = Process([program, "serve"], log=folder / "server.log", cwd=folder, env=self.settings)
        self.process.wait_until(self.is_ready)

    def run(self, *arguments, typed=None):
        """Runs one of the program's commands; answers what it printed."""
        options = {"cwd": self.folder, "env": self.settings, "text": True, "check": True}
        return subprocess.run([self.program, *arguments], input=typed, stdout=subprocess.PIPE, **options).stdout

    def token(self, role):
        """A new API token with a role."""
        return re.search(r"ent_\S+", self.run("token", "create", "--name", role, "--role", role)).group()

    def account(self, email, password, *roles):
        """A new account with these roles."""
        held = [part for role in roles for part in ("--role", role)]
        self.run("account", "create", email, *held, "--password-stdin", typed=f"{password}\n")

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as response:
                return response.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def close(self):
        self.process.close()
