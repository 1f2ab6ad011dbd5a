//! `admin(label = "{customer.name}")`: what is wrong with the names of other entities.
use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, admin(label = "#{id} · {customer.nme}"))]
pub struct Order {
    customer: One<Customer>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = "{order.customer.name.first} {order.customer.created_at}"))]
pub struct Line {
    order: One<Order>,
}

#[derive(Entity)]
#[entity(policy = public, admin(label = "{order.customer} {order.customer.city_id} {order.lines.id}"))]
pub struct Payment {
    order: One<Order>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Customer {
    name: String,
    city: Option<One<City>>,
    #[entity(inverse = customer)]
    orders: Many<Order>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct City {
    name: String,
}

fn main() {}
