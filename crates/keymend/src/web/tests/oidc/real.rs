//! Real providers, where `cargo xtask peers` has started them.
