"""Lets squawk look at the migrations that entify writes for PostgreSQL: `task conformance:migrations`.

The files are those of the demo and of random histories of changes, as the tests make them. squawk is installed into
`target/conformance/squawk`, in the version of `squawk.json`. What it finds is left out only by a rule below, which says why. Ends
with 1 when squawk finds something else.
"""

import collections
import json
import os
import re
import shutil
import subprocess
import sys

import tools

FOLDER = tools.TARGET / "conformance" / "squawk"

# Rules that are not for entify, and why.
NOT_OURS = {
    "prefer-text-field": "a longer varchar is a change of the catalog alone, a shorter one is found by our own linter",
    "prefer-bigint-over-int": "a column's type is the field's: an i32 is somebody's choice",
    "prefer-bigint-over-smallint": "a column's type is the field's: an i16 is somebody's choice",
    "prefer-robust-stmts": "a migration is applied once, in a transaction; where it cannot be in one, the runner removes an invalid "
    "index first",
    "require-statement-timeout": "`migrate up` runs without one on purpose: what is long is under a weak lock",
    "require-lock-timeout": "`migrate up` sets `lock_timeout` for every migration and tries again",
    "require-timeout-settings": "`migrate up` sets `lock_timeout` for every migration and tries again",
}

# What only the person who makes the migration can decide. Our own linter finds it too, under these codes.
FOUND_BY_US = {
    "ban-drop-table": "drop-table",
    "ban-drop-column": "drop-column",
    "changing-column-type": "type-change",
    "adding-field-with-default": "stored-generated-column",
}


def explained(finding, text):
    """Why a finding is none; `None` when it is one."""
    rule = finding["rule_name"]
    if rule in NOT_OURS:
        return NOT_OURS[rule]
    if rule in FOUND_BY_US:
        return f"`{FOUND_BY_US[rule]}` of our own"
    contract = "-- entify: contract" in text
    if rule in ("renaming-column", "renaming-table", "ban-drop-not-null") and contract:
        return "in a contract migration no older version runs"
    if rule == "renaming-table" and "CREATE VIEW" in text:
        return "a view stands under the old name"
    empty = re.search(r'^-- assert: select not exists \(select \S+ from "[^"]+"\)$', text, re.MULTILINE)
    if rule == "adding-required-field" and empty:
        return "the file asserts that the table is empty"
    if rule == "require-concurrent-index-deletion":
        locked = "ALTER TABLE" in text
        return "the same transaction locks the table so anyway" if locked else "`drop-index-blocking` of our own"
    if rule == "ban-drop-not-null":
        return "the running version writes no NULL, and the new one is not there yet"
    return None


def generate():
    files = FOLDER / "files"
    shutil.rmtree(files, ignore_errors=True)
    test = "migrate::lint::nothing_is_found_in_what_is_made_that_a_person_need_not_decide"
    subprocess.run(
        ["cargo", "test", "--locked", "-p", "entify", "--test", "it", test],
        cwd=tools.ROOT,
        check=True,
        env={**os.environ, "ENTIFY_KEEP_MIGRATIONS": str(files)},
    )
    found = sorted(files.glob("*/*.up.sql")) + sorted((tools.ROOT / "migrations/postgres").glob("*.up.sql"))
    if len(found) < 100:
        sys.exit(f"only {len(found)} migrations were made")
    return found


def squawk(file, outside):
    command = [FOLDER / "node_modules/.bin/squawk", "--reporter", "json"]
    command += [] if outside else ["--assume-in-transaction"]
    done = subprocess.run([str(part) for part in [*command, file]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if not done.stdout.strip():
        sys.exit(f"squawk says nothing of {file}: {done.stderr}")
    return json.loads(done.stdout)


def main():
    tools.need("node", "install Node.js, which runs squawk")
    FOLDER.mkdir(parents=True, exist_ok=True)
    versions = tools.ROOT / "conformance" / "squawk.json"
    shutil.copy(versions, FOLDER / "package.json")
    tools.install(FOLDER, [versions], [tools.npm()])
    open_findings, accepted = [], collections.Counter()
    files = generate()
    for file in files:
        text = file.read_text()
        for finding in squawk(file, text.startswith("-- no-transaction")):
            why = explained(finding, text)
            if why:
                accepted[finding["rule_name"], why] += 1
            else:
                open_findings.append(f"{file}:{finding['line'] + 1}: {finding['rule_name']}: {finding['message']}")
    for (rule, why), count in sorted(accepted.items()):
        print(f"{count:6} {rule}: {why}")
    print("\n".join(open_findings))
    print(f"{len(files)} files, {len(open_findings)} findings that are not explained")
    return 1 if open_findings else 0


if __name__ == "__main__":
    sys.exit(main())
