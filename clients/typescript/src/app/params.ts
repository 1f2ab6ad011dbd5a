// Written by the application's command `client typescript` from its entities: change those, not this.

import type * as models from "./models.js";

export type { models };

/** Conditions, all of which hold. */
export interface ArtistWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
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
  sort?: readonly ("id" | "-id" | "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `name`. */
  q?: string;
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
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_artists`. */
export interface DeleteArtists {
  /** Which rows. */
  where?: ArtistWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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

/** The query of `merge_artist`. */
export interface MergeArtist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** Conditions, all of which hold. */
export interface AlbumWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  title?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  artist_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_albums`. */
export interface ListAlbums {
  /** Which rows. */
  where?: AlbumWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "title" | "-title" | "artist_id" | "-artist_id" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `title`. */
  q?: string;
}

/** The query of `create_album`. */
export interface CreateAlbum {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_albums`. */
export interface UpdateAlbums {
  /** Which rows. */
  where?: AlbumWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_albums`. */
export interface DeleteAlbums {
  /** Which rows. */
  where?: AlbumWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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

/** The query of `list_genres`. */
export interface ListGenres {
  /** Which rows. */
  where?: ArtistWhere;
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
  where?: ArtistWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_genres`. */
export interface DeleteGenres {
  /** Which rows. */
  where?: ArtistWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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

/** The query of `reprice_genre`. */
export interface RepriceGenre {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `list_media_types`. */
export interface ListMediaTypes {
  /** Which rows. */
  where?: ArtistWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
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
  where?: ArtistWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_media_types`. */
export interface DeleteMediaTypes {
  /** Which rows. */
  where?: ArtistWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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

/** Conditions, all of which hold. */
export interface TrackWhere {
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

/** The query of `list_tracks`. */
export interface ListTracks {
  /** Which rows. */
  where?: TrackWhere;
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
}

/** The query of `create_track`. */
export interface CreateTrack {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_tracks`. */
export interface UpdateTracks {
  /** Which rows. */
  where?: TrackWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_tracks`. */
export interface DeleteTracks {
  /** Which rows. */
  where?: TrackWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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

/** The query of `list_playlists`. */
export interface ListPlaylists {
  /** Which rows. */
  where?: ArtistWhere;
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
}

/** The query of `create_playlist`. */
export interface CreatePlaylist {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_playlists`. */
export interface UpdatePlaylists {
  /** Which rows. */
  where?: ArtistWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_playlists`. */
export interface DeletePlaylists {
  /** Which rows. */
  where?: ArtistWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_playlist_tracks`. */
export interface DeletePlaylistTracks {
  /** Which rows. */
  where?: PlaylistTrackWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_employees`. */
export interface DeleteEmployees {
  /** Which rows. */
  where?: EmployeeWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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
export interface CustomerWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  last_name?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  company?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  city?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  country?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  email?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string };
  support_rep_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[]; null?: boolean };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_customers`. */
export interface ListCustomers {
  /** Which rows. */
  where?: CustomerWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "last_name" | "-last_name" | "country" | "-country" | "email" | "-email" | "support_rep_id" | "-support_rep_id" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
  /** Words to search for in `first_name`, `last_name`, `company`, `email`. */
  q?: string;
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
  where?: CustomerWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_customers`. */
export interface DeleteCustomers {
  /** Which rows. */
  where?: CustomerWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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
export interface InvoiceWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  customer_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  invoice_date?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  billing_country?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[]; contains?: string; starts_with?: string; ends_with?: string; null?: boolean };
  total?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_invoices`. */
export interface ListInvoices {
  /** Which rows. */
  where?: InvoiceWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "customer_id" | "-customer_id" | "invoice_date" | "-invoice_date" | "billing_country" | "-billing_country" | "total" | "-total" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
}

/** The query of `create_invoice`. */
export interface CreateInvoice {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_invoices`. */
export interface UpdateInvoices {
  /** Which rows. */
  where?: InvoiceWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_invoices`. */
export interface DeleteInvoices {
  /** Which rows. */
  where?: InvoiceWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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

/** Conditions, all of which hold. */
export interface InvoiceLineWhere {
  id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  invoice_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  track_id?: number | { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number; in?: readonly number[]; nin?: readonly number[] };
  amount?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  created_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
  updated_at?: string | { eq?: string; ne?: string; gt?: string; gte?: string; lt?: string; lte?: string; in?: readonly string[]; nin?: readonly string[] };
}

/** The query of `list_invoice_lines`. */
export interface ListInvoiceLines {
  /** Which rows. */
  where?: InvoiceLineWhere;
  /** Rows of a page. */
  limit?: number;
  /** Where to read on: `next_cursor` of the page before, with the same filters and order. */
  cursor?: string;
  /** Sort keys, each field once, separated by commas or given one by one; `-` puts the greatest first. */
  sort?: readonly ("id" | "-id" | "invoice_id" | "-invoice_id" | "track_id" | "-track_id" | "amount" | "-amount" | "created_at" | "-created_at" | "updated_at" | "-updated_at")[];
  /** Also count all matching rows, as `page.total`. */
  count?: "exact" | "estimate";
}

/** The query of `create_invoice_line`. */
export interface CreateInvoiceLine {
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `update_invoice_lines`. */
export interface UpdateInvoiceLines {
  /** Which rows. */
  where?: InvoiceLineWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
}

/** The query of `delete_invoice_lines`. */
export interface DeleteInvoiceLines {
  /** Which rows. */
  where?: InvoiceLineWhere;
  /** When more rows would be reached, the request is refused and nothing is done. */
  max_affected?: number;
  /** Answers what the request would be answered with, and keeps nothing of it. */
  dry_run?: boolean;
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
