//! Actions as the service does them.

use std::time::{Duration, Instant};

use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::{each_database, framework_tables};

use super::store::*;

fn all() -> Vec<&'static entify::entity::EntityDef> {
    [&entities![Buyer, Bill][..], &framework_tables()].concat()
}

fn payment(amount: i64) -> Payment {
    Payment { amount: amount.into(), way: Way::Card, note: None, labels: Vec::new() }
}

fn fields(error: &Error) -> Vec<(&str, &str)> {
    error.fields().iter().map(|error| (&*error.field, error.code)).collect()
}

#[each_database(all(), row_security)]
async fn the_rule_is_on_top_of_the_read_rule(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let as_of = |login: &str, role: &str| ctx.with_principal(signed_in(login, role));
    let pay = async |ctx: Ctx| BillService::new(&ctx).act::<_, BillModel>("pay", bill.id, payment(1)).await;
    assert_eq!(pay(ctx.with_principal(Principal::Anonymous)).await, Err(Error::Unauthenticated));
    assert_eq!(pay(as_of("ada", "guest")).await.map(|bill| bill.paid), Ok(1.into()), "it is hers");
    assert_eq!(pay(as_of("bob", "guest")).await, Err(Error::Forbidden), "he may read it");
    assert_eq!(pay(as_of("bob", "other")).await, Err(Error::NotFound("Bill".into())), "he may not");
    let step = BillService::new(&as_of("ada", "guest")).act::<_, BillModel>("step", bill.id, ()).await;
    assert_eq!(step, Err(Error::Forbidden), "no row allows it");
    let missing = BillService::new(&as_of("bob", "staff")).act::<_, BillModel>("step", 999.into(), ()).await;
    assert_eq!(missing, Err(Error::NotFound("Bill".into())));
    let month =
        async |ctx: Ctx| BillService::new(&ctx).act_on_all::<_, Vec<BillModel>>("open_month", ()).await;
    assert_eq!(month(as_of("ada", "guest")).await, Err(Error::Forbidden));
    assert_eq!(month(as_of("bob", "staff")).await.map(|bills| bills.len()), Ok(1));
}

#[each_database(all())]
async fn every_broken_rule_of_the_input_is_told_at_once(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let input = Payment {
        amount: "1000.001".parse().expect("a number"),
        way: Way::Cash,
        note: Some("x".repeat(21)),
        labels: vec!["a".into(), "b".into(), "c".into()],
    };
    let refused =
        BillService::new(&ctx).act::<_, BillModel>("pay", bill.id, input).await.expect_err("refused");
    let expected = [("amount", "too_large"), ("amount", "scale"), ("note", "too_long"), ("tags", "too_long")];
    assert_eq!(fields(&refused), expected);
    assert_eq!(refused.code(), "VALIDATION_FAILED");
}

#[each_database(all())]
async fn a_reference_is_to_a_row_that_may_be_read(ctx: Ctx) {
    let [here, there] = [bill(&ctx, "ada").await, bill(&ctx, "bob").await];
    let staff = ctx.with_principal(signed_in("eve", "staff"));
    let input = |other: Id<Bill>, again: Option<Id<Bill>>| MergeInput {
        other: other.into(),
        again: again.map(One::from),
    };
    let missing = input(999.into(), Some(998.into()));
    let refused = BillService::new(&staff).act::<_, BillModel>("merge", here.id, missing).await;
    let refused = refused.expect_err("there are no such rows");
    assert_eq!(fields(&refused), [("other_id", "reference"), ("again_id", "reference")]);
    let merged = BillService::new(&staff).act("merge", here.id, input(there.id, None)).await;
    assert_eq!(merged.map(|bill: BillModel| bill.total), Ok(20.into()));
    assert_eq!(BillService::new(&ctx).find(there.id).await, Ok(None));
    // A row that is there, but hidden from who asks.
    let ada = ctx.with_principal(signed_in("ada", "other"));
    let hidden = BuyerService::new(&ctx).create(BuyerInput::new("zoe")).await.expect("a buyer");
    let to_her = Whose { buyer: hidden.id.into(), at_least: 0.into() };
    let refused = BillService::new(&ada).act::<_, BillModel>("hand_over", here.id, to_her).await;
    assert_eq!(fields(&refused.expect_err("hidden")), [("buyer_id", "reference")]);
}

#[each_database(all())]
async fn an_error_of_the_code_keeps_nothing(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let service = BillService::new(&ctx);
    let note = |text: &str| Payment { note: Some(text.into()), ..payment(1) };
    let late = service.act::<_, BillModel>("pay", bill.id, note("fail late")).await;
    assert_eq!(late, Err(Error::bad_request("failed late")));
    let panicked = service.act::<_, BillModel>("pay", bill.id, note("panic")).await;
    assert_eq!(panicked, Err(Error::Internal));
    let own = service.act::<_, BillModel>("pay", bill.id, payment(11)).await.expect_err("too much");
    assert_eq!((own.code(), own.status(), fields(&own)), ("OVERPAID", 409, vec![("amount", "OVERPAID")]));
    let would_be = ctx
        .dry_run(move |ctx| async move {
            BillService::new(&ctx).act::<_, BillModel>("pay", bill.id, payment(2)).await
        })
        .await;
    assert_eq!(would_be.map(|bill| bill.paid), Ok(2.into()));
    assert_eq!(service.get(bill.id).await.map(|bill| bill.paid), Ok(0.into()));
}

#[each_database(all())]
async fn one_action_at_a_time_has_a_row(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let step = || {
        let ctx = ctx.clone();
        tokio::spawn(async move { BillService::new(&ctx).act::<_, BillModel>("step", bill.id, ()).await })
    };
    let start = Instant::now();
    let steps = [step(), step(), step()];
    for step in steps {
        step.await.expect("no panic").expect("a step");
    }
    assert!(start.elapsed() >= Duration::from_millis(600), "one after the other");
    assert_eq!(BillService::new(&ctx).get(bill.id).await.map(|bill| bill.paid), Ok(3.into()));
}

#[each_database(all())]
async fn what_only_reads_writes_nothing(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let guest = ctx.with_principal(signed_in("ada", "staff"));
    let service = BillService::new(&guest);
    let peek = service.act::<_, BillModel>("peek", bill.id, ()).await;
    assert_eq!(peek, Err(Error::Internal), "the log says why");
    assert_eq!(service.get(bill.id).await.map(|bill| bill.locked), Ok(false));
    let balance = service.act::<_, Balance>("balance", bill.id, ()).await;
    let open = Balance { open: 10.into(), bills: 1, buyer: Some(bill.buyer_id.into()) };
    assert_eq!(balance, Ok(open));
    let whose = |at_least: i64| Whose { buyer: bill.buyer_id.into(), at_least: at_least.into() };
    let owed = service.act_on_all::<_, Option<Balance>>("owed", whose(9)).await;
    assert_eq!(owed, Ok(Some(Balance { open: 10.into(), bills: 1, buyer: None })));
    assert_eq!(service.act_on_all::<_, Option<Balance>>("owed", whose(10)).await, Ok(None));
}

#[each_database(all())]
async fn history_names_the_action(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let service = BillService::new(&ctx);
    service.act::<_, BillModel>("pay", bill.id, payment(1)).await.expect("paid");
    service
        .update(bill.id, BillPatch { locked: true.into(), ..BillPatch::default() })
        .await
        .expect("changed");
    service.act::<_, ()>("forget", bill.id, ()).await.expect("forgotten");
    let history = service.history(bill.id, PageArgs::default()).await.expect("history");
    let actions: Vec<_> = history.items.iter().map(|entry| entry.in_action.as_deref()).collect();
    assert_eq!(actions, [Some("forget"), None, Some("pay"), None]);
}

#[each_database(all())]
async fn a_row_that_goes_out_of_sight_is_not_answered(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let zoe = BuyerService::new(&ctx).create(BuyerInput::new("zoe")).await.expect("a buyer");
    let of = |role: &str| ctx.with_principal(signed_in("ada", role));
    let whose = |id: Id<Buyer>| Whose { buyer: id.into(), at_least: 0.into() };
    let staff = BillService::new(&of("staff")).act("hand_over", bill.id, whose(zoe.id)).await;
    assert_eq!(staff.map(|bill: BillModel| bill.buyer_id), Ok(zoe.id));
    let hidden = BillService::new(&of("guest")).act::<_, BillModel>("pay", bill.id, payment(1)).await;
    assert_eq!(hidden, Err(Error::Forbidden), "it is not hers any more");
}

#[each_database(all())]
async fn a_call_by_other_types_is_refused(ctx: Ctx) {
    let bill = bill(&ctx, "ada").await;
    let service = BillService::new(&ctx);
    let refused = [
        service.act::<_, BillModel>("pai", bill.id, payment(1)).await.map(drop),
        service.act::<_, BillModel>("pay", bill.id, ()).await.map(drop),
        service.act::<_, ()>("pay", bill.id, payment(1)).await,
        service.act::<_, Vec<BillModel>>("open_month", bill.id, ()).await.map(drop),
        service.act_on_all::<_, BillModel>("pay", payment(1)).await.map(drop),
    ];
    for refused in refused {
        assert_eq!(refused.expect_err("refused").code(), "BAD_REQUEST");
    }
}
