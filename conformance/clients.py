"""Tries generators of clients on the demo's schemas: `task conformance:clients`.

Each generator must end with 0 on what the demo serves, the OpenAPI document or the GraphQL schema. What is generated in TypeScript and
Python then creates, reads, lists, changes and deletes a row of the running demo, and reads an error; so do urql and Apollo Client. The tools
are installed into `target/conformance/clients`, in the versions of `clients/package.json` and `clients/requirements.txt`. Ends with 1 when
one of them fails.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tools
from processes import Server

HERE = Path(__file__).resolve().parent / "clients"
TOOLS = tools.TARGET / "conformance" / "clients"
WORK = TOOLS / "work"
BIN, VENV = TOOLS / "node_modules/.bin", TOOLS / "venv/bin"
# Of openapi-generator.
LANGUAGES = ["typescript-fetch", "python", "rust", "go", "java"]
TSC = (
    "--noEmit --strict --skipLibCheck --target ES2022 --module ESNext --moduleResolution bundler --types node"
    " --lib ES2022,DOM,DOM.Iterable"
).split()


def install():
    TOOLS.mkdir(parents=True, exist_ok=True)
    tools.copy([HERE / "package.json"], TOOLS)
    pip = [VENV / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
    # What the generated client for Python needs, as it says itself.
    pip += ["urllib3>=2.1,<3", "python-dateutil>=2.8.2", "pydantic>=2", "typing-extensions>=4.7"]
    commands = [[sys.executable, "-m", "venv", "--clear", TOOLS / "venv"], pip, tools.npm()]
    tools.install(TOOLS, [HERE / "package.json", HERE / "requirements.txt"], commands)


def generators(openapi, sdl):
    """Every generator: its name, its command and what else it needs."""
    for language in LANGUAGES:
        yield f"openapi-generator, {language}", [VENV / "openapi-generator-cli", "generate", "-i", openapi, "-g", language, "-o", language]
    python = ["generate", "--path", openapi, "--meta", "none", "--output-path", "openapi_python", "--overwrite", "--fail-on-warning"]
    (WORK / "no_hooks.yml").write_text("post_hooks: []\n")
    yield "openapi-python-client", [VENV / "openapi-python-client", *python, "--config", "no_hooks.yml"]
    yield "hey-api", [BIN / "openapi-ts", "-i", openapi, "-o", "hey-api"]
    config = WORK / "codegen.json"
    config.write_text(
        '{"schema": "%s", "documents": ["urql.ts"], "generates": {"./codegen/": {"preset": "client", "presetConfig":'
        ' {"fragmentMasking": false}, "config": {"useTypeImports": true, "strictScalars": true, "scalars": {"BigInt": "string",'
        ' "Bytes": "string", "Date": "string", "DateTime": "string", "Decimal": "string", "JSON": "unknown", "Time": "string",'
        ' "UUID": "string"}}}}}' % sdl
    )
    yield "graphql-codegen", [BIN / "graphql-codegen", "--config", config, "--silent"]
    (WORK / "relay/artifacts").mkdir(parents=True)
    shutil.copy(HERE / "relay.js", WORK / "relay/relay.js")
    (WORK / "relay/relay.config.json").write_text(
        '{"src": ".", "schema": "%s", "language": "typescript", "artifactDirectory": "%s", "noFutureProofEnums": true,'
        ' "customScalarTypes": {"BigInt": "string", "Decimal": "string", "DateTime": "string"}}' % (sdl, WORK / "relay/artifacts")
    )
    yield "relay-compiler", [BIN / "relay-compiler", "relay/relay.config.json"]


def round_trips():
    """Every client that is used: its name and its commands."""
    scripts = {
        "openapi-generator, typescript-fetch": "typescript_fetch",
        "hey-api": "hey_api",
        "urql and graphql-codegen": "urql",
        "Apollo Client": "apollo",
    }
    for name, script in scripts.items():
        bundle = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", f"--outfile={script}.mjs"]
        # React is for Apollo's hooks, which nothing here calls.
        bundle += ["--external:react", "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"]
        yield name, [[BIN / "tsc", *TSC, f"{script}.ts"], [BIN / "esbuild", f"{script}.ts", *bundle], ["node", f"{script}.mjs"]]
    yield "openapi-generator, python", [[VENV / "python", "generated_python.py"]]
    yield "openapi-python-client", [[VENV / "python", "python_client.py"]]


def run(name, commands, environment):
    """Runs the commands of one check; prints what they say when one fails."""
    start = time.monotonic()
    passed = True
    for command in commands:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=WORK,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode != 0:
            print(done.stdout[-6000:])
            passed = False
            break
    print(f"{'ok    ' if passed else 'FAILED'} {time.monotonic() - start:6.1f} s  {name}", flush=True)
    return passed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only the checks with this in their names")
    arguments = parser.parse_args()
    tools.check_node(20)
    install()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    tools.copy([*HERE.glob("*.ts"), *HERE.glob("*.py")], WORK)
    program = tools.build("app") / "app"
    results = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="entify-conformance-")))
        server = Server(program, folder, f"sqlite://{folder}/app.db", migrations=tools.ROOT / "migrations")
        stack.enter_context(contextlib.closing(server))
        openapi, sdl = WORK / "openapi.json", WORK / "schema.graphql"
        openapi.write_text(server.run("schema", "openapi"))
        sdl.write_text(server.run("schema", "graphql"))
        environment = {
            "DEMO_URL": server.url,
            "ADMIN_TOKEN": server.token("admin"),
            # Generated for Python as packages of these folders.
            "PYTHONPATH": os.pathsep.join([str(WORK), str(WORK / "python")]),
        }
        checks = [(f"{name}: generates", [command]) for name, command in generators(openapi, sdl)]
        checks += [(f"{name}: round trip", commands) for name, commands in round_trips()]
        for name, commands in checks:
            if arguments.only in name:
                results.append(run(name, commands, environment))
    failed = results.count(False)
    print(f"{len(results) - failed} of {len(results)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
