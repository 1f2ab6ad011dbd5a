"""The clients of the demo: `task client:codegen`, `task client:check`, `task test:clients`.

`codegen` writes them: the application's own client, the types of REST by openapi-typescript, those of GraphQL by graphql-codegen. `check`
says which are not current. `test` compiles them strictly, and with them the clients that the guide's tracker and the issue tracker write
of themselves; then it runs `typescript/test` against the demo on both databases, in Node and in Chromium, whose page has another origin.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "conformance"))

import tools  # noqa: E402
from processes import Postgres, Server, free_port  # noqa: E402

CLIENT = HERE / "typescript"
STAMP = tools.TARGET / "clients"
# What is written, and by whom.
WRITTEN = ["src/app", "src/graphql", "src/rest.d.ts"]
# As strict as an application can be: its settings hold for the files that it takes over.
STRICT = {
    "noEmit": True,
    "strict": True,
    "exactOptionalPropertyTypes": True,
    "noUncheckedIndexedAccess": True,
    "noImplicitOverride": True,
    "noImplicitReturns": True,
    "noPropertyAccessFromIndexSignature": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "erasableSyntaxOnly": True,
    "isolatedModules": True,
    "verbatimModuleSyntax": True,
    "target": "ES2022",
    "lib": ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    "types": [],
}
# How programs find modules: those for Node, and bundlers.
MODULES = [{"module": "NodeNext"}, {"module": "ESNext", "moduleResolution": "bundler"}]


def npm(*command):
    subprocess.run(["npm", *command], cwd=CLIENT, check=True)


def install():
    """Installs what the lock file names, unless it is there."""
    STAMP.mkdir(parents=True, exist_ok=True)
    if not (CLIENT / "node_modules").is_dir():
        (STAMP / "installed").unlink(missing_ok=True)
    tools.need("npm", "install Node.js and npm")
    ci = ["npm", "ci", "--prefix", CLIENT, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    tools.install(STAMP, [CLIENT / "package-lock.json"], [ci])


def write(program, folder):
    """The client that a program writes of itself."""
    # No settings of the machine: what it writes depends on its entities alone.
    subprocess.run([program, "client", "typescript", "--out", folder], check=True, stdout=subprocess.DEVNULL)


def codegen():
    install()
    write(tools.build("app") / "app", CLIENT / "src/app")
    npm("run", "--silent", "generate")


def written():
    """Every file that is written, with its text."""
    files = [file for place in WRITTEN for file in sorted([CLIENT / place, *(CLIENT / place).rglob("*")]) if file.is_file()]
    return {str(file.relative_to(CLIENT)): file.read_bytes() for file in files}


def check():
    before = written()
    codegen()
    after = written()
    stale = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if stale:
        return f"these were not current, and are now: {', '.join(stale)}"
    print("all is current")
    return 0


def compile_all():
    """Compiles the demo's client, and those that other programs write of themselves, which have no package beside them."""
    npm("run", "--silent", "typecheck")
    programs = [tools.build("tracker") / "tracker", tools.build(package="issue-tracker") / "issue-tracker"]
    for program in programs:
        with tempfile.TemporaryDirectory(prefix="entify-clients-") as folder:
            write(program, Path(folder) / "client")
            compile_strictly(Path(folder))
        print(f"ok      the client of {program.name} compiles", flush=True)


def compile_strictly(folder):
    """Compiles the files of a folder, beside which there is no package."""
    (folder / "package.json").write_text('{"type": "module"}')
    for modules in MODULES:
        settings = {"compilerOptions": {**STRICT, **modules}, "include": ["client"]}
        (folder / "tsconfig.json").write_text(json.dumps(settings))
        subprocess.run([CLIENT / "node_modules/.bin/tsc"], cwd=folder, check=True)


def serve(stack, database, page_port):
    """The demo; the environment that tells the tests about it."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="entify-clients-")))
    url = f"sqlite://{folder}/app.db"
    if database == "postgres":
        # Its user must reach its folder.
        folder.chmod(0o755)
        url = stack.enter_context(contextlib.closing(Postgres(folder / "postgres"))).url
    settings = {"CORS_ORIGINS": f"http://127.0.0.1:{page_port}", "JWT_SECRET": "of-the-tests-alone-0123456789abcdef"}
    program = tools.build("app") / "app"
    server = Server(program, folder, url, migrations=tools.ROOT / "migrations", settings=settings)
    stack.enter_context(contextlib.closing(server))
    return {"DEMO_URL": server.url, "ADMIN_TOKEN": server.token("admin"), "PAGE_PORT": str(page_port)}


def test(databases, in_browser):
    install()
    compile_all()
    npm("run", "--silent", "bundle")
    chromium = tools.chromium() if in_browser else ""
    failed = []
    for database in databases:
        with contextlib.ExitStack() as stack:
            environment = {**os.environ, **serve(stack, database, free_port()), "CHROMIUM": chromium}
            for runner in ["dist/node.mjs", "test/browser.mjs"] if in_browser else ["dist/node.mjs"]:
                print(f"== {database}, {runner}", flush=True)
                command = ["node", "--test-reporter=spec", runner]
                if subprocess.run(command, cwd=CLIENT, env=environment).returncode != 0:
                    failed.append(f"{runner} on {database}")
    return f"failed: {', '.join(failed)}" if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["codegen", "check", "test"])
    parser.add_argument("--database", choices=["sqlite", "postgres"], help="only this one")
    parser.add_argument("--no-browser", action="store_true", help="in Node alone")
    arguments = parser.parse_args()
    tools.check_node(20)
    if arguments.what == "codegen":
        return codegen()
    if arguments.what == "check":
        return check()
    databases = [arguments.database] if arguments.database else ["sqlite", "postgres"]
    return test(databases, not arguments.no_browser)


if __name__ == "__main__":
    sys.exit(main())
