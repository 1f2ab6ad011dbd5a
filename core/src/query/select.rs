pub(crate) struct Select;
