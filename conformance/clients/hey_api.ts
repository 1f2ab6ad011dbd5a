// A CRUD round trip with the client of `@hey-api/openapi-ts`.
import assert from "node:assert/strict";
import { client } from "./hey-api/client.gen.js";
import { createArtist, deleteArtist, getArtist, listArtists, updateArtist } from "./hey-api/sdk.gen.js";

client.setConfig({ baseUrl: process.env.DEMO_URL ?? "", auth: () => process.env.ADMIN_TOKEN });
const name = `hey-api, ${crypto.randomUUID()}`;
const { data: made } = await createArtist({ body: { name }, throwOnError: true });
const path = { id: made.id };
assert.equal((await getArtist({ path, throwOnError: true })).data.name, name);
const { data: listed } = await listArtists({ query: { name, sort: ["-name", "id"], count: "exact" }, throwOnError: true });
assert.deepEqual([listed.items.map((row) => row.id), listed.page.total], [[made.id], 1]);
assert.equal((await updateArtist({ path, body: { name: `${name}!` }, throwOnError: true })).data.name, `${name}!`);
const refused = await createArtist({ body: { name: "" } });
assert.deepEqual([refused.error?.code, refused.error?.errors[0]?.field], ["VALIDATION_FAILED", "name"]);
await deleteArtist({ path, throwOnError: true });
assert.equal((await getArtist({ path })).error?.code, "NOT_FOUND");
