"""Uses the pages in a real browser: `task test:browser`.

The demo and the guide's tracker run on databases of their own, the tracker with GraphiQL for its console; the tests beside
this file drive Chromium through them with Playwright, and ask axe about every page. Playwright, axe and GraphiQL are installed
into `target/browser`, in the versions of `package.json`; the browser is the machine's.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "conformance"))

import tools  # noqa: E402
from processes import Postgres, Server  # noqa: E402

TOOLS = tools.TARGET / "browser"
PASSWORD = "correct horse battery"


def serve(stack, database, programs):
    """The servers of both programs; the environment that tells the tests about them."""
    environment = {"DATABASE": database}
    graphiql = {"GRAPHIQL_DIR": str(TOOLS / "node_modules")}
    for name, migrations, settings in [("app", tools.ROOT / "migrations", {}), ("tracker", None, graphiql)]:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"entify-browser-{name}-")))
        url = f"sqlite://{folder}/app.db"
        if database == "postgres":
            # Its user must reach its folder.
            folder.chmod(0o755)
            url = stack.enter_context(contextlib.closing(Postgres(folder / "postgres"))).url
        migrations = migrations or folder / "migrations"
        server = Server(programs / name, folder, url, migrations=migrations, settings=settings)
        stack.enter_context(contextlib.closing(server))
        server.account("admin@example.com", PASSWORD, "admin", "staff")
        server.account("guest@example.com", PASSWORD, "guest")
        environment[f"{name.upper()}_URL"] = server.url
    return environment


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], help="only this one")
    parser.add_argument("--only", default="", help="only the tests whose name matches this pattern")
    arguments = parser.parse_args()
    tools.check_node(18, 15)
    browser = tools.chromium()
    tools.copy([HERE / "package.json", *HERE.glob("*.mjs")], TOOLS)
    tools.install(TOOLS, [HERE / "package.json"], [tools.npm()])
    programs = tools.build("app", "tracker")
    failed = []
    for database in [arguments.database] if arguments.database else ["sqlite", "postgres"]:
        with contextlib.ExitStack() as stack:
            environment = serve(stack, database, programs)
            environment |= {"CHROMIUM": browser, "PASSWORD": PASSWORD}
            command = ["node", "--test-reporter=spec"]
            command += [f"--test-name-pattern={arguments.only}"] if arguments.only else []
            command += ["all.mjs"]
            print(f"== {database}", flush=True)
            if subprocess.run(command, cwd=TOOLS, env={**os.environ, **environment}).returncode != 0:
                failed.append(database)
    return f"failed on {', '.join(failed)}" if failed else 0


if __name__ == "__main__":
    sys.exit(main())
