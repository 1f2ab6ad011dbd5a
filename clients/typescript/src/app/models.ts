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
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
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
  items: Album[];
  page: PageInfo;
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
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
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
  items: Artist[];
  page: PageInfo;
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
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
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
  items: Customer[];
  page: PageInfo;
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
  items: Employee[];
  page: PageInfo;
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
  items: Genre[];
  page: PageInfo;
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

/** Numbers to add to what the fields are by then; a negative one takes away. The sum keeps the field's range. */
export interface InvoiceIncrement {
  /** The sum of the lines, in dollars. */
  total?: string;
}

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

/** Numbers to add to what the fields are by then; a negative one takes away. The sum keeps the field's range. */
export interface InvoiceLineIncrement {
  /** What one cost, in dollars. */
  unit_price?: string;
  /** How many. */
  quantity?: number;
}

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
  items: InvoiceLine[];
  page: PageInfo;
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
  items: Invoice[];
  page: PageInfo;
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
  items: MediaType[];
  page: PageInfo;
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
  /** When the row was created. */
  created_at: string;
  /** When the row last changed. */
  updated_at: string;
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

/** The values of a new playlist. */
export interface PlaylistInput {
  /** What it is called. */
  name: string;
  /** What is on it. */
  tracks?: TrackToMany;
}

/** One page of the list. */
export interface PlaylistPage {
  items: Playlist[];
  page: PageInfo;
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
  items: PlaylistTrack[];
  page: PageInfo;
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

/** Numbers to add to what the fields are by then; a negative one takes away. The sum keeps the field's range. */
export interface TrackIncrement {
  /** How long it plays, in milliseconds. */
  milliseconds?: number;
  /** The size of the file. */
  bytes?: number;
  /** What it costs, in dollars. */
  unit_price?: string;
}

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
  items: Track[];
  page: PageInfo;
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
