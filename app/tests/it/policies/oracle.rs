//! The expected results: the rules of the store once more, in plain Rust over rows in memory, without the engine.

use std::collections::BTreeMap;
use std::path::Path;

use crate::store::Store;

/// Entities with rules that depend on the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Employee,
    Customer,
    Invoice,
    Line,
}

pub const KINDS: [Kind; 4] = [Kind::Employee, Kind::Customer, Kind::Invoice, Kind::Line];

impl Kind {
    /// The names: of the type, in GraphQL one and many, in paths, and of a text or number anyone may change who may
    /// change the row.
    pub const fn names(self) -> Names {
        let [name, one, many, path, harmless] = match self {
            Self::Employee => ["Employee", "employee", "employees", "employees", "city"],
            Self::Customer => ["Customer", "customer", "customers", "customers", "city"],
            Self::Invoice => ["Invoice", "invoice", "invoices", "invoices", "billing_city"],
            Self::Line => ["InvoiceLine", "invoiceLine", "invoiceLines", "invoice-lines", "quantity"],
        };
        Names { name, one, many, path, harmless }
    }
}

pub struct Names {
    pub name: &'static str,
    pub one: &'static str,
    pub many: &'static str,
    pub path: &'static str,
    pub harmless: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Read,
    Create,
    Update,
    Delete,
}

/// A principal, as the issuer of its credentials meant it.
#[derive(Debug, Clone, Copy)]
pub struct TestPrincipal {
    pub name: &'static str,
    pub roles: &'static [&'static str],
    pub subject: Option<&'static str>,
    pub authenticated: bool,
}

/// The principals with valid credentials.
pub const PRINCIPALS: [TestPrincipal; 11] = [
    TestPrincipal { name: "anonymous", roles: &[], subject: None, authenticated: false },
    TestPrincipal { name: "without a role", roles: &[], subject: Some("1"), authenticated: true },
    TestPrincipal { name: "customer 1", roles: &["customer"], subject: Some("1"), authenticated: true },
    TestPrincipal { name: "customer 2", roles: &["customer"], subject: Some("2"), authenticated: true },
    TestPrincipal { name: "customer 02", roles: &["customer"], subject: Some("02"), authenticated: true },
    TestPrincipal { name: "nobody's customer", roles: &["customer"], subject: None, authenticated: true },
    // The same numbers are those of customers too.
    TestPrincipal { name: "support 3", roles: &["support"], subject: Some("3"), authenticated: true },
    TestPrincipal { name: "support 4", roles: &["support"], subject: Some("4"), authenticated: true },
    TestPrincipal {
        name: "customer and support 2",
        roles: &["customer", "support"],
        subject: Some("2"),
        authenticated: true,
    },
    TestPrincipal { name: "staff", roles: &["staff"], subject: None, authenticated: true },
    TestPrincipal { name: "admin", roles: &["admin"], subject: None, authenticated: true },
];

impl TestPrincipal {
    fn is(&self, role: &str) -> bool {
        self.roles.contains(&role)
    }

    fn number_as(&self, role: &str) -> Option<i64> {
        let number = self.subject.filter(|subject| !subject.starts_with('0'))?.parse().ok()?;
        self.is(role).then_some(number)
    }

    fn manages_all(&self) -> bool {
        self.is("staff") || self.is("admin")
    }

    /// Whether there may be rows at all to which this may be done.
    pub fn ever(&self, action: Action, kind: Kind) -> bool {
        let (customer, support) = (self.number_as("customer").is_some(), self.number_as("support").is_some());
        match (action, kind) {
            (Action::Delete, _) => self.is("admin"),
            (Action::Read, Kind::Employee) => support || self.manages_all(),
            (Action::Read, _) => customer || support || self.manages_all(),
            (_, Kind::Employee) => self.is("admin"),
            (Action::Create, Kind::Customer) => self.manages_all(),
            (Action::Update, Kind::Customer) => customer || support || self.manages_all(),
            (_, Kind::Invoice | Kind::Line) => support || self.manages_all(),
        }
    }

    /// Whether the employee who looks after a customer is shown.
    pub fn sees_support(&self) -> bool {
        self.is("support") || self.manages_all()
    }

    pub fn sets_support(&self) -> bool {
        self.manages_all()
    }

    pub fn sees_birthday(&self, employee: i64) -> bool {
        self.is("admin") || self.number_as("support") == Some(employee)
    }
}

/// The rows, each by its key.
#[derive(Default)]
pub struct World {
    /// When they were born, where that is known.
    pub employees: BTreeMap<i64, Option<String>>,
    /// TestPrincipal looks after them.
    pub customers: BTreeMap<i64, Option<i64>>,
    /// TestPrincipal bought.
    pub invoices: BTreeMap<i64, i64>,
    /// The invoice, and the track.
    pub lines: BTreeMap<i64, (i64, i64)>,
}

impl World {
    /// The store's own rows, few of each.
    pub fn small(store: &Store) -> Self {
        let load = |entity: &str, text: &str| {
            let file = store.file(&format!("{entity}.csv"), text);
            store.run(&["import", entity, file.to_str().unwrap()]);
        };
        load("media_type", "id,name\n1,FLAC\n");
        load(
            "track",
            "id,name,media_type_id,milliseconds,unit_price\n1,One,1,1000,0.99\n2,Two,1,1000,0.99\n",
        );
        let mut world = Self::default();
        let born = Some("1980-01-02T00:00:00Z".to_owned());
        world.employees.extend([(1, None), (2, born.clone()), (3, born.clone()), (4, born)]);
        world.customers.extend([(1, Some(3)), (2, Some(4)), (3, Some(3)), (4, None), (5, Some(2))]);
        world.invoices.extend([(1, 1), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5)]);
        world.lines.extend([(1, (1, 1)), (2, (1, 2)), (3, (2, 1)), (4, (3, 1)), (5, (4, 2)), (6, (5, 2))]);
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let mut text = "id,last_name,first_name,email,birth_date\n".to_owned();
        for (id, born) in &world.employees {
            text += &format!(
                "{id},Last{id},First,employee{id}@store.example,{}\n",
                born.as_deref().unwrap_or_default()
            );
        }
        load("employee", &text);
        let mut text = "id,first_name,last_name,email,support_rep_id\n".to_owned();
        for (id, support) in &world.customers {
            text += &format!("{id},First,Last{id},{},{}\n", Self::email(*id), number(*support));
        }
        load("customer", &text);
        let mut text = "id,customer_id,invoice_date,total\n".to_owned();
        for (id, customer) in &world.invoices {
            text += &format!("{id},{customer},2024-01-0{id}T00:00:00Z,{}\n", Self::total(*id));
        }
        load("invoice", &text);
        let mut text = "id,invoice_id,track_id,unit_price\n".to_owned();
        for (id, (invoice, track)) in &world.lines {
            text += &format!("{id},{invoice},{track},0.99\n");
        }
        load("invoice_line", &text);
        world
    }

    /// The real rows; they have been imported.
    pub fn chinook(folder: &Path) -> Self {
        let rows = |name: &str| {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        // The columns that count are before or after those with commas in them.
        let first = |row: &str, at: usize| row.split(',').nth(at).unwrap().parse::<i64>().unwrap();
        let mut world = Self::default();
        for row in rows("employee.csv") {
            world.employees.insert(first(&row, 0), row.split(',').nth(5).map(str::to_owned));
        }
        for row in rows("customer.csv") {
            world.customers.insert(first(&row, 0), row.rsplit(',').next().unwrap().parse().ok());
        }
        world.invoices = rows("invoice.csv").iter().map(|row| (first(row, 0), first(row, 1))).collect();
        world.lines = rows("invoice_line.csv")
            .iter()
            .map(|row| (first(row, 0), (first(row, 1), first(row, 2))))
            .collect();
        world
    }

    /// What no other customer of [`World::small`] shows.
    pub fn email(customer: i64) -> String {
        format!("customer{customer}@mail.example")
    }

    /// What no other invoice of [`World::small`] shows.
    pub fn total(invoice: i64) -> String {
        format!("{invoice}77.42")
    }

    pub fn keys(&self, kind: Kind) -> Vec<i64> {
        match kind {
            Kind::Employee => self.employees.keys().copied().collect(),
            Kind::Customer => self.customers.keys().copied().collect(),
            Kind::Invoice => self.invoices.keys().copied().collect(),
            Kind::Line => self.lines.keys().copied().collect(),
        }
    }

    /// The rows that someone may read, by key.
    pub fn seen(&self, principal: &TestPrincipal, kind: Kind) -> Vec<i64> {
        self.keys(kind).into_iter().filter(|key| self.allows(principal, Action::Read, kind, *key)).collect()
    }

    /// Whether this may be done to the row.
    pub fn allows(&self, principal: &TestPrincipal, action: Action, kind: Kind, key: i64) -> bool {
        let customer = match kind {
            Kind::Employee => return self.allows_employee(principal, action, key),
            Kind::Customer => key,
            Kind::Invoice => self.invoices[&key],
            Kind::Line => self.invoices[&self.lines[&key].0],
        };
        self.allows_of(principal, action, kind, customer)
    }

    /// Whether this may be done to what belongs to a customer, or is one.
    pub fn allows_of(&self, principal: &TestPrincipal, action: Action, kind: Kind, customer: i64) -> bool {
        let own = principal.number_as("customer") == Some(customer);
        let managed = principal.number_as("support").is_some()
            && principal.number_as("support") == self.customers[&customer];
        match (action, kind) {
            (Action::Delete, _) => principal.is("admin"),
            (Action::Create, Kind::Customer) => principal.manages_all(),
            (Action::Read, _) | (Action::Update, Kind::Customer) => own || managed || principal.manages_all(),
            (Action::Create | Action::Update, _) => managed || principal.manages_all(),
        }
    }

    fn allows_employee(&self, principal: &TestPrincipal, action: Action, key: i64) -> bool {
        match action {
            Action::Read => principal.manages_all() || principal.number_as("support") == Some(key),
            _ => principal.is("admin"),
        }
    }
}
