// Written by the application's command `client typescript` from its entities: change those, not this.

/**
 * What every client of an entify application is built on: addresses, tokens, errors, pages, entity tags, idempotency keys and retries.
 *
 * It needs `fetch` and nothing else: browsers, Node.js from version 18 on, Deno, Bun and workers have it.
 */

/** How to reach an application. */
export interface ClientOptions {
  /** The application's address, with its base path if it has one: `https://shop.example`. */
  url: string;
  /** An API token or a JWT, or what answers one; asked before each request, so that a token can be replaced. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** How often a request is sent again when that is safe; 2 unless it is said here, and 0 for never. */
  retries?: number;
  /** The longest wait before a request is sent again, in milliseconds; 30,000 unless it is said here. When the server asks for more, its
   * answer is an error at once. */
  maxRetryWait?: number;
  /** How long one attempt may take, in milliseconds, the whole answer included unless it is a stream; 60,000 unless it is said here, and 0
   * for ever. */
  timeout?: number;
  /** Whether cookies are sent to other origins (`"include"`), or anything else that `fetch` takes. */
  credentials?: RequestCredentials;
  /** Instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** What one call may say. */
export interface CallOptions {
  /** Ends the call, and its waits. */
  signal?: AbortSignal;
  /** Sent with this request. */
  headers?: Record<string, string>;
  /** The write is refused with `VERSION_MISMATCH` unless the row is as it was read: a row that this client has answered, or a tag. */
  ifMatch?: object | string;
  /** A row that this client has answered: when it has not changed since, it is answered again, and nothing of it is sent. */
  ifNoneMatch?: object;
  /** The key by which a write is done once, however often it is sent. One is made for each write; give one to repeat a write that an earlier
   * run of your program may have sent, or `false` for none. */
  idempotencyKey?: string | false;
  /** As in {@link ClientOptions.retries}. */
  retries?: number;
}

/** What a call must say that changes a row whose version is required. */
export interface MatchedCallOptions extends CallOptions {
  ifMatch: object | string;
}

/** One broken rule. */
export interface FieldProblem {
  /** The field, of related rows with its place (`lines.2.quantity`); empty when the rule is about the whole. */
  field: string;
  /** The stable code of the rule: `required`, `too_long`, `unique`. */
  code: string;
  /** What is wrong and the way out. */
  message: string;
}

/** What went wrong, as an application says it (RFC 9457). */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors: FieldProblem[];
}

/** A request that the application has refused. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";
  /** The HTTP status. */
  readonly status: number;
  /** The stable code: `VALIDATION_FAILED`, `NOT_FOUND`, `CONFLICT`; `HTTP_502` where something before the application has answered. */
  readonly code: string;
  /** The request's id, which the server's log carries. */
  readonly requestId: string;
  /** Each broken rule. */
  readonly errors: readonly FieldProblem[];
  /** After how many milliseconds to try again, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(problem: Pick<ProblemDocument, "status" | "code" | "detail"> & Partial<ProblemDocument>, retryAfter?: number) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.request_id ?? "";
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** What is wrong with a field: the first message about it. */
  field(name: string): string | undefined {
    return this.errors.find((error) => error.field === name)?.message;
  }
}

/** No answer has come: the server cannot be reached, the connection broke, or it took too long. */
export class ConnectionError extends Error {
  override readonly name: string = "ConnectionError";
}

/** One error of a GraphQL answer. */
export interface GraphqlProblem {
  message: string;
  path?: (string | number)[];
  locations?: { line: number; column: number }[];
  extensions?: { code?: string; fields?: FieldProblem[]; requestId?: string };
}

/** A GraphQL operation that has failed, wholly or in part. */
export class GraphqlError extends ApiError {
  override readonly name: string = "GraphqlError";
  /** Each error, as it was answered. */
  readonly problems: readonly GraphqlProblem[];
  /** What could be answered in spite of them. */
  readonly data: unknown;

  constructor(status: number, problems: readonly GraphqlProblem[], data: unknown) {
    const first = problems[0];
    super({
      status,
      code: first?.extensions?.code ?? "GRAPHQL_ERROR",
      detail: problems.map((problem) => problem.message).join("; ") || "the answer is no GraphQL",
      request_id: first?.extensions?.requestId ?? "",
      errors: problems.flatMap((problem) => problem.extensions?.fields ?? []),
    });
    this.problems = problems;
    this.data = data;
  }
}

/** A GraphQL document whose answer and variables have types: the `TypedDocumentString` of graphql-codegen, or one by hand. */
export interface GraphqlDocument<Answer, Variables> {
  toString(): string;
  /** Is never there; it holds the types. */
  __apiType?: (variables: Variables) => Answer;
}

/** The variables of a document, which may be left out where there are none. */
export type VariablesOf<Variables> = Record<string, never> extends Variables ? [variables?: Variables, call?: CallOptions] : [variables: Variables, call?: CallOptions];

/** A page of a list. */
export interface PageOf<Row> {
  items: Row[];
  page: { next_cursor: string | null; has_next: boolean };
}

/** A request to an application. */
export interface Operation {
  method: string;
  /** Below the application's address, with `{name}` for what `params` has. */
  path: string;
  params?: Record<string, string | number>;
  /** The query: lists stand between commas, objects are JSON, what is undefined or null is left out. */
  query?: object | undefined;
  /** Conditions on fields: `{ name: { contains: "x" }, country: "DE" }`. */
  where?: object | undefined;
  /** Sent as JSON; a text or bytes with `contentType` as it is. */
  body?: unknown;
  contentType?: string;
  /** Whether the operation takes a key by which it is done once. */
  keyed?: boolean;
  /** Whether the answer is the response itself, whatever its type: it is not read. */
  raw?: boolean;
}

/** What is sent in each attempt. */
type Sent = RequestInit & { headers: Headers };

const SAFE = ["GET", "HEAD", "OPTIONS"];
const DEFAULTS = { retries: 2, maxRetryWait: 30_000, timeout: 60_000 };

/** The tags of rows that were answered. */
const tags = new WeakMap<object, string>();

/** The entity tag of a row that this client has answered. */
export function etag(row: object): string | undefined {
  return tags.get(row);
}

/** The fields that differ, as a merge patch: what is missing from `after` stays, `null` clears. */
export function changes<Patch extends object>(before: { readonly [Name in keyof Patch]?: unknown }, after: Patch): Partial<Patch> {
  const patch: Partial<Patch> = {};
  for (const name of Object.keys(after) as (keyof Patch)[]) {
    if (after[name] !== undefined && !equal(before[name], after[name])) {
      patch[name] = after[name];
    }
  }
  return patch;
}

/** All rows of a list, page by page. */
export async function* rows<Row>(pages: AsyncIterable<PageOf<Row>>): AsyncGenerator<Row, void, undefined> {
  for await (const page of pages) {
    yield* page.items;
  }
}

/** All pages of a list: `read` answers the one at a cursor. */
export async function* pages<Page extends PageOf<unknown>>(
  read: (cursor: string | undefined) => Promise<Page>,
  from?: string,
): AsyncGenerator<Page, void, undefined> {
  let cursor: string | null | undefined = from;
  do {
    const page: Page = await read(cursor);
    yield page;
    cursor = page.page.next_cursor;
  } while (cursor);
}

/** Sends requests to an application: the part that all of its operations share. */
export class Transport {
  readonly #options: ClientOptions;
  readonly #base: string;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, "");
    // A browser's `fetch` must be called as one of its window.
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /**
   * `fetch` with the token, retries and the time limit. For clients of others, as `openapi-fetch`: what it answers are responses, also
   * those of errors. A write is sent again only if it has an `Idempotency-Key`: not every operation takes one.
   */
  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = SAFE.includes(request.method) ? null : await request.arrayBuffer();
    const headers = new Headers(request.headers);
    const sent = { method: request.method, headers, body: body?.byteLength ? body : null, signal: request.signal };
    return this.#send(request.url, sent, { streamed: true });
  };

  /** Carries out an operation. */
  async send<Answer>(operation: Operation, call: CallOptions = {}): Promise<Answer> {
    const headers = new Headers(call.headers);
    const conditional = call.ifNoneMatch && tags.get(call.ifNoneMatch);
    if (conditional) {
      headers.set("If-None-Match", conditional);
    }
    if (call.ifMatch !== undefined) {
      headers.set("If-Match", tagOf(call.ifMatch));
    }
    if (operation.keyed && call.idempotencyKey !== false) {
      headers.set("Idempotency-Key", call.idempotencyKey ?? newKey());
    }
    let body: BodyInit | null = null;
    if (operation.body !== undefined) {
      headers.set("Content-Type", operation.contentType ?? "application/json");
      body = operation.contentType === undefined || isJson(operation.contentType) ? JSON.stringify(operation.body) : (operation.body as BodyInit);
    }
    if (!operation.raw && !headers.has("Accept")) {
      headers.set("Accept", "application/json");
    }
    const sent = { method: operation.method, headers, body, signal: call.signal ?? null };
    const response = await this.#send(this.#base + address(operation), sent, { retries: call.retries, streamed: operation.raw });
    if (response.status === 304 && call.ifNoneMatch) {
      return call.ifNoneMatch as Answer;
    }
    if (!response.ok) {
      throw await problem(response);
    }
    if (operation.raw) {
      return response as Answer;
    }
    const text = await response.text();
    if (text === "") {
      return undefined as Answer;
    }
    const answer = parse(text, response);
    const tag = response.headers.get("ETag");
    if (tag && typeof answer === "object" && answer !== null) {
      tags.set(answer, tag);
    }
    return answer as Answer;
  }

  /** Runs a GraphQL operation. A mutation gets a key, by which it is done once however often it is sent. */
  async graphql<Answer, Variables>(
    kind: "query" | "mutation",
    document: GraphqlDocument<Answer, Variables>,
    variables: Variables | undefined,
    call: CallOptions = {},
  ): Promise<Answer> {
    const headers = new Headers(call.headers);
    headers.set("Content-Type", "application/json");
    headers.set("Accept", "application/graphql-response+json, application/json;q=0.9");
    if (kind === "mutation" && call.idempotencyKey !== false) {
      headers.set("Idempotency-Key", call.idempotencyKey ?? newKey());
    }
    const body = JSON.stringify({ query: document.toString(), variables: variables ?? {} });
    const sent = { method: "POST", headers, body, signal: call.signal ?? null };
    const response = await this.#send(`${this.#base}/graphql`, sent, { retries: call.retries, harmless: kind === "query" });
    if (!isGraphql(response)) {
      throw await problem(response);
    }
    const answer = parse(await response.text(), response) as { data?: Answer | null; errors?: GraphqlProblem[] };
    if (answer.errors?.length || answer.data === undefined || answer.data === null) {
      throw new GraphqlError(response.status, answer.errors ?? [], answer.data);
    }
    return answer.data;
  }

  /** Sends a request until it is answered for good. */
  async #send(url: string, sent: Sent, how: { retries?: number | undefined; harmless?: boolean; streamed?: boolean | undefined }): Promise<Response> {
    const most = how.retries ?? this.#options.retries ?? DEFAULTS.retries;
    // What may have been done is sent again only if it is then not done again.
    const repeatable = how.harmless || SAFE.includes(sent.method ?? "GET") || sent.headers.has("Idempotency-Key");
    for (let attempt = 0; ; attempt += 1) {
      let wait: number | undefined;
      try {
        const response = await this.#attempt(url, sent, how.streamed ?? false);
        wait = attempt < most ? waitOf(response, repeatable, attempt) : undefined;
        if (wait === undefined || wait > (this.#options.maxRetryWait ?? DEFAULTS.maxRetryWait)) {
          return response;
        }
        await response.body?.cancel();
      } catch (error) {
        sent.signal?.throwIfAborted();
        if (!repeatable || attempt >= most) {
          throw new ConnectionError(`${sent.method ?? "GET"} ${url}: no answer (${String(error)})`, { cause: error });
        }
        wait = pause(attempt);
      }
      await sleep(wait, sent.signal ?? undefined);
    }
  }

  /** Sends a request once. One that is streamed is there when its head is, and any other when all of it is. */
  async #attempt(url: string, sent: Sent, streamed: boolean): Promise<Response> {
    const { token, credentials, timeout = DEFAULTS.timeout } = this.#options;
    const headers = new Headers(this.#options.headers);
    sent.headers.forEach((value, name) => headers.set(name, value));
    const bearer = typeof token === "function" ? await token() : token;
    if (bearer && !headers.has("Authorization")) {
      headers.set("Authorization", `Bearer ${bearer}`);
    }
    const { signal } = sent;
    signal?.throwIfAborted();
    const stop = new AbortController();
    const follow = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", follow, { once: true });
    const late = () => stop.abort(new DOMException(`no answer within ${timeout} ms`, "TimeoutError"));
    const timer = timeout > 0 ? setTimeout(late, timeout) : undefined;
    try {
      const init: RequestInit = { ...sent, headers, signal: stop.signal };
      const response = await this.#fetch(url, credentials ? { ...init, credentials } : init);
      return streamed ? response : await whole(response);
    } finally {
      clearTimeout(timer);
      if (!streamed) {
        signal?.removeEventListener("abort", follow);
      }
    }
  }
}

/** How long to wait before a refused request is sent again; undefined for what is refused for good. */
function waitOf(response: Response, repeatable: boolean, attempt: number): number | undefined {
  const asked = retryAfter(response);
  switch (response.status) {
    // Nothing was done.
    case 429:
      return asked ?? pause(attempt);
    // With `Retry-After`, an equal request still runs.
    case 409:
      return repeatable ? asked : undefined;
    case 502:
    case 503:
    case 504:
      return repeatable ? (asked ?? pause(attempt)) : undefined;
    default:
      return undefined;
  }
}

/** `Retry-After` in milliseconds: a number of seconds, or a date. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get("Retry-After");
  if (!value) {
    return undefined;
  }
  const time = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(time) ? undefined : Math.max(0, time);
}

/** A growing random wait, so that clients do not come back together. */
function pause(attempt: number): number {
  return Math.random() * 200 * 2 ** attempt + 50;
}

function sleep(time: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, time);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** The same response, once all of it is there. */
async function whole(response: Response): Promise<Response> {
  const body = await response.arrayBuffer();
  const { status, statusText, headers } = response;
  return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
}

/** The error that a response is. */
export async function problem(response: Response): Promise<ApiError> {
  const text = await response.text();
  const fallback = { status: response.status, code: `HTTP_${response.status}`, detail: response.statusText || `status ${response.status}` };
  let told: Partial<ProblemDocument> = {};
  if ((response.headers.get("Content-Type") ?? "").startsWith("application/problem+json")) {
    told = parse(text, response) as Partial<ProblemDocument>;
  }
  return new ApiError({ ...fallback, ...told }, retryAfter(response));
}

/** What `openapi-fetch` has answered, or the error that it is. */
export async function unwrap<Data>(answered: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await answered;
  if (!response.ok) {
    const fallback = { status: response.status, code: `HTTP_${response.status}`, detail: response.statusText };
    throw new ApiError({ ...fallback, ...(typeof error === "object" ? error : {}) }, retryAfter(response));
  }
  const tag = response.headers.get("ETag");
  if (tag && typeof data === "object" && data !== null) {
    tags.set(data, tag);
  }
  return data as Data;
}

function parse(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const detail = "the answer is no JSON; is this the address of an application?";
    throw new ApiError({ status: response.status, code: "INVALID_ANSWER", detail });
  }
}

/** Whether a response is GraphQL's, and not that of something on the way. */
function isGraphql(response: Response): boolean {
  const type = response.headers.get("Content-Type") ?? "";
  return type.startsWith("application/graphql-response+json") || type.startsWith("application/json");
}

function isJson(type: string): boolean {
  return type === "application/json" || type.endsWith("+json");
}

function tagOf(row: object | string): string {
  const tag = typeof row === "string" ? row : tags.get(row);
  if (tag === undefined) {
    throw new TypeError("`ifMatch` is an object that this client has not answered; give the row that you have read, not a copy, or its tag");
  }
  return tag;
}

/** A new key: a UUID, also where the page is not served over TLS and `randomUUID` is not there. */
function newKey(): string {
  if (typeof crypto.randomUUID === "function") {
    return crypto.randomUUID();
  }
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function address({ path, params = {}, query, where }: Operation): string {
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    add(search, name, value);
  }
  for (const [name, condition] of Object.entries(where ?? {})) {
    for (const [operator, value] of Object.entries(isOperators(condition) ? condition : { eq: condition })) {
      const parameter = `${name}[${operator}]`;
      if (Array.isArray(value) && value.length === 0) {
        throw new RangeError(`\`${parameter}\` is an empty list, which no address can say`);
      }
      add(search, parameter, value);
    }
  }
  const text = search.toString();
  return text === "" ? filled : `${filled}?${text}`;
}

function isOperators(condition: unknown): condition is Record<string, unknown> {
  return typeof condition === "object" && condition !== null && !Array.isArray(condition) && !(condition instanceof Date);
}

function add(to: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) {
    return;
  }
  if (!Array.isArray(value)) {
    to.append(name, text(value));
  } else if (value.length > 0) {
    // A comma within a value is not one between two.
    to.append(name, value.map((item) => text(item).replace(/[\\,]/g, "\\$&")).join(","));
  }
}

function text(value: unknown): string {
  if (value instanceof Date) {
    return value.toISOString();
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function equal(left: unknown, right: unknown): boolean {
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return Object.is(left, right);
  }
  const [names, others] = [Object.keys(left), Object.keys(right)];
  const same = (name: string) => equal((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]);
  return Array.isArray(left) === Array.isArray(right) && names.length === others.length && names.every((name) => Object.hasOwn(right, name) && same(name));
}
