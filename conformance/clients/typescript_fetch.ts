// A CRUD round trip with the client of openapi-generator's `typescript-fetch`.
import assert from "node:assert/strict";
import { ArtistApi, Configuration, ResponseError } from "./typescript-fetch/index.js";

const artists = new ArtistApi(new Configuration({ basePath: process.env.DEMO_URL ?? "", accessToken: process.env.ADMIN_TOKEN ?? "" }));
const name = `typescript-fetch ${crypto.randomUUID()}`;
const made = await artists.createArtist({ artistInput: { name }, idempotencyKey: crypto.randomUUID() });
assert.equal((await artists.getArtist({ id: made.id })).name, name);
const listed = await artists.listArtists({ nameIn: [name, "nobody"], sort: new Set(["-name"] as const), count: "exact" });
assert.deepEqual([listed.items.map((row) => row.id), listed.page.total, listed.page.nextCursor], [[made.id], 1, null]);
const changed = await artists.updateArtist({ id: made.id, artistPatch: { name: `${name}!` } });
assert.equal(changed.name, `${name}!`);
await artists.deleteArtist({ id: made.id });
await assert.rejects(artists.getArtist({ id: made.id }), (error) => error instanceof ResponseError && error.response.status === 404);
