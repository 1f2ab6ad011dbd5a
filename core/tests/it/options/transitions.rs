//! `transitions(…)`: which changes of an enum are valid.

use entify::Error;
use entify::entity::IntoAssignments as _;
use entify::prelude::*;
use entify::principal::Subject;
use entify::service::Records;
use entify::testing::each_database;
use entify::value::Value;

#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Closed,
    Archived,
}

/// A ticket.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Ticket {
    #[entity(unique)]
    title: String,
    #[entity(
        default = State::Open,
        filter,
        transitions(Open -> Closed, Closed -> Open, Closed -> Archived)
    )]
    state: State,
    #[entity(transitions(Open -> Closed))]
    shown: Option<State>,
    #[entity(default = 0)]
    votes: i32,
}

/// The same with what makes rows known before they change.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), history)]
pub struct Case {
    #[entity(unique)]
    title: String,
    #[entity(default = State::Open, transitions(Open -> Closed), policy(read = role("boss")))]
    state: State,
}

fn tables() -> Vec<&'static entify::entity::EntityDef> {
    entities![Ticket, Case].to_vec()
}

fn told(error: &Error) -> Vec<(String, &'static str, String)> {
    let told =
        |error: &entify::error::FieldError| (error.field.to_string(), error.code, error.message.to_string());
    error.fields().iter().map(told).collect()
}

fn to(state: State) -> TicketPatch {
    TicketPatch { state: state.into(), ..TicketPatch::default() }
}

#[each_database(tables())]
async fn a_state_changes_as_declared(ctx: Ctx) {
    let tickets = TicketService::new(&ctx);
    let id = tickets.create(TicketInput::new("a")).await.expect("a ticket").id;
    let refused = tickets.update(id, to(State::Archived)).await.expect_err("not from open");
    assert_eq!(
        told(&refused),
        [("state".to_owned(), "transition", "is `open`, which may change to `closed` only".to_owned())]
    );
    for state in [State::Open, State::Closed, State::Open, State::Closed, State::Archived, State::Archived] {
        assert_eq!(tickets.update(id, to(state)).await.expect("a change").state, state);
    }
    let refused = tickets.update(id, to(State::Open)).await.expect_err("the end");
    assert_eq!(told(&refused)[0].2, "is `archived`, which does not change any more");
    // What does not touch the state is not judged by it, and costs one statement as ever.
    let before = ctx.db().statements();
    tickets.update(id, TicketPatch { votes: 1.into(), ..TicketPatch::default() }).await.expect("a change");
    assert_eq!(ctx.db().statements() - before, 1);
}

#[each_database(tables())]
async fn a_new_row_starts_anywhere_and_nothing_becomes_absent_again(ctx: Ctx) {
    let tickets = TicketService::new(&ctx);
    let input = TicketInput { state: Some(State::Archived), ..TicketInput::new("a") };
    let id = tickets.create(input).await.expect("a ticket").id;
    let shown = |shown| TicketPatch { shown: Change::Set(shown), ..TicketPatch::default() };
    for state in [None, Some(State::Open), Some(State::Closed)] {
        assert_eq!(tickets.update(id, shown(state)).await.expect("a change").shown, state);
    }
    for state in [None, Some(State::Open)] {
        let refused = tickets.update(id, shown(state)).await.expect_err("not from closed");
        assert_eq!(told(&refused)[0].1, "transition");
    }
}

#[each_database(tables())]
async fn in_bulk_and_in_upserts_too(ctx: Ctx) {
    let tickets = TicketService::new(&ctx);
    let rows = ["a", "b"].map(TicketInput::new);
    let made = tickets.create_many(rows).await.expect("tickets");
    tickets.update(made[1].id, to(State::Closed)).await.expect("a change");
    let all = Ticket::title().ne("z");
    let refused = tickets.update_many(all.clone(), to(State::Archived)).await.expect_err("one is open");
    let row = made[0].id;
    assert_eq!(told(&refused)[0].2, format!("is `open`, which may change to `closed` only (row {row})"));
    assert_eq!(tickets.count(Ticket::state().eq(State::Archived)).await, Ok(0), "all or none");
    assert_eq!(tickets.update_many(all, to(State::Closed)).await, Ok(2));

    let input = |title: &str, state| TicketInput { state: Some(state), ..TicketInput::new(title) };
    let refused = tickets.upsert(Ticket::title(), input("a", State::Closed)).await.map(|row| row.state);
    assert_eq!(refused, Ok(State::Closed));
    let rows = [input("new", State::Archived), input("b", State::Archived), input("a", State::Open)];
    tickets.upsert_many(Ticket::title(), rows).await.expect("each is declared");
    let rows = [input("newer", State::Open), input("b", State::Open)];
    let refused = tickets.upsert_many(Ticket::title(), rows).await.expect_err("archived");
    assert_eq!(told(&refused)[0].0, "items.1.state");
    assert!(!tickets.exists(Ticket::title().eq("newer")).await.expect("an answer"));
}

#[each_database(tables(), row_security)]
async fn the_state_is_told_to_who_may_read_it_only(ctx: Ctx) {
    let id = CaseService::new(&ctx).create(CaseInput::new("a")).await.expect("a case").id;
    let patch = |state: State| CasePatch { state: state.into(), ..CasePatch::default() };
    for (roles, message) in [
        (vec!["staff"], "must not change to this value"),
        (vec!["staff", "boss"], "is `open`, which may change to `closed` only"),
    ] {
        let roles = roles.into_iter().map(str::to_owned).collect();
        let ctx = ctx.with_principal(Subject::new("1", "x", roles).into());
        let values = patch(State::Archived).into_assignments();
        let refused = Records::new(&ctx, Case::def().info())
            .update(&Value::Int(id.get()), values)
            .await
            .expect_err("not declared");
        assert_eq!(told(&refused)[0].2, message);
    }
}

#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod surfaces {
    use entify::testing::TestDb;
    use serde_json::json;

    use super::super::{rest, with_accounts};
    use super::*;
    use crate::graphql::Api;
    use crate::support::browser::signed_in_to;

    #[each_database(with_accounts(&entities![Ticket]))]
    async fn every_surface_refuses_alike_and_adds_alike(test: TestDb) {
        let ctx = test.ctx();
        TicketService::new(&ctx).create(TicketInput::new("a")).await.expect("a ticket");
        let (_site, mut browser) = signed_in_to(&ctx, &entities![Ticket]).await;
        let form = browser.open("/admin/tickets/1/edit").await;
        let page = browser.get("/admin/tickets/1/edit").await;
        page.has("value=\"open\"").has("value=\"closed\"");
        let select = page.body.split("name=\"state\"").nth(1).expect("the select");
        assert!(!select.split("</select>").next().expect("its end").contains("archived"), "{select}");
        let refused = browser.submit("/admin/tickets/1/edit", &form.with("state", "archived")).await;
        refused.is(422).has("Is `open`, which may change to `closed` only");

        let graphql = Api::of(&test, &entities![Ticket], Principal::Anonymous, |schema| schema).await;
        let errors = async |api: &Api, query: &str| -> Vec<serde_json::Value> {
            let answer = api.answer(query, json!({})).await;
            answer["errors"].as_array().expect("errors").clone()
        };
        let id = "VGlja2V0OjE="; // Ticket:1
        let update = |input: &str| {
            format!("mutation {{ updateTicket(id: \"{id}\", input: {{ {input} }}) {{ state votes }} }}")
        };
        let told = errors(&graphql, &update("state: ARCHIVED")).await;
        let fields = &told[0]["extensions"]["fields"][0];
        assert_eq!((&fields["field"], &fields["code"]), (&json!("state"), &json!("transition")), "{told:?}");
        let data = graphql.data(&update("state: CLOSED, increment: { votes: 2 }")).await;
        assert_eq!(data["updateTicket"], json!({"state": "CLOSED", "votes": 2}));
        let told = errors(&graphql, &update("votes: 1, increment: { votes: 2 }")).await;
        assert_eq!(told[0]["extensions"]["fields"][0]["field"], "increment.votes", "{told:?}");
        let told = errors(&graphql, &update("increment: { title: 2 }")).await;
        assert!(told[0]["message"].as_str().is_some_and(|text| text.contains("title")), "{told:?}");

        let api = rest(test, &entities![Ticket]).await;
        let changed =
            api.patch("/api/tickets/1", json!({"increment": {"votes": -3}, "state": "archived"})).await;
        assert_eq!((&changed.json()["votes"], &changed.json()["state"]), (&json!(-1), &json!("archived")));
        let refused = api.patch("/api/tickets/1", json!({"state": "open"})).await;
        let problem = refused.problem(422, "VALIDATION_FAILED");
        assert_eq!(problem["errors"][0]["message"], "is `archived`, which does not change any more");
        for (wrong, field) in [
            (json!({"increment": {"title": 1}}), "increment.title"),
            (json!({"increment": {"votes": "x"}}), "increment.votes"),
            (json!({"increment": {"odd": 1}}), "increment.odd"),
            (json!({"increment": 1}), "increment"),
            (json!({"increment": {"votes": 2_147_483_647}, "votes": 0}), "increment.votes"),
        ] {
            let refused = api.patch("/api/tickets/1", wrong).await;
            assert_eq!(refused.problem(422, "VALIDATION_FAILED")["errors"][0]["field"], field);
        }
        let sum = api.patch("/api/tickets/1", json!({"increment": {"votes": -2_147_483_648_i64}})).await;
        assert_eq!(sum.problem(422, "VALIDATION_FAILED")["errors"][0]["code"], "range");
    }
}
