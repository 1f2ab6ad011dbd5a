//! What the HTTP surfaces share: the request's context and the form of errors.
