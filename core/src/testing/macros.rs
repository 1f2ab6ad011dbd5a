//! The macro that runs one test on both back ends.

/// Turns each `async fn name(argument)` into the tests `name::sqlite` and `name::postgres`, on a fresh database with
/// the tables of the given entities.
///
/// With `row security;` before the entities there is a third one, `row_security::name`, on a PostgreSQL database whose
/// tables have the policies of `migrate make --rls`, as a role that they hold for.
///
/// The argument is a [`Ctx`](crate::Ctx) of the system or the [`TestDb`](crate::testing::TestDb) itself. A body may
/// return a `Result` and use `?`.
#[macro_export]
macro_rules! each_database {
    (
        row security;
        $entities:expr,
        $(
            $(#[$attribute:meta])*
            async fn $name:ident($argument:ident: $type:ty) $(-> $output:ty)? $body:block
        )+
    ) => {
        $crate::testing::each_database! {
            $entities,
            $(
                $(#[$attribute])*
                async fn $name($argument: $type) $(-> $output)? $body
            )+
        }
        mod row_security {
            #[allow(unused_imports)]
            use super::*;
            $(
                $(#[$attribute])*
                #[test]
                fn $name() -> ::std::process::ExitCode {
                    async fn body($argument: $type) $(-> $output)? $body
                    $crate::testing::on_row_security(&$entities, body)
                }
            )+
        }
    };
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
