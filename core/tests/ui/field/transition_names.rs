use entify::prelude::*;

#[derive(EntityEnum)]
enum State {
    Open,
    Closed,
}

#[derive(Entity)]
#[entity(policy = public)]
struct Issue {
    #[entity(transitions(Open -> Closd, Shut -> Open))]
    state: State,
    #[entity(transitions(Open -> Closed))]
    shown: Option<State>,
}

fn main() {}
