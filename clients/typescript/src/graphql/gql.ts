/* eslint-disable */
import * as types from './graphql';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query ArtistsWithAlbums($first: Int!, $filter: ArtistFilter) {\n    artists(first: $first, filter: $filter) {\n      nodes {\n        id\n        name\n        albums(first: 5) {\n          nodes {\n            title\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": typeof types.ArtistsWithAlbumsDocument,
    "\n  mutation CreateArtist($input: ArtistInput!) {\n    createArtist(input: $input) {\n      id\n      name\n    }\n  }\n": typeof types.CreateArtistDocument,
    "\n  mutation DeleteArtist($id: ID!) {\n    deleteArtist(id: $id) {\n      id\n    }\n  }\n": typeof types.DeleteArtistDocument,
    "\n  query Media {\n    mediaTypes(first: 1) {\n      nodes {\n        name\n      }\n    }\n  }\n": typeof types.MediaDocument,
};
const documents: Documents = {
    "\n  query ArtistsWithAlbums($first: Int!, $filter: ArtistFilter) {\n    artists(first: $first, filter: $filter) {\n      nodes {\n        id\n        name\n        albums(first: 5) {\n          nodes {\n            title\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n": types.ArtistsWithAlbumsDocument,
    "\n  mutation CreateArtist($input: ArtistInput!) {\n    createArtist(input: $input) {\n      id\n      name\n    }\n  }\n": types.CreateArtistDocument,
    "\n  mutation DeleteArtist($id: ID!) {\n    deleteArtist(id: $id) {\n      id\n    }\n  }\n": types.DeleteArtistDocument,
    "\n  query Media {\n    mediaTypes(first: 1) {\n      nodes {\n        name\n      }\n    }\n  }\n": types.MediaDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ArtistsWithAlbums($first: Int!, $filter: ArtistFilter) {\n    artists(first: $first, filter: $filter) {\n      nodes {\n        id\n        name\n        albums(first: 5) {\n          nodes {\n            title\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      totalCount\n    }\n  }\n"): typeof import('./graphql').ArtistsWithAlbumsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateArtist($input: ArtistInput!) {\n    createArtist(input: $input) {\n      id\n      name\n    }\n  }\n"): typeof import('./graphql').CreateArtistDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteArtist($id: ID!) {\n    deleteArtist(id: $id) {\n      id\n    }\n  }\n"): typeof import('./graphql').DeleteArtistDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Media {\n    mediaTypes(first: 1) {\n      nodes {\n        name\n      }\n    }\n  }\n"): typeof import('./graphql').MediaDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
