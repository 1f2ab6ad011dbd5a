use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Car {
    name: String,
    #[entity(inverse = car)]
    models: Many<CarModel>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct CarModel {
    title: String,
    car: One<Car>,
}

/// The name of an alias is left to the enum.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Product {
    kind: Option<ProductType>,
}

#[derive(EntityEnum)]
pub enum ProductType {
    Book,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Ship {
    size: ShipInput,
}

#[derive(EntityEnum)]
pub enum ShipInput {
    Small,
}

fn main() {}
