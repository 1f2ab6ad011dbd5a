// Written by the application's command `client typescript` from its entities: change those, not this.

import type * as models from "./models.js";
import type * as params from "./params.js";
import * as runtime from "./runtime.js";

export type { models, params };

/** `/api/artists` */
export class ArtistsResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List artists.
   *
   * Lists artists, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `albums.id[in]=1,2`: `albums`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: everyone.
   */
  list(options: params.ListArtists = {}, call?: runtime.CallOptions): Promise<models.ArtistPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/artists", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListArtists = {}, call?: runtime.CallOptions): AsyncGenerator<models.Artist | models.ArtistPart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListArtists = {}, call?: runtime.CallOptions): AsyncGenerator<models.ArtistPage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one artist.
   *
   * Creates one artist and answers with the row as it is stored.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  create(input: models.ArtistInput, options: params.CreateArtist = {}, call?: runtime.CallOptions): Promise<models.Artist> {
    return this.#transport.send({ method: "POST", path: "/api/artists", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change artists.
   *
   * Changes all artists that the filters let pass, or none. Without a filter it is refused.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  updateMany(input: models.ArtistPatch, options: params.UpdateArtists = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/artists", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete artists.
   *
   * Deletes all artists that the filters let pass, or none. Without a filter it is refused.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: the role `admin`.
   */
  deleteMany(options: params.DeleteArtists = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/artists", query, where, keyed: true }, call);
  }

  /**
   * Get one artist.
   *
   * Reads one artist by its key.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: everyone.
   */
  get(id: number, options: params.GetArtist = {}, call?: runtime.CallOptions): Promise<models.Artist | models.ArtistPart> {
    return this.#transport.send({ method: "GET", path: "/api/artists/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one artist.
   *
   * Changes the fields of one artist that the body has, and answers with the row as it is then.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  update(id: number, input: models.ArtistPatch, options: params.UpdateArtist = {}, call?: runtime.CallOptions): Promise<models.Artist> {
    return this.#transport.send({ method: "PATCH", path: "/api/artists/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one artist.
   *
   * Deletes one artist.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: the role `admin`.
   */
  delete(id: number, options: params.DeleteArtist = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/artists/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several artists.
   *
   * Creates, changes and deletes artists in one transaction: all operations, or none.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  batch(input: models.ArtistBatch, options: params.BatchArtists = {}, call?: runtime.CallOptions): Promise<models.ArtistBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/artists/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure artists.
   *
   * Measures artists: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `albums.id[in]=1,2`: `albums`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: everyone.
   */
  aggregate(options: params.AggregateArtists = {}, call?: runtime.CallOptions): Promise<models.ArtistGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/artists/aggregate", query, where }, call);
  }

  /**
   * Export artists.
   *
   * All artists that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `albums.id[in]=1,2`: `albums`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: everyone.
   */
  export(options: params.ExportArtists = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/artists/export", query, where, raw: true }, call);
  }

  /**
   * Import artists.
   *
   * Creates artists from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  import(input: BodyInit, options: params.ImportArtists = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/artists/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List albums of one artist.
   *
   * Lists albums of one artist, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `artist.id[in]=1,2`: `artist`, `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who records music: a person, a band, an orchestra.
   *
   * Allowed: everyone.
   */
  listAlbumsOf(id: number, options: params.ListAlbumsOfArtist = {}, call?: runtime.CallOptions): Promise<models.AlbumPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/artists/{id}/albums", params: { id: id }, query, where }, call);
  }

  /** All rows of `listAlbumsOf`, read page by page. */
  listAlbumsOfRows(id: number, options: params.ListAlbumsOfArtist = {}, call?: runtime.CallOptions): AsyncGenerator<models.Album | models.AlbumPart, void, undefined> {
    return runtime.rows(this.listAlbumsOfPages(id, options, call));
  }

  /** All pages of `listAlbumsOf`. */
  listAlbumsOfPages(id: number, options: params.ListAlbumsOfArtist = {}, call?: runtime.CallOptions): AsyncGenerator<models.AlbumPage, void, undefined> {
    return runtime.pages((cursor) => this.listAlbumsOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Merge: artist.
   *
   * Makes one artist of two: the albums of the other come to this one.
   *
   * Allowed: the role `admin`.
   */
  merge(id: number, input: models.DuplicateInput, options: params.MergeArtist = {}, call?: runtime.CallOptions): Promise<models.Artist> {
    return this.#transport.send({ method: "POST", path: "/api/artists/{id}/merge", params: { id: id }, body: input, query: options, keyed: true }, call);
  }
}

/** `/api/albums` */
export class AlbumsResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List albums.
   *
   * Lists albums, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `artist.id[in]=1,2`: `artist`, `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A record: tracks that were released together.
   *
   * Allowed: everyone.
   */
  list(options: params.ListAlbums = {}, call?: runtime.CallOptions): Promise<models.AlbumPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/albums", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListAlbums = {}, call?: runtime.CallOptions): AsyncGenerator<models.Album | models.AlbumPart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListAlbums = {}, call?: runtime.CallOptions): AsyncGenerator<models.AlbumPage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one album.
   *
   * Creates one album and answers with the row as it is stored.
   *
   * A record: tracks that were released together.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  create(input: models.AlbumInput, options: params.CreateAlbum = {}, call?: runtime.CallOptions): Promise<models.Album> {
    return this.#transport.send({ method: "POST", path: "/api/albums", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change albums.
   *
   * Changes all albums that the filters let pass, or none. Without a filter it is refused.
   *
   * A record: tracks that were released together.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  updateMany(input: models.AlbumPatch, options: params.UpdateAlbums = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/albums", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete albums.
   *
   * Deletes all albums that the filters let pass, or none. Without a filter it is refused.
   *
   * A record: tracks that were released together.
   *
   * Allowed: the role `admin`.
   */
  deleteMany(options: params.DeleteAlbums = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/albums", query, where, keyed: true }, call);
  }

  /**
   * Get one album.
   *
   * Reads one album by its key.
   *
   * A record: tracks that were released together.
   *
   * Allowed: everyone.
   */
  get(id: number, options: params.GetAlbum = {}, call?: runtime.CallOptions): Promise<models.Album | models.AlbumPart> {
    return this.#transport.send({ method: "GET", path: "/api/albums/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one album.
   *
   * Changes the fields of one album that the body has, and answers with the row as it is then.
   *
   * A record: tracks that were released together.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  update(id: number, input: models.AlbumPatch, options: params.UpdateAlbum = {}, call?: runtime.CallOptions): Promise<models.Album> {
    return this.#transport.send({ method: "PATCH", path: "/api/albums/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one album.
   *
   * Deletes one album.
   *
   * A record: tracks that were released together.
   *
   * Allowed: the role `admin`.
   */
  delete(id: number, options: params.DeleteAlbum = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/albums/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several albums.
   *
   * Creates, changes and deletes albums in one transaction: all operations, or none.
   *
   * A record: tracks that were released together.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  batch(input: models.AlbumBatch, options: params.BatchAlbums = {}, call?: runtime.CallOptions): Promise<models.AlbumBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/albums/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure albums.
   *
   * Measures albums: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `artist.id[in]=1,2`: `artist`, `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A record: tracks that were released together.
   *
   * Allowed: everyone.
   */
  aggregate(options: params.AggregateAlbums = {}, call?: runtime.CallOptions): Promise<models.AlbumGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/albums/aggregate", query, where }, call);
  }

  /**
   * Export albums.
   *
   * All albums that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `artist.id[in]=1,2`: `artist`, `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A record: tracks that were released together.
   *
   * Allowed: everyone.
   */
  export(options: params.ExportAlbums = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/albums/export", query, where, raw: true }, call);
  }

  /**
   * Import albums.
   *
   * Creates albums from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * A record: tracks that were released together.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  import(input: BodyInit, options: params.ImportAlbums = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/albums/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List tracks of one album.
   *
   * Lists tracks of one album, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `album.id[in]=1,2`: `album`, `media_type`, `genre`, `playlists`, `invoice_lines`. Those through the same relation to many rows hold for the same row.
   *
   * A record: tracks that were released together.
   *
   * Allowed: everyone.
   */
  listTracksOf(id: number, options: params.ListTracksOfAlbum = {}, call?: runtime.CallOptions): Promise<models.TrackPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/albums/{id}/tracks", params: { id: id }, query, where }, call);
  }

  /** All rows of `listTracksOf`, read page by page. */
  listTracksOfRows(id: number, options: params.ListTracksOfAlbum = {}, call?: runtime.CallOptions): AsyncGenerator<models.Track | models.TrackPart, void, undefined> {
    return runtime.rows(this.listTracksOfPages(id, options, call));
  }

  /** All pages of `listTracksOf`. */
  listTracksOfPages(id: number, options: params.ListTracksOfAlbum = {}, call?: runtime.CallOptions): AsyncGenerator<models.TrackPage, void, undefined> {
    return runtime.pages((cursor) => this.listTracksOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }
}

/** `/api/genres` */
export class GenresResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List genres.
   *
   * Lists genres, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: everyone.
   */
  list(options: params.ListGenres = {}, call?: runtime.CallOptions): Promise<models.GenrePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/genres", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListGenres = {}, call?: runtime.CallOptions): AsyncGenerator<models.Genre | models.GenrePart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListGenres = {}, call?: runtime.CallOptions): AsyncGenerator<models.GenrePage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one genre.
   *
   * Creates one genre and answers with the row as it is stored.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  create(input: models.GenreInput, options: params.CreateGenre = {}, call?: runtime.CallOptions): Promise<models.Genre> {
    return this.#transport.send({ method: "POST", path: "/api/genres", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change genres.
   *
   * Changes all genres that the filters let pass, or none. Without a filter it is refused.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  updateMany(input: models.GenrePatch, options: params.UpdateGenres = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/genres", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete genres.
   *
   * Deletes all genres that the filters let pass, or none. Without a filter it is refused.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: the role `admin`.
   */
  deleteMany(options: params.DeleteGenres = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/genres", query, where, keyed: true }, call);
  }

  /**
   * Get one genre.
   *
   * Reads one genre by its key.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: everyone.
   */
  get(id: number, options: params.GetGenre = {}, call?: runtime.CallOptions): Promise<models.Genre | models.GenrePart> {
    return this.#transport.send({ method: "GET", path: "/api/genres/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one genre.
   *
   * Changes the fields of one genre that the body has, and answers with the row as it is then.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  update(id: number, input: models.GenrePatch, options: params.UpdateGenre = {}, call?: runtime.CallOptions): Promise<models.Genre> {
    return this.#transport.send({ method: "PATCH", path: "/api/genres/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one genre.
   *
   * Deletes one genre.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: the role `admin`.
   */
  delete(id: number, options: params.DeleteGenre = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/genres/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several genres.
   *
   * Creates, changes and deletes genres in one transaction: all operations, or none.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  batch(input: models.GenreBatch, options: params.BatchGenres = {}, call?: runtime.CallOptions): Promise<models.GenreBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/genres/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure genres.
   *
   * Measures genres: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: everyone.
   */
  aggregate(options: params.AggregateGenres = {}, call?: runtime.CallOptions): Promise<models.GenreGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/genres/aggregate", query, where }, call);
  }

  /**
   * Export genres.
   *
   * All genres that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: everyone.
   */
  export(options: params.ExportGenres = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/genres/export", query, where, raw: true }, call);
  }

  /**
   * Import genres.
   *
   * Creates genres from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  import(input: BodyInit, options: params.ImportGenres = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/genres/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List tracks of one genre.
   *
   * Lists tracks of one genre, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `album.id[in]=1,2`: `album`, `media_type`, `genre`, `playlists`, `invoice_lines`. Those through the same relation to many rows hold for the same row.
   *
   * A style: rock, opera, drama.
   *
   * Allowed: everyone.
   */
  listTracksOf(id: number, options: params.ListTracksOfGenre = {}, call?: runtime.CallOptions): Promise<models.TrackPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/genres/{id}/tracks", params: { id: id }, query, where }, call);
  }

  /** All rows of `listTracksOf`, read page by page. */
  listTracksOfRows(id: number, options: params.ListTracksOfGenre = {}, call?: runtime.CallOptions): AsyncGenerator<models.Track | models.TrackPart, void, undefined> {
    return runtime.rows(this.listTracksOfPages(id, options, call));
  }

  /** All pages of `listTracksOf`. */
  listTracksOfPages(id: number, options: params.ListTracksOfGenre = {}, call?: runtime.CallOptions): AsyncGenerator<models.TrackPage, void, undefined> {
    return runtime.pages((cursor) => this.listTracksOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Reprice: genre.
   *
   * Gives all tracks of a genre the same price.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  reprice(id: number, input: models.NewPriceInput, options: params.RepriceGenre = {}, call?: runtime.CallOptions): Promise<models.Repriced> {
    return this.#transport.send({ method: "POST", path: "/api/genres/{id}/reprice", params: { id: id }, body: input, query: options, keyed: true }, call);
  }
}

/** `/api/media-types` */
export class MediaTypesResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List media types.
   *
   * Lists media types, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A kind of file that is sold.
   *
   * Allowed: everyone.
   */
  list(options: params.ListMediaTypes = {}, call?: runtime.CallOptions): Promise<models.MediaTypePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/media-types", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListMediaTypes = {}, call?: runtime.CallOptions): AsyncGenerator<models.MediaType | models.MediaTypePart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListMediaTypes = {}, call?: runtime.CallOptions): AsyncGenerator<models.MediaTypePage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one media type.
   *
   * Creates one media type and answers with the row as it is stored.
   *
   * A kind of file that is sold.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  create(input: models.MediaTypeInput, options: params.CreateMediaType = {}, call?: runtime.CallOptions): Promise<models.MediaType> {
    return this.#transport.send({ method: "POST", path: "/api/media-types", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change media types.
   *
   * Changes all media types that the filters let pass, or none. Without a filter it is refused.
   *
   * A kind of file that is sold.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  updateMany(input: models.MediaTypePatch, options: params.UpdateMediaTypes = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/media-types", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete media types.
   *
   * Deletes all media types that the filters let pass, or none. Without a filter it is refused.
   *
   * A kind of file that is sold.
   *
   * Allowed: the role `admin`.
   */
  deleteMany(options: params.DeleteMediaTypes = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/media-types", query, where, keyed: true }, call);
  }

  /**
   * Get one media type.
   *
   * Reads one media type by its key.
   *
   * A kind of file that is sold.
   *
   * Allowed: everyone.
   */
  get(id: number, options: params.GetMediaType = {}, call?: runtime.CallOptions): Promise<models.MediaType | models.MediaTypePart> {
    return this.#transport.send({ method: "GET", path: "/api/media-types/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one media type.
   *
   * Changes the fields of one media type that the body has, and answers with the row as it is then.
   *
   * A kind of file that is sold.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  update(id: number, input: models.MediaTypePatch, options: params.UpdateMediaType = {}, call?: runtime.CallOptions): Promise<models.MediaType> {
    return this.#transport.send({ method: "PATCH", path: "/api/media-types/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one media type.
   *
   * Deletes one media type.
   *
   * A kind of file that is sold.
   *
   * Allowed: the role `admin`.
   */
  delete(id: number, options: params.DeleteMediaType = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/media-types/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several media types.
   *
   * Creates, changes and deletes media types in one transaction: all operations, or none.
   *
   * A kind of file that is sold.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  batch(input: models.MediaTypeBatch, options: params.BatchMediaTypes = {}, call?: runtime.CallOptions): Promise<models.MediaTypeBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/media-types/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure media types.
   *
   * Measures media types: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A kind of file that is sold.
   *
   * Allowed: everyone.
   */
  aggregate(options: params.AggregateMediaTypes = {}, call?: runtime.CallOptions): Promise<models.MediaTypeGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/media-types/aggregate", query, where }, call);
  }

  /**
   * Export media types.
   *
   * All media types that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A kind of file that is sold.
   *
   * Allowed: everyone.
   */
  export(options: params.ExportMediaTypes = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/media-types/export", query, where, raw: true }, call);
  }

  /**
   * Import media types.
   *
   * Creates media types from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * A kind of file that is sold.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  import(input: BodyInit, options: params.ImportMediaTypes = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/media-types/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List tracks of one media type.
   *
   * Lists tracks of one media type, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `album.id[in]=1,2`: `album`, `media_type`, `genre`, `playlists`, `invoice_lines`. Those through the same relation to many rows hold for the same row.
   *
   * A kind of file that is sold.
   *
   * Allowed: everyone.
   */
  listTracksOf(id: number, options: params.ListTracksOfMediaType = {}, call?: runtime.CallOptions): Promise<models.TrackPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/media-types/{id}/tracks", params: { id: id }, query, where }, call);
  }

  /** All rows of `listTracksOf`, read page by page. */
  listTracksOfRows(id: number, options: params.ListTracksOfMediaType = {}, call?: runtime.CallOptions): AsyncGenerator<models.Track | models.TrackPart, void, undefined> {
    return runtime.rows(this.listTracksOfPages(id, options, call));
  }

  /** All pages of `listTracksOf`. */
  listTracksOfPages(id: number, options: params.ListTracksOfMediaType = {}, call?: runtime.CallOptions): AsyncGenerator<models.TrackPage, void, undefined> {
    return runtime.pages((cursor) => this.listTracksOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }
}

/** `/api/tracks` */
export class TracksResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List tracks.
   *
   * Lists tracks, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `album.id[in]=1,2`: `album`, `media_type`, `genre`, `playlists`, `invoice_lines`. Those through the same relation to many rows hold for the same row.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: everyone.
   */
  list(options: params.ListTracks = {}, call?: runtime.CallOptions): Promise<models.TrackPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/tracks", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListTracks = {}, call?: runtime.CallOptions): AsyncGenerator<models.Track | models.TrackPart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListTracks = {}, call?: runtime.CallOptions): AsyncGenerator<models.TrackPage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one track.
   *
   * Creates one track and answers with the row as it is stored.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  create(input: models.TrackInput, options: params.CreateTrack = {}, call?: runtime.CallOptions): Promise<models.Track> {
    return this.#transport.send({ method: "POST", path: "/api/tracks", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change tracks.
   *
   * Changes all tracks that the filters let pass, or none. Without a filter it is refused.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  updateMany(input: models.TrackPatch, options: params.UpdateTracks = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/tracks", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete tracks.
   *
   * Deletes all tracks that the filters let pass, or none. Without a filter it is refused.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: the role `admin`.
   */
  deleteMany(options: params.DeleteTracks = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/tracks", query, where, keyed: true }, call);
  }

  /**
   * Get one track.
   *
   * Reads one track by its key.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: everyone.
   */
  get(id: number, options: params.GetTrack = {}, call?: runtime.CallOptions): Promise<models.Track | models.TrackPart> {
    return this.#transport.send({ method: "GET", path: "/api/tracks/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one track.
   *
   * Changes the fields of one track that the body has, and answers with the row as it is then.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  update(id: number, input: models.TrackPatch, options: params.UpdateTrack = {}, call?: runtime.CallOptions): Promise<models.Track> {
    return this.#transport.send({ method: "PATCH", path: "/api/tracks/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one track.
   *
   * Deletes one track.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: the role `admin`.
   */
  delete(id: number, options: params.DeleteTrack = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/tracks/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several tracks.
   *
   * Creates, changes and deletes tracks in one transaction: all operations, or none.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  batch(input: models.TrackBatch, options: params.BatchTracks = {}, call?: runtime.CallOptions): Promise<models.TrackBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/tracks/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure tracks.
   *
   * Measures tracks: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `album.id[in]=1,2`: `album`, `media_type`, `genre`, `playlists`, `invoice_lines`. Those through the same relation to many rows hold for the same row.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: everyone.
   */
  aggregate(options: params.AggregateTracks = {}, call?: runtime.CallOptions): Promise<models.TrackGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/tracks/aggregate", query, where }, call);
  }

  /**
   * Export tracks.
   *
   * All tracks that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `album.id[in]=1,2`: `album`, `media_type`, `genre`, `playlists`, `invoice_lines`. Those through the same relation to many rows hold for the same row.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: everyone.
   */
  export(options: params.ExportTracks = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/tracks/export", query, where, raw: true }, call);
  }

  /**
   * Import tracks.
   *
   * Creates tracks from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  import(input: BodyInit, options: params.ImportTracks = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/tracks/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List playlists of one track.
   *
   * Lists playlists of one track, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: everyone.
   */
  listPlaylistsOf(id: number, options: params.ListPlaylistsOfTrack = {}, call?: runtime.CallOptions): Promise<models.PlaylistPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/tracks/{id}/playlists", params: { id: id }, query, where }, call);
  }

  /** All rows of `listPlaylistsOf`, read page by page. */
  listPlaylistsOfRows(id: number, options: params.ListPlaylistsOfTrack = {}, call?: runtime.CallOptions): AsyncGenerator<models.Playlist | models.PlaylistPart, void, undefined> {
    return runtime.rows(this.listPlaylistsOfPages(id, options, call));
  }

  /** All pages of `listPlaylistsOf`. */
  listPlaylistsOfPages(id: number, options: params.ListPlaylistsOfTrack = {}, call?: runtime.CallOptions): AsyncGenerator<models.PlaylistPage, void, undefined> {
    return runtime.pages((cursor) => this.listPlaylistsOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Set playlists of one track.
   *
   * Links playlists to one track: these and no others. What is linked already stays as it is.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  setPlaylistsOf(id: number, input: { ids: number[] }, options: params.SetPlaylistsOfTrack = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "PUT", path: "/api/tracks/{id}/playlists", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Link one of playlists of one track.
   *
   * Links one playlist to one track, unless it is linked.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  linkPlaylistsOf(id: number, key: number, options: params.LinkPlaylistsOfTrack = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "PUT", path: "/api/tracks/{id}/playlists/{key}", params: { id: id, key: key }, query: options, keyed: true }, call);
  }

  /**
   * Unlink one of playlists of one track.
   *
   * Removes the link from one track to one playlist. Both stay.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  unlinkPlaylistsOf(id: number, key: number, options: params.UnlinkPlaylistsOfTrack = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/tracks/{id}/playlists/{key}", params: { id: id, key: key }, query: options, keyed: true }, call);
  }

  /**
   * List invoice lines of one track.
   *
   * Lists invoice lines of one track, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `invoice.id[in]=1,2`: `invoice`, `track`. Those through the same relation to many rows hold for the same row.
   *
   * One recording: a song, an episode, a film.
   *
   * Allowed: everyone.
   */
  listInvoiceLinesOf(id: number, options: params.ListInvoiceLinesOfTrack = {}, call?: runtime.CallOptions): Promise<models.InvoiceLinePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/tracks/{id}/invoice-lines", params: { id: id }, query, where }, call);
  }

  /** All rows of `listInvoiceLinesOf`, read page by page. */
  listInvoiceLinesOfRows(id: number, options: params.ListInvoiceLinesOfTrack = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoiceLine | models.InvoiceLinePart, void, undefined> {
    return runtime.rows(this.listInvoiceLinesOfPages(id, options, call));
  }

  /** All pages of `listInvoiceLinesOf`. */
  listInvoiceLinesOfPages(id: number, options: params.ListInvoiceLinesOfTrack = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoiceLinePage, void, undefined> {
    return runtime.pages((cursor) => this.listInvoiceLinesOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }
}

/** `/api/playlists` */
export class PlaylistsResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List playlists.
   *
   * Lists playlists, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: everyone.
   */
  list(options: params.ListPlaylists = {}, call?: runtime.CallOptions): Promise<models.PlaylistPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/playlists", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListPlaylists = {}, call?: runtime.CallOptions): AsyncGenerator<models.Playlist | models.PlaylistPart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListPlaylists = {}, call?: runtime.CallOptions): AsyncGenerator<models.PlaylistPage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one playlist.
   *
   * Creates one playlist and answers with the row as it is stored.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  create(input: models.PlaylistInput, options: params.CreatePlaylist = {}, call?: runtime.CallOptions): Promise<models.Playlist> {
    return this.#transport.send({ method: "POST", path: "/api/playlists", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change playlists.
   *
   * Changes all playlists that the filters let pass, or none. Without a filter it is refused.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  updateMany(input: models.PlaylistPatch, options: params.UpdatePlaylists = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/playlists", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete playlists.
   *
   * Deletes all playlists that the filters let pass, or none. Without a filter it is refused.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: the role `admin`.
   */
  deleteMany(options: params.DeletePlaylists = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/playlists", query, where, keyed: true }, call);
  }

  /**
   * Get one playlist.
   *
   * Reads one playlist by its key.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: everyone.
   */
  get(id: number, options: params.GetPlaylist = {}, call?: runtime.CallOptions): Promise<models.Playlist | models.PlaylistPart> {
    return this.#transport.send({ method: "GET", path: "/api/playlists/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one playlist.
   *
   * Changes the fields of one playlist that the body has, and answers with the row as it is then.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  update(id: number, input: models.PlaylistPatch, options: params.UpdatePlaylist = {}, call?: runtime.CallOptions): Promise<models.Playlist> {
    return this.#transport.send({ method: "PATCH", path: "/api/playlists/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one playlist.
   *
   * Deletes one playlist.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: the role `admin`.
   */
  delete(id: number, options: params.DeletePlaylist = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/playlists/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several playlists.
   *
   * Creates, changes and deletes playlists in one transaction: all operations, or none.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  batch(input: models.PlaylistBatch, options: params.BatchPlaylists = {}, call?: runtime.CallOptions): Promise<models.PlaylistBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/playlists/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure playlists.
   *
   * Measures playlists: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: everyone.
   */
  aggregate(options: params.AggregatePlaylists = {}, call?: runtime.CallOptions): Promise<models.PlaylistGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/playlists/aggregate", query, where }, call);
  }

  /**
   * Export playlists.
   *
   * All playlists that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `tracks.id[in]=1,2`: `tracks`. Those through the same relation to many rows hold for the same row.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: everyone.
   */
  export(options: params.ExportPlaylists = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/playlists/export", query, where, raw: true }, call);
  }

  /**
   * Import playlists.
   *
   * Creates playlists from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  import(input: BodyInit, options: params.ImportPlaylists = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/playlists/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List tracks of one playlist.
   *
   * Lists tracks of one playlist, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `album.id[in]=1,2`: `album`, `media_type`, `genre`, `playlists`, `invoice_lines`. Those through the same relation to many rows hold for the same row.
   *
   * A choice of tracks. Several may have the same name.
   *
   * Allowed: everyone.
   */
  listTracksOf(id: number, options: params.ListTracksOfPlaylist = {}, call?: runtime.CallOptions): Promise<models.TrackPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/playlists/{id}/tracks", params: { id: id }, query, where }, call);
  }

  /** All rows of `listTracksOf`, read page by page. */
  listTracksOfRows(id: number, options: params.ListTracksOfPlaylist = {}, call?: runtime.CallOptions): AsyncGenerator<models.Track | models.TrackPart, void, undefined> {
    return runtime.rows(this.listTracksOfPages(id, options, call));
  }

  /** All pages of `listTracksOf`. */
  listTracksOfPages(id: number, options: params.ListTracksOfPlaylist = {}, call?: runtime.CallOptions): AsyncGenerator<models.TrackPage, void, undefined> {
    return runtime.pages((cursor) => this.listTracksOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Set tracks of one playlist.
   *
   * Links tracks to one playlist: these and no others. What is linked already stays as it is.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  setTracksOf(id: number, input: { ids: number[] }, options: params.SetTracksOfPlaylist = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "PUT", path: "/api/playlists/{id}/tracks", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Link one of tracks of one playlist.
   *
   * Links one track to one playlist, unless it is linked.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  linkTracksOf(id: number, key: number, options: params.LinkTracksOfPlaylist = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "PUT", path: "/api/playlists/{id}/tracks/{key}", params: { id: id, key: key }, query: options, keyed: true }, call);
  }

  /**
   * Unlink one of tracks of one playlist.
   *
   * Removes the link from one playlist to one track. Both stay.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  unlinkTracksOf(id: number, key: number, options: params.UnlinkTracksOfPlaylist = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/playlists/{id}/tracks/{key}", params: { id: id, key: key }, query: options, keyed: true }, call);
  }
}

/** `/api/playlist-tracks` */
export class PlaylistTracksResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List playlist tracks.
   *
   * Lists playlist tracks, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `playlist.id[in]=1,2`: `playlist`, `track`. Those through the same relation to many rows hold for the same row.
   *
   * A track on a playlist, once.
   *
   * Allowed: everyone.
   */
  list(options: params.ListPlaylistTracks = {}, call?: runtime.CallOptions): Promise<models.PlaylistTrackPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/playlist-tracks", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListPlaylistTracks = {}, call?: runtime.CallOptions): AsyncGenerator<models.PlaylistTrack | models.PlaylistTrackPart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListPlaylistTracks = {}, call?: runtime.CallOptions): AsyncGenerator<models.PlaylistTrackPage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one playlist track.
   *
   * Creates one playlist track and answers with the row as it is stored.
   *
   * A track on a playlist, once.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  create(input: models.PlaylistTrackInput, options: params.CreatePlaylistTrack = {}, call?: runtime.CallOptions): Promise<models.PlaylistTrack> {
    return this.#transport.send({ method: "POST", path: "/api/playlist-tracks", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change playlist tracks.
   *
   * Changes all playlist tracks that the filters let pass, or none. Without a filter it is refused.
   *
   * A track on a playlist, once.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  updateMany(input: models.PlaylistTrackPatch, options: params.UpdatePlaylistTracks = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/playlist-tracks", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete playlist tracks.
   *
   * Deletes all playlist tracks that the filters let pass, or none. Without a filter it is refused.
   *
   * A track on a playlist, once.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  deleteMany(options: params.DeletePlaylistTracks = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/playlist-tracks", query, where, keyed: true }, call);
  }

  /**
   * Get one playlist track.
   *
   * Reads one playlist track by its key.
   *
   * A track on a playlist, once.
   *
   * Allowed: everyone.
   */
  get(id: number, options: params.GetPlaylistTrack = {}, call?: runtime.CallOptions): Promise<models.PlaylistTrack | models.PlaylistTrackPart> {
    return this.#transport.send({ method: "GET", path: "/api/playlist-tracks/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one playlist track.
   *
   * Changes the fields of one playlist track that the body has, and answers with the row as it is then.
   *
   * A track on a playlist, once.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  update(id: number, input: models.PlaylistTrackPatch, options: params.UpdatePlaylistTrack = {}, call?: runtime.CallOptions): Promise<models.PlaylistTrack> {
    return this.#transport.send({ method: "PATCH", path: "/api/playlist-tracks/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one playlist track.
   *
   * Deletes one playlist track.
   *
   * A track on a playlist, once.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  delete(id: number, options: params.DeletePlaylistTrack = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/playlist-tracks/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several playlist tracks.
   *
   * Creates, changes and deletes playlist tracks in one transaction: all operations, or none.
   *
   * A track on a playlist, once.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  batch(input: models.PlaylistTrackBatch, options: params.BatchPlaylistTracks = {}, call?: runtime.CallOptions): Promise<models.PlaylistTrackBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/playlist-tracks/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure playlist tracks.
   *
   * Measures playlist tracks: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `playlist.id[in]=1,2`: `playlist`, `track`. Those through the same relation to many rows hold for the same row.
   *
   * A track on a playlist, once.
   *
   * Allowed: everyone.
   */
  aggregate(options: params.AggregatePlaylistTracks = {}, call?: runtime.CallOptions): Promise<models.PlaylistTrackGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/playlist-tracks/aggregate", query, where }, call);
  }

  /**
   * Export playlist tracks.
   *
   * All playlist tracks that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `playlist.id[in]=1,2`: `playlist`, `track`. Those through the same relation to many rows hold for the same row.
   *
   * A track on a playlist, once.
   *
   * Allowed: everyone.
   */
  export(options: params.ExportPlaylistTracks = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/playlist-tracks/export", query, where, raw: true }, call);
  }

  /**
   * Import playlist tracks.
   *
   * Creates playlist tracks from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * A track on a playlist, once.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  import(input: BodyInit, options: params.ImportPlaylistTracks = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/playlist-tracks/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }
}

/** `/api/employees` */
export class EmployeesResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List employees.
   *
   * Lists employees, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `reports_to.id[in]=1,2`: `reports_to`, `reports`, `customers`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who works for the store.
   *
   * Allowed: (the role `support` and whoever the row belongs to by `id`) or the role `staff` or the role `admin`.
   */
  list(options: params.ListEmployees = {}, call?: runtime.CallOptions): Promise<models.EmployeePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/employees", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListEmployees = {}, call?: runtime.CallOptions): AsyncGenerator<models.Employee | models.EmployeePart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListEmployees = {}, call?: runtime.CallOptions): AsyncGenerator<models.EmployeePage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one employee.
   *
   * Creates one employee and answers with the row as it is stored.
   *
   * Someone who works for the store.
   *
   * Allowed: the role `admin`.
   */
  create(input: models.EmployeeInput, options: params.CreateEmployee = {}, call?: runtime.CallOptions): Promise<models.Employee> {
    return this.#transport.send({ method: "POST", path: "/api/employees", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change employees.
   *
   * Changes all employees that the filters let pass, or none. Without a filter it is refused.
   *
   * Someone who works for the store.
   *
   * Allowed: the role `admin`.
   */
  updateMany(input: models.EmployeePatch, options: params.UpdateEmployees = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/employees", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete employees.
   *
   * Deletes all employees that the filters let pass, or none. Without a filter it is refused.
   *
   * Someone who works for the store.
   *
   * Allowed: the role `admin`.
   */
  deleteMany(options: params.DeleteEmployees = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/employees", query, where, keyed: true }, call);
  }

  /**
   * Get one employee.
   *
   * Reads one employee by its key.
   *
   * Someone who works for the store.
   *
   * Allowed: (the role `support` and whoever the row belongs to by `id`) or the role `staff` or the role `admin`.
   */
  get(id: number, options: params.GetEmployee = {}, call?: runtime.CallOptions): Promise<models.Employee | models.EmployeePart> {
    return this.#transport.send({ method: "GET", path: "/api/employees/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one employee.
   *
   * Changes the fields of one employee that the body has, and answers with the row as it is then.
   *
   * Someone who works for the store.
   *
   * Allowed: the role `admin`.
   */
  update(id: number, input: models.EmployeePatch, options: params.UpdateEmployee = {}, call?: runtime.CallOptions): Promise<models.Employee> {
    return this.#transport.send({ method: "PATCH", path: "/api/employees/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one employee.
   *
   * Deletes one employee.
   *
   * Someone who works for the store.
   *
   * Allowed: the role `admin`.
   */
  delete(id: number, options: params.DeleteEmployee = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/employees/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several employees.
   *
   * Creates, changes and deletes employees in one transaction: all operations, or none.
   *
   * Someone who works for the store.
   *
   * Allowed: the role `admin`.
   */
  batch(input: models.EmployeeBatch, options: params.BatchEmployees = {}, call?: runtime.CallOptions): Promise<models.EmployeeBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/employees/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure employees.
   *
   * Measures employees: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `reports_to.id[in]=1,2`: `reports_to`, `reports`, `customers`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who works for the store.
   *
   * Allowed: (the role `support` and whoever the row belongs to by `id`) or the role `staff` or the role `admin`.
   */
  aggregate(options: params.AggregateEmployees = {}, call?: runtime.CallOptions): Promise<models.EmployeeGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/employees/aggregate", query, where }, call);
  }

  /**
   * Export employees.
   *
   * All employees that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `reports_to.id[in]=1,2`: `reports_to`, `reports`, `customers`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who works for the store.
   *
   * Allowed: (the role `support` and whoever the row belongs to by `id`) or the role `staff` or the role `admin`.
   */
  export(options: params.ExportEmployees = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/employees/export", query, where, raw: true }, call);
  }

  /**
   * Import employees.
   *
   * Creates employees from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * Someone who works for the store.
   *
   * Allowed: the role `admin`.
   */
  import(input: BodyInit, options: params.ImportEmployees = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/employees/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List reports of one employee.
   *
   * Lists reports of one employee, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `reports_to.id[in]=1,2`: `reports_to`, `reports`, `customers`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who works for the store.
   *
   * Allowed: (the role `support` and whoever the row belongs to by `id`) or the role `staff` or the role `admin`.
   */
  listReportsOf(id: number, options: params.ListReportsOfEmployee = {}, call?: runtime.CallOptions): Promise<models.EmployeePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/employees/{id}/reports", params: { id: id }, query, where }, call);
  }

  /** All rows of `listReportsOf`, read page by page. */
  listReportsOfRows(id: number, options: params.ListReportsOfEmployee = {}, call?: runtime.CallOptions): AsyncGenerator<models.Employee | models.EmployeePart, void, undefined> {
    return runtime.rows(this.listReportsOfPages(id, options, call));
  }

  /** All pages of `listReportsOf`. */
  listReportsOfPages(id: number, options: params.ListReportsOfEmployee = {}, call?: runtime.CallOptions): AsyncGenerator<models.EmployeePage, void, undefined> {
    return runtime.pages((cursor) => this.listReportsOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * List customers of one employee.
   *
   * Lists customers of one employee, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `support_rep.id[in]=1,2`: `support_rep`, `invoices`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who works for the store.
   *
   * Allowed: (the role `support` and whoever the row belongs to by `id`) or the role `staff` or the role `admin`.
   */
  listCustomersOf(id: number, options: params.ListCustomersOfEmployee = {}, call?: runtime.CallOptions): Promise<models.CustomerPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/employees/{id}/customers", params: { id: id }, query, where }, call);
  }

  /** All rows of `listCustomersOf`, read page by page. */
  listCustomersOfRows(id: number, options: params.ListCustomersOfEmployee = {}, call?: runtime.CallOptions): AsyncGenerator<models.Customer | models.CustomerPart, void, undefined> {
    return runtime.rows(this.listCustomersOfPages(id, options, call));
  }

  /** All pages of `listCustomersOf`. */
  listCustomersOfPages(id: number, options: params.ListCustomersOfEmployee = {}, call?: runtime.CallOptions): AsyncGenerator<models.CustomerPage, void, undefined> {
    return runtime.pages((cursor) => this.listCustomersOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }
}

/** `/api/customers` */
export class CustomersResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List customers.
   *
   * Lists customers, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `support_rep.id[in]=1,2`: `support_rep`, `invoices`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who buys.
   *
   * Allowed: (the role `customer` and whoever the row belongs to by `id`) or (the role `support` and whoever the row belongs to by `support_rep_id`) or the role `staff` or the role `admin`.
   */
  list(options: params.ListCustomers = {}, call?: runtime.CallOptions): Promise<models.CustomerPage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/customers", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListCustomers = {}, call?: runtime.CallOptions): AsyncGenerator<models.Customer | models.CustomerPart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListCustomers = {}, call?: runtime.CallOptions): AsyncGenerator<models.CustomerPage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one customer.
   *
   * Creates one customer and answers with the row as it is stored.
   *
   * Someone who buys.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  create(input: models.CustomerInput, options: params.CreateCustomer = {}, call?: runtime.CallOptions): Promise<models.Customer> {
    return this.#transport.send({ method: "POST", path: "/api/customers", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change customers.
   *
   * Changes all customers that the filters let pass, or none. Without a filter it is refused.
   *
   * Someone who buys.
   *
   * Allowed: (the role `customer` and whoever the row belongs to by `id`) or (the role `support` and whoever the row belongs to by `support_rep_id`) or the role `staff` or the role `admin`.
   */
  updateMany(input: models.CustomerPatch, options: params.UpdateCustomers = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/customers", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete customers.
   *
   * Deletes all customers that the filters let pass, or none. Without a filter it is refused.
   *
   * Someone who buys.
   *
   * Allowed: the role `admin`.
   */
  deleteMany(options: params.DeleteCustomers = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/customers", query, where, keyed: true }, call);
  }

  /**
   * Get one customer.
   *
   * Reads one customer by its key.
   *
   * Someone who buys.
   *
   * Allowed: (the role `customer` and whoever the row belongs to by `id`) or (the role `support` and whoever the row belongs to by `support_rep_id`) or the role `staff` or the role `admin`.
   */
  get(id: number, options: params.GetCustomer = {}, call?: runtime.CallOptions): Promise<models.Customer | models.CustomerPart> {
    return this.#transport.send({ method: "GET", path: "/api/customers/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one customer.
   *
   * Changes the fields of one customer that the body has, and answers with the row as it is then.
   *
   * Someone who buys.
   *
   * Allowed: (the role `customer` and whoever the row belongs to by `id`) or (the role `support` and whoever the row belongs to by `support_rep_id`) or the role `staff` or the role `admin`.
   */
  update(id: number, input: models.CustomerPatch, options: params.UpdateCustomer = {}, call?: runtime.CallOptions): Promise<models.Customer> {
    return this.#transport.send({ method: "PATCH", path: "/api/customers/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one customer.
   *
   * Deletes one customer.
   *
   * Someone who buys.
   *
   * Allowed: the role `admin`.
   */
  delete(id: number, options: params.DeleteCustomer = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/customers/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several customers.
   *
   * Creates, changes and deletes customers in one transaction: all operations, or none.
   *
   * Someone who buys.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  batch(input: models.CustomerBatch, options: params.BatchCustomers = {}, call?: runtime.CallOptions): Promise<models.CustomerBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/customers/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure customers.
   *
   * Measures customers: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `support_rep.id[in]=1,2`: `support_rep`, `invoices`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who buys.
   *
   * Allowed: (the role `customer` and whoever the row belongs to by `id`) or (the role `support` and whoever the row belongs to by `support_rep_id`) or the role `staff` or the role `admin`.
   */
  aggregate(options: params.AggregateCustomers = {}, call?: runtime.CallOptions): Promise<models.CustomerGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/customers/aggregate", query, where }, call);
  }

  /**
   * Export customers.
   *
   * All customers that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `support_rep.id[in]=1,2`: `support_rep`, `invoices`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who buys.
   *
   * Allowed: (the role `customer` and whoever the row belongs to by `id`) or (the role `support` and whoever the row belongs to by `support_rep_id`) or the role `staff` or the role `admin`.
   */
  export(options: params.ExportCustomers = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/customers/export", query, where, raw: true }, call);
  }

  /**
   * Import customers.
   *
   * Creates customers from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * Someone who buys.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  import(input: BodyInit, options: params.ImportCustomers = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/customers/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List invoices of one customer.
   *
   * Lists invoices of one customer, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `customer.id[in]=1,2`: `customer`, `lines`. Those through the same relation to many rows hold for the same row.
   *
   * Someone who buys.
   *
   * Allowed: (the role `customer` and whoever the row belongs to by `id`) or (the role `support` and whoever the row belongs to by `support_rep_id`) or the role `staff` or the role `admin`.
   */
  listInvoicesOf(id: number, options: params.ListInvoicesOfCustomer = {}, call?: runtime.CallOptions): Promise<models.InvoicePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/customers/{id}/invoices", params: { id: id }, query, where }, call);
  }

  /** All rows of `listInvoicesOf`, read page by page. */
  listInvoicesOfRows(id: number, options: params.ListInvoicesOfCustomer = {}, call?: runtime.CallOptions): AsyncGenerator<models.Invoice | models.InvoicePart, void, undefined> {
    return runtime.rows(this.listInvoicesOfPages(id, options, call));
  }

  /** All pages of `listInvoicesOf`. */
  listInvoicesOfPages(id: number, options: params.ListInvoicesOfCustomer = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoicePage, void, undefined> {
    return runtime.pages((cursor) => this.listInvoicesOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }
}

/** `/api/invoices` */
export class InvoicesResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List invoices.
   *
   * Lists invoices, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `customer.id[in]=1,2`: `customer`, `lines`. Those through the same relation to many rows hold for the same row.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  list(options: params.ListInvoices = {}, call?: runtime.CallOptions): Promise<models.InvoicePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/invoices", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListInvoices = {}, call?: runtime.CallOptions): AsyncGenerator<models.Invoice | models.InvoicePart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListInvoices = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoicePage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one invoice.
   *
   * Creates one invoice and answers with the row as it is stored.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  create(input: models.InvoiceInput, options: params.CreateInvoice = {}, call?: runtime.CallOptions): Promise<models.Invoice> {
    return this.#transport.send({ method: "POST", path: "/api/invoices", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change invoices.
   *
   * Changes all invoices that the filters let pass, or none. Without a filter it is refused.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  updateMany(input: models.InvoicePatch, options: params.UpdateInvoices = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/invoices", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete invoices.
   *
   * Deletes all invoices that the filters let pass, or none. Without a filter it is refused.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  deleteMany(options: params.DeleteInvoices = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/invoices", query, where, keyed: true }, call);
  }

  /**
   * Get one invoice.
   *
   * Reads one invoice by its key.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  get(id: number, options: params.GetInvoice = {}, call?: runtime.CallOptions): Promise<models.Invoice | models.InvoicePart> {
    return this.#transport.send({ method: "GET", path: "/api/invoices/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one invoice.
   *
   * Changes the fields of one invoice that the body has, and answers with the row as it is then.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  update(id: number, input: models.InvoicePatch, options: params.UpdateInvoice = {}, call?: runtime.CallOptions): Promise<models.Invoice> {
    return this.#transport.send({ method: "PATCH", path: "/api/invoices/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one invoice.
   *
   * Deletes one invoice.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  delete(id: number, options: params.DeleteInvoice = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/invoices/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several invoices.
   *
   * Creates, changes and deletes invoices in one transaction: all operations, or none.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  batch(input: models.InvoiceBatch, options: params.BatchInvoices = {}, call?: runtime.CallOptions): Promise<models.InvoiceBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/invoices/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure invoices.
   *
   * Measures invoices: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `customer.id[in]=1,2`: `customer`, `lines`. Those through the same relation to many rows hold for the same row.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  aggregate(options: params.AggregateInvoices = {}, call?: runtime.CallOptions): Promise<models.InvoiceGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/invoices/aggregate", query, where }, call);
  }

  /**
   * Export invoices.
   *
   * All invoices that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `customer.id[in]=1,2`: `customer`, `lines`. Those through the same relation to many rows hold for the same row.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  export(options: params.ExportInvoices = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/invoices/export", query, where, raw: true }, call);
  }

  /**
   * Import invoices.
   *
   * Creates invoices from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  import(input: BodyInit, options: params.ImportInvoices = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/invoices/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }

  /**
   * List lines of one invoice.
   *
   * Lists lines of one invoice, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `invoice.id[in]=1,2`: `invoice`, `track`. Those through the same relation to many rows hold for the same row.
   *
   * A purchase.
   *
   * Allowed: as the application decides.
   */
  listLinesOf(id: number, options: params.ListLinesOfInvoice = {}, call?: runtime.CallOptions): Promise<models.InvoiceLinePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/invoices/{id}/lines", params: { id: id }, query, where }, call);
  }

  /** All rows of `listLinesOf`, read page by page. */
  listLinesOfRows(id: number, options: params.ListLinesOfInvoice = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoiceLine | models.InvoiceLinePart, void, undefined> {
    return runtime.rows(this.listLinesOfPages(id, options, call));
  }

  /** All pages of `listLinesOf`. */
  listLinesOfPages(id: number, options: params.ListLinesOfInvoice = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoiceLinePage, void, undefined> {
    return runtime.pages((cursor) => this.listLinesOf(id, cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Refund: invoice.
   *
   * Gives a part of an invoice back, or all of it.
   *
   * Allowed: as the application decides.
   */
  refund(id: number, input: models.RefundInput, options: params.RefundInvoice = {}, call?: runtime.CallOptions): Promise<models.Invoice> {
    return this.#transport.send({ method: "POST", path: "/api/invoices/{id}/refund", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Open from playlist: invoices.
   *
   * Opens an invoice of all tracks of a playlist, one of each.
   *
   * Allowed: the role `staff` or the role `admin`.
   */
  openFromPlaylist(input: models.PlaylistPurchaseInput, options: params.OpenFromPlaylistInvoices = {}, call?: runtime.CallOptions): Promise<models.Invoice> {
    return this.#transport.send({ method: "POST", path: "/api/invoices/open-from-playlist", body: input, query: options, keyed: true }, call);
  }
}

/** `/api/invoice-lines` */
export class InvoiceLinesResource {
  readonly #transport: runtime.Transport;

  constructor(transport: runtime.Transport) {
    this.#transport = transport;
  }

  /**
   * List invoice lines.
   *
   * Lists invoice lines, a page at a time, of those that the filters let pass. Filters lead through relations too, as in `invoice.id[in]=1,2`: `invoice`, `track`. Those through the same relation to many rows hold for the same row.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  list(options: params.ListInvoiceLines = {}, call?: runtime.CallOptions): Promise<models.InvoiceLinePage> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/invoice-lines", query, where }, call);
  }

  /** All rows of `list`, read page by page. */
  iterate(options: params.ListInvoiceLines = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoiceLine | models.InvoiceLinePart, void, undefined> {
    return runtime.rows(this.pages(options, call));
  }

  /** All pages of `list`. */
  pages(options: params.ListInvoiceLines = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoiceLinePage, void, undefined> {
    return runtime.pages((cursor) => this.list(cursor === undefined ? options : { ...options, cursor }, call), options.cursor);
  }

  /**
   * Create one invoice line.
   *
   * Creates one invoice line and answers with the row as it is stored.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  create(input: models.InvoiceLineInput, options: params.CreateInvoiceLine = {}, call?: runtime.CallOptions): Promise<models.InvoiceLine> {
    return this.#transport.send({ method: "POST", path: "/api/invoice-lines", body: input, query: options, keyed: true }, call);
  }

  /**
   * Change invoice lines.
   *
   * Changes all invoice lines that the filters let pass, or none. Without a filter it is refused.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  updateMany(input: models.InvoiceLinePatch, options: params.UpdateInvoiceLines = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "PATCH", path: "/api/invoice-lines", body: input, query, where, keyed: true }, call);
  }

  /**
   * Delete invoice lines.
   *
   * Deletes all invoice lines that the filters let pass, or none. Without a filter it is refused.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  deleteMany(options: params.DeleteInvoiceLines = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "DELETE", path: "/api/invoice-lines", query, where, keyed: true }, call);
  }

  /**
   * Get one invoice line.
   *
   * Reads one invoice line by its key.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  get(id: number, options: params.GetInvoiceLine = {}, call?: runtime.CallOptions): Promise<models.InvoiceLine | models.InvoiceLinePart> {
    return this.#transport.send({ method: "GET", path: "/api/invoice-lines/{id}", params: { id: id }, query: options }, call);
  }

  /**
   * Change one invoice line.
   *
   * Changes the fields of one invoice line that the body has, and answers with the row as it is then.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  update(id: number, input: models.InvoiceLinePatch, options: params.UpdateInvoiceLine = {}, call?: runtime.CallOptions): Promise<models.InvoiceLine> {
    return this.#transport.send({ method: "PATCH", path: "/api/invoice-lines/{id}", params: { id: id }, body: input, query: options, keyed: true }, call);
  }

  /**
   * Delete one invoice line.
   *
   * Deletes one invoice line.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  delete(id: number, options: params.DeleteInvoiceLine = {}, call?: runtime.CallOptions): Promise<void> {
    return this.#transport.send({ method: "DELETE", path: "/api/invoice-lines/{id}", params: { id: id }, query: options, keyed: true }, call);
  }

  /**
   * Write several invoice lines.
   *
   * Creates, changes and deletes invoice lines in one transaction: all operations, or none.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  batch(input: models.InvoiceLineBatch, options: params.BatchInvoiceLines = {}, call?: runtime.CallOptions): Promise<models.InvoiceLineBatchResults> {
    return this.#transport.send({ method: "POST", path: "/api/invoice-lines/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * Measure invoice lines.
   *
   * Measures invoice lines: how many there are, and sums, averages, least and greatest values of their fields; of all that the filters let pass, or with `group` of each group of those. Filters lead through relations too, as in `invoice.id[in]=1,2`: `invoice`, `track`. Those through the same relation to many rows hold for the same row.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  aggregate(options: params.AggregateInvoiceLines = {}, call?: runtime.CallOptions): Promise<models.InvoiceLineGroups> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/invoice-lines/aggregate", query, where }, call);
  }

  /**
   * Export invoice lines.
   *
   * All invoice lines that the filters let pass, as a file: CSV with a line of field names, or a JSON object a line. Filters lead through relations too, as in `invoice.id[in]=1,2`: `invoice`, `track`. Those through the same relation to many rows hold for the same row.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  export(options: params.ExportInvoiceLines = {}, call?: runtime.CallOptions): Promise<Response> {
    const { where, ...query } = options;
    return this.#transport.send({ method: "GET", path: "/api/invoice-lines/export", query, where, raw: true }, call);
  }

  /**
   * Import invoice lines.
   *
   * Creates invoice lines from a file, all or none: CSV under a line of field names, in which an empty cell is null or no value and `""` an empty text, or a JSON object a line. Errors name the row, from 0, and the field: `rows.17.…`.
   *
   * One track of a purchase.
   *
   * Allowed: as the application decides.
   */
  import(input: BodyInit, options: params.ImportInvoiceLines = {}, call?: runtime.CallOptions): Promise<{ count: number }> {
    return this.#transport.send({ method: "POST", path: "/api/invoice-lines/import", body: input, contentType: "text/csv", query: options, keyed: true }, call);
  }
}

/** The client of Chinook. */
export class Client {
  /** What sends the requests; for operations that are not here. */
  readonly transport: runtime.Transport;
  readonly artists: ArtistsResource;
  readonly albums: AlbumsResource;
  readonly genres: GenresResource;
  readonly mediaTypes: MediaTypesResource;
  readonly tracks: TracksResource;
  readonly playlists: PlaylistsResource;
  readonly playlistTracks: PlaylistTracksResource;
  readonly employees: EmployeesResource;
  readonly customers: CustomersResource;
  readonly invoices: InvoicesResource;
  readonly invoiceLines: InvoiceLinesResource;

  constructor(options: runtime.ClientOptions) {
    this.transport = new runtime.Transport(options);
    this.artists = new ArtistsResource(this.transport);
    this.albums = new AlbumsResource(this.transport);
    this.genres = new GenresResource(this.transport);
    this.mediaTypes = new MediaTypesResource(this.transport);
    this.tracks = new TracksResource(this.transport);
    this.playlists = new PlaylistsResource(this.transport);
    this.playlistTracks = new PlaylistTracksResource(this.transport);
    this.employees = new EmployeesResource(this.transport);
    this.customers = new CustomersResource(this.transport);
    this.invoices = new InvoicesResource(this.transport);
    this.invoiceLines = new InvoiceLinesResource(this.transport);
  }

  /** Runs a GraphQL query. */
  query<Answer, Variables>(document: runtime.GraphqlDocument<Answer, Variables>, ...[variables, call]: runtime.VariablesOf<Variables>): Promise<Answer> {
    return this.transport.graphql("query", document, variables, call);
  }

  /** Runs a GraphQL mutation: once, however often it is sent. */
  mutate<Answer, Variables>(document: runtime.GraphqlDocument<Answer, Variables>, ...[variables, call]: runtime.VariablesOf<Variables>): Promise<Answer> {
    return this.transport.graphql("mutation", document, variables, call);
  }

  /**
   * Write rows of several entities.
   *
   * Creates, changes and deletes rows of several entities in one transaction: all operations, or none. Each is allowed to whom the operation of its entity is.
   */
  batch(input: { operations: { as?: string; by?: string[]; entity: "artist" | "album" | "genre" | "media_type" | "track" | "playlist" | "playlist_track" | "employee" | "customer" | "invoice" | "invoice_line"; id?: unknown; op: "create" | "upsert" | "update" | "delete"; values?: { [name: string]: unknown }; version?: number }[] }, options: params.Batch = {}, call?: runtime.CallOptions): Promise<{ results: ({ [name: string]: unknown } | null)[] }> {
    return this.transport.send({ method: "POST", path: "/api/batch", body: input, query: options, keyed: true }, call);
  }

  /**
   * What invoices come to.
   *
   * The sum of the invoices that you may read, of one country or of all, in dollars.
   */
  getRevenue(options: params.GetRevenue = {}, call?: runtime.CallOptions): Promise<string> {
    return this.transport.send({ method: "GET", path: "/api/revenue", query: options }, call);
  }

  /**
   * Log a customer in.
   *
   * Answers a token for an hour, for the customer with this address and password. It needs `JWT_SECRET`.
   */
  logIn(input: models.Credentials, call?: runtime.CallOptions): Promise<models.LoginToken> {
    return this.transport.send({ method: "POST", path: "/api/login", body: input }, call);
  }
}
