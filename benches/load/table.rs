//! The table: one row for each figure, one column for each engine.

use crate::drive::Figures;
use std::time::Duration;

/// Rows in the order in which they were first told.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    what: String,
    goal: String,
    /// By column.
    cells: Vec<(usize, String)>,
}

impl Table {
    pub fn tell(&mut self, column: usize, what: &str, goal: &str, figure: String) {
        eprintln!("{what}: {figure}");
        let at = self.rows.iter().position(|row| row.what == what).unwrap_or_else(|| {
            self.rows.push(Row { what: what.to_owned(), goal: goal.to_owned(), cells: Vec::new() });
            self.rows.len() - 1
        });
        self.rows[at].cells.push((column, figure));
    }

    /// Prints it as Markdown.
    pub fn print(&self, columns: &[&str]) {
        println!("| what | {} | goal |", columns.join(" | "));
        println!("| --- |{} --- |", " --- |".repeat(columns.len()));
        for row in &self.rows {
            let cell = |column| row.cells.iter().find(|(c, _)| *c == column).map_or("", |(_, figure)| figure);
            let cells: Vec<&str> = (0..columns.len()).map(cell).collect();
            println!("| {} | {} | {} |", row.what, cells.join(" | "), row.goal);
        }
    }
}

/// `2,310/s, p50 22 ms, p99 41 ms`.
pub fn told(figures: &Figures) -> String {
    format!("{}/s, p50 {}, p99 {}", rate(figures.per_second), time(figures.p50), time(figures.p99))
}

/// Three significant digits, and a comma before thousands.
pub fn rate(per_second: f64) -> String {
    match per_second {
        n if n < 10.0 => format!("{n:.1}"),
        n if n < 1_000.0 => format!("{n:.0}"),
        n => format!("{:.0},{:03.0}", (n / 1_000.0).floor(), (n % 1_000.0 / 10.0).floor() * 10.0),
    }
}

fn time(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1_000.0;
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}
