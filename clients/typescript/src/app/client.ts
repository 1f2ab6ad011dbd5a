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
   * Lists artists, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListArtists = {}, call?: runtime.CallOptions): AsyncGenerator<models.Artist, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.Artist> {
    return this.#transport.send({ method: "GET", path: "/api/artists/{id}", params: { id: id } }, call);
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
   * Lists albums, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListAlbums = {}, call?: runtime.CallOptions): AsyncGenerator<models.Album, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.Album> {
    return this.#transport.send({ method: "GET", path: "/api/albums/{id}", params: { id: id } }, call);
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
   * Lists genres, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListGenres = {}, call?: runtime.CallOptions): AsyncGenerator<models.Genre, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.Genre> {
    return this.#transport.send({ method: "GET", path: "/api/genres/{id}", params: { id: id } }, call);
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
   * Lists media types, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListMediaTypes = {}, call?: runtime.CallOptions): AsyncGenerator<models.MediaType, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.MediaType> {
    return this.#transport.send({ method: "GET", path: "/api/media-types/{id}", params: { id: id } }, call);
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
   * Lists tracks, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListTracks = {}, call?: runtime.CallOptions): AsyncGenerator<models.Track, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.Track> {
    return this.#transport.send({ method: "GET", path: "/api/tracks/{id}", params: { id: id } }, call);
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
   * Lists playlists, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListPlaylists = {}, call?: runtime.CallOptions): AsyncGenerator<models.Playlist, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.Playlist> {
    return this.#transport.send({ method: "GET", path: "/api/playlists/{id}", params: { id: id } }, call);
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
   * Lists playlist tracks, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListPlaylistTracks = {}, call?: runtime.CallOptions): AsyncGenerator<models.PlaylistTrack, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.PlaylistTrack> {
    return this.#transport.send({ method: "GET", path: "/api/playlist-tracks/{id}", params: { id: id } }, call);
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
   * Lists employees, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListEmployees = {}, call?: runtime.CallOptions): AsyncGenerator<models.Employee, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.Employee> {
    return this.#transport.send({ method: "GET", path: "/api/employees/{id}", params: { id: id } }, call);
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
   * Lists customers, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListCustomers = {}, call?: runtime.CallOptions): AsyncGenerator<models.Customer, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.Customer> {
    return this.#transport.send({ method: "GET", path: "/api/customers/{id}", params: { id: id } }, call);
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
   * Lists invoices, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListInvoices = {}, call?: runtime.CallOptions): AsyncGenerator<models.Invoice, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.Invoice> {
    return this.#transport.send({ method: "GET", path: "/api/invoices/{id}", params: { id: id } }, call);
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
   * Lists invoice lines, a page at a time, of those that the filters let pass.
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
  iterate(options: params.ListInvoiceLines = {}, call?: runtime.CallOptions): AsyncGenerator<models.InvoiceLine, void, undefined> {
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
  get(id: number, call?: runtime.CallOptions): Promise<models.InvoiceLine> {
    return this.#transport.send({ method: "GET", path: "/api/invoice-lines/{id}", params: { id: id } }, call);
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
  batch(input: { operations: { entity: "artist" | "album" | "genre" | "media_type" | "track" | "playlist" | "playlist_track" | "employee" | "customer" | "invoice" | "invoice_line"; op: "create" | "upsert" | "update" | "delete"; by?: string[]; id?: unknown; version?: number; values?: { [name: string]: unknown }; as?: string }[] }, options: params.Batch = {}, call?: runtime.CallOptions): Promise<{ results: ({ [name: string]: unknown } | null)[] }> {
    return this.transport.send({ method: "POST", path: "/api/batch", body: input, query: options, keyed: true }, call);
  }

  /** What the invoices come to that you may read, of one country or of all, in dollars. */
  getRevenue(options: params.GetRevenue = {}, call?: runtime.CallOptions): Promise<string> {
    return this.transport.send({ method: "GET", path: "/api/revenue", query: options }, call);
  }

  /** A token for an hour, for the customer with this address and password. It needs `JWT_SECRET`. */
  logIn(input: models.Credentials, call?: runtime.CallOptions): Promise<models.LoginToken> {
    return this.transport.send({ method: "POST", path: "/api/login", body: input }, call);
  }
}
