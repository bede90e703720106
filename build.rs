//! Makes sure that the folder of the front end exists, so that the binary compiles (and says so at
//! start) before the front end was ever bundled. Runs once: later changes are tracked by `main.rs`.
use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let site = Path::new("target/site");
    if !site.join("hash").exists() {
        fs::create_dir_all(site)?;
        fs::write(site.join("hash"), "none")?;
    }
    Ok(())
}
