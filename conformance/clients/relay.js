// What relay-compiler compiles: a page that is read on, rows by `node`, and mutations that put what they made into a connection.
import { graphql } from "relay-runtime";

export const artists = graphql`
  fragment relay_artists on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "relayArtistsPageQuery") {
    artists(first: $count, after: $cursor) @connection(key: "relay_artists") {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;

export const page = graphql`
  query relayQuery($id: ID!) {
    ...relay_artists
    node(id: $id) {
      __typename
      ...relay_album @alias(as: "album")
    }
  }
`;

export const album = graphql`
  fragment relay_album on Album
  @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" })
  @refetchable(queryName: "relayAlbumQuery") {
    title
    tracks(first: $count, after: $cursor) @connection(key: "relay_tracks") {
      edges {
        node {
          name
          unitPrice
        }
      }
    }
  }
`;

export const create = graphql`
  mutation relayCreateMutation($input: ArtistInput!, $connections: [ID!]!) {
    createArtist(input: $input) @appendNode(connections: $connections, edgeTypeName: "ArtistEdge") {
      id
      name
    }
  }
`;

export const remove = graphql`
  mutation relayRemoveMutation($id: ID!, $connections: [ID!]!) {
    deleteArtist(id: $id) {
      id @deleteEdge(connections: $connections)
    }
  }
`;
