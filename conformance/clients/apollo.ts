// A round trip with Apollo Client: its cache is keyed by the ids of `Node`, and pages are merged by cursors.
import assert from "node:assert/strict";
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";

const headers = { Authorization: `Bearer ${process.env.ADMIN_TOKEN}` };
const cache = new InMemoryCache({ typePolicies: { Query: { fields: { artists: relayStylePagination() } } } });
const client = new ApolloClient({ cache, link: new HttpLink({ uri: `${process.env.DEMO_URL}/graphql`, headers }) });
const create = gql`mutation ($name: String!) { createArtist(input: { name: $name }) { id name } }`;
const list = gql`query ($after: String) { artists(first: 3, after: $after) { edges { cursor node { id name } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }`;
const rename = gql`mutation ($id: ID!, $name: String!) { updateArtist(id: $id, input: { name: $name }) { id name } }`;
const remove = gql`mutation ($id: ID!) { deleteArtist(id: $id) { id } }`;

type Row = { id: string; name: string };
type List = { artists: { edges: { node: Row }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } };
const name = `apollo ${crypto.randomUUID()}`;
const made = await client.mutate<{ createArtist: Row }>({ mutation: create, variables: { name } });
const id = made.data?.createArtist.id ?? "";
const first = await client.query<List>({ query: list });
// What is merged is one list in the cache, from which any page would be answered.
await client.query<List>({ query: list, variables: { after: first.data?.artists.pageInfo.endCursor }, fetchPolicy: "network-only" });
const merged = client.readQuery<List>({ query: list });
assert.equal(merged?.artists.edges.length, 6);
await client.mutate({ mutation: rename, variables: { id, name: `${name}!` } });
const cached = cache.readFragment<Row>({ id: `Artist:${id}`, fragment: gql`fragment Named on Artist { id name }` });
assert.equal(cached?.name, `${name}!`);
await client.mutate({ mutation: remove, variables: { id } });
await assert.rejects(client.mutate({ mutation: remove, variables: { id } }), (error) => CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.code === "NOT_FOUND");
