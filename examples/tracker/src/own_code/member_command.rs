//! A command: the first members of an organisation, before anybody can sign in.

use std::io::BufRead as _;

use entify::clap;
use entify::prelude::*;

use crate::entities::{
    MemberInput, MemberService, Organisation, OrganisationInput, OrganisationService, Person, PersonInput,
    PersonService, Role,
};

/// Add a member to an organisation; both are made where they are not there
#[derive(Debug, clap::Parser)]
#[command(name = "add-member")]
pub struct AddMember {
    /// The organisation's short name
    organisation: String,
    /// The person's address
    email: String,
    /// Whether they are a manager
    #[arg(long)]
    manager: bool,
}

/// The password of someone new is the first line of the input.
pub async fn add_member(ctx: Ctx, arguments: AddMember) -> entify::Result<()> {
    ctx.transaction(async move |ctx: Ctx| {
        let AddMember { organisation, email, manager } = arguments;
        let organisation = OrganisationInput::new(&organisation, &organisation);
        let (organisation, _) =
            OrganisationService::new(&ctx).get_or_create(Organisation::slug(), organisation).await?;
        let people = PersonService::new(&ctx);
        let person = match people.list(Query::filter(Person::email().eq(&email))).await?.items.pop() {
            Some(person) => person,
            None => people.create(PersonInput::new(&email, &email, read_password()?)).await?,
        };
        let role = Some(if manager { Role::Manager } else { Role::Member });
        let member = MemberInput { role, ..MemberInput::new(organisation.id, person.id) };
        MemberService::new(&ctx).create(member).await?;
        println!("{} is a member of {}", person.email, organisation.slug);
        Ok(())
    })
    .await
}

fn read_password() -> entify::Result<String> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|_| Error::bad_request("the first line of the input is the password; it cannot be read"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
