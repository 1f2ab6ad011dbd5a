// Written by the application's command `client typescript` from its entities: change those, not this.

import type * as models from "./models.js";

export type { models };

/** Conditions, all of which hold. */
export interface ArtistWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  albums_count?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_artists`. */
export interface ListArtists {
  /** Which rows. */
  where?: ArtistWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "albums_count" | "-albums_count" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "albums_count" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("albums" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_artist`. */
export interface CreateArtist {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "name";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_artists`. */
export interface UpdateArtists {
  /** Which rows. */
  where?: ArtistWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_artists`. */
export interface DeleteArtists {
  /** Which rows. */
  where?: ArtistWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_artist`. */
export interface GetArtist {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "albums_count" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("albums" | string)[];
}

/** The query of `update_artist`. */
export interface UpdateArtist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_artist`. */
export interface DeleteArtist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_artists`. */
export interface BatchArtists {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface AggregateArtistsWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  albums_count?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_artists`. */
export interface AggregateArtists {
  /** Which rows. */
  where?: AggregateArtistsWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_artists`. */
export interface ExportArtists {
  /** Which rows. */
  where?: ArtistWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "name" | "albums_count" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "albums_count" | "-albums_count" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_artists`. */
export interface ImportArtists {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "name";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface ListAlbumsOfArtistWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  title?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  artist_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  tracks_count?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  milliseconds?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_albums_of_artist`. */
export interface ListAlbumsOfArtist {
  /** Which rows. */
  where?: ListAlbumsOfArtistWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "title" | "-title" | "artist_id" | "-artist_id" | "tracks_count" | "-tracks_count" | "milliseconds" | "-milliseconds" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `title`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "title" | "artist_id" | "tracks_count" | "milliseconds" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("artist" | "tracks" | string)[];
}

/** The query of `merge_artist`. */
export interface MergeArtist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_albums`. */
export interface ListAlbums {
  /** Which rows. */
  where?: ListAlbumsOfArtistWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "title" | "-title" | "artist_id" | "-artist_id" | "tracks_count" | "-tracks_count" | "milliseconds" | "-milliseconds" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `title`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "title" | "artist_id" | "tracks_count" | "milliseconds" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("artist" | "tracks" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_album`. */
export interface CreateAlbum {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_albums`. */
export interface UpdateAlbums {
  /** Which rows. */
  where?: ListAlbumsOfArtistWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_albums`. */
export interface DeleteAlbums {
  /** Which rows. */
  where?: ListAlbumsOfArtistWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_album`. */
export interface GetAlbum {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "title" | "artist_id" | "tracks_count" | "milliseconds" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("artist" | "tracks" | string)[];
}

/** The query of `update_album`. */
export interface UpdateAlbum {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_album`. */
export interface DeleteAlbum {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_albums`. */
export interface BatchAlbums {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface AlbumWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  title?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  artist_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  tracks_count?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  milliseconds?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_albums`. */
export interface AggregateAlbums {
  /** Which rows. */
  where?: AlbumWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** Words to search for in `title`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_albums`. */
export interface ExportAlbums {
  /** Which rows. */
  where?: ListAlbumsOfArtistWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "title" | "artist_id" | "tracks_count" | "milliseconds" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "title" | "-title" | "artist_id" | "-artist_id" | "tracks_count" | "-tracks_count" | "milliseconds" | "-milliseconds" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Words to search for in `title`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_albums`. */
export interface ImportAlbums {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface ListTracksOfAlbumWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  album_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  media_type_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  genre_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  composer?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  milliseconds?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  bytes?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  unit_price?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_tracks_of_album`. */
export interface ListTracksOfAlbum {
  /** Which rows. */
  where?: ListTracksOfAlbumWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "album_id" | "-album_id" | "media_type_id" | "-media_type_id" | "genre_id" | "-genre_id" | "milliseconds" | "-milliseconds" | "bytes" | "-bytes" | "unit_price" | "-unit_price" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`, `composer`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "album_id" | "media_type_id" | "genre_id" | "composer" | "milliseconds" | "bytes" | "unit_price" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("album" | "media_type" | "genre" | "playlists" | "invoice_lines" | string)[];
}

/** Conditions, all of which hold. */
export interface GenreWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_genres`. */
export interface ListGenres {
  /** Which rows. */
  where?: GenreWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("tracks" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_genre`. */
export interface CreateGenre {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "name";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_genres`. */
export interface UpdateGenres {
  /** Which rows. */
  where?: GenreWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_genres`. */
export interface DeleteGenres {
  /** Which rows. */
  where?: GenreWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_genre`. */
export interface GetGenre {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("tracks" | string)[];
}

/** The query of `update_genre`. */
export interface UpdateGenre {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_genre`. */
export interface DeleteGenre {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_genres`. */
export interface BatchGenres {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface AggregateGenresWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_genres`. */
export interface AggregateGenres {
  /** Which rows. */
  where?: AggregateGenresWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_genres`. */
export interface ExportGenres {
  /** Which rows. */
  where?: GenreWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "name" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_genres`. */
export interface ImportGenres {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "name";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_tracks_of_genre`. */
export interface ListTracksOfGenre {
  /** Which rows. */
  where?: ListTracksOfAlbumWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "album_id" | "-album_id" | "media_type_id" | "-media_type_id" | "genre_id" | "-genre_id" | "milliseconds" | "-milliseconds" | "bytes" | "-bytes" | "unit_price" | "-unit_price" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`, `composer`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "album_id" | "media_type_id" | "genre_id" | "composer" | "milliseconds" | "bytes" | "unit_price" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("album" | "media_type" | "genre" | "playlists" | "invoice_lines" | string)[];
}

/** The query of `reprice_genre`. */
export interface RepriceGenre {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_media_types`. */
export interface ListMediaTypes {
  /** Which rows. */
  where?: GenreWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("tracks" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_media_type`. */
export interface CreateMediaType {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "name";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_media_types`. */
export interface UpdateMediaTypes {
  /** Which rows. */
  where?: GenreWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_media_types`. */
export interface DeleteMediaTypes {
  /** Which rows. */
  where?: GenreWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_media_type`. */
export interface GetMediaType {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("tracks" | string)[];
}

/** The query of `update_media_type`. */
export interface UpdateMediaType {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_media_type`. */
export interface DeleteMediaType {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_media_types`. */
export interface BatchMediaTypes {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `aggregate_media_types`. */
export interface AggregateMediaTypes {
  /** Which rows. */
  where?: AggregateGenresWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_media_types`. */
export interface ExportMediaTypes {
  /** Which rows. */
  where?: GenreWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "name" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_media_types`. */
export interface ImportMediaTypes {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "name";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_tracks_of_media_type`. */
export interface ListTracksOfMediaType {
  /** Which rows. */
  where?: ListTracksOfAlbumWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "album_id" | "-album_id" | "media_type_id" | "-media_type_id" | "genre_id" | "-genre_id" | "milliseconds" | "-milliseconds" | "bytes" | "-bytes" | "unit_price" | "-unit_price" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`, `composer`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "album_id" | "media_type_id" | "genre_id" | "composer" | "milliseconds" | "bytes" | "unit_price" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("album" | "media_type" | "genre" | "playlists" | "invoice_lines" | string)[];
}

/** The query of `list_tracks`. */
export interface ListTracks {
  /** Which rows. */
  where?: ListTracksOfAlbumWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "album_id" | "-album_id" | "media_type_id" | "-media_type_id" | "genre_id" | "-genre_id" | "milliseconds" | "-milliseconds" | "bytes" | "-bytes" | "unit_price" | "-unit_price" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`, `composer`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "album_id" | "media_type_id" | "genre_id" | "composer" | "milliseconds" | "bytes" | "unit_price" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("album" | "media_type" | "genre" | "playlists" | "invoice_lines" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_track`. */
export interface CreateTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_tracks`. */
export interface UpdateTracks {
  /** Which rows. */
  where?: ListTracksOfAlbumWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_tracks`. */
export interface DeleteTracks {
  /** Which rows. */
  where?: ListTracksOfAlbumWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_track`. */
export interface GetTrack {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "album_id" | "media_type_id" | "genre_id" | "composer" | "milliseconds" | "bytes" | "unit_price" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("album" | "media_type" | "genre" | "playlists" | "invoice_lines" | string)[];
}

/** The query of `update_track`. */
export interface UpdateTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_track`. */
export interface DeleteTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_tracks`. */
export interface BatchTracks {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface TrackWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  "having[sum.milliseconds]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  "having[sum.bytes]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[sum.unit_price]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[avg.milliseconds]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[avg.bytes]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[avg.unit_price]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[min.milliseconds]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  "having[min.bytes]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  "having[min.unit_price]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[max.milliseconds]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  "having[max.bytes]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  "having[max.unit_price]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  album_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  media_type_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  genre_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  composer?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  milliseconds?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  bytes?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  unit_price?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_tracks`. */
export interface AggregateTracks {
  /** Which rows. */
  where?: TrackWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sums of these fields; exact, but for floating point numbers. */
  sum?: readonly ("milliseconds" | "bytes" | "unit_price")[];
  /** Averages of these fields; of whole numbers with six digits after the point, of decimals with six more than the field has, rounded half away from zero. */
  avg?: readonly ("milliseconds" | "bytes" | "unit_price")[];
  /** Least values of these fields. */
  min?: readonly ("milliseconds" | "bytes" | "unit_price")[];
  /** Greatest values of these fields. */
  max?: readonly ("milliseconds" | "bytes" | "unit_price")[];
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** Words to search for in `name`, `composer`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_tracks`. */
export interface ExportTracks {
  /** Which rows. */
  where?: ListTracksOfAlbumWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "name" | "album_id" | "media_type_id" | "genre_id" | "composer" | "milliseconds" | "bytes" | "unit_price" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "album_id" | "-album_id" | "media_type_id" | "-media_type_id" | "genre_id" | "-genre_id" | "milliseconds" | "-milliseconds" | "bytes" | "-bytes" | "unit_price" | "-unit_price" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Words to search for in `name`, `composer`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_tracks`. */
export interface ImportTracks {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface ListPlaylistsOfTrackWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  tracks_count?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_playlists_of_track`. */
export interface ListPlaylistsOfTrack {
  /** Which rows. */
  where?: ListPlaylistsOfTrackWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "tracks_count" | "-tracks_count" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "tracks_count" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("tracks" | string)[];
}

/** The query of `set_playlists_of_track`. */
export interface SetPlaylistsOfTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `link_playlists_of_track`. */
export interface LinkPlaylistsOfTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `unlink_playlists_of_track`. */
export interface UnlinkPlaylistsOfTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface ListInvoiceLinesOfTrackWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  invoice_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  track_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  amount?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_invoice_lines_of_track`. */
export interface ListInvoiceLinesOfTrack {
  /** Which rows. */
  where?: ListInvoiceLinesOfTrackWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "invoice_id" | "-invoice_id" | "track_id" | "-track_id" | "amount" | "-amount" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "invoice_id" | "track_id" | "unit_price" | "quantity" | "amount" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("invoice" | "track" | string)[];
}

/** The query of `list_playlists`. */
export interface ListPlaylists {
  /** Which rows. */
  where?: ListPlaylistsOfTrackWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "tracks_count" | "-tracks_count" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "tracks_count" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("tracks" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_playlist`. */
export interface CreatePlaylist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_playlists`. */
export interface UpdatePlaylists {
  /** Which rows. */
  where?: ListPlaylistsOfTrackWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_playlists`. */
export interface DeletePlaylists {
  /** Which rows. */
  where?: ListPlaylistsOfTrackWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_playlist`. */
export interface GetPlaylist {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "tracks_count" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("tracks" | string)[];
}

/** The query of `update_playlist`. */
export interface UpdatePlaylist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_playlist`. */
export interface DeletePlaylist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_playlists`. */
export interface BatchPlaylists {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface PlaylistWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  tracks_count?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_playlists`. */
export interface AggregatePlaylists {
  /** Which rows. */
  where?: PlaylistWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_playlists`. */
export interface ExportPlaylists {
  /** Which rows. */
  where?: ListPlaylistsOfTrackWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "name" | "tracks_count" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "tracks_count" | "-tracks_count" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Words to search for in `name`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_playlists`. */
export interface ImportPlaylists {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_tracks_of_playlist`. */
export interface ListTracksOfPlaylist {
  /** Which rows. */
  where?: ListTracksOfAlbumWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "album_id" | "-album_id" | "media_type_id" | "-media_type_id" | "genre_id" | "-genre_id" | "milliseconds" | "-milliseconds" | "bytes" | "-bytes" | "unit_price" | "-unit_price" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`, `composer`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "name" | "album_id" | "media_type_id" | "genre_id" | "composer" | "milliseconds" | "bytes" | "unit_price" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("album" | "media_type" | "genre" | "playlists" | "invoice_lines" | string)[];
}

/** The query of `set_tracks_of_playlist`. */
export interface SetTracksOfPlaylist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `link_tracks_of_playlist`. */
export interface LinkTracksOfPlaylist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `unlink_tracks_of_playlist`. */
export interface UnlinkTracksOfPlaylist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface PlaylistTrackWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  playlist_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  track_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_playlist_tracks`. */
export interface ListPlaylistTracks {
  /** Which rows. */
  where?: PlaylistTrackWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "playlist_id" | "-playlist_id" | "track_id" | "-track_id" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "playlist_id" | "track_id" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("playlist" | "track" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_playlist_track`. */
export interface CreatePlaylistTrack {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "playlist_id,track_id";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_playlist_tracks`. */
export interface UpdatePlaylistTracks {
  /** Which rows. */
  where?: PlaylistTrackWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_playlist_tracks`. */
export interface DeletePlaylistTracks {
  /** Which rows. */
  where?: PlaylistTrackWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_playlist_track`. */
export interface GetPlaylistTrack {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "playlist_id" | "track_id" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("playlist" | "track" | string)[];
}

/** The query of `update_playlist_track`. */
export interface UpdatePlaylistTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_playlist_track`. */
export interface DeletePlaylistTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_playlist_tracks`. */
export interface BatchPlaylistTracks {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface AggregatePlaylistTracksWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  playlist_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  track_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_playlist_tracks`. */
export interface AggregatePlaylistTracks {
  /** Which rows. */
  where?: AggregatePlaylistTracksWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_playlist_tracks`. */
export interface ExportPlaylistTracks {
  /** Which rows. */
  where?: PlaylistTrackWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "playlist_id" | "track_id" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "playlist_id" | "-playlist_id" | "track_id" | "-track_id" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_playlist_tracks`. */
export interface ImportPlaylistTracks {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "playlist_id,track_id";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface EmployeeWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  last_name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  title?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  reports_to_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  hire_date?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  city?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  country?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  email?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_employees`. */
export interface ListEmployees {
  /** Which rows. */
  where?: EmployeeWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "last_name" | "-last_name" | "reports_to_id" | "-reports_to_id" | "hire_date" | "-hire_date" | "email" | "-email" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `last_name`, `first_name`, `email`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "last_name" | "first_name" | "title" | "reports_to_id" | "birth_date" | "hire_date" | "address" | "city" | "state" | "country" | "postal_code" | "phone" | "fax" | "email" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("reports_to" | "reports" | "customers" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_employee`. */
export interface CreateEmployee {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "email";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_employees`. */
export interface UpdateEmployees {
  /** Which rows. */
  where?: EmployeeWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_employees`. */
export interface DeleteEmployees {
  /** Which rows. */
  where?: EmployeeWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_employee`. */
export interface GetEmployee {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "last_name" | "first_name" | "title" | "reports_to_id" | "birth_date" | "hire_date" | "address" | "city" | "state" | "country" | "postal_code" | "phone" | "fax" | "email" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("reports_to" | "reports" | "customers" | string)[];
}

/** The query of `update_employee`. */
export interface UpdateEmployee {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_employee`. */
export interface DeleteEmployee {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_employees`. */
export interface BatchEmployees {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface AggregateEmployeesWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  last_name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  title?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  reports_to_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  hire_date?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  city?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  country?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  email?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_employees`. */
export interface AggregateEmployees {
  /** Which rows. */
  where?: AggregateEmployeesWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** Words to search for in `last_name`, `first_name`, `email`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_employees`. */
export interface ExportEmployees {
  /** Which rows. */
  where?: EmployeeWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "last_name" | "first_name" | "title" | "reports_to_id" | "birth_date" | "hire_date" | "address" | "city" | "state" | "country" | "postal_code" | "phone" | "fax" | "email" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "last_name" | "-last_name" | "reports_to_id" | "-reports_to_id" | "hire_date" | "-hire_date" | "email" | "-email" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Words to search for in `last_name`, `first_name`, `email`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_employees`. */
export interface ImportEmployees {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "email";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_reports_of_employee`. */
export interface ListReportsOfEmployee {
  /** Which rows. */
  where?: EmployeeWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "last_name" | "-last_name" | "reports_to_id" | "-reports_to_id" | "hire_date" | "-hire_date" | "email" | "-email" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `last_name`, `first_name`, `email`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "last_name" | "first_name" | "title" | "reports_to_id" | "birth_date" | "hire_date" | "address" | "city" | "state" | "country" | "postal_code" | "phone" | "fax" | "email" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("reports_to" | "reports" | "customers" | string)[];
}

/** Conditions, all of which hold. */
export interface ListCustomersOfEmployeeWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  last_name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  company?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  city?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  country?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  email?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  support_rep_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  spent?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  last_bought?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_customers_of_employee`. */
export interface ListCustomersOfEmployee {
  /** Which rows. */
  where?: ListCustomersOfEmployeeWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "last_name" | "-last_name" | "country" | "-country" | "email" | "-email" | "support_rep_id" | "-support_rep_id" | "spent" | "-spent" | "last_bought" | "-last_bought" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `first_name`, `last_name`, `company`, `email`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "first_name" | "last_name" | "company" | "address" | "city" | "state" | "country" | "postal_code" | "phone" | "fax" | "email" | "support_rep_id" | "spent" | "last_bought" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("support_rep" | "invoices" | string)[];
}

/** The query of `list_customers`. */
export interface ListCustomers {
  /** Which rows. */
  where?: ListCustomersOfEmployeeWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "last_name" | "-last_name" | "country" | "-country" | "email" | "-email" | "support_rep_id" | "-support_rep_id" | "spent" | "-spent" | "last_bought" | "-last_bought" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `first_name`, `last_name`, `company`, `email`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "first_name" | "last_name" | "company" | "address" | "city" | "state" | "country" | "postal_code" | "phone" | "fax" | "email" | "support_rep_id" | "spent" | "last_bought" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("support_rep" | "invoices" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_customer`. */
export interface CreateCustomer {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "email";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_customers`. */
export interface UpdateCustomers {
  /** Which rows. */
  where?: ListCustomersOfEmployeeWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_customers`. */
export interface DeleteCustomers {
  /** Which rows. */
  where?: ListCustomersOfEmployeeWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_customer`. */
export interface GetCustomer {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "first_name" | "last_name" | "company" | "address" | "city" | "state" | "country" | "postal_code" | "phone" | "fax" | "email" | "support_rep_id" | "spent" | "last_bought" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("support_rep" | "invoices" | string)[];
}

/** The query of `update_customer`. */
export interface UpdateCustomer {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_customer`. */
export interface DeleteCustomer {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_customers`. */
export interface BatchCustomers {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface CustomerWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  last_name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  company?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  city?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  country?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  email?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  support_rep_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  spent?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  last_bought?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_customers`. */
export interface AggregateCustomers {
  /** Which rows. */
  where?: CustomerWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** Words to search for in `first_name`, `last_name`, `company`, `email`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_customers`. */
export interface ExportCustomers {
  /** Which rows. */
  where?: ListCustomersOfEmployeeWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "first_name" | "last_name" | "company" | "address" | "city" | "state" | "country" | "postal_code" | "phone" | "fax" | "email" | "support_rep_id" | "spent" | "last_bought" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "last_name" | "-last_name" | "country" | "-country" | "email" | "-email" | "support_rep_id" | "-support_rep_id" | "spent" | "-spent" | "last_bought" | "-last_bought" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Words to search for in `first_name`, `last_name`, `company`, `email`. */
  q?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_customers`. */
export interface ImportCustomers {
  /** The fields of a unique rule: a row that has the same values in them is changed instead. */
  upsert?: "email";
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface ListInvoicesOfCustomerWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  customer_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  invoice_date?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  billing_country?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  total?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_invoices_of_customer`. */
export interface ListInvoicesOfCustomer {
  /** Which rows. */
  where?: ListInvoicesOfCustomerWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "customer_id" | "-customer_id" | "invoice_date" | "-invoice_date" | "billing_country" | "-billing_country" | "total" | "-total" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "customer_id" | "invoice_date" | "billing_address" | "billing_city" | "billing_state" | "billing_country" | "billing_postal_code" | "total" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("customer" | "lines" | string)[];
}

/** The query of `list_invoices`. */
export interface ListInvoices {
  /** Which rows. */
  where?: ListInvoicesOfCustomerWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "customer_id" | "-customer_id" | "invoice_date" | "-invoice_date" | "billing_country" | "-billing_country" | "total" | "-total" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "customer_id" | "invoice_date" | "billing_address" | "billing_city" | "billing_state" | "billing_country" | "billing_postal_code" | "total" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("customer" | "lines" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_invoice`. */
export interface CreateInvoice {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_invoices`. */
export interface UpdateInvoices {
  /** Which rows. */
  where?: ListInvoicesOfCustomerWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_invoices`. */
export interface DeleteInvoices {
  /** Which rows. */
  where?: ListInvoicesOfCustomerWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_invoice`. */
export interface GetInvoice {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "customer_id" | "invoice_date" | "billing_address" | "billing_city" | "billing_state" | "billing_country" | "billing_postal_code" | "total" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("customer" | "lines" | string)[];
}

/** The query of `update_invoice`. */
export interface UpdateInvoice {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_invoice`. */
export interface DeleteInvoice {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_invoices`. */
export interface BatchInvoices {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface InvoiceWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  "having[sum.total]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[avg.total]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[min.invoice_date]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[min.total]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[max.invoice_date]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[max.total]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  customer_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  invoice_date?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  billing_country?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  total?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_invoices`. */
export interface AggregateInvoices {
  /** Which rows. */
  where?: InvoiceWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sums of these fields; exact, but for floating point numbers. */
  sum?: readonly "total"[];
  /** Averages of these fields; of whole numbers with six digits after the point, of decimals with six more than the field has, rounded half away from zero. */
  avg?: readonly "total"[];
  /** Least values of these fields. */
  min?: readonly ("invoice_date" | "total")[];
  /** Greatest values of these fields. */
  max?: readonly ("invoice_date" | "total")[];
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_invoices`. */
export interface ExportInvoices {
  /** Which rows. */
  where?: ListInvoicesOfCustomerWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "customer_id" | "invoice_date" | "billing_address" | "billing_city" | "billing_state" | "billing_country" | "billing_postal_code" | "total" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "customer_id" | "-customer_id" | "invoice_date" | "-invoice_date" | "billing_country" | "-billing_country" | "total" | "-total" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_invoices`. */
export interface ImportInvoices {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_lines_of_invoice`. */
export interface ListLinesOfInvoice {
  /** Which rows. */
  where?: ListInvoiceLinesOfTrackWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "invoice_id" | "-invoice_id" | "track_id" | "-track_id" | "amount" | "-amount" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "invoice_id" | "track_id" | "unit_price" | "quantity" | "amount" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("invoice" | "track" | string)[];
}

/** The query of `refund_invoice`. */
export interface RefundInvoice {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `open_from_playlist_invoices`. */
export interface OpenFromPlaylistInvoices {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_invoice_lines`. */
export interface ListInvoiceLines {
  /** Which rows. */
  where?: ListInvoiceLinesOfTrackWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "invoice_id" | "-invoice_id" | "track_id" | "-track_id" | "amount" | "-amount" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "invoice_id" | "track_id" | "unit_price" | "quantity" | "amount" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("invoice" | "track" | string)[];
  /** The rows of these keys, in this order, instead of those of filters; it goes with `fields` and `include` alone. Rows that are not there are left out. */
  ids?: readonly number[];
}

/** The query of `create_invoice_line`. */
export interface CreateInvoiceLine {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_invoice_lines`. */
export interface UpdateInvoiceLines {
  /** Which rows. */
  where?: ListInvoiceLinesOfTrackWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_invoice_lines`. */
export interface DeleteInvoiceLines {
  /** Which rows. */
  where?: ListInvoiceLinesOfTrackWhere;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_invoice_line`. */
export interface GetInvoiceLine {
  /** The fields that are shown, those of related rows as in `author.name`; without it all of them. An entity of which none is named is shown whole. */
  fields?: readonly ("id" | "invoice_id" | "track_id" | "unit_price" | "quantity" | "amount" | "created_at" | "updated_at" | string)[];
  /** Related rows that are shown with each row, under the name of the relation: a row or null, or a page of rows. Paths lead on, as in `a.b`, 4 levels at most. Which rows of a relation to many are shown is said in brackets: `a(limit:5,sort:-id,count:exact)`. All rows together are 10000 at most, and relations 16. */
  include?: readonly ("invoice" | "track" | string)[];
}

/** The query of `update_invoice_line`. */
export interface UpdateInvoiceLine {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_invoice_line`. */
export interface DeleteInvoiceLine {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch_invoice_lines`. */
export interface BatchInvoiceLines {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface InvoiceLineWhere {
  "having[count]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  "having[sum.unit_price]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[sum.quantity]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  "having[sum.amount]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[avg.unit_price]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[avg.quantity]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[avg.amount]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[min.unit_price]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[min.quantity]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  "having[min.amount]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[max.unit_price]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  "having[max.quantity]"?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  "having[max.amount]"?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; null?: boolean };
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  invoice_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  track_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  amount?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `aggregate_invoice_lines`. */
export interface AggregateInvoiceLines {
  /** Which rows. */
  where?: InvoiceLineWhere;
  /** What the rows of one group have in common: fields of the filters, separated by commas, each once. Of a related row `customer.country`; of a date or a time with its span, `created_at:month` (year, month, week, day, hour). */
  group?: readonly string[];
  /** How many rows there are. */
  count?: boolean;
  /** Sums of these fields; exact, but for floating point numbers. */
  sum?: readonly ("unit_price" | "quantity" | "amount")[];
  /** Averages of these fields; of whole numbers with six digits after the point, of decimals with six more than the field has, rounded half away from zero. */
  avg?: readonly ("unit_price" | "quantity" | "amount")[];
  /** Least values of these fields. */
  min?: readonly ("unit_price" | "quantity" | "amount")[];
  /** Greatest values of these fields. */
  max?: readonly ("unit_price" | "quantity" | "amount")[];
  /** Sort keys: `count`, measures like `sum.total`, and keys of `group` without their spans; `-` puts the greatest first. Groups that have no such value are last. */
  sort?: readonly string[];
  /** The first so many groups. */
  limit?: number;
  /** Keys of `group`, without their spans: `limit` counts the groups that have these in common, which are together in the answer. */
  per?: readonly string[];
  /** The time zone of the IANA database in which days and other spans of time begin. */
  time_zone?: string;
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `export_invoice_lines`. */
export interface ExportInvoiceLines {
  /** Which rows. */
  where?: ListInvoiceLinesOfTrackWhere;
  /** The format of the file; without it that which `Accept` names, or CSV. */
  format?: "csv" | "jsonl";
  /** Puts a quote (`'`) before each text of a CSV file that a spreadsheet would take for a formula. */
  escape_formulas?: boolean;
  /** The columns of the file, in this order; all of them without it. */
  fields?: readonly ("id" | "invoice_id" | "track_id" | "unit_price" | "quantity" | "amount" | "created_at" | "updated_at")[];
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "invoice_id" | "-invoice_id" | "track_id" | "-track_id" | "amount" | "-amount" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** A tree of filters as a JSON object: `and`, `or` and `not` of others, fields with their operators, to-one relations with the filter of their row, and to-many relations with `some`, `none` or `every`. For example `{"or": [{"id": {"in": […]}}, {"not": {"id": {"eq": …}}}]}`. */
  filter?: string;
}

/** The query of `import_invoice_lines`. */
export interface ImportInvoiceLines {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `batch`. */
export interface Batch {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `get_revenue`. */
export interface GetRevenue {
  /** The country of the bill. */
  country?: string;
}
