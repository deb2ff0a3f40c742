//! reads.
