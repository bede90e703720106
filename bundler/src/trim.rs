//! Takes out of a linked WASM what no page ever runs, before it is split, so that what is reached from there alone goes too.
//!
//! Every erased view carries the ways in which it can be made live, and a page uses one of them. The others are kept by nothing but
//! a pointer to each, which a linker cannot know to be of no use. Their bodies become a trap.

use std::{collections::HashSet, error::Error, ops::Range};
use wasmparser::{BinaryReader, CodeSectionReader, ImportSectionReader, Name, NameSectionReader, RelocSectionReader, TypeRef};

/// Part of the mangled names of functions that never run: pages are made live in one go, not bit by bit (see `hydrate` in
/// `src/lib.rs`).
const NEVER: &str = "IntoAny$GT$8into_any13hydrate_async17h";

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;

const UNREACHABLE: u8 = 0x00;
const NOP: u8 = 0x01;
const END: u8 = 0x0b;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Section<'a> {
    id: u8,
    /// Of the whole section, and of what is in it.
    range: Range<usize>,
    content: BinaryReader<'a>,
}

fn sections(wasm: &[u8]) -> Result<Vec<Section<'_>>> {
    const HEADER: usize = 8;
    let mut reader = BinaryReader::new(&wasm[HEADER..], HEADER);
    let mut sections = Vec::new();
    while !reader.eof() {
        let start = reader.original_position();
        let (id, size) = (reader.read_u8()?, reader.read_var_u32()?);
        let from = reader.original_position();
        let content = BinaryReader::new(reader.read_bytes(size as usize)?, from);
        sections.push(Section { id, range: start..reader.original_position(), content });
    }
    Ok(sections)
}

/// The content of the custom section of this name, after its name.
fn custom<'a>(sections: &[Section<'a>], name: &str) -> Result<(Range<usize>, BinaryReader<'a>)> {
    for section in sections.iter().filter(|section| section.id == CUSTOM) {
        let mut content = section.content.clone();
        if content.read_string()? == name {
            return Ok((section.range.clone(), content));
        }
    }
    Err(format!("the WASM has no section {name}").into())
}

fn content<'a>(sections: &[Section<'a>], id: u8) -> Result<BinaryReader<'a>> {
    let section = sections.iter().find(|section| section.id == id);
    Ok(section.ok_or_else(|| format!("the WASM has no section {id}"))?.content.clone())
}

/// The numbers of the functions that never run.
fn never(sections: &[Section<'_>]) -> Result<HashSet<u32>> {
    let mut found = HashSet::new();
    for names in NameSectionReader::new(custom(sections, "name")?.1) {
        if let Name::Function(names) = names? {
            for name in names {
                let name = name?;
                if name.name.contains(NEVER) {
                    found.insert(name.index);
                }
            }
        }
    }
    Ok(found)
}

/// The WASM without the bodies of functions that never run. The error: it is not what the linker makes, or has none of them.
pub fn trim(wasm: &[u8]) -> Result<Vec<u8>> {
    let sections = sections(wasm)?;
    let never = never(&sections)?;
    if never.is_empty() {
        return Err("no function has a name of those that never run: were they renamed?".into());
    }
    let mut imported = 0;
    for import in ImportSectionReader::new(content(&sections, IMPORTS)?)?.into_imports() {
        imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
    }
    let code = content(&sections, CODE)?;
    let (base, mut out, mut emptied) = (code.original_position(), wasm.to_vec(), Vec::new());
    for (n, body) in (imported..).zip(CodeSectionReader::new(code)?) {
        if never.contains(&n) {
            let body = body?.range();
            // No locals, a trap, and as long as before.
            out[body.clone()].fill(NOP);
            out[body.start] = 0;
            out[body.start + 1] = UNREACHABLE;
            out[body.end - 1] = END;
            emptied.push(body.start - base..body.end - base);
        }
    }

    // They refer to nothing any more. Both lists are in the order of the code.
    let (whole, relocations) = custom(&sections, "reloc.CODE")?;
    let name = "reloc.CODE";
    let mut content = Vec::new();
    leb(&mut content, name.len());
    content.extend(name.as_bytes());
    let relocations = RelocSectionReader::new(relocations)?;
    leb(&mut content, relocations.section_index() as usize);
    let (mut kept, mut entries) = (0, Vec::<u8>::new());
    let all = relocations.entries().into_iter_with_offsets().collect::<std::result::Result<Vec<_>, _>>()?;
    let ends = all.iter().skip(1).map(|(at, _)| *at).chain([whole.end]);
    for ((at, entry), end) in all.iter().zip(ends) {
        let offset = entry.offset as usize;
        let next = emptied.partition_point(|body| body.end <= offset);
        if emptied.get(next).is_none_or(|body| !body.contains(&offset)) {
            entries.extend(&wasm[*at..end]);
            kept += 1;
        }
    }
    leb(&mut content, kept);
    content.extend(entries);
    let mut section = vec![CUSTOM];
    leb(&mut section, content.len());
    section.extend(content);
    out.splice(whole, section);
    Ok(out)
}

/// Appends a number as the format has it.
fn leb(to: &mut Vec<u8>, mut n: usize) {
    loop {
        let seven = u8::try_from(n & 0x7f).unwrap_or_default();
        n >>= 7;
        to.push(if n == 0 { seven } else { seven | 0x80 });
        if n == 0 {
            return;
        }
    }
}
