"""A CRUD round trip with the client of `openapi-python-client`."""

import os
import uuid

from openapi_python import AuthenticatedClient
from openapi_python.api.artist import create_artist, delete_artist, get_artist, list_artists, update_artist
from openapi_python.models import ArtistInput, ArtistPatch, ListArtistsSortItem, Problem

client = AuthenticatedClient(base_url=os.environ["DEMO_URL"], token=os.environ["ADMIN_TOKEN"])
name = f"openapi-python-client {uuid.uuid4()}"
made = create_artist.sync(client=client, body=ArtistInput(name=name))
assert get_artist.sync(made.id, client=client).name == name
listed = list_artists.sync(client=client, name=name, sort=[ListArtistsSortItem.VALUE_3])
assert [row.id for row in listed.items] == [made.id], listed
assert listed.page.next_cursor is None
assert update_artist.sync(made.id, client=client, body=ArtistPatch(name=f"{name}!")).name == f"{name}!"
refused = create_artist.sync(client=client, body=ArtistInput(name=""))
assert isinstance(refused, Problem) and refused.errors[0].field == "name", refused
assert delete_artist.sync_detailed(made.id, client=client).status_code == 204
assert get_artist.sync(made.id, client=client).code == "NOT_FOUND"
