"""A CRUD round trip with the client of openapi-generator's `python`."""

import os
import uuid

from openapi_client import ApiClient, ArtistApi, ArtistInput, ArtistPatch, Configuration
from openapi_client.exceptions import ConflictException, NotFoundException

configuration = Configuration(host=os.environ["DEMO_URL"], access_token=os.environ["ADMIN_TOKEN"])
with ApiClient(configuration) as api:
    artists = ArtistApi(api)
    name = f"openapi-generator {uuid.uuid4()}"
    made = artists.create_artist(ArtistInput(name=name), idempotency_key=str(uuid.uuid4()))
    assert artists.get_artist(made.id).name == name
    listed = artists.list_artists(name_in=[name, "nobody"], sort=["-name", "id"], count="exact")
    assert [row.id for row in listed.items] == [made.id], listed
    assert (listed.page.total, listed.page.next_cursor) == (1, None)
    assert artists.update_artist(made.id, ArtistPatch(name=f"{name}!")).name == f"{name}!"
    try:
        artists.create_artist(ArtistInput(name=f"{name}!"))
    except ConflictException as refused:
        assert refused.data.errors[0].code == "unique", refused
    else:
        raise AssertionError("a name was taken twice")
    artists.delete_artist(made.id)
    try:
        artists.get_artist(made.id)
    except NotFoundException as gone:
        assert gone.data.code == "NOT_FOUND"
    else:
        raise AssertionError("it is still there")
