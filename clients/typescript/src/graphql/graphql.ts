/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Which `Album` rows; all that is given must hold. */
export type AlbumFilter = {
  /** All of these match. */
  and?: Array<AlbumFilter> | null | undefined;
  /** The related row matches. */
  artist?: ArtistFilter | null | undefined;
  /** Who recorded it. */
  artistId?: IdFilter | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** How long it plays, in milliseconds. */
  milliseconds?: BigIntFilter | null | undefined;
  /** This does not match. */
  not?: AlbumFilter | null | undefined;
  /** One of these matches. */
  or?: Array<AlbumFilter> | null | undefined;
  /** The title on the sleeve. */
  title?: StringFilter | null | undefined;
  /** The related rows match. */
  tracks?: TrackListFilter | null | undefined;
  /** How many tracks are on it. */
  tracksCount?: BigIntFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The values of a new `Album`. */
export type AlbumInput = {
  /** Instead of `artistId`: a row that exists, or a new one. */
  artist?: ArtistToOne | null | undefined;
  /**
   * Who recorded it.
   * Required, unless `artist` is given or the row is created within its `artist`.
   */
  artistId?: string | number | null | undefined;
  /**
   * The title on the sleeve.
   * Length: 1 to 160.
   */
  title: string;
  /** What is on it. */
  tracks?: TrackToMany | null | undefined;
};

/** Tests on related `Album` rows; all that are given must hold. */
export type AlbumListFilter = {
  /** Every row matches; also when there is none. */
  every?: AlbumFilter | null | undefined;
  /** No row matches. */
  none?: AlbumFilter | null | undefined;
  /** At least one row matches. */
  some?: AlbumFilter | null | undefined;
};

/** What to change of a `Album`: fields that are left out stay as they are. */
export type AlbumPatch = {
  /** Instead of `artistId`: a row that exists, or a new one. */
  artist?: ArtistToOne | null | undefined;
  /** Who recorded it. */
  artistId?: string | number | null | undefined;
  /**
   * The title on the sleeve.
   * Length: 1 to 160.
   */
  title?: string | null | undefined;
  /** What is on it. */
  tracks?: TrackToMany | null | undefined;
};

/** What becomes of the `Album` rows of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export type AlbumToMany = {
  /** Rows that exist and are to belong to this one. */
  connect?: Array<string | number> | null | undefined;
  /** New rows that belong to this one. */
  create?: Array<AlbumInput> | null | undefined;
  /** Rows of this one that are deleted. */
  delete?: Array<string | number> | null | undefined;
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: Array<string | number> | null | undefined;
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: Array<string | number> | null | undefined;
  /** Changes of rows of this one. */
  update?: Array<AlbumToManyUpdate> | null | undefined;
};

/** A change of a `Album`. */
export type AlbumToManyUpdate = {
  id: string | number;
  input: AlbumPatch;
};

/** The `Album` that a row is to refer to. */
export type AlbumToOne =
  {   /** A `Album` that exists. */
  connect: string | number; create?: never; }
  |  { connect?: never;   /** A new `Album`. */
  create: AlbumInput; };

/** Which `Artist` rows; all that is given must hold. */
export type ArtistFilter = {
  /** The related rows match. */
  albums?: AlbumListFilter | null | undefined;
  /** How many albums there are. */
  albumsCount?: BigIntFilter | null | undefined;
  /** All of these match. */
  and?: Array<ArtistFilter> | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** The name on the sleeve. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: ArtistFilter | null | undefined;
  /** One of these matches. */
  or?: Array<ArtistFilter> | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The values of a new `Artist`. */
export type ArtistInput = {
  /** The albums recorded. */
  albums?: AlbumToMany | null | undefined;
  /**
   * The name on the sleeve.
   * Length: 1 to 120.
   */
  name: string;
};

/** The `Artist` that a row is to refer to. */
export type ArtistToOne =
  {   /** A `Artist` that exists. */
  connect: string | number; create?: never; }
  |  { connect?: never;   /** A new `Artist`. */
  create: ArtistInput; };

/** Tests on a `BigInt`; all that are given must hold. */
export type BigIntFilter = {
  /** Equal. */
  eq?: string | null | undefined;
  /** Greater. */
  gt?: string | null | undefined;
  /** Greater or equal. */
  gte?: string | null | undefined;
  /** Equal to one of these. */
  in?: Array<string> | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Less. */
  lt?: string | null | undefined;
  /** Less or equal. */
  lte?: string | null | undefined;
  /** Not equal; a missing value does not match. */
  ne?: string | null | undefined;
  /** Equal to none of these; a missing value does not match. */
  notIn?: Array<string> | null | undefined;
};

/** Which `Customer` rows; all that is given must hold. */
export type CustomerFilter = {
  /** All of these match. */
  and?: Array<CustomerFilter> | null | undefined;
  /** The city. */
  city?: StringFilter | null | undefined;
  /** The company bought for. */
  company?: StringFilter | null | undefined;
  /** The country. */
  country?: StringFilter | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /**
   * Where invoices are sent. Customers have addresses with letters beyond ASCII (RFC 6531), which
   * `format = email` does not take.
   */
  email?: StringFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** The related rows match. */
  invoices?: InvoiceListFilter | null | undefined;
  /** When something was last bought. */
  lastBought?: DateTimeFilter | null | undefined;
  /** The family name. */
  lastName?: StringFilter | null | undefined;
  /** This does not match. */
  not?: CustomerFilter | null | undefined;
  /** One of these matches. */
  or?: Array<CustomerFilter> | null | undefined;
  /** What was spent, in dollars. */
  spent?: DecimalFilter | null | undefined;
  /** The related row matches. */
  supportRep?: EmployeeFilter | null | undefined;
  /** The employee who looks after this customer; not shown to customers. */
  supportRepId?: IdFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The values of a new `Customer`. */
export type CustomerInput = {
  /**
   * Street and number.
   * Length: at most 120.
   */
  address?: string | null | undefined;
  /**
   * The city.
   * Length: at most 60.
   */
  city?: string | null | undefined;
  /**
   * The company bought for.
   * Length: at most 80.
   */
  company?: string | null | undefined;
  /**
   * The country.
   * Length: at most 60.
   */
  country?: string | null | undefined;
  /**
   * Where invoices are sent. Customers have addresses with letters beyond ASCII (RFC 6531), which
   * `format = email` does not take.
   * Length: 1 to 254.
   * Pattern: `^[^@\s]+@[^@\s]+$`.
   */
  email: string;
  /**
   * The fax number.
   * Length: at most 30.
   */
  fax?: string | null | undefined;
  /**
   * The given name.
   * Length: 1 to 40.
   */
  firstName: string;
  /** What was bought. */
  invoices?: InvoiceToMany | null | undefined;
  /**
   * The family name.
   * Length: 1 to 40.
   */
  lastName: string;
  /**
   * What the customer logs in with, at `POST /api/login`. Whoever has none cannot.
   * Length: 8 to 1024.
   */
  password?: string | null | undefined;
  /**
   * The telephone number.
   * Length: at most 30.
   */
  phone?: string | null | undefined;
  /**
   * The postal code.
   * Length: at most 20.
   */
  postalCode?: string | null | undefined;
  /**
   * The state or province.
   * Length: at most 40.
   */
  state?: string | null | undefined;
  /** Instead of `supportRepId`: a row that exists, or a new one. */
  supportRep?: EmployeeToOne | null | undefined;
  /** The employee who looks after this customer; not shown to customers. */
  supportRepId?: string | number | null | undefined;
};

/** Tests on related `Customer` rows; all that are given must hold. */
export type CustomerListFilter = {
  /** Every row matches; also when there is none. */
  every?: CustomerFilter | null | undefined;
  /** No row matches. */
  none?: CustomerFilter | null | undefined;
  /** At least one row matches. */
  some?: CustomerFilter | null | undefined;
};

/** What to change of a `Customer`: fields that are left out stay as they are. */
export type CustomerPatch = {
  /**
   * Street and number.
   * Length: at most 120.
   */
  address?: string | null | undefined;
  /**
   * The city.
   * Length: at most 60.
   */
  city?: string | null | undefined;
  /**
   * The company bought for.
   * Length: at most 80.
   */
  company?: string | null | undefined;
  /**
   * The country.
   * Length: at most 60.
   */
  country?: string | null | undefined;
  /**
   * Where invoices are sent. Customers have addresses with letters beyond ASCII (RFC 6531), which
   * `format = email` does not take.
   * Length: 1 to 254.
   * Pattern: `^[^@\s]+@[^@\s]+$`.
   */
  email?: string | null | undefined;
  /**
   * The fax number.
   * Length: at most 30.
   */
  fax?: string | null | undefined;
  /**
   * The given name.
   * Length: 1 to 40.
   */
  firstName?: string | null | undefined;
  /** What was bought. */
  invoices?: InvoiceToMany | null | undefined;
  /**
   * The family name.
   * Length: 1 to 40.
   */
  lastName?: string | null | undefined;
  /**
   * What the customer logs in with, at `POST /api/login`. Whoever has none cannot.
   * Length: 8 to 1024.
   */
  password?: string | null | undefined;
  /**
   * The telephone number.
   * Length: at most 30.
   */
  phone?: string | null | undefined;
  /**
   * The postal code.
   * Length: at most 20.
   */
  postalCode?: string | null | undefined;
  /**
   * The state or province.
   * Length: at most 40.
   */
  state?: string | null | undefined;
  /** Instead of `supportRepId`: a row that exists, or a new one. */
  supportRep?: EmployeeToOne | null | undefined;
  /** The employee who looks after this customer; not shown to customers. */
  supportRepId?: string | number | null | undefined;
};

/** What becomes of the `Customer` rows of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export type CustomerToMany = {
  /** Rows that exist and are to belong to this one. */
  connect?: Array<string | number> | null | undefined;
  /** New rows that belong to this one. */
  create?: Array<CustomerInput> | null | undefined;
  /** Rows of this one that are deleted. */
  delete?: Array<string | number> | null | undefined;
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: Array<string | number> | null | undefined;
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: Array<string | number> | null | undefined;
  /** Changes of rows of this one. */
  update?: Array<CustomerToManyUpdate> | null | undefined;
};

/** A change of a `Customer`. */
export type CustomerToManyUpdate = {
  id: string | number;
  input: CustomerPatch;
};

/** The `Customer` that a row is to refer to. */
export type CustomerToOne =
  {   /** A `Customer` that exists. */
  connect: string | number; create?: never; }
  |  { connect?: never;   /** A new `Customer`. */
  create: CustomerInput; };

/** Tests on a `DateTime`; all that are given must hold. */
export type DateTimeFilter = {
  /** Equal. */
  eq?: string | null | undefined;
  /** Greater. */
  gt?: string | null | undefined;
  /** Greater or equal. */
  gte?: string | null | undefined;
  /** Equal to one of these. */
  in?: Array<string> | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Less. */
  lt?: string | null | undefined;
  /** Less or equal. */
  lte?: string | null | undefined;
  /** Not equal; a missing value does not match. */
  ne?: string | null | undefined;
  /** Equal to none of these; a missing value does not match. */
  notIn?: Array<string> | null | undefined;
};

/** Tests on a `Decimal`; all that are given must hold. */
export type DecimalFilter = {
  /** Equal. */
  eq?: string | null | undefined;
  /** Greater. */
  gt?: string | null | undefined;
  /** Greater or equal. */
  gte?: string | null | undefined;
  /** Equal to one of these. */
  in?: Array<string> | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Less. */
  lt?: string | null | undefined;
  /** Less or equal. */
  lte?: string | null | undefined;
  /** Not equal; a missing value does not match. */
  ne?: string | null | undefined;
  /** Equal to none of these; a missing value does not match. */
  notIn?: Array<string> | null | undefined;
};

/** Which `Employee` rows; all that is given must hold. */
export type EmployeeFilter = {
  /** All of these match. */
  and?: Array<EmployeeFilter> | null | undefined;
  /** The city. */
  city?: StringFilter | null | undefined;
  /** The country. */
  country?: StringFilter | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The related rows match. */
  customers?: CustomerListFilter | null | undefined;
  /** The address at work. */
  email?: StringFilter | null | undefined;
  /** The first day at work. */
  hireDate?: DateTimeFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** The family name. */
  lastName?: StringFilter | null | undefined;
  /** This does not match. */
  not?: EmployeeFilter | null | undefined;
  /** One of these matches. */
  or?: Array<EmployeeFilter> | null | undefined;
  /** The related rows match. */
  reports?: EmployeeListFilter | null | undefined;
  /** The related row matches. */
  reportsTo?: EmployeeFilter | null | undefined;
  /** Who leads this employee. */
  reportsToId?: IdFilter | null | undefined;
  /** The position held. */
  title?: StringFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The values of a new `Employee`. */
export type EmployeeInput = {
  /**
   * Street and number.
   * Length: at most 120.
   */
  address?: string | null | undefined;
  /** The day of birth; not shown to colleagues. */
  birthDate?: string | null | undefined;
  /**
   * The city.
   * Length: at most 60.
   */
  city?: string | null | undefined;
  /**
   * The country.
   * Length: at most 60.
   */
  country?: string | null | undefined;
  /** The customers looked after. */
  customers?: CustomerToMany | null | undefined;
  /**
   * The address at work.
   * Length: 1 to 254.
   */
  email: string;
  /**
   * The fax number.
   * Length: at most 30.
   */
  fax?: string | null | undefined;
  /**
   * The given name.
   * Length: 1 to 40.
   */
  firstName: string;
  /** The first day at work. */
  hireDate?: string | null | undefined;
  /**
   * The family name.
   * Length: 1 to 40.
   */
  lastName: string;
  /**
   * The telephone number.
   * Length: at most 30.
   */
  phone?: string | null | undefined;
  /**
   * The postal code.
   * Length: at most 20.
   */
  postalCode?: string | null | undefined;
  /** The employees led. */
  reports?: EmployeeToMany | null | undefined;
  /** Instead of `reportsToId`: a row that exists, or a new one. */
  reportsTo?: EmployeeToOne | null | undefined;
  /** Who leads this employee. */
  reportsToId?: string | number | null | undefined;
  /**
   * The state or province.
   * Length: at most 40.
   */
  state?: string | null | undefined;
  /**
   * The position held.
   * Length: at most 60.
   */
  title?: string | null | undefined;
};

/** Tests on related `Employee` rows; all that are given must hold. */
export type EmployeeListFilter = {
  /** Every row matches; also when there is none. */
  every?: EmployeeFilter | null | undefined;
  /** No row matches. */
  none?: EmployeeFilter | null | undefined;
  /** At least one row matches. */
  some?: EmployeeFilter | null | undefined;
};

/** What to change of a `Employee`: fields that are left out stay as they are. */
export type EmployeePatch = {
  /**
   * Street and number.
   * Length: at most 120.
   */
  address?: string | null | undefined;
  /** The day of birth; not shown to colleagues. */
  birthDate?: string | null | undefined;
  /**
   * The city.
   * Length: at most 60.
   */
  city?: string | null | undefined;
  /**
   * The country.
   * Length: at most 60.
   */
  country?: string | null | undefined;
  /** The customers looked after. */
  customers?: CustomerToMany | null | undefined;
  /**
   * The address at work.
   * Length: 1 to 254.
   */
  email?: string | null | undefined;
  /**
   * The fax number.
   * Length: at most 30.
   */
  fax?: string | null | undefined;
  /**
   * The given name.
   * Length: 1 to 40.
   */
  firstName?: string | null | undefined;
  /** The first day at work. */
  hireDate?: string | null | undefined;
  /**
   * The family name.
   * Length: 1 to 40.
   */
  lastName?: string | null | undefined;
  /**
   * The telephone number.
   * Length: at most 30.
   */
  phone?: string | null | undefined;
  /**
   * The postal code.
   * Length: at most 20.
   */
  postalCode?: string | null | undefined;
  /** The employees led. */
  reports?: EmployeeToMany | null | undefined;
  /** Instead of `reportsToId`: a row that exists, or a new one. */
  reportsTo?: EmployeeToOne | null | undefined;
  /** Who leads this employee. */
  reportsToId?: string | number | null | undefined;
  /**
   * The state or province.
   * Length: at most 40.
   */
  state?: string | null | undefined;
  /**
   * The position held.
   * Length: at most 60.
   */
  title?: string | null | undefined;
};

/** What becomes of the `Employee` rows of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export type EmployeeToMany = {
  /** Rows that exist and are to belong to this one. */
  connect?: Array<string | number> | null | undefined;
  /** New rows that belong to this one. */
  create?: Array<EmployeeInput> | null | undefined;
  /** Rows of this one that are deleted. */
  delete?: Array<string | number> | null | undefined;
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: Array<string | number> | null | undefined;
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: Array<string | number> | null | undefined;
  /** Changes of rows of this one. */
  update?: Array<EmployeeToManyUpdate> | null | undefined;
};

/** A change of a `Employee`. */
export type EmployeeToManyUpdate = {
  id: string | number;
  input: EmployeePatch;
};

/** The `Employee` that a row is to refer to. */
export type EmployeeToOne =
  {   /** A `Employee` that exists. */
  connect: string | number; create?: never; }
  |  { connect?: never;   /** A new `Employee`. */
  create: EmployeeInput; };

/** Which `Genre` rows; all that is given must hold. */
export type GenreFilter = {
  /** All of these match. */
  and?: Array<GenreFilter> | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** The style's name. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: GenreFilter | null | undefined;
  /** One of these matches. */
  or?: Array<GenreFilter> | null | undefined;
  /** The related rows match. */
  tracks?: TrackListFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The values of a new `Genre`. */
export type GenreInput = {
  /**
   * The style's name.
   * Length: 1 to 60.
   */
  name: string;
  /** The tracks of this style. */
  tracks?: TrackToMany | null | undefined;
};

/** The `Genre` that a row is to refer to. */
export type GenreToOne =
  {   /** A `Genre` that exists. */
  connect: string | number; create?: never; }
  |  { connect?: never;   /** A new `Genre`. */
  create: GenreInput; };

/** Tests on a `ID`; all that are given must hold. */
export type IdFilter = {
  /** Equal. */
  eq?: string | number | null | undefined;
  /** Equal to one of these. */
  in?: Array<string | number> | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Not equal; a missing value does not match. */
  ne?: string | number | null | undefined;
  /** Equal to none of these; a missing value does not match. */
  notIn?: Array<string | number> | null | undefined;
};

/** Tests on a `Int`; all that are given must hold. */
export type IntFilter = {
  /** Equal. */
  eq?: number | null | undefined;
  /** Greater. */
  gt?: number | null | undefined;
  /** Greater or equal. */
  gte?: number | null | undefined;
  /** Equal to one of these. */
  in?: Array<number> | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Less. */
  lt?: number | null | undefined;
  /** Less or equal. */
  lte?: number | null | undefined;
  /** Not equal; a missing value does not match. */
  ne?: number | null | undefined;
  /** Equal to none of these; a missing value does not match. */
  notIn?: Array<number> | null | undefined;
};

/** Which `Invoice` rows; all that is given must hold. */
export type InvoiceFilter = {
  /** All of these match. */
  and?: Array<InvoiceFilter> | null | undefined;
  /** The country of the bill. */
  billingCountry?: StringFilter | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The related row matches. */
  customer?: CustomerFilter | null | undefined;
  /** Who bought. */
  customerId?: IdFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** When it was bought. */
  invoiceDate?: DateTimeFilter | null | undefined;
  /** The related rows match. */
  lines?: InvoiceLineListFilter | null | undefined;
  /** This does not match. */
  not?: InvoiceFilter | null | undefined;
  /** One of these matches. */
  or?: Array<InvoiceFilter> | null | undefined;
  /** The sum of the lines, in dollars. */
  total?: DecimalFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Numbers to add to fields of a `Invoice`; a negative one takes away. The sum keeps the field's range. */
export type InvoiceIncrement = {
  /** The sum of the lines, in dollars. */
  total?: string | null | undefined;
};

/** The values of a new `Invoice`. */
export type InvoiceInput = {
  /**
   * Street and number of the bill.
   * Length: at most 120.
   */
  billingAddress?: string | null | undefined;
  /**
   * The city of the bill.
   * Length: at most 60.
   */
  billingCity?: string | null | undefined;
  /**
   * The country of the bill.
   * Length: at most 60.
   */
  billingCountry?: string | null | undefined;
  /**
   * The postal code of the bill.
   * Length: at most 20.
   */
  billingPostalCode?: string | null | undefined;
  /**
   * The state or province of the bill.
   * Length: at most 40.
   */
  billingState?: string | null | undefined;
  /** Instead of `customerId`: a row that exists, or a new one. */
  customer?: CustomerToOne | null | undefined;
  /**
   * Who bought.
   * Required, unless `customer` is given or the row is created within its `customer`.
   */
  customerId?: string | number | null | undefined;
  /** When it was bought. */
  invoiceDate: string;
  /** What was bought. */
  lines?: InvoiceLineToMany | null | undefined;
  /**
   * The sum of the lines, in dollars.
   * Range: at least 0.
   */
  total: string;
};

/** Which `InvoiceLine` rows; all that is given must hold. */
export type InvoiceLineFilter = {
  /** What it comes to, in dollars; computed by the database. */
  amount?: DecimalFilter | null | undefined;
  /** All of these match. */
  and?: Array<InvoiceLineFilter> | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** The related row matches. */
  invoice?: InvoiceFilter | null | undefined;
  /** The purchase. */
  invoiceId?: IdFilter | null | undefined;
  /** This does not match. */
  not?: InvoiceLineFilter | null | undefined;
  /** One of these matches. */
  or?: Array<InvoiceLineFilter> | null | undefined;
  /** The related row matches. */
  track?: TrackFilter | null | undefined;
  /** What was bought. */
  trackId?: IdFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Numbers to add to fields of a `InvoiceLine`; a negative one takes away. The sum keeps the field's range. */
export type InvoiceLineIncrement = {
  /** How many. */
  quantity?: number | null | undefined;
  /** What one cost, in dollars. */
  unitPrice?: string | null | undefined;
};

/** The values of a new `InvoiceLine`. */
export type InvoiceLineInput = {
  /** Instead of `invoiceId`: a row that exists, or a new one. */
  invoice?: InvoiceToOne | null | undefined;
  /**
   * The purchase.
   * Required, unless `invoice` is given or the row is created within its `invoice`.
   */
  invoiceId?: string | number | null | undefined;
  /**
   * How many.
   * Range: at least 1.
   * Default: 1.
   */
  quantity?: number | null | undefined;
  /** Instead of `trackId`: a row that exists, or a new one. */
  track?: TrackToOne | null | undefined;
  /**
   * What was bought.
   * Required, unless `track` is given or the row is created within its `track`.
   */
  trackId?: string | number | null | undefined;
  /**
   * What one cost, in dollars.
   * Range: at least 0.
   */
  unitPrice: string;
};

/** Tests on related `InvoiceLine` rows; all that are given must hold. */
export type InvoiceLineListFilter = {
  /** Every row matches; also when there is none. */
  every?: InvoiceLineFilter | null | undefined;
  /** No row matches. */
  none?: InvoiceLineFilter | null | undefined;
  /** At least one row matches. */
  some?: InvoiceLineFilter | null | undefined;
};

/** What to change of a `InvoiceLine`: fields that are left out stay as they are. */
export type InvoiceLinePatch = {
  /** Numbers to add to what the fields are by then. */
  increment?: InvoiceLineIncrement | null | undefined;
  /** Instead of `invoiceId`: a row that exists, or a new one. */
  invoice?: InvoiceToOne | null | undefined;
  /** The purchase. */
  invoiceId?: string | number | null | undefined;
  /**
   * How many.
   * Range: at least 1.
   */
  quantity?: number | null | undefined;
  /** Instead of `trackId`: a row that exists, or a new one. */
  track?: TrackToOne | null | undefined;
  /** What was bought. */
  trackId?: string | number | null | undefined;
  /**
   * What one cost, in dollars.
   * Range: at least 0.
   */
  unitPrice?: string | null | undefined;
};

/** What becomes of the `InvoiceLine` rows of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export type InvoiceLineToMany = {
  /** Rows that exist and are to belong to this one. */
  connect?: Array<string | number> | null | undefined;
  /** New rows that belong to this one. */
  create?: Array<InvoiceLineInput> | null | undefined;
  /** Rows of this one that are deleted. */
  delete?: Array<string | number> | null | undefined;
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: Array<string | number> | null | undefined;
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: Array<string | number> | null | undefined;
  /** Changes of rows of this one. */
  update?: Array<InvoiceLineToManyUpdate> | null | undefined;
};

/** A change of a `InvoiceLine`. */
export type InvoiceLineToManyUpdate = {
  id: string | number;
  input: InvoiceLinePatch;
};

/** Tests on related `Invoice` rows; all that are given must hold. */
export type InvoiceListFilter = {
  /** Every row matches; also when there is none. */
  every?: InvoiceFilter | null | undefined;
  /** No row matches. */
  none?: InvoiceFilter | null | undefined;
  /** At least one row matches. */
  some?: InvoiceFilter | null | undefined;
};

/** What to change of a `Invoice`: fields that are left out stay as they are. */
export type InvoicePatch = {
  /**
   * Street and number of the bill.
   * Length: at most 120.
   */
  billingAddress?: string | null | undefined;
  /**
   * The city of the bill.
   * Length: at most 60.
   */
  billingCity?: string | null | undefined;
  /**
   * The country of the bill.
   * Length: at most 60.
   */
  billingCountry?: string | null | undefined;
  /**
   * The postal code of the bill.
   * Length: at most 20.
   */
  billingPostalCode?: string | null | undefined;
  /**
   * The state or province of the bill.
   * Length: at most 40.
   */
  billingState?: string | null | undefined;
  /** Instead of `customerId`: a row that exists, or a new one. */
  customer?: CustomerToOne | null | undefined;
  /** Who bought. */
  customerId?: string | number | null | undefined;
  /** Numbers to add to what the fields are by then. */
  increment?: InvoiceIncrement | null | undefined;
  /** When it was bought. */
  invoiceDate?: string | null | undefined;
  /** What was bought. */
  lines?: InvoiceLineToMany | null | undefined;
  /**
   * The sum of the lines, in dollars.
   * Range: at least 0.
   */
  total?: string | null | undefined;
};

/** What becomes of the `Invoice` rows of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export type InvoiceToMany = {
  /** Rows that exist and are to belong to this one. */
  connect?: Array<string | number> | null | undefined;
  /** New rows that belong to this one. */
  create?: Array<InvoiceInput> | null | undefined;
  /** Rows of this one that are deleted. */
  delete?: Array<string | number> | null | undefined;
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: Array<string | number> | null | undefined;
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: Array<string | number> | null | undefined;
  /** Changes of rows of this one. */
  update?: Array<InvoiceToManyUpdate> | null | undefined;
};

/** A change of a `Invoice`. */
export type InvoiceToManyUpdate = {
  id: string | number;
  input: InvoicePatch;
};

/** The `Invoice` that a row is to refer to. */
export type InvoiceToOne =
  {   /** A `Invoice` that exists. */
  connect: string | number; create?: never; }
  |  { connect?: never;   /** A new `Invoice`. */
  create: InvoiceInput; };

/** Which `MediaType` rows; all that is given must hold. */
export type MediaTypeFilter = {
  /** All of these match. */
  and?: Array<MediaTypeFilter> | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** What the file is: "AAC audio file". */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: MediaTypeFilter | null | undefined;
  /** One of these matches. */
  or?: Array<MediaTypeFilter> | null | undefined;
  /** The related rows match. */
  tracks?: TrackListFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The values of a new `MediaType`. */
export type MediaTypeInput = {
  /**
   * What the file is: "AAC audio file".
   * Length: 1 to 60.
   */
  name: string;
  /** The tracks sold as this kind of file. */
  tracks?: TrackToMany | null | undefined;
};

/** The `MediaType` that a row is to refer to. */
export type MediaTypeToOne =
  {   /** A `MediaType` that exists. */
  connect: string | number; create?: never; }
  |  { connect?: never;   /** A new `MediaType`. */
  create: MediaTypeInput; };

/** Which `Playlist` rows; all that is given must hold. */
export type PlaylistFilter = {
  /** All of these match. */
  and?: Array<PlaylistFilter> | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** What it is called. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: PlaylistFilter | null | undefined;
  /** One of these matches. */
  or?: Array<PlaylistFilter> | null | undefined;
  /** The related rows match. */
  tracks?: TrackListFilter | null | undefined;
  /** How many tracks are on it. */
  tracksCount?: BigIntFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** The values of a new `Playlist`. */
export type PlaylistInput = {
  /**
   * What it is called.
   * Length: 1 to 120.
   */
  name: string;
  /** What is on it. */
  tracks?: TrackToMany | null | undefined;
};

/** Tests on related `Playlist` rows; all that are given must hold. */
export type PlaylistListFilter = {
  /** Every row matches; also when there is none. */
  every?: PlaylistFilter | null | undefined;
  /** No row matches. */
  none?: PlaylistFilter | null | undefined;
  /** At least one row matches. */
  some?: PlaylistFilter | null | undefined;
};

/** What to change of a `Playlist`: fields that are left out stay as they are. */
export type PlaylistPatch = {
  /**
   * What it is called.
   * Length: 1 to 120.
   */
  name?: string | null | undefined;
  /** What is on it. */
  tracks?: TrackToMany | null | undefined;
};

/** What becomes of the `Playlist` rows of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export type PlaylistToMany = {
  /** Rows that exist and are to belong to this one. */
  connect?: Array<string | number> | null | undefined;
  /** New rows that belong to this one. */
  create?: Array<PlaylistInput> | null | undefined;
  /** Rows of this one that are deleted. */
  delete?: Array<string | number> | null | undefined;
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: Array<string | number> | null | undefined;
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: Array<string | number> | null | undefined;
  /** Changes of rows of this one. */
  update?: Array<PlaylistToManyUpdate> | null | undefined;
};

/** A change of a `Playlist`. */
export type PlaylistToManyUpdate = {
  id: string | number;
  input: PlaylistPatch;
};

/** Tests on a `String`; all that are given must hold. */
export type StringFilter = {
  /** Holds this text, upper and lower case told apart. */
  contains?: string | null | undefined;
  /** Ends with this text, upper and lower case told apart. */
  endsWith?: string | null | undefined;
  /** Equal. */
  eq?: string | null | undefined;
  /** Greater. */
  gt?: string | null | undefined;
  /** Greater or equal. */
  gte?: string | null | undefined;
  /** Equal to one of these. */
  in?: Array<string> | null | undefined;
  /** Whether the value is missing. */
  isNull?: boolean | null | undefined;
  /** Less. */
  lt?: string | null | undefined;
  /** Less or equal. */
  lte?: string | null | undefined;
  /** Not equal; a missing value does not match. */
  ne?: string | null | undefined;
  /** Equal to none of these; a missing value does not match. */
  notIn?: Array<string> | null | undefined;
  /** Starts with this text, upper and lower case told apart. */
  startsWith?: string | null | undefined;
};

/** Which `Track` rows; all that is given must hold. */
export type TrackFilter = {
  /** The related row matches. */
  album?: AlbumFilter | null | undefined;
  /** The album it is on. */
  albumId?: IdFilter | null | undefined;
  /** All of these match. */
  and?: Array<TrackFilter> | null | undefined;
  /** The size of the file. */
  bytes?: BigIntFilter | null | undefined;
  /** Who wrote it. */
  composer?: StringFilter | null | undefined;
  /** When the row was created. */
  createdAt?: DateTimeFilter | null | undefined;
  /** The related row matches. */
  genre?: GenreFilter | null | undefined;
  /** The style of music or film. */
  genreId?: IdFilter | null | undefined;
  /** The primary key. */
  id?: IdFilter | null | undefined;
  /** The related rows match. */
  invoiceLines?: InvoiceLineListFilter | null | undefined;
  /** The related row matches. */
  mediaType?: MediaTypeFilter | null | undefined;
  /** The kind of file that is sold. */
  mediaTypeId?: IdFilter | null | undefined;
  /** How long it plays, in milliseconds. */
  milliseconds?: IntFilter | null | undefined;
  /** The title. */
  name?: StringFilter | null | undefined;
  /** This does not match. */
  not?: TrackFilter | null | undefined;
  /** One of these matches. */
  or?: Array<TrackFilter> | null | undefined;
  /** The related rows match. */
  playlists?: PlaylistListFilter | null | undefined;
  /** What it costs, in dollars. */
  unitPrice?: DecimalFilter | null | undefined;
  /** When the row last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Numbers to add to fields of a `Track`; a negative one takes away. The sum keeps the field's range. */
export type TrackIncrement = {
  /** The size of the file. */
  bytes?: string | null | undefined;
  /** How long it plays, in milliseconds. */
  milliseconds?: number | null | undefined;
  /** What it costs, in dollars. */
  unitPrice?: string | null | undefined;
};

/** The values of a new `Track`. */
export type TrackInput = {
  /** Instead of `albumId`: a row that exists, or a new one. */
  album?: AlbumToOne | null | undefined;
  /** The album it is on. */
  albumId?: string | number | null | undefined;
  /**
   * The size of the file.
   * Range: at least 0.
   */
  bytes?: string | null | undefined;
  /**
   * Who wrote it.
   * Length: at most 220.
   */
  composer?: string | null | undefined;
  /** Instead of `genreId`: a row that exists, or a new one. */
  genre?: GenreToOne | null | undefined;
  /** The style of music or film. */
  genreId?: string | number | null | undefined;
  /** The sales of it. */
  invoiceLines?: InvoiceLineToMany | null | undefined;
  /** Instead of `mediaTypeId`: a row that exists, or a new one. */
  mediaType?: MediaTypeToOne | null | undefined;
  /**
   * The kind of file that is sold.
   * Required, unless `mediaType` is given or the row is created within its `mediaType`.
   */
  mediaTypeId?: string | number | null | undefined;
  /**
   * How long it plays, in milliseconds.
   * Range: at least 1.
   */
  milliseconds: number;
  /**
   * The title.
   * Length: 1 to 200.
   */
  name: string;
  /** The playlists it is on. */
  playlists?: PlaylistToMany | null | undefined;
  /**
   * What it costs, in dollars.
   * Range: at least 0.
   */
  unitPrice: string;
};

/** Tests on related `Track` rows; all that are given must hold. */
export type TrackListFilter = {
  /** Every row matches; also when there is none. */
  every?: TrackFilter | null | undefined;
  /** No row matches. */
  none?: TrackFilter | null | undefined;
  /** At least one row matches. */
  some?: TrackFilter | null | undefined;
};

/** What to change of a `Track`: fields that are left out stay as they are. */
export type TrackPatch = {
  /** Instead of `albumId`: a row that exists, or a new one. */
  album?: AlbumToOne | null | undefined;
  /** The album it is on. */
  albumId?: string | number | null | undefined;
  /**
   * The size of the file.
   * Range: at least 0.
   */
  bytes?: string | null | undefined;
  /**
   * Who wrote it.
   * Length: at most 220.
   */
  composer?: string | null | undefined;
  /** Instead of `genreId`: a row that exists, or a new one. */
  genre?: GenreToOne | null | undefined;
  /** The style of music or film. */
  genreId?: string | number | null | undefined;
  /** Numbers to add to what the fields are by then. */
  increment?: TrackIncrement | null | undefined;
  /** The sales of it. */
  invoiceLines?: InvoiceLineToMany | null | undefined;
  /** Instead of `mediaTypeId`: a row that exists, or a new one. */
  mediaType?: MediaTypeToOne | null | undefined;
  /** The kind of file that is sold. */
  mediaTypeId?: string | number | null | undefined;
  /**
   * How long it plays, in milliseconds.
   * Range: at least 1.
   */
  milliseconds?: number | null | undefined;
  /**
   * The title.
   * Length: 1 to 200.
   */
  name?: string | null | undefined;
  /** The playlists it is on. */
  playlists?: PlaylistToMany | null | undefined;
  /**
   * What it costs, in dollars.
   * Range: at least 0.
   */
  unitPrice?: string | null | undefined;
};

/** What becomes of the `Track` rows of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may be named once. */
export type TrackToMany = {
  /** Rows that exist and are to belong to this one. */
  connect?: Array<string | number> | null | undefined;
  /** New rows that belong to this one. */
  create?: Array<TrackInput> | null | undefined;
  /** Rows of this one that are deleted. */
  delete?: Array<string | number> | null | undefined;
  /** Rows of this one that are to belong to it no longer. */
  disconnect?: Array<string | number> | null | undefined;
  /** All rows that exist already and are to belong to this one: others are disconnected. */
  set?: Array<string | number> | null | undefined;
  /** Changes of rows of this one. */
  update?: Array<TrackToManyUpdate> | null | undefined;
};

/** A change of a `Track`. */
export type TrackToManyUpdate = {
  id: string | number;
  input: TrackPatch;
};

/** The `Track` that a row is to refer to. */
export type TrackToOne =
  {   /** A `Track` that exists. */
  connect: string | number; create?: never; }
  |  { connect?: never;   /** A new `Track`. */
  create: TrackInput; };

export type ArtistsWithAlbumsQueryVariables = Exact<{
  first: number;
  filter?: ArtistFilter | null | undefined;
}>;


export type ArtistsWithAlbumsQuery = { artists: { totalCount: number, nodes: Array<{ id: string, name: string, albums: { nodes: Array<{ title: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateArtistMutationVariables = Exact<{
  input: ArtistInput;
}>;


export type CreateArtistMutation = { createArtist: { id: string, name: string } };

export type DeleteArtistMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteArtistMutation = { deleteArtist: { id: string } };

export type MediaQueryVariables = Exact<{ [key: string]: never; }>;


export type MediaQuery = { mediaTypes: { nodes: Array<{ name: string }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const ArtistsWithAlbumsDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<ArtistsWithAlbumsQuery, ArtistsWithAlbumsQueryVariables>;
export const CreateArtistDocument = new TypedDocumentString(`
    mutation CreateArtist($input: ArtistInput!) {
  createArtist(input: $input) {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<CreateArtistMutation, CreateArtistMutationVariables>;
export const DeleteArtistDocument = new TypedDocumentString(`
    mutation DeleteArtist($id: ID!) {
  deleteArtist(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<DeleteArtistMutation, DeleteArtistMutationVariables>;
export const MediaDocument = new TypedDocumentString(`
    query Media {
  mediaTypes(first: 1) {
    nodes {
      name
    }
  }
}
    `) as unknown as TypedDocumentString<MediaQuery, MediaQueryVariables>;