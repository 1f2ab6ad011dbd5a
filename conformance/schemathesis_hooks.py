"""What schemathesis tries or reports and no OpenAPI document can say."""

import copy
import uuid

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData


# The entity whose related rows are written too.
WITH_RELATED = "Artist"


def leave_out_filters(address, method, operation):
    """Leaves the filters of each field to the list of an entity: others have the same, read by the same code, and a hundred of
    them each."""
    if method == "get" and address.strip("/").removeprefix("api/").count("/") == 0:
        return
    parameters = operation.get("parameters", [])
    operators = [parameter["name"].split("[")[0] for parameter in parameters if "[" in parameter["name"]]
    kept = [one for one in parameters if one["in"] != "query" or one["name"].split("[")[0] not in operators]
    operation["parameters"] = kept


def parameters_in_place(raw_schema):
    """Puts parameters where operations refer to them, so that each can be changed for one operation."""
    shared = raw_schema["components"].get("parameters", {})
    for operation in (operation for path in raw_schema["paths"].values() for operation in path.values()):
        if "parameters" in operation:
            operation["parameters"] = [
                copy.deepcopy(shared[one["$ref"].split("/")[-1]]) if "$ref" in one else one
                for one in operation["parameters"]
            ]


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Leaves related rows out of what is sent, but for one entity: inputs hold inputs without end, of which examples take minutes
    to make."""
    parameters_in_place(raw_schema)
    for name, schema in raw_schema["components"]["schemas"].items():
        if not name.endswith(("Input", "Patch")) or name.startswith(WITH_RELATED):
            continue
        for member, of in list(schema.get("properties", {}).items()):
            references = [part.get("$ref", "") for part in of.get("allOf", [])]
            if any(reference.endswith(("ToOne", "ToMany")) for reference in references):
                del schema["properties"][member]
    for address, path in raw_schema["paths"].items():
        for method, operation in path.items():
            leave_out_filters(address, method, operation)
            # A key is of one request, a tag of one row: their examples show the form.
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "header":
                    parameter["schema"].pop("example", None)
    # Names of fields and relations are told by the schema; of paths through several entities and of trees of filters it tells the form
    # alone, of which most are refused.
    for path in raw_schema["paths"].values():
        for parameter in (parameter for operation in path.values() for parameter in operation.get("parameters", [])):
            if parameter["name"] in ("fields", "include") and "anyOf" in parameter["schema"].get("items", {}):
                parameter["schema"]["items"] = parameter["schema"]["items"]["anyOf"][0]
            if parameter["name"] == "filter" and parameter["schema"].get("format") == "json":
                parameter["schema"] = {"type": "string", "enum": ['{"and":[]}', '{"not":{"or":[]}}', '{"or":[{},{}]}']}


@schemathesis.hook
def map_case(context, case):
    """Makes a valid request one that can succeed."""
    # Rows by their keys are asked for alone.
    if case.query and "ids" in case.query and "sort" in case.query:
        case.query.pop("ids")
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return case
    # A cursor is signed by the server: one that is made up is refused, and no schema tells it from a real one. Those that
    # links between operations lead to are real, and do not come here.
    if case.query:
        case.query.pop("cursor", None)
        # Rows are asked for by their keys or by filters, and all that is asked for together is bounded.
        if "ids" in case.query:
            for name in [name for name in case.query if name not in ("ids", "fields", "include")]:
                del case.query[name]
        if "include" in case.query and "limit" in case.query:
            case.query["limit"] = 1
    # A made-up tag names no row: every write would be refused, as it asks to be.
    if case.headers:
        for name in [name for name in case.headers if name.lower() == "if-match"]:
            case.headers[name] = "*"
    # A key is of one request: equal ones are made for requests that differ.
    for name in [name for name in case.headers or () if name.lower() == "idempotency-key"]:
        case.headers[name] = str(uuid.uuid4())
    # What is added to a number keeps its bounds or not by what the row holds; a field is set or added to.
    for patch in patches(case.body):
        patch["increment"] = {
            name: "0" if isinstance(number, str) else 0
            for name, number in patch["increment"].items()
            if name not in patch
        }
    return case


def patches(body):
    """What adds to numbers: a patch, or those of a batch."""
    if not isinstance(body, dict):
        return []
    operations = body.get("operations")
    operations = operations if isinstance(operations, list) else []
    found = [body] + [operation.get("values") for operation in operations if isinstance(operation, dict)]
    return [patch for patch in found if isinstance(patch, dict) and isinstance(patch.get("increment"), dict)]


# What stands below a collection or a row and is no action.
OWN = ("batch", "import", "export", "restore", "purge", "history", "aggregate", "changes")


def is_action(operation):
    """Whether an operation is an action of an entity: `/invoices/open-month`, `/invoices/{id}/pay`. What concerns the rows of a relation
    says so: `list_tracks_of_playlist`."""
    name = operation.path.rstrip("/").split("/")[-1]
    below = operation.path.strip("/").removeprefix("api/").count("/") > 0
    of_relation = "_of_" in operation.definition.raw.get("operationId", "")
    return below and not name.startswith("{") and name not in OWN and not of_relation


RELATED = {"create", "connect", "disconnect", "delete", "set", "update"}


def writes_related(value):
    """Whether a body writes related rows somewhere."""
    if isinstance(value, list):
        return any(writes_related(item) for item in value)
    if not isinstance(value, dict):
        return False
    found = [member for member in value.values() if isinstance(member, dict) and member and set(member) <= RELATED]
    return bool(found) or any(writes_related(member) for member in value.values())


def lacks_reference(response):
    """Whether a body is refused for a required reference, which may be given by its relation or by the row around it: so no schema
    requires it."""
    try:
        errors = response.json().get("errors", [])
    except ValueError:
        return False
    return any(error.get("code") == "required" and error.get("field", "").endswith("_id") for error in errors)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a failure counts."""
    refused_though_valid = isinstance(failure, RejectedPositiveData)
    parts = case.path.strip("/").removeprefix("api/").split("/")
    # A write by a filter needs one, and what batches and actions hold has rules of the application's own and of each other.
    by_filter = len(parts) == 1 and case.method in ("PATCH", "DELETE")
    is_batch = parts[-1] == "batch"
    if refused_though_valid and response.status_code in (400, 422) and (by_filter or is_batch or is_action(case.operation)):
        return False
    # A text is no file of rows, whatever its media type.
    if refused_though_valid and response.status_code in (400, 422) and parts[-1] == "import":
        return False
    # All that is asked for together is bounded, whatever each parameter may be.
    if refused_though_valid and response.status_code == 400 and '"QUERY_TOO_COMPLEX"' in response.text:
        return False
    if refused_though_valid and response.status_code == 400 and "`ids` asks for rows by their keys" in response.text:
        return False
    # Where no row matches nothing is written: the sum of what is added is not looked at.
    adds = any(patches(case.body))
    if isinstance(failure, AcceptedNegativeData) and by_filter and adds and response.text == '{"count":0}':
        return False
    # The row that an upsert changes has no related rows written with it.
    if refused_though_valid and response.status_code == 422 and "upsert" in (case.query or {}):
        return False
    # As above, of cases that are made from others.
    if refused_though_valid and response.status_code == 400 and '"CURSOR_INVALID"' in response.text:
        return False
    # The row is another, as `If-Match` supposed; it is compared before the body is read, so that what is wrong with the body
    # is not told.
    if isinstance(failure, (RejectedPositiveData, AcceptedNegativeData)) and response.status_code == 412:
        return False
    # `sort=name,-name` names a field twice in two items that differ, which `uniqueItems` lets pass.
    if refused_though_valid and response.status_code == 400 and "`sort` names" in response.text:
        return False
    # Related rows are named once in a request, belong to the row within which they are named, and leave none without what it
    # requires.
    if refused_though_valid and response.status_code == 422 and (writes_related(case.body) or lacks_reference(response)):
        return False
    # As above, of cases that are made from others.
    if refused_though_valid and response.status_code == 422 and patches(case.body):
        return False
    # No two operations of a batch have one name.
    if refused_though_valid and response.status_code == 422 and '.as","code":"repeated"' in response.text:
        return False
    return True
