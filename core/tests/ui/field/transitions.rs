use entify::prelude::*;

#[derive(EntityEnum)]
enum State {
    Open,
    Closed,
}

#[derive(Entity)]
#[entity(policy = public)]
struct Issue {
    #[entity(transitions(Open -> Open))]
    same: State,
    #[entity(transitions(Open -> Closed, Open -> Closed))]
    twice: State,
    #[entity(transitions(Open, Closed))]
    no_arrows: State,
    #[entity(transitions)]
    none: State,
    #[entity(transitions(Open -> Closed))]
    text: String,
    #[entity(transitions(Open -> Closed), immutable)]
    fixed: State,
}

fn main() {}
