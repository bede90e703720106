//! `bundler <input.wasm> <output folder>`: splits a WASM at its lazy functions and binds it to JavaScript. Says in `parts.txt` which
//! files make up each part: a line for each, the part's name first.
//! Its libraries' versions come from the project's own `Cargo.lock`, so they always match the WASM.

mod trim;

use std::{env, error::Error, fs, path::Path};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let (Some(input), Some(output)) = (args.next(), args.next()) else {
        return Err("usage: bundler <input.wasm> <output folder>".into());
    };
    let output = Path::new(&output);
    fs::create_dir_all(output)?;

    let wasm = trim::trim(&fs::read(input)?)?;
    let main = output.join("main.wasm");
    let mut options = Options::new(&wasm);
    options.output_dir = output;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    options.link_name = "./chunks.js";
    let parts = transform(options)?.prefetch_map;
    let lines = parts.iter().map(|(part, files)| format!("{part} {}\n", files.join(" ")));
    fs::write(output.join("parts.txt"), lines.collect::<String>())?;

    let mut bindgen = Bindgen::new();
    bindgen.keep_lld_exports(true).demangle(false).input_path(&main).out_name("app").typescript(false).web(true)?;
    bindgen.generate(output)?;
    fs::remove_file(&main)?;
    fs::rename(output.join("app_bg.wasm"), output.join("app.wasm"))?;
    Ok(())
}
