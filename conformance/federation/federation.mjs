// Composes the demo's subgraph with a second one, as a gateway does (Apollo Federation 2).
//
//   node federation.mjs http://127.0.0.1:8080/graphql
//
// The server runs with `GRAPHQL_FEDERATION=true`. The second subgraph refers to an album by its key and adds a field to it. Ends
// with 1 when the two do not compose, when the supergraph lacks a field, or when `_entities` does not answer a row.

import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const url = process.argv[2];
if (!url || process.argv.length > 3) {
  console.error('usage: node federation.mjs URL');
  process.exit(2);
}

/** The data of a query. */
async function ask(query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  return data;
}

const reviews = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Query { latestReviews: [Review!]! }
  interface Node { id: ID! }
  type Album implements Node @key(fields: "id") { id: ID! reviews: [Review!]! }
  type Review { text: String! album: Album! }
`;

const { _service: service } = await ask('{ _service { sdl } }');
const composed = composeServices([
  { name: 'music', url, typeDefs: parse(service.sdl) },
  { name: 'reviews', url: 'http://127.0.0.1:1/graphql', typeDefs: parse(reviews) },
]);
const wrong = (composed.errors ?? []).map((error) => `${error.extensions?.code ?? ''} ${error.message}`);
const api = composed.schema?.toAPISchema?.() ?? composed.schema;
const album = api?.type('Album');
for (const field of ['id', 'title', 'artist', 'reviews']) {
  if (!wrong.length && !album?.field(field)) wrong.push(`the supergraph's Album has no ${field}`);
}
for (const field of ['node', 'nodes', '_entities', '_service']) {
  if (!wrong.length && api?.type('Query')?.field(field)) wrong.push(`the supergraph has Query.${field}`);
}

const { albums } = await ask('{ albums(first: 3) { nodes { id title } } }');
const representations = albums.nodes.map(({ id }) => ({ __typename: 'Album', id }));
const { _entities: entities } = await ask(
  'query E($representations: [_Any!]!) { _entities(representations: $representations) { ... on Album { title } } }',
  { representations },
);
const titles = (rows) => JSON.stringify(rows.map((row) => row?.title));
if (titles(entities) !== titles(albums.nodes)) wrong.push(`_entities answers ${titles(entities)}`);

wrong.forEach((message) => console.error(message));
if (!wrong.length) console.log(`2 subgraphs compose; ${entities.length} rows are found by their keys`);
process.exit(wrong.length ? 1 : 0);
