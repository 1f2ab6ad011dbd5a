// A round trip with urql and the documents of graphql-codegen.
import assert from "node:assert/strict";
import { Client, fetchExchange } from "@urql/core";
import { graphql } from "./codegen/index.js";

const headers = { Authorization: `Bearer ${process.env.ADMIN_TOKEN}` };
const client = new Client({ url: `${process.env.DEMO_URL}/graphql`, exchanges: [fetchExchange], fetchOptions: { headers }, preferGetMethod: false });
const create = graphql(`
  mutation Create($input: ArtistInput!) {
    createArtist(input: $input) {
      id
      name
    }
  }
`);
const list = graphql(`
  query List($filter: ArtistFilter!) {
    artists(filter: $filter, first: 2) {
      edges {
        cursor
        node {
          ... on Node {
            id
          }
          name
        }
      }
      totalCount
    }
  }
`);
const remove = graphql(`
  mutation Remove($id: ID!) {
    deleteArtist(id: $id) {
      id
    }
  }
`);
const name = `urql ${crypto.randomUUID()}`;
const made = await client.mutation(create, { input: { name } }).toPromise();
assert.equal(made.error, undefined);
const listed = await client.query(list, { filter: { name: { eq: name } } }).toPromise();
assert.deepEqual(listed.data?.artists.edges.map((edge) => edge.node.id), [made.data?.createArtist.id]);
const refused = await client.mutation(create, { input: { name: "" } }).toPromise();
assert.equal(refused.error?.graphQLErrors[0]?.extensions?.code, "VALIDATION_FAILED");
const gone = await client.mutation(remove, { id: made.data?.createArtist.id ?? "" }).toPromise();
assert.equal(gone.error, undefined);
