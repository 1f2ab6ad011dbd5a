/**
 * Clients of the demo, three that share one transport:
 *
 * - {@link Client}, written by the application itself (`app client typescript`), for REST and GraphQL;
 * - {@link restClient}, `openapi-fetch` with the types of `openapi-typescript`;
 * - {@link graphql}, GraphQL documents with the types of graphql-codegen, for `Client.query` and `Client.mutate`.
 */
export * from "./app/index.js";
export { graphql } from "./graphql/index.js";
export { restClient } from "./rest_client.js";
export type { paths } from "./rest.d.ts";
