/** The GraphQL operations of the tests; `task client:codegen` writes their types. */
import { graphql } from "./graphql/index.js";

export const artistsWithAlbums = graphql(`
  query ArtistsWithAlbums($first: Int!, $filter: ArtistFilter) {
    artists(first: $first, filter: $filter) {
      nodes {
        id
        name
        albums(first: 5) {
          nodes {
            title
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export const createArtist = graphql(`
  mutation CreateArtist($input: ArtistInput!) {
    createArtist(input: $input) {
      id
      name
    }
  }
`);

export const deleteArtist = graphql(`
  mutation DeleteArtist($id: ID!) {
    deleteArtist(id: $id) {
      id
    }
  }
`);

export const media = graphql(`
  query Media {
    mediaTypes(first: 1) {
      nodes {
        name
      }
    }
  }
`);
