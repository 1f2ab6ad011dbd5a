// Written by the application's command `client typescript` from its entities: change those, not this.

/** What Chinook takes and answers. */
export {};

/** A record: tracks that were released together. */
export interface Album {
  /** The primary key. */
  id: number;
  /** The title on the sleeve. */
  title: string;
  /**
   * Who recorded it.
   *
   * The key of a `Artist`.
   */
  artist_id: number;
  /** How many tracks are on it. */
  tracks_count: number;
  /** How long it plays, in milliseconds. */
  milliseconds: number | null;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /** The row that `artist_id` names, with `include=artist`; null where there is none. */
  artist?: Artist | ArtistPart | null;
  /**
   * What is on it.
   *
   * A page of them, with `include=tracks`.
   */
  tracks?: TrackPage;
}

/** Writes that are done together. */
export interface AlbumBatch {
  operations: (AlbumBatchCreate | AlbumBatchUpdate | AlbumBatchDelete)[];
}

/** A new row. */
export interface AlbumBatchCreate {
  op: "create";
  values: AlbumInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface AlbumBatchDelete {
  op: "delete";
  /** The key of the album. */
  id: number;
}

/** What became of the operations, in their order. */
export interface AlbumBatchResults {
  results: (Album | null)[];
}

/** A change of a row. */
export interface AlbumBatchUpdate {
  op: "update";
  /** The key of the album. */
  id: number;
  values: AlbumPatch;
}

/** What was asked for of one group, or of all rows. */
export interface AlbumGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; title?: string | null; artist_id?: number | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
}

/** Measures: one item without `group`, else one for each group. */
export interface AlbumGroups {
  items: AlbumGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** The values of a new album. */
export interface AlbumInput {
  /** The title on the sleeve. */
  title: string;
  /**
   * Who recorded it.
   *
   * The key of a `Artist`.
   *
   * Required, unless `artist` is given or the row is created within its `artist`.
   */
  artist_id?: number;
  /** Instead of `artist_id`: a row that exists, or a new one. */
  artist?: ArtistToOne;
  /** What is on it. */
  tracks?: TrackToMany;
}

/** One page of the list. */
export interface AlbumPage {
  items: (Album | AlbumPart)[];
  page: PageInfo;
}

/** Members of one album: those that `fields` names, and those of `include`. */
export interface AlbumPart {
  /** The primary key. */
  id?: number;
  /** The title on the sleeve. */
  title?: string;
  /**
   * Who recorded it.
   *
   * The key of a `Artist`.
   */
  artist_id?: number;
  /** How many tracks are on it. */
  tracks_count?: number;
  /** How long it plays, in milliseconds. */
  milliseconds?: number | null;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /** The row that `artist_id` names, with `include=artist`; null where there is none. */
  artist?: Artist | ArtistPart | null;
  /**
   * What is on it.
   *
   * A page of them, with `include=tracks`.
   */
  tracks?: TrackPage;
}

/** Changes of one album, as a JSON merge patch: what is left out stays, `null` clears. */
export interface AlbumPatch {
  /** The title on the sleeve. */
  title?: string;
  /**
   * Who recorded it.
   *
   * The key of a `Artist`.
   */
  artist_id?: number;
  /** Instead of `artist_id`: a row that exists, or a new one. */
  artist?: ArtistToOne;
  /** What is on it. */
  tracks?: TrackToMany;
}

/** What becomes of the albums of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export interface AlbumToMany {
  create?: AlbumInput[];
  /** Rows that exist and are to belong to this one. */
  connect?: number[];
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: number[];
  /** Rows of this one that are deleted. */
  delete?: number[];
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: number[];
  update?: AlbumToManyUpdate[];
}

/** A change of one album. */
export interface AlbumToManyUpdate {
  id: number;
  input: AlbumPatch;
}

/** The album that a row is to refer to: one member. */
export type AlbumToOne = { connect: number; create?: never } | { connect?: never; create: AlbumInput };

/** Someone who records music: a person, a band, an orchestra. */
export interface Artist {
  /** The primary key. */
  id: number;
  /**
   * The name on the sleeve.
   *
   * Unique.
   */
  name: string;
  /** How many albums there are. */
  albums_count: number;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /**
   * The albums recorded.
   *
   * A page of them, with `include=albums`.
   */
  albums?: AlbumPage;
}

/** Writes that are done together. */
export interface ArtistBatch {
  operations: (ArtistBatchCreate | ArtistBatchUpdate | ArtistBatchDelete | ArtistBatchUpsert)[];
}

/** A new row. */
export interface ArtistBatchCreate {
  op: "create";
  values: ArtistInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface ArtistBatchDelete {
  op: "delete";
  /** The key of the artist. */
  id: number;
}

/** What became of the operations, in their order. */
export interface ArtistBatchResults {
  results: (Artist | null)[];
}

/** A change of a row. */
export interface ArtistBatchUpdate {
  op: "update";
  /** The key of the artist. */
  id: number;
  values: ArtistPatch;
}

/** A new row, or the change of one that has the same values in these fields. */
export interface ArtistBatchUpsert {
  op: "upsert";
  by: "name"[];
  values: ArtistInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** What was asked for of one group, or of all rows. */
export interface ArtistGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; name?: string | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
}

/** Measures: one item without `group`, else one for each group. */
export interface ArtistGroups {
  items: ArtistGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** The values of a new artist. */
export interface ArtistInput {
  /**
   * The name on the sleeve.
   *
   * Unique.
   */
  name: string;
  /** The albums recorded. */
  albums?: AlbumToMany;
}

/** One page of the list. */
export interface ArtistPage {
  items: (Artist | ArtistPart)[];
  page: PageInfo;
}

/** Members of one artist: those that `fields` names, and those of `include`. */
export interface ArtistPart {
  /** The primary key. */
  id?: number;
  /**
   * The name on the sleeve.
   *
   * Unique.
   */
  name?: string;
  /** How many albums there are. */
  albums_count?: number;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /**
   * The albums recorded.
   *
   * A page of them, with `include=albums`.
   */
  albums?: AlbumPage;
}

/** Changes of one artist, as a JSON merge patch: what is left out stays, `null` clears. */
export interface ArtistPatch {
  /**
   * The name on the sleeve.
   *
   * Unique.
   */
  name?: string;
  /** The albums recorded. */
  albums?: AlbumToMany;
}

/** The artist that a row is to refer to: one member. */
export type ArtistToOne = { connect: number; create?: never } | { connect?: never; create: ArtistInput };

/** What a customer logs in with. */
export interface Credentials {
  email: string;
  password: string;
}

/** Someone who buys. */
export interface Customer {
  /** The primary key. */
  id: number;
  /** The given name. */
  first_name: string;
  /** The family name. */
  last_name: string;
  /** The company bought for. */
  company: string | null;
  /** Street and number. */
  address: string | null;
  /** The city. */
  city: string | null;
  /** The state or province. */
  state: string | null;
  /** The country. */
  country: string | null;
  /** The postal code. */
  postal_code: string | null;
  /** The telephone number. */
  phone: string | null;
  /** The fax number. */
  fax: string | null;
  /**
   * Where invoices are sent. Customers have addresses with letters beyond ASCII (RFC 6531), which
   * `format = email` does not take.
   *
   * Unique.
   */
  email: string;
  /**
   * The employee who looks after this customer; not shown to customers.
   *
   * The key of a `Employee`.
   *
   * Shown to: the role `support` or the role `staff` or the role `admin`; to others it is null.
   *
   * Set by: the role `staff` or the role `admin`.
   */
  support_rep_id: number | null;
  /** What was spent, in dollars. */
  spent: string | null;
  /** When something was last bought. */
  last_bought: string | null;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /** The row that `support_rep_id` names, with `include=support_rep`; null where there is none. */
  support_rep?: Employee | EmployeePart | null;
  /**
   * What was bought.
   *
   * A page of them, with `include=invoices`.
   */
  invoices?: InvoicePage;
}

/** Writes that are done together. */
export interface CustomerBatch {
  operations: (CustomerBatchCreate | CustomerBatchUpdate | CustomerBatchDelete | CustomerBatchUpsert)[];
}

/** A new row. */
export interface CustomerBatchCreate {
  op: "create";
  values: CustomerInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface CustomerBatchDelete {
  op: "delete";
  /** The key of the customer. */
  id: number;
}

/** What became of the operations, in their order. */
export interface CustomerBatchResults {
  results: (Customer | null)[];
}

/** A change of a row. */
export interface CustomerBatchUpdate {
  op: "update";
  /** The key of the customer. */
  id: number;
  values: CustomerPatch;
}

/** A new row, or the change of one that has the same values in these fields. */
export interface CustomerBatchUpsert {
  op: "upsert";
  by: "email"[];
  values: CustomerInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** What was asked for of one group, or of all rows. */
export interface CustomerGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; last_name?: string | null; company?: string | null; city?: string | null; country?: string | null; email?: string | null; support_rep_id?: number | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
}

/** Measures: one item without `group`, else one for each group. */
export interface CustomerGroups {
  items: CustomerGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** The values of a new customer. */
export interface CustomerInput {
  /** The given name. */
  first_name: string;
  /** The family name. */
  last_name: string;
  /** The company bought for. */
  company?: string | null;
  /** Street and number. */
  address?: string | null;
  /** The city. */
  city?: string | null;
  /** The state or province. */
  state?: string | null;
  /** The country. */
  country?: string | null;
  /** The postal code. */
  postal_code?: string | null;
  /** The telephone number. */
  phone?: string | null;
  /** The fax number. */
  fax?: string | null;
  /**
   * Where invoices are sent. Customers have addresses with letters beyond ASCII (RFC 6531), which
   * `format = email` does not take.
   *
   * Unique.
   */
  email: string;
  /**
   * What the customer logs in with, at `POST /api/login`. Whoever has none cannot.
   *
   * Set by: (the role `customer` and whoever the row belongs to by `id`) or the role `staff` or the role `admin`.
   */
  password?: string | null;
  /**
   * The employee who looks after this customer; not shown to customers.
   *
   * The key of a `Employee`.
   *
   * Shown to: the role `support` or the role `staff` or the role `admin`; to others it is null.
   *
   * Set by: the role `staff` or the role `admin`.
   */
  support_rep_id?: number | null;
  /** Instead of `support_rep_id`: a row that exists, or a new one. */
  support_rep?: EmployeeToOne;
  /** What was bought. */
  invoices?: InvoiceToMany;
}

/** One page of the list. */
export interface CustomerPage {
  items: (Customer | CustomerPart)[];
  page: PageInfo;
}

/** Members of one customer: those that `fields` names, and those of `include`. */
export interface CustomerPart {
  /** The primary key. */
  id?: number;
  /** The given name. */
  first_name?: string;
  /** The family name. */
  last_name?: string;
  /** The company bought for. */
  company?: string | null;
  /** Street and number. */
  address?: string | null;
  /** The city. */
  city?: string | null;
  /** The state or province. */
  state?: string | null;
  /** The country. */
  country?: string | null;
  /** The postal code. */
  postal_code?: string | null;
  /** The telephone number. */
  phone?: string | null;
  /** The fax number. */
  fax?: string | null;
  /**
   * Where invoices are sent. Customers have addresses with letters beyond ASCII (RFC 6531), which
   * `format = email` does not take.
   *
   * Unique.
   */
  email?: string;
  /**
   * The employee who looks after this customer; not shown to customers.
   *
   * The key of a `Employee`.
   *
   * Shown to: the role `support` or the role `staff` or the role `admin`; to others it is null.
   *
   * Set by: the role `staff` or the role `admin`.
   */
  support_rep_id?: number | null;
  /** What was spent, in dollars. */
  spent?: string | null;
  /** When something was last bought. */
  last_bought?: string | null;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /** The row that `support_rep_id` names, with `include=support_rep`; null where there is none. */
  support_rep?: Employee | EmployeePart | null;
  /**
   * What was bought.
   *
   * A page of them, with `include=invoices`.
   */
  invoices?: InvoicePage;
}

/** Changes of one customer, as a JSON merge patch: what is left out stays, `null` clears. */
export interface CustomerPatch {
  /** The given name. */
  first_name?: string;
  /** The family name. */
  last_name?: string;
  /** The company bought for. */
  company?: string | null;
  /** Street and number. */
  address?: string | null;
  /** The city. */
  city?: string | null;
  /** The state or province. */
  state?: string | null;
  /** The country. */
  country?: string | null;
  /** The postal code. */
  postal_code?: string | null;
  /** The telephone number. */
  phone?: string | null;
  /** The fax number. */
  fax?: string | null;
  /**
   * Where invoices are sent. Customers have addresses with letters beyond ASCII (RFC 6531), which
   * `format = email` does not take.
   *
   * Unique.
   */
  email?: string;
  /**
   * What the customer logs in with, at `POST /api/login`. Whoever has none cannot.
   *
   * Set by: (the role `customer` and whoever the row belongs to by `id`) or the role `staff` or the role `admin`.
   */
  password?: string | null;
  /**
   * The employee who looks after this customer; not shown to customers.
   *
   * The key of a `Employee`.
   *
   * Shown to: the role `support` or the role `staff` or the role `admin`; to others it is null.
   *
   * Set by: the role `staff` or the role `admin`.
   */
  support_rep_id?: number | null;
  /** Instead of `support_rep_id`: a row that exists, or a new one. */
  support_rep?: EmployeeToOne;
  /** What was bought. */
  invoices?: InvoiceToMany;
}

/** What becomes of the customers of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export interface CustomerToMany {
  create?: CustomerInput[];
  /** Rows that exist and are to belong to this one. */
  connect?: number[];
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: number[];
  /** Rows of this one that are deleted. */
  delete?: number[];
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: number[];
  update?: CustomerToManyUpdate[];
}

/** A change of one customer. */
export interface CustomerToManyUpdate {
  id: number;
  input: CustomerPatch;
}

/** The customer that a row is to refer to: one member. */
export type CustomerToOne = { connect: number; create?: never } | { connect?: never; create: CustomerInput };

/** The artist that is the same. */
export interface DuplicateInput {
  /**
   * Its albums come to this one, and it is removed.
   *
   * The key of a `Artist`.
   */
  other_id: number;
}

/** Someone who works for the store. */
export interface Employee {
  /** The primary key. */
  id: number;
  /** The family name. */
  last_name: string;
  /** The given name. */
  first_name: string;
  /** The position held. */
  title: string | null;
  /**
   * Who leads this employee.
   *
   * The key of a `Employee`.
   */
  reports_to_id: number | null;
  /**
   * The day of birth; not shown to colleagues.
   *
   * Shown to: (the role `support` and whoever the row belongs to by `id`) or the role `admin`; to others it is null.
   */
  birth_date: string | null;
  /** The first day at work. */
  hire_date: string | null;
  /** Street and number. */
  address: string | null;
  /** The city. */
  city: string | null;
  /** The state or province. */
  state: string | null;
  /** The country. */
  country: string | null;
  /** The postal code. */
  postal_code: string | null;
  /** The telephone number. */
  phone: string | null;
  /** The fax number. */
  fax: string | null;
  /**
   * The address at work.
   *
   * Unique.
   */
  email: string;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /** The row that `reports_to_id` names, with `include=reports_to`; null where there is none. */
  reports_to?: Employee | EmployeePart | null;
  /**
   * The employees led.
   *
   * A page of them, with `include=reports`.
   */
  reports?: EmployeePage;
  /**
   * The customers looked after.
   *
   * A page of them, with `include=customers`.
   */
  customers?: CustomerPage;
}

/** Writes that are done together. */
export interface EmployeeBatch {
  operations: (EmployeeBatchCreate | EmployeeBatchUpdate | EmployeeBatchDelete | EmployeeBatchUpsert)[];
}

/** A new row. */
export interface EmployeeBatchCreate {
  op: "create";
  values: EmployeeInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface EmployeeBatchDelete {
  op: "delete";
  /** The key of the employee. */
  id: number;
}

/** What became of the operations, in their order. */
export interface EmployeeBatchResults {
  results: (Employee | null)[];
}

/** A change of a row. */
export interface EmployeeBatchUpdate {
  op: "update";
  /** The key of the employee. */
  id: number;
  values: EmployeePatch;
}

/** A new row, or the change of one that has the same values in these fields. */
export interface EmployeeBatchUpsert {
  op: "upsert";
  by: "email"[];
  values: EmployeeInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** What was asked for of one group, or of all rows. */
export interface EmployeeGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; last_name?: string | null; title?: string | null; reports_to_id?: number | null; hire_date?: string | null; city?: string | null; country?: string | null; email?: string | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
}

/** Measures: one item without `group`, else one for each group. */
export interface EmployeeGroups {
  items: EmployeeGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** The values of a new employee. */
export interface EmployeeInput {
  /** The family name. */
  last_name: string;
  /** The given name. */
  first_name: string;
  /** The position held. */
  title?: string | null;
  /**
   * Who leads this employee.
   *
   * The key of a `Employee`.
   */
  reports_to_id?: number | null;
  /**
   * The day of birth; not shown to colleagues.
   *
   * Shown to: (the role `support` and whoever the row belongs to by `id`) or the role `admin`; to others it is null.
   */
  birth_date?: string | null;
  /** The first day at work. */
  hire_date?: string | null;
  /** Street and number. */
  address?: string | null;
  /** The city. */
  city?: string | null;
  /** The state or province. */
  state?: string | null;
  /** The country. */
  country?: string | null;
  /** The postal code. */
  postal_code?: string | null;
  /** The telephone number. */
  phone?: string | null;
  /** The fax number. */
  fax?: string | null;
  /**
   * The address at work.
   *
   * Unique.
   */
  email: string;
  /** Instead of `reports_to_id`: a row that exists, or a new one. */
  reports_to?: EmployeeToOne;
  /** The employees led. */
  reports?: EmployeeToMany;
  /** The customers looked after. */
  customers?: CustomerToMany;
}

/** One page of the list. */
export interface EmployeePage {
  items: (Employee | EmployeePart)[];
  page: PageInfo;
}

/** Members of one employee: those that `fields` names, and those of `include`. */
export interface EmployeePart {
  /** The primary key. */
  id?: number;
  /** The family name. */
  last_name?: string;
  /** The given name. */
  first_name?: string;
  /** The position held. */
  title?: string | null;
  /**
   * Who leads this employee.
   *
   * The key of a `Employee`.
   */
  reports_to_id?: number | null;
  /**
   * The day of birth; not shown to colleagues.
   *
   * Shown to: (the role `support` and whoever the row belongs to by `id`) or the role `admin`; to others it is null.
   */
  birth_date?: string | null;
  /** The first day at work. */
  hire_date?: string | null;
  /** Street and number. */
  address?: string | null;
  /** The city. */
  city?: string | null;
  /** The state or province. */
  state?: string | null;
  /** The country. */
  country?: string | null;
  /** The postal code. */
  postal_code?: string | null;
  /** The telephone number. */
  phone?: string | null;
  /** The fax number. */
  fax?: string | null;
  /**
   * The address at work.
   *
   * Unique.
   */
  email?: string;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /** The row that `reports_to_id` names, with `include=reports_to`; null where there is none. */
  reports_to?: Employee | EmployeePart | null;
  /**
   * The employees led.
   *
   * A page of them, with `include=reports`.
   */
  reports?: EmployeePage;
  /**
   * The customers looked after.
   *
   * A page of them, with `include=customers`.
   */
  customers?: CustomerPage;
}

/** Changes of one employee, as a JSON merge patch: what is left out stays, `null` clears. */
export interface EmployeePatch {
  /** The family name. */
  last_name?: string;
  /** The given name. */
  first_name?: string;
  /** The position held. */
  title?: string | null;
  /**
   * Who leads this employee.
   *
   * The key of a `Employee`.
   */
  reports_to_id?: number | null;
  /**
   * The day of birth; not shown to colleagues.
   *
   * Shown to: (the role `support` and whoever the row belongs to by `id`) or the role `admin`; to others it is null.
   */
  birth_date?: string | null;
  /** The first day at work. */
  hire_date?: string | null;
  /** Street and number. */
  address?: string | null;
  /** The city. */
  city?: string | null;
  /** The state or province. */
  state?: string | null;
  /** The country. */
  country?: string | null;
  /** The postal code. */
  postal_code?: string | null;
  /** The telephone number. */
  phone?: string | null;
  /** The fax number. */
  fax?: string | null;
  /**
   * The address at work.
   *
   * Unique.
   */
  email?: string;
  /** Instead of `reports_to_id`: a row that exists, or a new one. */
  reports_to?: EmployeeToOne;
  /** The employees led. */
  reports?: EmployeeToMany;
  /** The customers looked after. */
  customers?: CustomerToMany;
}

/** What becomes of the employees of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export interface EmployeeToMany {
  create?: EmployeeInput[];
  /** Rows that exist and are to belong to this one. */
  connect?: number[];
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: number[];
  /** Rows of this one that are deleted. */
  delete?: number[];
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: number[];
  update?: EmployeeToManyUpdate[];
}

/** A change of one employee. */
export interface EmployeeToManyUpdate {
  id: number;
  input: EmployeePatch;
}

/** The employee that a row is to refer to: one member. */
export type EmployeeToOne = { connect: number; create?: never } | { connect?: never; create: EmployeeInput };

/** A style: rock, opera, drama. */
export interface Genre {
  /** The primary key. */
  id: number;
  /**
   * The style's name.
   *
   * Unique.
   */
  name: string;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /**
   * The tracks of this style.
   *
   * A page of them, with `include=tracks`.
   */
  tracks?: TrackPage;
}

/** Writes that are done together. */
export interface GenreBatch {
  operations: (GenreBatchCreate | GenreBatchUpdate | GenreBatchDelete | GenreBatchUpsert)[];
}

/** A new row. */
export interface GenreBatchCreate {
  op: "create";
  values: GenreInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface GenreBatchDelete {
  op: "delete";
  /** The key of the genre. */
  id: number;
}

/** What became of the operations, in their order. */
export interface GenreBatchResults {
  results: (Genre | null)[];
}

/** A change of a row. */
export interface GenreBatchUpdate {
  op: "update";
  /** The key of the genre. */
  id: number;
  values: GenrePatch;
}

/** A new row, or the change of one that has the same values in these fields. */
export interface GenreBatchUpsert {
  op: "upsert";
  by: "name"[];
  values: GenreInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** What was asked for of one group, or of all rows. */
export interface GenreGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; name?: string | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
}

/** Measures: one item without `group`, else one for each group. */
export interface GenreGroups {
  items: GenreGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** The values of a new genre. */
export interface GenreInput {
  /**
   * The style's name.
   *
   * Unique.
   */
  name: string;
  /** The tracks of this style. */
  tracks?: TrackToMany;
}

/** One page of the list. */
export interface GenrePage {
  items: (Genre | GenrePart)[];
  page: PageInfo;
}

/** Members of one genre: those that `fields` names, and those of `include`. */
export interface GenrePart {
  /** The primary key. */
  id?: number;
  /**
   * The style's name.
   *
   * Unique.
   */
  name?: string;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /**
   * The tracks of this style.
   *
   * A page of them, with `include=tracks`.
   */
  tracks?: TrackPage;
}

/** Changes of one genre, as a JSON merge patch: what is left out stays, `null` clears. */
export interface GenrePatch {
  /**
   * The style's name.
   *
   * Unique.
   */
  name?: string;
  /** The tracks of this style. */
  tracks?: TrackToMany;
}

/** The genre that a row is to refer to: one member. */
export type GenreToOne = { connect: number; create?: never } | { connect?: never; create: GenreInput };

/** A purchase. */
export interface Invoice {
  /** The primary key. */
  id: number;
  /**
   * Who bought.
   *
   * The key of a `Customer`.
   */
  customer_id: number;
  /** When it was bought. */
  invoice_date: string;
  /** Street and number of the bill. */
  billing_address: string | null;
  /** The city of the bill. */
  billing_city: string | null;
  /** The state or province of the bill. */
  billing_state: string | null;
  /** The country of the bill. */
  billing_country: string | null;
  /** The postal code of the bill. */
  billing_postal_code: string | null;
  /**
   * The sum of the lines, in dollars.
   *
   * At least 0.
   */
  total: string;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /** The row that `customer_id` names, with `include=customer`; null where there is none. */
  customer?: Customer | CustomerPart | null;
  /**
   * What was bought.
   *
   * A page of them, with `include=lines`.
   */
  lines?: InvoiceLinePage;
}

/** Writes that are done together. */
export interface InvoiceBatch {
  operations: (InvoiceBatchCreate | InvoiceBatchUpdate | InvoiceBatchDelete)[];
}

/** A new row. */
export interface InvoiceBatchCreate {
  op: "create";
  values: InvoiceInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface InvoiceBatchDelete {
  op: "delete";
  /** The key of the invoice. */
  id: number;
}

/** What became of the operations, in their order. */
export interface InvoiceBatchResults {
  results: (Invoice | null)[];
}

/** A change of a row. */
export interface InvoiceBatchUpdate {
  op: "update";
  /** The key of the invoice. */
  id: number;
  values: InvoicePatch;
}

/** What was asked for of one group, or of all rows. */
export interface InvoiceGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; customer_id?: number | null; invoice_date?: string | null; billing_country?: string | null; total?: string | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
  sum?: { total?: string | null };
  avg?: { total?: string | null };
  min?: { invoice_date?: string | null; total?: string | null };
  max?: { invoice_date?: string | null; total?: string | null };
}

/** Measures: one item without `group`, else one for each group. */
export interface InvoiceGroups {
  items: InvoiceGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** Numbers to add to what the fields are by then; a negative one takes away. The sum keeps the field's range. */
export type InvoiceIncrement = { total?: string } | null;

/** The values of a new invoice. */
export interface InvoiceInput {
  /**
   * Who bought.
   *
   * The key of a `Customer`.
   *
   * Required, unless `customer` is given or the row is created within its `customer`.
   */
  customer_id?: number;
  /** When it was bought. */
  invoice_date: string;
  /** Street and number of the bill. */
  billing_address?: string | null;
  /** The city of the bill. */
  billing_city?: string | null;
  /** The state or province of the bill. */
  billing_state?: string | null;
  /** The country of the bill. */
  billing_country?: string | null;
  /** The postal code of the bill. */
  billing_postal_code?: string | null;
  /**
   * The sum of the lines, in dollars.
   *
   * At least 0.
   */
  total: string | number;
  /** Instead of `customer_id`: a row that exists, or a new one. */
  customer?: CustomerToOne;
  /** What was bought. */
  lines?: InvoiceLineToMany;
}

/** One track of a purchase. */
export interface InvoiceLine {
  /** The primary key. */
  id: number;
  /**
   * The purchase.
   *
   * The key of a `Invoice`.
   */
  invoice_id: number;
  /**
   * What was bought.
   *
   * The key of a `Track`.
   */
  track_id: number;
  /**
   * What one cost, in dollars.
   *
   * At least 0.
   */
  unit_price: string;
  /** How many. */
  quantity: number;
  /** What it comes to, in dollars; computed by the database. */
  amount: string;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /** The row that `invoice_id` names, with `include=invoice`; null where there is none. */
  invoice?: Invoice | InvoicePart | null;
  /** The row that `track_id` names, with `include=track`; null where there is none. */
  track?: Track | TrackPart | null;
}

/** Writes that are done together. */
export interface InvoiceLineBatch {
  operations: (InvoiceLineBatchCreate | InvoiceLineBatchUpdate | InvoiceLineBatchDelete)[];
}

/** A new row. */
export interface InvoiceLineBatchCreate {
  op: "create";
  values: InvoiceLineInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface InvoiceLineBatchDelete {
  op: "delete";
  /** The key of the invoice line. */
  id: number;
}

/** What became of the operations, in their order. */
export interface InvoiceLineBatchResults {
  results: (InvoiceLine | null)[];
}

/** A change of a row. */
export interface InvoiceLineBatchUpdate {
  op: "update";
  /** The key of the invoice line. */
  id: number;
  values: InvoiceLinePatch;
}

/** What was asked for of one group, or of all rows. */
export interface InvoiceLineGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; invoice_id?: number | null; track_id?: number | null; amount?: string | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
  sum?: { unit_price?: string | null; quantity?: number | null; amount?: string | null };
  avg?: { unit_price?: string | null; quantity?: string | null; amount?: string | null };
  min?: { unit_price?: string | null; quantity?: number | null; amount?: string | null };
  max?: { unit_price?: string | null; quantity?: number | null; amount?: string | null };
}

/** Measures: one item without `group`, else one for each group. */
export interface InvoiceLineGroups {
  items: InvoiceLineGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** Numbers to add to what the fields are by then; a negative one takes away. The sum keeps the field's range. */
export type InvoiceLineIncrement = { unit_price?: string; quantity?: number } | null;

/** The values of a new invoice line. */
export interface InvoiceLineInput {
  /**
   * The purchase.
   *
   * The key of a `Invoice`.
   *
   * Required, unless `invoice` is given or the row is created within its `invoice`.
   */
  invoice_id?: number;
  /**
   * What was bought.
   *
   * The key of a `Track`.
   *
   * Required, unless `track` is given or the row is created within its `track`.
   */
  track_id?: number;
  /**
   * What one cost, in dollars.
   *
   * At least 0.
   */
  unit_price: string | number;
  /** How many. */
  quantity?: number;
  /** Instead of `invoice_id`: a row that exists, or a new one. */
  invoice?: InvoiceToOne;
  /** Instead of `track_id`: a row that exists, or a new one. */
  track?: TrackToOne;
}

/** One page of the list. */
export interface InvoiceLinePage {
  items: (InvoiceLine | InvoiceLinePart)[];
  page: PageInfo;
}

/** Members of one invoice line: those that `fields` names, and those of `include`. */
export interface InvoiceLinePart {
  /** The primary key. */
  id?: number;
  /**
   * The purchase.
   *
   * The key of a `Invoice`.
   */
  invoice_id?: number;
  /**
   * What was bought.
   *
   * The key of a `Track`.
   */
  track_id?: number;
  /**
   * What one cost, in dollars.
   *
   * At least 0.
   */
  unit_price?: string;
  /** How many. */
  quantity?: number;
  /** What it comes to, in dollars; computed by the database. */
  amount?: string;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /** The row that `invoice_id` names, with `include=invoice`; null where there is none. */
  invoice?: Invoice | InvoicePart | null;
  /** The row that `track_id` names, with `include=track`; null where there is none. */
  track?: Track | TrackPart | null;
}

/** Changes of one invoice line, as a JSON merge patch: what is left out stays, `null` clears. */
export interface InvoiceLinePatch {
  /**
   * The purchase.
   *
   * The key of a `Invoice`.
   */
  invoice_id?: number;
  /**
   * What was bought.
   *
   * The key of a `Track`.
   */
  track_id?: number;
  /**
   * What one cost, in dollars.
   *
   * At least 0.
   */
  unit_price?: string | number;
  /** How many. */
  quantity?: number;
  /** Instead of `invoice_id`: a row that exists, or a new one. */
  invoice?: InvoiceToOne;
  /** Instead of `track_id`: a row that exists, or a new one. */
  track?: TrackToOne;
  increment?: InvoiceLineIncrement;
}

/** What becomes of the invoice lines of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export interface InvoiceLineToMany {
  create?: InvoiceLineInput[];
  /** Rows that exist and are to belong to this one. */
  connect?: number[];
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: number[];
  /** Rows of this one that are deleted. */
  delete?: number[];
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: number[];
  update?: InvoiceLineToManyUpdate[];
}

/** A change of one invoice line. */
export interface InvoiceLineToManyUpdate {
  id: number;
  input: InvoiceLinePatch;
}

/** One page of the list. */
export interface InvoicePage {
  items: (Invoice | InvoicePart)[];
  page: PageInfo;
}

/** Members of one invoice: those that `fields` names, and those of `include`. */
export interface InvoicePart {
  /** The primary key. */
  id?: number;
  /**
   * Who bought.
   *
   * The key of a `Customer`.
   */
  customer_id?: number;
  /** When it was bought. */
  invoice_date?: string;
  /** Street and number of the bill. */
  billing_address?: string | null;
  /** The city of the bill. */
  billing_city?: string | null;
  /** The state or province of the bill. */
  billing_state?: string | null;
  /** The country of the bill. */
  billing_country?: string | null;
  /** The postal code of the bill. */
  billing_postal_code?: string | null;
  /**
   * The sum of the lines, in dollars.
   *
   * At least 0.
   */
  total?: string;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /** The row that `customer_id` names, with `include=customer`; null where there is none. */
  customer?: Customer | CustomerPart | null;
  /**
   * What was bought.
   *
   * A page of them, with `include=lines`.
   */
  lines?: InvoiceLinePage;
}

/** Changes of one invoice, as a JSON merge patch: what is left out stays, `null` clears. */
export interface InvoicePatch {
  /**
   * Who bought.
   *
   * The key of a `Customer`.
   */
  customer_id?: number;
  /** When it was bought. */
  invoice_date?: string;
  /** Street and number of the bill. */
  billing_address?: string | null;
  /** The city of the bill. */
  billing_city?: string | null;
  /** The state or province of the bill. */
  billing_state?: string | null;
  /** The country of the bill. */
  billing_country?: string | null;
  /** The postal code of the bill. */
  billing_postal_code?: string | null;
  /**
   * The sum of the lines, in dollars.
   *
   * At least 0.
   */
  total?: string | number;
  /** Instead of `customer_id`: a row that exists, or a new one. */
  customer?: CustomerToOne;
  /** What was bought. */
  lines?: InvoiceLineToMany;
  increment?: InvoiceIncrement;
}

/** What becomes of the invoices of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export interface InvoiceToMany {
  create?: InvoiceInput[];
  /** Rows that exist and are to belong to this one. */
  connect?: number[];
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: number[];
  /** Rows of this one that are deleted. */
  delete?: number[];
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: number[];
  update?: InvoiceToManyUpdate[];
}

/** A change of one invoice. */
export interface InvoiceToManyUpdate {
  id: number;
  input: InvoicePatch;
}

/** The invoice that a row is to refer to: one member. */
export type InvoiceToOne = { connect: number; create?: never } | { connect?: never; create: InvoiceInput };

/** What `Authorization: Bearer …` takes. */
export interface LoginToken {
  token: string;
  /** Seconds. */
  expires_in: number;
}

/** A kind of file that is sold. */
export interface MediaType {
  /** The primary key. */
  id: number;
  /**
   * What the file is: "AAC audio file".
   *
   * Unique.
   */
  name: string;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /**
   * The tracks sold as this kind of file.
   *
   * A page of them, with `include=tracks`.
   */
  tracks?: TrackPage;
}

/** Writes that are done together. */
export interface MediaTypeBatch {
  operations: (MediaTypeBatchCreate | MediaTypeBatchUpdate | MediaTypeBatchDelete | MediaTypeBatchUpsert)[];
}

/** A new row. */
export interface MediaTypeBatchCreate {
  op: "create";
  values: MediaTypeInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface MediaTypeBatchDelete {
  op: "delete";
  /** The key of the media type. */
  id: number;
}

/** What became of the operations, in their order. */
export interface MediaTypeBatchResults {
  results: (MediaType | null)[];
}

/** A change of a row. */
export interface MediaTypeBatchUpdate {
  op: "update";
  /** The key of the media type. */
  id: number;
  values: MediaTypePatch;
}

/** A new row, or the change of one that has the same values in these fields. */
export interface MediaTypeBatchUpsert {
  op: "upsert";
  by: "name"[];
  values: MediaTypeInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** What was asked for of one group, or of all rows. */
export interface MediaTypeGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; name?: string | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
}

/** Measures: one item without `group`, else one for each group. */
export interface MediaTypeGroups {
  items: MediaTypeGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** The values of a new media type. */
export interface MediaTypeInput {
  /**
   * What the file is: "AAC audio file".
   *
   * Unique.
   */
  name: string;
  /** The tracks sold as this kind of file. */
  tracks?: TrackToMany;
}

/** One page of the list. */
export interface MediaTypePage {
  items: (MediaType | MediaTypePart)[];
  page: PageInfo;
}

/** Members of one media type: those that `fields` names, and those of `include`. */
export interface MediaTypePart {
  /** The primary key. */
  id?: number;
  /**
   * What the file is: "AAC audio file".
   *
   * Unique.
   */
  name?: string;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /**
   * The tracks sold as this kind of file.
   *
   * A page of them, with `include=tracks`.
   */
  tracks?: TrackPage;
}

/** Changes of one media type, as a JSON merge patch: what is left out stays, `null` clears. */
export interface MediaTypePatch {
  /**
   * What the file is: "AAC audio file".
   *
   * Unique.
   */
  name?: string;
  /** The tracks sold as this kind of file. */
  tracks?: TrackToMany;
}

/** The media type that a row is to refer to: one member. */
export type MediaTypeToOne = { connect: number; create?: never } | { connect?: never; create: MediaTypeInput };

/** What the tracks of a genre cost from now on. */
export interface NewPriceInput {
  /**
   * In dollars.
   *
   * At least 0.
   */
  unit_price: string | number;
}

/** Where the page stands in the list. */
export interface PageInfo {
  /** Send it as `cursor` to read on; null on the last page. */
  next_cursor: string | null;
  /** Rows of a page. */
  limit: number;
  /** Whether rows follow. */
  has_next: boolean;
  /** How many rows match in all; only with `count`. */
  total?: number;
}

/** A choice of tracks. Several may have the same name. */
export interface Playlist {
  /** The primary key. */
  id: number;
  /** What it is called. */
  name: string;
  /** How many tracks are on it. */
  tracks_count: number;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /**
   * What is on it.
   *
   * A page of them, with `include=tracks`.
   */
  tracks?: TrackPage;
}

/** Writes that are done together. */
export interface PlaylistBatch {
  operations: (PlaylistBatchCreate | PlaylistBatchUpdate | PlaylistBatchDelete)[];
}

/** A new row. */
export interface PlaylistBatchCreate {
  op: "create";
  values: PlaylistInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface PlaylistBatchDelete {
  op: "delete";
  /** The key of the playlist. */
  id: number;
}

/** What became of the operations, in their order. */
export interface PlaylistBatchResults {
  results: (Playlist | null)[];
}

/** A change of a row. */
export interface PlaylistBatchUpdate {
  op: "update";
  /** The key of the playlist. */
  id: number;
  values: PlaylistPatch;
}

/** What was asked for of one group, or of all rows. */
export interface PlaylistGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; name?: string | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
}

/** Measures: one item without `group`, else one for each group. */
export interface PlaylistGroups {
  items: PlaylistGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** The values of a new playlist. */
export interface PlaylistInput {
  /** What it is called. */
  name: string;
  /** What is on it. */
  tracks?: TrackToMany;
}

/** One page of the list. */
export interface PlaylistPage {
  items: (Playlist | PlaylistPart)[];
  page: PageInfo;
}

/** Members of one playlist: those that `fields` names, and those of `include`. */
export interface PlaylistPart {
  /** The primary key. */
  id?: number;
  /** What it is called. */
  name?: string;
  /** How many tracks are on it. */
  tracks_count?: number;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /**
   * What is on it.
   *
   * A page of them, with `include=tracks`.
   */
  tracks?: TrackPage;
}

/** Changes of one playlist, as a JSON merge patch: what is left out stays, `null` clears. */
export interface PlaylistPatch {
  /** What it is called. */
  name?: string;
  /** What is on it. */
  tracks?: TrackToMany;
}

/** What is bought, and by whom. */
export interface PlaylistPurchaseInput {
  /**
   * The tracks to be bought.
   *
   * The key of a `Playlist`.
   */
  playlist_id: number;
  /**
   * Who buys them.
   *
   * The key of a `Customer`.
   */
  customer_id: number;
}

/** What becomes of the playlists of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export interface PlaylistToMany {
  create?: PlaylistInput[];
  /** Rows that exist and are to belong to this one. */
  connect?: number[];
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: number[];
  /** Rows of this one that are deleted. */
  delete?: number[];
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: number[];
  update?: PlaylistToManyUpdate[];
}

/** A change of one playlist. */
export interface PlaylistToManyUpdate {
  id: number;
  input: PlaylistPatch;
}

/** The playlist that a row is to refer to: one member. */
export type PlaylistToOne = { connect: number; create?: never } | { connect?: never; create: PlaylistInput };

/** A track on a playlist, once. */
export interface PlaylistTrack {
  /** The primary key. */
  id: number;
  /**
   * The playlist.
   *
   * The key of a `Playlist`.
   */
  playlist_id: number;
  /**
   * The track on it.
   *
   * The key of a `Track`.
   */
  track_id: number;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /** The row that `playlist_id` names, with `include=playlist`; null where there is none. */
  playlist?: Playlist | PlaylistPart | null;
  /** The row that `track_id` names, with `include=track`; null where there is none. */
  track?: Track | TrackPart | null;
}

/** Writes that are done together. */
export interface PlaylistTrackBatch {
  operations: (PlaylistTrackBatchCreate | PlaylistTrackBatchUpdate | PlaylistTrackBatchDelete | PlaylistTrackBatchUpsert)[];
}

/** A new row. */
export interface PlaylistTrackBatchCreate {
  op: "create";
  values: PlaylistTrackInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface PlaylistTrackBatchDelete {
  op: "delete";
  /** The key of the playlist track. */
  id: number;
}

/** What became of the operations, in their order. */
export interface PlaylistTrackBatchResults {
  results: (PlaylistTrack | null)[];
}

/** A change of a row. */
export interface PlaylistTrackBatchUpdate {
  op: "update";
  /** The key of the playlist track. */
  id: number;
  values: PlaylistTrackPatch;
}

/** A new row, or the change of one that has the same values in these fields. */
export interface PlaylistTrackBatchUpsert {
  op: "upsert";
  by: ("playlist_id" | "track_id")[];
  values: PlaylistTrackInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** What was asked for of one group, or of all rows. */
export interface PlaylistTrackGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; playlist_id?: number | null; track_id?: number | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
}

/** Measures: one item without `group`, else one for each group. */
export interface PlaylistTrackGroups {
  items: PlaylistTrackGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** The values of a new playlist track. */
export interface PlaylistTrackInput {
  /**
   * The playlist.
   *
   * The key of a `Playlist`.
   *
   * Required, unless `playlist` is given or the row is created within its `playlist`.
   */
  playlist_id?: number;
  /**
   * The track on it.
   *
   * The key of a `Track`.
   *
   * Required, unless `track` is given or the row is created within its `track`.
   */
  track_id?: number;
  /** Instead of `playlist_id`: a row that exists, or a new one. */
  playlist?: PlaylistToOne;
  /** Instead of `track_id`: a row that exists, or a new one. */
  track?: TrackToOne;
}

/** One page of the list. */
export interface PlaylistTrackPage {
  items: (PlaylistTrack | PlaylistTrackPart)[];
  page: PageInfo;
}

/** Members of one playlist track: those that `fields` names, and those of `include`. */
export interface PlaylistTrackPart {
  /** The primary key. */
  id?: number;
  /**
   * The playlist.
   *
   * The key of a `Playlist`.
   */
  playlist_id?: number;
  /**
   * The track on it.
   *
   * The key of a `Track`.
   */
  track_id?: number;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /** The row that `playlist_id` names, with `include=playlist`; null where there is none. */
  playlist?: Playlist | PlaylistPart | null;
  /** The row that `track_id` names, with `include=track`; null where there is none. */
  track?: Track | TrackPart | null;
}

/** Changes of one playlist track, as a JSON merge patch: what is left out stays, `null` clears. */
export interface PlaylistTrackPatch {
  /**
   * The playlist.
   *
   * The key of a `Playlist`.
   */
  playlist_id?: number;
  /**
   * The track on it.
   *
   * The key of a `Track`.
   */
  track_id?: number;
  /** Instead of `playlist_id`: a row that exists, or a new one. */
  playlist?: PlaylistToOne;
  /** Instead of `track_id`: a row that exists, or a new one. */
  track?: TrackToOne;
}

/** What went wrong (RFC 9457). */
export interface Problem {
  /** Always `about:blank`: `code` tells kinds of errors apart. */
  type: string;
  /** The status in words. */
  title: string;
  /** The HTTP status. */
  status: number;
  /** What went wrong and the way out. */
  detail: string;
  /** The stable code of the kind of error; the description of each response lists its own. */
  code: string;
  /** The request's id, which the server's log carries. */
  request_id: string;
  errors: ProblemField[];
}

/** One broken rule. */
export interface ProblemField {
  /** The field; empty when the rule is about the whole. */
  field: string;
  /** The stable code of the rule. */
  code: string;
  /** What is wrong and the way out. */
  message: string;
}

/** What is given back of an invoice. */
export interface RefundInput {
  /**
   * How much, in dollars.
   *
   * At least 0.01.
   */
  amount: string | number;
}

/** What a change of prices came to. */
export interface Repriced {
  /** How many tracks there are of the genre. */
  tracks: number;
  /** What each costs now, in dollars. */
  unit_price: string;
}

/** One recording: a song, an episode, a film. */
export interface Track {
  /** The primary key. */
  id: number;
  /** The title. */
  name: string;
  /**
   * The album it is on.
   *
   * The key of a `Album`.
   */
  album_id: number | null;
  /**
   * The kind of file that is sold.
   *
   * The key of a `MediaType`.
   */
  media_type_id: number;
  /**
   * The style of music or film.
   *
   * The key of a `Genre`.
   */
  genre_id: number | null;
  /** Who wrote it. */
  composer: string | null;
  /** How long it plays, in milliseconds. */
  milliseconds: number;
  /** The size of the file. */
  bytes: number | null;
  /**
   * What it costs, in dollars.
   *
   * At least 0.
   */
  unit_price: string;
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
  /** The row that `album_id` names, with `include=album`; null where there is none. */
  album?: Album | AlbumPart | null;
  /** The row that `media_type_id` names, with `include=media_type`; null where there is none. */
  media_type?: MediaType | MediaTypePart | null;
  /** The row that `genre_id` names, with `include=genre`; null where there is none. */
  genre?: Genre | GenrePart | null;
  /**
   * The playlists it is on.
   *
   * A page of them, with `include=playlists`.
   */
  playlists?: PlaylistPage;
  /**
   * The sales of it.
   *
   * A page of them, with `include=invoice_lines`.
   */
  invoice_lines?: InvoiceLinePage;
}

/** Writes that are done together. */
export interface TrackBatch {
  operations: (TrackBatchCreate | TrackBatchUpdate | TrackBatchDelete)[];
}

/** A new row. */
export interface TrackBatchCreate {
  op: "create";
  values: TrackInput;
  /** A name by which later operations refer to the row: where they set a relation, `{"ref": "name"}` is its key. */
  as?: string;
}

/** The deletion of a row. */
export interface TrackBatchDelete {
  op: "delete";
  /** The key of the track. */
  id: number;
}

/** What became of the operations, in their order. */
export interface TrackBatchResults {
  results: (Track | null)[];
}

/** A change of a row. */
export interface TrackBatchUpdate {
  op: "update";
  /** The key of the track. */
  id: number;
  values: TrackPatch;
}

/** What was asked for of one group, or of all rows. */
export interface TrackGroup {
  /** What the rows of the group have in common: each key of `group` by its name there, `customer.country` for one of a related row. Of a span of time it is the beginning. */
  key?: { id?: number | null; name?: string | null; album_id?: number | null; media_type_id?: number | null; genre_id?: number | null; composer?: string | null; milliseconds?: number | null; bytes?: number | null; unit_price?: string | null; created_at?: string | null; updated_at?: string | null; [name: string]: unknown };
  /** How many rows there are. */
  count?: number;
  sum?: { milliseconds?: number | null; bytes?: string | null; unit_price?: string | null };
  avg?: { milliseconds?: string | null; bytes?: string | null; unit_price?: string | null };
  min?: { milliseconds?: number | null; bytes?: number | null; unit_price?: string | null };
  max?: { milliseconds?: number | null; bytes?: number | null; unit_price?: string | null };
}

/** Measures: one item without `group`, else one for each group. */
export interface TrackGroups {
  items: TrackGroup[];
  /** How many groups there are; where they are all counted together. */
  page?: { limit: number; has_next: boolean };
}

/** Numbers to add to what the fields are by then; a negative one takes away. The sum keeps the field's range. */
export type TrackIncrement = { milliseconds?: number; bytes?: number; unit_price?: string } | null;

/** The values of a new track. */
export interface TrackInput {
  /** The title. */
  name: string;
  /**
   * The album it is on.
   *
   * The key of a `Album`.
   */
  album_id?: number | null;
  /**
   * The kind of file that is sold.
   *
   * The key of a `MediaType`.
   *
   * Required, unless `media_type` is given or the row is created within its `media_type`.
   */
  media_type_id?: number;
  /**
   * The style of music or film.
   *
   * The key of a `Genre`.
   */
  genre_id?: number | null;
  /** Who wrote it. */
  composer?: string | null;
  /** How long it plays, in milliseconds. */
  milliseconds: number;
  /** The size of the file. */
  bytes?: number | null;
  /**
   * What it costs, in dollars.
   *
   * At least 0.
   */
  unit_price: string | number;
  /** Instead of `album_id`: a row that exists, or a new one. */
  album?: AlbumToOne;
  /** Instead of `media_type_id`: a row that exists, or a new one. */
  media_type?: MediaTypeToOne;
  /** Instead of `genre_id`: a row that exists, or a new one. */
  genre?: GenreToOne;
  /** The playlists it is on. */
  playlists?: PlaylistToMany;
  /** The sales of it. */
  invoice_lines?: InvoiceLineToMany;
}

/** One page of the list. */
export interface TrackPage {
  items: (Track | TrackPart)[];
  page: PageInfo;
}

/** Members of one track: those that `fields` names, and those of `include`. */
export interface TrackPart {
  /** The primary key. */
  id?: number;
  /** The title. */
  name?: string;
  /**
   * The album it is on.
   *
   * The key of a `Album`.
   */
  album_id?: number | null;
  /**
   * The kind of file that is sold.
   *
   * The key of a `MediaType`.
   */
  media_type_id?: number;
  /**
   * The style of music or film.
   *
   * The key of a `Genre`.
   */
  genre_id?: number | null;
  /** Who wrote it. */
  composer?: string | null;
  /** How long it plays, in milliseconds. */
  milliseconds?: number;
  /** The size of the file. */
  bytes?: number | null;
  /**
   * What it costs, in dollars.
   *
   * At least 0.
   */
  unit_price?: string;
  /** When the row was created. */
  created_at?: string;
  /** When the row last changed. */
  updated_at?: string;
  /** The row that `album_id` names, with `include=album`; null where there is none. */
  album?: Album | AlbumPart | null;
  /** The row that `media_type_id` names, with `include=media_type`; null where there is none. */
  media_type?: MediaType | MediaTypePart | null;
  /** The row that `genre_id` names, with `include=genre`; null where there is none. */
  genre?: Genre | GenrePart | null;
  /**
   * The playlists it is on.
   *
   * A page of them, with `include=playlists`.
   */
  playlists?: PlaylistPage;
  /**
   * The sales of it.
   *
   * A page of them, with `include=invoice_lines`.
   */
  invoice_lines?: InvoiceLinePage;
}

/** Changes of one track, as a JSON merge patch: what is left out stays, `null` clears. */
export interface TrackPatch {
  /** The title. */
  name?: string;
  /**
   * The album it is on.
   *
   * The key of a `Album`.
   */
  album_id?: number | null;
  /**
   * The kind of file that is sold.
   *
   * The key of a `MediaType`.
   */
  media_type_id?: number;
  /**
   * The style of music or film.
   *
   * The key of a `Genre`.
   */
  genre_id?: number | null;
  /** Who wrote it. */
  composer?: string | null;
  /** How long it plays, in milliseconds. */
  milliseconds?: number;
  /** The size of the file. */
  bytes?: number | null;
  /**
   * What it costs, in dollars.
   *
   * At least 0.
   */
  unit_price?: string | number;
  /** Instead of `album_id`: a row that exists, or a new one. */
  album?: AlbumToOne;
  /** Instead of `media_type_id`: a row that exists, or a new one. */
  media_type?: MediaTypeToOne;
  /** Instead of `genre_id`: a row that exists, or a new one. */
  genre?: GenreToOne;
  /** The playlists it is on. */
  playlists?: PlaylistToMany;
  /** The sales of it. */
  invoice_lines?: InvoiceLineToMany;
  increment?: TrackIncrement;
}

/** What becomes of the tracks of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export interface TrackToMany {
  create?: TrackInput[];
  /** Rows that exist and are to belong to this one. */
  connect?: number[];
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: number[];
  /** Rows of this one that are deleted. */
  delete?: number[];
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: number[];
  update?: TrackToManyUpdate[];
}

/** A change of one track. */
export interface TrackToManyUpdate {
  id: number;
  input: TrackPatch;
}

/** The track that a row is to refer to: one member. */
export type TrackToOne = { connect: number; create?: never } | { connect?: never; create: TrackInput };
