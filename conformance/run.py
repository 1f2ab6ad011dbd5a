"""Tries the demo with the tools that know the specifications: `task conformance`.

The demo runs on both databases. schemathesis asks it, as an administrator and as no one, whether it does what its OpenAPI
document says; Redocly and Spectral read it and the one in OpenAPI 3.1; node compiles its patterns; graphql-http audits GraphQL over
HTTP; Apollo's composition library composes the demo's subgraph with another.
The tools are installed into `target/conformance`, in the versions of `requirements.txt` and `package.json`. Ends with 1 when
a tool finds something.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tools
from processes import Postgres, Server

HERE = Path(__file__).resolve().parent
TOOLS = tools.TARGET / "conformance"
SCRIPTS = ["package.json", "patterns.json", "patterns.mjs", "graphql_http.mjs"]
FEDERATION = TOOLS / "federation"

# The demo is a subgraph too.
FEDERATION = {"GRAPHQL_FEDERATION": "true"}

# The same requests in every run.
SEED = 20260101


def install():
    """Installs the tools, unless these versions are there."""
    tools.copy([HERE / script for script in SCRIPTS], TOOLS)
    pip = [TOOLS / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check"]
    commands = [
        [sys.executable, "-m", "venv", "--clear", TOOLS / "venv"],
        [*pip, "-r", HERE / "requirements.txt"],
        tools.npm(),
    ]
    tools.install(TOOLS, [HERE / "requirements.txt", HERE / "package.json"], commands)
    # By itself: it takes another release of `graphql`.
    tools.copy([HERE / "federation/package.json", HERE / "federation/federation.mjs"], FEDERATION)
    tools.install(FEDERATION, [HERE / "federation/package.json"], [tools.npm()])


def schemathesis(server, token, examples):
    """The command for one principal."""
    command = [TOOLS / "venv/bin/st", "--config-file", HERE / "schemathesis.toml", "--no-color"]
    command += ["run", f"{server.url}/openapi.json", "--seed", SEED, "--max-examples", examples]
    # Without shrinking: what fails is told as it was sent.
    command += ["--generation-deterministic", "--continue-on-failure", "--no-shrink"]
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    return command


def commands(database, server, examples):
    """Every check of one server: its name and its command."""
    yield f"schemathesis, {database}, admin", schemathesis(server, server.token("admin"), examples)
    yield f"schemathesis, {database}, anonymous", schemathesis(server, None, examples)
    yield f"graphql-http, {database}", ["node", TOOLS / "graphql_http.mjs", f"{server.url}/graphql"]
    yield f"federation, {database}", ["node", FEDERATION / "federation.mjs", f"{server.url}/graphql"]


def document_commands(server):
    """The checks of the documents, which are the same on both databases."""
    bin = TOOLS / "node_modules/.bin"
    for version, path in [("3.0", "openapi.json"), ("3.1", "openapi-3.1.json")]:
        document = f"{server.url}/{path}"
        yield f"patterns, OpenAPI {version}", ["node", TOOLS / "patterns.mjs", document]
        yield f"redocly, OpenAPI {version}", [bin / "redocly", "lint", document, "--config", HERE / "redocly.yaml"]
        yield f"spectral, OpenAPI {version}", [bin / "spectral", "lint", document, "--ruleset", HERE / "spectral.yaml"]


def run(name, command, folder):
    """Runs one check; prints what it says when it finds something."""
    start = time.monotonic()
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "PYTHONPATH": str(HERE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "REDOCLY_TELEMETRY": "off",
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    }
    command = [str(part) for part in command]
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    seconds = time.monotonic() - start
    passed = done.returncode == 0
    if not passed:
        print(done.stdout)
    print(f"{'ok    ' if passed else 'FAILED'} {seconds:6.1f} s  {name}", flush=True)
    return passed


def try_database(program, database, examples, with_document):
    """Runs every check of the demo on one database; which of them passed."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="entify-conformance-")))
        url = f"sqlite://{folder}/app.db"
        if database == "postgres":
            # Its user must reach its folder.
            folder.chmod(0o755)
            url = stack.enter_context(contextlib.closing(Postgres(folder / "postgres"))).url
        server = stack.enter_context(contextlib.closing(Server(program, folder, url, migrations=tools.ROOT / "migrations", settings=FEDERATION)))
        checks = list(document_commands(server)) if with_document else []
        return [run(name, command, folder) for name, command in [*checks, *commands(database, server, examples)]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], help="only this one")
    parser.add_argument("--examples", type=int, default=2, help="schemathesis' greatest number of cases for an operation")
    arguments = parser.parse_args()
    tools.need("node", "install Node.js, which runs Redocly, Spectral and graphql-http")
    install()
    program = tools.build("app") / "app"
    databases = [arguments.database] if arguments.database else ["sqlite", "postgres"]
    # Side by side: a tool keeps one core busy.
    with ThreadPoolExecutor(len(databases)) as pool:
        tried = [pool.submit(try_database, program, database, arguments.examples, database == databases[0]) for database in databases]
        results = [passed for results in tried for passed in results.result()]
    failed = results.count(False)
    print(f"{len(results) - failed} of {len(results)} checks found nothing")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
