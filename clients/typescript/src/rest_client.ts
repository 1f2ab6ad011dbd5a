/** `openapi-fetch` on the transport of the written client. */
import createClient, { type Client } from "openapi-fetch";
import { Transport, type ClientOptions } from "./app/runtime.js";
import type { paths } from "./rest.d.ts";

/** A client by paths: `rest.GET("/api/artists/{id}", { params: { path: { id: 1 } } })`. `unwrap` throws what it answers as an error. */
export function restClient(options: ClientOptions): Client<paths> {
  const transport = new Transport(options);
  return createClient<paths>({ baseUrl: options.url, fetch: transport.fetch });
}
