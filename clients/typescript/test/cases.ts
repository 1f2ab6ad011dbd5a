/** What is tried against the demo, by its name. Each runs in Node and in Chromium, on one database: so names are made for each run. */
import { ApiError, Client, ConnectionError, GraphqlError, changes, etag, restClient, unwrap, type models } from "../src/index.js";
import { artistsWithAlbums, createArtist, deleteArtist, media } from "../src/documents.js";
import { equal, failure, holds } from "./check.js";

export interface World {
  url: string;
  /** Of an administrator. */
  token: string;
}

let made = 0;

/** A name that nothing has yet. */
function fresh(of: string): string {
  made += 1;
  return `${of} ${crypto.randomUUID().slice(0, 8)}-${made}`;
}

/** A `fetch` with something in front of it: what answers a response answers the request. */
function intercepted(before: (count: number, request: () => Promise<Response>) => Promise<Response> | Response): { fetch: typeof fetch; sent: Headers[] } {
  const sent: Headers[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      sent.push(new Headers(init?.headers));
      return before(sent.length, () => fetch(input, init));
    },
  };
}

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, code, detail: code }), { status, headers: { "Content-Type": "application/problem+json", ...headers } });

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}

export const cases: Record<string, (world: World) => Promise<void>> = {
  async "rows are created, read, changed and deleted"(world) {
    const { artists } = new Client(world);
    const name = fresh("Artist");
    const made = await artists.create({ name });
    equal((await artists.get(made.id)).name, name);
    const changed = await artists.update(made.id, { name: `${name}!` });
    equal(changed.name, `${name}!`);
    equal((await artists.list({ where: { name: `${name}!` } })).items, [changed]);
    equal(await artists.delete(made.id), undefined);
    equal((await failure(ApiError, () => artists.get(made.id))).code, "NOT_FOUND");
  },

  async "a list is read page by page"({ url }) {
    // Whoever has no token reads what is public.
    const { tracks } = new Client({ url });
    const { page } = await tracks.list({ limit: 1, count: "exact" });
    holds((page.total ?? 0) > 10, "the demo has tracks");
    const pages = await all(tracks.pages({ limit: 4, sort: ["-name"] }));
    equal(pages.length, Math.ceil((page.total ?? 0) / 4));
    const rows = await all(tracks.iterate({ limit: 4, sort: ["-name"] }));
    equal(rows.map((row) => row.id), pages.flatMap((one) => one.items).map((row) => row.id));
    equal(new Set(rows.map((row) => row.id)).size, page.total);
    const [first] = pages;
    const rest = await all(tracks.iterate({ limit: 4, sort: ["-name"], cursor: first?.page.next_cursor ?? "" }));
    equal(rest.length, rows.length - 4);
    // Who stops reads no further.
    const counting = intercepted((_, send) => send());
    for await (const _ of new Client({ url, fetch: counting.fetch }).tracks.iterate({ limit: 4 })) {
      break;
    }
    equal(counting.sent.length, 1);
  },

  async "conditions say what rows there are, whatever letters are in them"(world) {
    const { artists } = new Client(world);
    const names = [fresh("A, B & C"), fresh("back\\slash, é=1#?"), fresh("[eq]")];
    const made = await Promise.all(names.map((name) => artists.create({ name })));
    const found = await artists.list({ where: { name: { in: names } }, sort: ["id"] });
    equal(found.items.map((row) => row.name).sort(), [...names].sort());
    for (const [position, name] of names.entries()) {
      const id = made[position]?.id ?? 0;
      equal((await artists.list({ where: { name: { eq: name, ends_with: name.slice(3) } } })).items.map((row) => row.id), [id]);
      equal((await artists.list({ where: { name: { starts_with: name.slice(0, 6) }, id: { gte: id, lte: id } } })).items.map((row) => row.name), [name]);
    }
    const refused = await failure(RangeError, () => Promise.resolve().then(() => artists.list({ where: { id: { in: [] } } })));
    holds(refused.message.includes("id[in]"), refused.message);
    equal((await artists.deleteMany({ where: { id: { in: made.map((row) => row.id) } }, max_affected: 3 })).count, 3);
  },

  async "an error has its code, its fields and its request"(world) {
    const { albums, artists } = new Client(world);
    const refused = await failure(ApiError, () => albums.create({ title: "x".repeat(161), artist_id: -1 }));
    equal([refused.status, refused.code, refused.errors.map((error) => [error.field, error.code])], [422, "VALIDATION_FAILED", [["title", "too_long"]]]);
    equal(refused.field("title"), "must have at most 160 characters; has 161");
    holds(refused.requestId.length > 8, "the request has an id");
    const name = fresh("Artist");
    const made = await artists.create({ name });
    const twice = await failure(ApiError, () => artists.create({ name }));
    equal([twice.status, twice.code, twice.errors.map((error) => [error.field, error.code])], [409, "CONFLICT", [["name", "unique"]]]);
    await artists.delete(made.id);
    const anonymous = await failure(ApiError, () => new Client({ url: world.url }).artists.create({ name }));
    equal([anonymous.status, anonymous.code], [401, "UNAUTHENTICATED"]);
    const wrong = await failure(ApiError, () => artists.list({ cursor: "x" }));
    equal([wrong.status, wrong.code], [400, "CURSOR_INVALID"]);
  },

  async "a row that somebody else has changed is not overwritten"(world) {
    const { artists } = new Client(world);
    const read = await artists.create({ name: fresh("Artist") });
    holds(/^"[0-9a-f]+"$/.test(etag(read) ?? ""), "a row has a tag");
    equal(await artists.get(read.id, {}, { ifNoneMatch: read }) === read, true);
    const changed = await artists.update(read.id, { name: fresh("Artist") }, {}, { ifMatch: read });
    const stale = await failure(ApiError, () => artists.update(read.id, { name: "no" }, {}, { ifMatch: read }));
    equal([stale.status, stale.code], [412, "VERSION_MISMATCH"]);
    equal(await artists.get(read.id, {}, { ifNoneMatch: read }), changed);
    await failure(TypeError, () => artists.delete(read.id, {}, { ifMatch: { ...changed } }));
    await artists.delete(read.id, {}, { ifMatch: etag(changed) ?? "" });
  },

  async "a patch holds what differs, and null clears"(world) {
    const { customers } = new Client(world);
    const email = `${fresh("c").replaceAll(" ", "-")}@example.com`;
    const before = await customers.create({ first_name: "Ann", last_name: "Lee", company: "Tin", email });
    const patch = changes<models.CustomerPatch>(before, { first_name: "Ann", last_name: "Moor", company: null });
    equal(patch, { last_name: "Moor", company: null });
    const after = await customers.update(before.id, patch);
    equal([after.first_name, after.last_name, after.company, after.email], ["Ann", "Moor", null, email]);
    await customers.delete(before.id);
  },

  async "a write is done once, however often it is sent"(world) {
    const name = fresh("Artist");
    // The answer is lost on its way; the request is sent again with its key.
    const losing = intercepted(async (count, send) => {
      const response = await send();
      if (count === 1) {
        throw new TypeError("the connection broke");
      }
      return response;
    });
    const { artists } = new Client({ ...world, fetch: losing.fetch });
    const made = await artists.create({ name });
    equal(losing.sent.length, 2);
    const [first, second] = losing.sent.map((headers) => headers.get("Idempotency-Key"));
    equal([first === second, first !== null], [true, true]);
    equal((await artists.list({ where: { name } })).items.length, 1);

    const key = crypto.randomUUID();
    const once = await artists.create({ name: `${name}2` }, {}, { idempotencyKey: key });
    const again = await artists.create({ name: `${name}2` }, {}, { idempotencyKey: key });
    equal(again, once);
    const other = await failure(ApiError, () => artists.create({ name: `${name}3` }, {}, { idempotencyKey: key }));
    equal(other.status, 422);

    // Without a key nobody knows whether it was done.
    const breaking = intercepted((count, send) => (count === 1 ? Promise.reject(new TypeError("broken")) : send()));
    const careful = new Client({ ...world, fetch: breaking.fetch });
    await failure(ConnectionError, () => careful.artists.create({ name: `${name}4` }, {}, { idempotencyKey: false }));
    equal(breaking.sent.length, 1);
    equal(breaking.sent[0]?.has("Idempotency-Key"), false);
    await artists.deleteMany({ where: { id: { in: [made.id, once.id] } } });
  },

  async "what is refused for a while is sent again"(world) {
    const busy = intercepted((count, send) => (count < 3 ? problem(count === 1 ? 503 : 429, "BUSY", { "Retry-After": "0" }) : send()));
    const { genres } = new Client({ ...world, fetch: busy.fetch });
    holds((await genres.list()).items.length > 0, "the demo has genres");
    equal(busy.sent.length, 3);
    const lasting = intercepted(() => problem(503, "UNAVAILABLE", { "Retry-After": "0" }));
    const given = await failure(ApiError, () => new Client({ ...world, fetch: lasting.fetch, retries: 1 }).genres.list());
    equal([given.code, given.retryAfter, lasting.sent.length], ["UNAVAILABLE", 0, 2]);
    const long = intercepted(() => problem(429, "RATE_LIMITED", { "Retry-After": "3600" }));
    const told = await failure(ApiError, () => new Client({ ...world, fetch: long.fetch }).genres.list());
    equal([told.retryAfter, long.sent.length], [3_600_000, 1]);
    const refused = intercepted(() => problem(403, "FORBIDDEN"));
    await failure(ApiError, () => new Client({ ...world, fetch: refused.fetch }).genres.list());
    equal(refused.sent.length, 1);
    const gateway = intercepted(() => new Response("<h1>Bad Gateway</h1>", { status: 502, statusText: "Bad Gateway" }));
    const strange = await failure(ApiError, () => new Client({ ...world, fetch: gateway.fetch, retries: 0 }).genres.list());
    equal([strange.code, strange.errors, strange.message], ["HTTP_502", [], "Bad Gateway"]);
  },

  async "a call ends when it is told to, or takes too long"(world) {
    const hanging = (_: unknown, init?: RequestInit) =>
      new Promise<Response>((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    const slow = new Client({ ...world, fetch: hanging as typeof fetch, timeout: 30, retries: 1 });
    await failure(ConnectionError, () => slow.genres.list());
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 20);
    const patient = new Client({ ...world, fetch: hanging as typeof fetch });
    equal((await failure(Error, () => patient.genres.list({}, { signal: stop.signal }))).message, "enough");
    const waiting = intercepted(() => problem(503, "UNAVAILABLE", { "Retry-After": "20" }));
    const soon = AbortSignal.timeout(20);
    await failure(DOMException as never, () => new Client({ ...world, fetch: waiting.fetch }).genres.list({}, { signal: soon }));
    // Nothing listens at port 9.
    await failure(ConnectionError, () => new Client({ url: "http://127.0.0.1:9", retries: 0 }).genres.list());
  },

  async "related rows are written with a row"(world) {
    const { albums, artists, genres, tracks } = new Client(world);
    const genre = (await genres.list({ limit: 1 })).items[0];
    const track = (await tracks.list({ limit: 1 })).items[0];
    holds(genre !== undefined && track !== undefined, "the demo has rows");
    const song = (name: string) => ({ name, genre_id: genre?.id ?? 0, media_type_id: track?.media_type_id ?? 0, milliseconds: 1000, unit_price: "0.99" });
    const album = await albums.create({ title: fresh("Album"), artist: { create: { name: fresh("Artist") } }, tracks: { create: [song("One"), song("Two")] } });
    const found = await all(tracks.iterate({ where: { album_id: album.id }, sort: ["name"] }));
    equal(found.map((row) => [row.name, row.unit_price]), [["One", "0.99"], ["Two", "0.99"]]);
    const refused = await failure(ApiError, () => albums.update(album.id, { tracks: { create: [song("Three"), song("")] } }));
    equal(refused.errors.map((error) => error.field), ["tracks.1.name"]);
    equal((await tracks.list({ where: { album_id: album.id } })).items.length, 2);
    await albums.update(album.id, { tracks: { delete: found.map((row) => row.id ?? 0) } });
    await albums.delete(album.id);
    await artists.delete(album.artist_id);
  },

  async "actions and operations of the application's own are methods"(world) {
    const client = new Client(world);
    const genre = await client.genres.create({ name: fresh("Genre") });
    equal(await client.genres.reprice(genre.id, { unit_price: "1.29" }), { tracks: 0, unit_price: "1.29" });
    const invoice = (await client.invoices.list({ limit: 1, where: { total: { gt: "0" } } })).items[0];
    const refused = await failure(ApiError, () => client.invoices.refund(invoice?.id ?? 0, { amount: "999999" }));
    equal([refused.code, refused.field("amount") !== undefined], ["REFUND_TOO_LARGE", true]);
    const trial = await client.invoices.refund(invoice?.id ?? 0, { amount: "0.01" }, { dry_run: true });
    holds(trial.total !== invoice?.total, "less is left");
    equal((await client.invoices.get(invoice?.id ?? 0)).total, invoice?.total);
    holds(/^[0-9.]+$/.test(await client.getRevenue({ country: "Norway" })), "revenue is a number");
    equal((await failure(ApiError, () => client.logIn({ email: "nobody@example.com", password: "wrong" }))).status, 401);
    await client.genres.delete(genre.id);
  },

  async "several writes are one"(world) {
    const { artists } = new Client(world);
    const [one, two] = [fresh("Artist"), fresh("Artist")];
    const { results } = await artists.batch({ operations: [{ op: "create", values: { name: one } }, { op: "create", values: { name: two } }] });
    equal(results.map((row) => row?.name), [one, two]);
    const ids = results.map((row) => row?.id ?? 0);
    const refused = await failure(ApiError, () =>
      artists.batch({ operations: [{ op: "delete", id: ids[0] ?? 0 }, { op: "update", id: ids[1] ?? 0, values: { name: "" } }] }),
    );
    equal(refused.errors.map((error) => error.field), ["operations.1.values.name"]);
    equal((await artists.list({ where: { id: { in: ids } } })).items.length, 2);
    equal((await artists.deleteMany({ where: { id: { in: ids } } })).count, 2);
  },

  async "GraphQL has the types of its documents"(world) {
    const client = new Client(world);
    const name = fresh("Artist");
    const { createArtist: made } = await client.mutate(createArtist, { input: { name } });
    equal(made.name, name);
    const { artists } = await client.query(artistsWithAlbums, { first: 5, filter: { name: { eq: name } } });
    equal([artists.totalCount, artists.nodes[0]?.id, artists.nodes[0]?.albums.nodes], [1, made.id, []]);
    holds((await client.query(media)).mediaTypes.nodes.length === 1, "variables may be left out");
    const refused = await failure(GraphqlError, () => client.mutate(createArtist, { input: { name: "" } }));
    equal([refused.code, refused.errors[0]?.field], ["VALIDATION_FAILED", "name"]);
    const key = crypto.randomUUID();
    const twice = fresh("Artist");
    const [first, second] = [await client.mutate(createArtist, { input: { name: twice } }, { idempotencyKey: key }), await client.mutate(createArtist, { input: { name: twice } }, { idempotencyKey: key })];
    equal(first, second);
    await client.mutate(deleteArtist, { id: first.createArtist.id });
    await client.mutate(deleteArtist, { id: made.id });
    const wrong = await failure(GraphqlError, () => client.query("{ nothing }"));
    holds(wrong.message.includes("nothing"), wrong.message);
  },

  async "openapi-fetch is on the same transport"(world) {
    const rest = restClient(world);
    const name = fresh("Artist");
    const made = (await unwrap(rest.POST("/api/artists", { body: { name } })))!;
    const params = { path: { id: made.id } };
    equal((await unwrap(rest.GET("/api/artists/{id}", { params }))).name, name);
    const list = await unwrap(rest.GET("/api/artists", { params: { query: { "name[starts_with]": name, sort: ["-name", "id"], limit: 2 } } }));
    equal(list.items.map((row) => row.id), [made.id]);
    const changed = await unwrap(rest.PATCH("/api/artists/{id}", { params: { ...params, header: { "If-Match": etag(made) ?? "" } }, body: { name: `${name}!` } }));
    equal(changed?.name, `${name}!`);
    const stale = await failure(ApiError, () => unwrap(rest.PATCH("/api/artists/{id}", { params: { ...params, header: { "If-Match": etag(made) ?? "" } }, body: { name } })));
    equal(stale.code, "VERSION_MISMATCH");
    await unwrap(rest.DELETE("/api/artists/{id}", { params }));
    // A write is sent again if it has a key, and only then.
    for (const [key, sent] of [[crypto.randomUUID(), 2], [undefined, 1]] as const) {
      const broken = intercepted((count, send) => (count === 1 ? Promise.reject(new TypeError("broken")) : send()));
      const header = key === undefined ? {} : { "Idempotency-Key": key };
      const write = restClient({ ...world, fetch: broken.fetch }).POST("/api/artists", { params: { header }, body: { name: fresh("Artist") } });
      const outcome = await unwrap(write).catch((error: unknown) => error);
      equal([broken.sent.length, outcome instanceof ConnectionError], [sent, key === undefined]);
    }
    const gone = await failure(ApiError, () => unwrap(rest.GET("/api/artists/{id}", { params })));
    equal([gone.code, gone.status], ["NOT_FOUND", 404]);
  },

  async "a token is asked for before each request"(world) {
    const tokens = ["ent_wrong", world.token];
    const client = new Client({ url: `${world.url}/`, token: async () => tokens.shift() });
    equal((await failure(ApiError, () => client.customers.list())).status, 401);
    holds((await client.customers.list()).items.length > 0, "the second token is good");
    const own = new Client({ ...world, headers: { "X-Request-Id": "of-the-client-0001" } });
    const told = await failure(ApiError, () => own.artists.get(-1));
    holds(told.requestId.length > 0, "the request has an id");
  },
};
