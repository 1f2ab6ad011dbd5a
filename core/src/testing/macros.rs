//! The macro that runs one test on both back ends.

/// Turns each `async fn name(argument)` into the tests `name::sqlite` and `name::postgres`, on a fresh database with
/// the tables of the given entities.
///
/// The argument is a [`Ctx`](crate::Ctx) of the system or the [`TestDb`](crate::testing::TestDb) itself. A body may
/// return a `Result` and use `?`.
#[macro_export]
macro_rules! each_database {
    (
        $entities:expr,
        $(
            $(#[$attribute:meta])*
            async fn $name:ident($argument:ident: $type:ty) $(-> $output:ty)? $body:block
        )+
    ) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($argument: $type) $(-> $output)? $body

            $(#[$attribute])*
            #[test]
            fn sqlite() -> ::std::process::ExitCode {
                $crate::testing::on_sqlite(&$entities, body)
            }

            $(#[$attribute])*
            #[test]
            fn postgres() -> ::std::process::ExitCode {
                $crate::testing::on_postgres(&$entities, body)
            }
        }
    )+};
}
