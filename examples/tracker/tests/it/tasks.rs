//! Mails after the commit, and the task of each minute.

use entify::ctx::Clock;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use issue_tracker::entities::{Issue, IssueService};
use issue_tracker::own_code::overdue;
use serde_json::json;

use crate::support::{Tracker, tables};

#[each_database(tables())]
async fn a_comment_is_mailed_once_it_is_committed(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let (ada, ann) = (tracker.login("ada@acme.example").await, tracker.login("ann@acme.example").await);
    let project = ada.rows("projects").await[0]["id"].as_i64().expect("a key");
    let issue = ada.begin(&ada.report(project, "Mailed").await).await;
    let comment = json!({"issue_id": issue["id"], "author_id": ann.id, "text": "I look at it."});
    assert_eq!(ann.post("/api/comments", comment.clone()).await.0, 201);
    assert_eq!(tracker.outbox.take(), [("ada@acme.example".to_owned(), "I look at it.".to_owned())]);
    // Nobody is told what they have written, nor what was rolled back.
    assert_eq!(
        ada.post(&format!("/api/issues/{}/close", issue["id"]), json!({"text": "Done."})).await.0,
        200
    );
    let refused = ann.post(&format!("/api/issues/{}/close", issue["id"]), json!({"text": "Done."})).await;
    assert_eq!(refused.0, 409);
    let open = ada.report(project, "Open").await;
    let refused = ann.post(&format!("/api/issues/{}/close", open["id"]), json!({"text": "Done."})).await;
    assert_eq!(refused.0, 422, "it is written, and then the status is refused");
    assert_eq!(tracker.outbox.take(), []);
    // The row is the reader's own.
    let told = ada.rows("notifications").await;
    assert!(
        told.iter().all(|row| row["person_id"] == ada.id) && told[0]["text"] == "I look at it.",
        "{told:?}"
    );
    let seen = ada.patch(&format!("/api/notifications/{}", told[0]["id"]), json!({"seen": true})).await;
    assert_eq!((seen.0, &seen.1["seen"]), (200, &json!(true)));
    let forged = json!({"person_id": ann.id, "issue_id": issue["id"], "subject": "x", "text": "y"});
    assert_eq!(ada.post("/api/notifications", forged).await.0, 403);
}

#[each_database(tables())]
async fn an_assignee_is_reminded_once(test: TestDb) -> entify::Result<()> {
    let tracker = Tracker::of(&test).await;
    let midnight = |day: &str| format!("{day}T00:00:00Z").parse::<DateTime<Utc>>().expect("a time");
    let at = |day: &str| tracker.ctx.with_clock(Clock::Fixed(midnight(day)));
    let issues = IssueService::new(&tracker.ctx);
    let issue = issues.one(Issue::title().eq("The page of acme is empty")).await?;
    let ada = tracker.login("ada@acme.example").await;
    let due = ada.patch(&format!("/api/issues/{}", issue.id), json!({"due": "2120-05-01"})).await;
    assert_eq!(due.0, 200, "{due:?}");
    issues.delete(issues.one(Issue::title().eq("The page of globex is empty")).await?.id).await?;

    overdue::remind(at("2120-05-01")).await?;
    assert_eq!(tracker.outbox.take(), [], "the day is not over");
    for expected in [1, 0] {
        overdue::remind(at("2120-05-02")).await?;
        let mails = tracker.outbox.take();
        assert_eq!(mails.len(), expected);
        assert!(mails.iter().all(|mail| mail.0 == "ann@acme.example" && mail.1.ends_with("overdue.")));
    }
    assert_eq!(issues.get(issue.id).await?.reminded_at, Some(midnight("2120-05-02")));
    // Another day is another reminder.
    let due = ada.patch(&format!("/api/issues/{}", issue.id), json!({"due": "2120-05-02"})).await;
    assert_eq!((due.0, &due.1["reminded_at"]), (200, &json!(null)));
    overdue::remind(at("2120-05-03")).await?;
    assert_eq!(tracker.outbox.take().len(), 1);
    Ok(())
}

#[each_database(tables())]
async fn one_node_of_all_runs_the_task(test: TestDb) {
    let tracker = Tracker::of(&test).await;
    let other = tracker.node(&test).await;
    let minute = || tracker.ctx.now().timestamp().unsigned_abs() / 60;
    let first = minute();
    let mut runs = 0;
    for _ in 0..100 {
        runs = 0;
        for base in [&tracker.base, &other] {
            let metrics = tracker.metrics(base).await;
            assert_eq!(number(&metrics, "entify_task_failures_total"), 0);
            runs += number(&metrics, "entify_task_runs_total");
        }
        entify::tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(runs >= 1 && runs <= minute() - first + 1, "{runs} runs on two nodes");
}

/// The number of a series about the task.
fn number(metrics: &str, series: &str) -> u64 {
    let series = format!("{series}{{task=\"overdue issues\"}} ");
    let line = metrics.lines().find_map(|line| line.strip_prefix(&series));
    line.map_or(0, |number| number.trim_end_matches(".0").parse().expect("a whole number"))
}
