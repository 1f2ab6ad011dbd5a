"""What `task conformance`, `task test:browser` and `task test:clients` have in common: the tools they install, the programs they build."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()


def need(program, reason):
    if shutil.which(program) is None:
        raise SystemExit(f"`{program}` is missing: {reason}")


def chromium():
    """The path of the browser."""
    for name in ["chromium", "chromium-browser", "google-chrome"]:
        if path := shutil.which(name):
            return path
    raise SystemExit("there is no Chromium on this machine; install it (Debian: `apt-get install chromium`)")


def check_node(major, minor=0):
    """Whether Node is there, and not older than this."""
    need("node", "install Node.js, which runs the tests")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if tuple(int(part) for part in version.lstrip("v").split(".")[:2]) < (major, minor):
        raise SystemExit(f"Node.js {version} is too old for the tests, which need {major}.{minor}")


def copy(scripts, folder):
    """Node looks for packages beside a script, so scripts are run where the packages are."""
    folder.mkdir(parents=True, exist_ok=True)
    for script in scripts:
        shutil.copy(script, folder / script.name)


def install(folder, versions, commands):
    """Runs the commands that install what these files of versions name, unless it is there."""
    stamp = folder / "installed"
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in versions)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    for command in commands:
        subprocess.run(command, cwd=folder, check=True)
    stamp.write_text(digest)


def npm():
    """The command that installs what the `package.json` of a folder names."""
    need("npm", "install Node.js and npm")
    return ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]


def build(*programs, package="app"):
    """Builds programs, of the demo unless it is said; answers the folder they are in."""
    named = [part for program in programs for part in ("--bin", program)]
    subprocess.run(["cargo", "build", "--locked", "-p", package, *named], cwd=ROOT, check=True)
    return TARGET / "debug"
