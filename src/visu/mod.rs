//! Pictures of what the network learns.
