"""What `task conformance` and `task test:browser` have in common: the tools they install, the program they build."""

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


def build(*programs):
    """Builds programs of the demo; answers the folder they are in."""
    named = [part for program in programs for part in ("--bin", program)]
    subprocess.run(["cargo", "build", "--locked", "-p", "app", *named], cwd=ROOT, check=True)
    return TARGET / "debug"
