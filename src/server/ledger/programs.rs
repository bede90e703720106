//! Commands on programs that may ask for access. None is changed: people decided by what it was.

use super::{
    book::{Book, Done},
    refuse, summary,
};
use crate::{
    domain::{Code, Effect, FieldError, Problem, Program, ProgramId, fold},
    server::store::{Key, Record},
};

pub(super) async fn register(book: &mut Book<'_>, program: &Program) -> Result<Done, Problem> {
    if book.find::<Program>(Key::Program(program.id)).await?.is_some() {
        return Err(refuse::id_taken());
    }
    let key = fold::name_key(&program.name);
    if book.tx.programs().await?.iter().any(|other| fold::name_key(&other.name) == key) {
        let message = format!("There is a program “{}” already. People decide by the name, so choose another.", program.name);
        let errors = vec![FieldError::new("name", Code::DuplicateName.as_str(), message.clone())];
        return Err(Problem { errors, ..Problem::new(Code::DuplicateName, message) });
    }
    book.keep(Record::Program(program.clone()));
    Ok(Done::new(Effect::Program(program.clone()), summary::program_registered(&program.name)))
}

/// What it was granted is dead without it.
pub(super) async fn remove(book: &mut Book<'_>, id: ProgramId) -> Result<Done, Problem> {
    let program: Program = book.must(Key::Program(id)).await?;
    book.discard(Key::Program(id));
    Ok(Done::new(Effect::Nothing, summary::program_removed(&program.name)))
}
