//! Hands the version of libp2p that is really compiled in to the program.

fn main() {
    println!("cargo:rerun-if-changed=Cargo.lock");
    // Cargo has resolved the dependencies, so the lock file exists by now.
    let lock = std::fs::read_to_string("Cargo.lock").unwrap_or_default();
    let version = lock
        .split_once("name = \"libp2p\"\nversion = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("unknown", |(version, _)| version);
    println!("cargo:rustc-env=LIBP2P_VERSION={version}");
}
