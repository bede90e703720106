//! What is asked of many expenses: filters that an index alone does not answer, each of them in every order, so that a
//! 99th percentile is that of the slowest.

use crate::common::Program;

/// Filters as they stand in an address, without their order.
pub struct Asked {
    /// Of few rows among many, of many, and of none.
    pub filters: Vec<String>,
    pub rare: Vec<String>,
    pub common: Vec<String>,
    pub number: Vec<String>,
    /// Their totals are kept.
    pub known: Vec<String>,
    /// Theirs are counted.
    pub counted: Vec<String>,
}

const SORTS: [&str; 4] = ["-date", "date", "-amount", "amount"];

impl Asked {
    /// Of the account that this program reads.
    pub async fn by(program: &Program) -> Self {
        let (_, page) = program.get("/api/v1/expenses?limit=3&total=false").await;
        let item = |n: usize, field: &str| page["items"][n][field].as_str().expect("a field").to_owned();
        let [first, second] = [0, 1].map(|n| item(n, "category_id"));
        let import = item(0, "import_id");
        let all = |filters: &[&str]| filters.iter().map(|&filter| filter.to_owned()).collect::<Vec<_>>();
        let of_categories = [
            format!("category_id={first}&category_id={second}"),
            format!("category_id={first}&category_id=none&min=90.00"),
            format!("category_id={first}&from=2023-01-01&to=2024-12-31"),
            format!("import_id={import}"),
            format!("import_id={import}&min=50.00&q=bakery"),
            format!("category_id={second}&q=cobbler"),
        ];
        let others = [
            "min=50.00&max=50.20",
            "min=99.00",
            "category_id=none",
            "added=page",
            "added=import&max=2.00",
            "from=2024-05-01&to=2024-05-03",
        ];
        Self {
            filters: of_categories.into_iter().chain(all(&others)).collect(),
            rare: all(&["q=cobbler+quay", "q=plumb+orch", "q=123", "q=cobbler+nowhere"]),
            common: all(&["q=ba", "q=c+b", "q=t+1", "q=a&min=10.00"]),
            number: all(&["q=12.50", "q=50,20+cobbler", "q=99"]),
            known: vec![
                format!("from=2023-01-10&to=2025-02-20&category_id={first}"),
                format!("category_id={first}&category_id={second}"),
                "from=2020-01-01".into(),
            ],
            counted: all(&["q=cobbler+quay", "q=ba", "q=c+b", "min=20.00", "min=20.00&max=80.00&added=import", "q=12.50"]),
        }
    }

    /// Addresses of their first rows, without a total.
    pub fn rows(&self, filters: &[String]) -> Vec<String> {
        let each = |filter: &String| SORTS.map(|sort| format!("/api/v1/expenses?total=false&sort={sort}&{filter}"));
        filters.iter().flat_map(each).collect()
    }

    /// Addresses of their totals, with one row.
    pub fn totals(&self, filters: &[String]) -> Vec<String> {
        filters.iter().map(|filter| format!("/api/v1/expenses?limit=1&{filter}")).collect()
    }
}
