//! A small store whose entities have actions.

use std::time::Duration;

use entify::auth::create_token_for;
use entify::error::ApplicationError;
use entify::prelude::*;
use entify::principal::{Principal, Subject};
use entify::testing::{Client, TestDb};

/// Who buys.
#[derive(Entity)]
#[entity(policy(read = owner(login) | (role("staff") | role("admin")), write = (role("staff") | role("admin"))))]
pub struct Buyer {
    #[entity(unique)]
    login: String,
}

/// What is to be paid.
#[derive(Entity)]
#[entity(
    policy(read = owner(buyer.login) | (role("staff") | role("admin")) | role("guest"), write = authenticated),
    version,
    history
)]
pub struct Bill {
    #[entity(filter, min = 0)]
    total: Decimal,
    #[entity(default = 0, min = 0)]
    paid: Decimal,
    #[entity(default = false)]
    locked: bool,
    /// What only staff reads.
    #[entity(policy(read = (role("staff") | role("admin"))), default = "none")]
    remark: Option<String>,
    buyer: One<Buyer>,
}

/// How a bill is paid.
#[derive(EntityEnum, Debug, PartialEq, Eq)]
pub enum Way {
    Cash,
    Card,
}

/// What is paid of a bill.
#[derive(EntityInput, Debug)]
pub struct Payment {
    /// How much.
    #[entity(min = 0.01, max = 1000, precision = 6, scale = 2)]
    pub amount: Decimal,
    #[entity(default = Way::Cash)]
    pub way: Way,
    #[entity(max_len = 20)]
    pub note: Option<String>,
    #[entity(rename = "tags", max_len = 2, default = Vec::new())]
    pub labels: Vec<String>,
}

/// Another bill.
#[derive(EntityInput)]
pub struct MergeInput {
    pub other: One<Bill>,
    pub again: Option<One<Bill>>,
}

/// What is owed.
#[derive(EntityOutput, Debug, PartialEq)]
pub struct Balance {
    /// How much.
    pub open: Decimal,
    pub bills: i64,
    pub buyer: Option<One<Buyer>>,
}

/// Of whom.
#[derive(EntityInput)]
pub struct Whose {
    pub buyer: One<Buyer>,
    #[entity(min = 0, default = 0)]
    pub at_least: Decimal,
}

fn bills(ctx: &Ctx) -> BillService<'_> {
    BillService::new(ctx)
}

#[entify::actions]
impl Bill {
    /// Marks the bill as paid.
    ///
    /// It cannot be undone.
    #[action(policy = (role("staff") | role("admin")) | owner(buyer.login), confirm)]
    async fn pay(ctx: &Ctx, bill: BillModel, input: Payment) -> entify::Result<BillModel> {
        if bill.paid + input.amount > bill.total {
            Err(ApplicationError::new(409, "OVERPAID", "this is more than is owed").on("amount"))?;
        }
        let patch = BillPatch { paid: Change::add(input.amount), ..BillPatch::default() };
        let bill = bills(ctx).update(bill.id, patch).await?;
        if input.note.as_deref() == Some("fail late") {
            return Err(Error::bad_request("failed late"));
        }
        if input.note.as_deref() == Some("panic") {
            panic!("the application's own");
        }
        Ok(bill)
    }

    /// Adds one to what is paid, in two steps.
    #[action(policy = (role("staff") | role("admin")))]
    async fn step(ctx: &Ctx, bill: BillModel) -> entify::Result<BillModel> {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let patch = BillPatch { paid: (bill.paid + Decimal::ONE).into(), ..BillPatch::default() };
        bills(ctx).update(bill.id, patch).await
    }

    /// Moves what is owed of another bill to this one.
    #[action(policy = (role("staff") | role("admin")))]
    async fn merge(ctx: &Ctx, bill: BillModel, input: MergeInput) -> entify::Result<BillModel> {
        let other = bills(ctx).lock(input.other.id()).await?;
        bills(ctx).delete(other.id).await?;
        let patch = BillPatch { total: Change::add(other.total), ..BillPatch::default() };
        bills(ctx).update(bill.id, patch).await
    }

    /// Removes it.
    #[action(policy = (role("staff") | role("admin")), deprecated(since = "2", note = "Pay it."))]
    async fn forget(ctx: &Ctx, bill: BillModel) -> entify::Result<()> {
        bills(ctx).delete(bill.id).await?;
        Ok(())
    }

    /// Gives it to another one.
    #[action(policy = authenticated)]
    async fn hand_over(ctx: &Ctx, bill: BillModel, input: Whose) -> entify::Result<BillModel> {
        let system = ctx.with_principal(Principal::System);
        let patch = BillPatch { buyer_id: input.buyer.id().into(), ..BillPatch::default() };
        bills(&system).update(bill.id, patch).await
    }

    /// What is owed of it.
    #[action(read, policy = public)]
    async fn balance(_ctx: &Ctx, bill: BillModel) -> entify::Result<Balance> {
        Ok(Balance { open: bill.total - bill.paid, bills: 1, buyer: Some(bill.buyer_id.into()) })
    }

    /// Claims to read only.
    #[action(read, policy = public)]
    async fn peek(ctx: &Ctx, bill: BillModel) -> entify::Result<BillModel> {
        bills(ctx).update(bill.id, BillPatch { locked: true.into(), ..BillPatch::default() }).await
    }

    /// What somebody owes.
    #[action(collection, read, policy = (role("staff") | role("admin")))]
    async fn owed(ctx: &Ctx, input: Whose) -> entify::Result<Option<Balance>> {
        let all = bills(ctx).list(Query::filter(Bill::buyer_id().eq(input.buyer.id()))).await?;
        let open: Decimal = all.items.iter().map(|bill| bill.total - bill.paid).sum();
        let found = i64::try_from(all.items.len()).unwrap_or(i64::MAX);
        Ok((open > input.at_least).then_some(Balance { open, bills: found, buyer: None }))
    }

    /// Opens a bill of one for everyone.
    #[action(collection, policy = (role("staff") | role("admin")))]
    async fn open_month(ctx: &Ctx) -> entify::Result<Vec<BillModel>> {
        let buyers = BuyerService::new(ctx).list(Query::default().order(Buyer::id().asc())).await?;
        let inputs = buyers.items.iter().map(|buyer| BillInput::new(Decimal::ONE, buyer.id));
        bills(ctx).create_many(inputs.collect::<Vec<_>>()).await
    }

    /// No action, but a function of the application.
    pub fn helper() -> u8 {
        7
    }
}

/// Who has a login and a role.
pub(super) fn signed_in(login: &str, role: &str) -> Principal {
    Principal::Subject(
        Subject::new(format!("account:{login}"), login, vec![role.to_owned()]).owning(login).into(),
    )
}

/// A client of the store, with a token of a login and a role.
pub(super) async fn client(test: &TestDb, login: &str, role: &str) -> Client {
    let client = Client::new(App::new(entities![Buyer, Bill]), test);
    let (_, token) =
        create_token_for(client.ctx(), login, vec![role.to_owned()], None, Some(login.to_owned()))
            .await
            .expect("a token");
    client.bearer(token)
}

/// A bill of ten of this buyer, who is made if there is none.
pub(super) async fn bill(ctx: &Ctx, login: &str) -> BillModel {
    let buyers = BuyerService::new(ctx);
    let (buyer, _) = buyers.get_or_create(Buyer::login(), BuyerInput::new(login)).await.expect("a buyer");
    bills(ctx).create(BillInput::new(Decimal::TEN, buyer.id)).await.expect("a bill")
}
