//! Tables for a terminal: columns as wide as their widest cell.

use std::time::Duration;

use super::load::Report;

/// A title, the columns' names and the rows.
pub struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(title: &str, columns: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            rows: vec![columns.iter().map(|name| (*name).to_owned()).collect()],
        }
    }

    /// Add a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Print it: text to the left, everything that begins with a digit to the right.
    pub fn print(&self) {
        // The first row is the head.
        if self.rows.len() < 2 {
            return;
        }
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|at| {
                self.rows
                    .iter()
                    .filter_map(|row| row.get(at))
                    .map(|cell| cell.chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        println!("\n{}", self.title);
        for row in &self.rows {
            let cells = row.iter().zip(&widths).map(|(cell, &width)| {
                if cell.starts_with(|c: char| c.is_ascii_digit()) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            });
            println!("  {}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }
}

/// Milliseconds.
pub fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// A rate without more digits than it deserves.
pub fn rate(rate: f64) -> String {
    if rate >= 100.0 {
        format!("{rate:.0}")
    } else {
        format!("{rate:.1}")
    }
}

/// The cells every load has: rate, p50, p99.
pub fn cells(report: &Report) -> [String; 3] {
    [rate(report.rate), ms(report.p50), ms(report.p99)]
}

/// The peer's rate and how many times it ours is.
pub fn against(ours: f64, peer: Option<f64>) -> [String; 2] {
    match peer {
        Some(peer) => [rate(peer), format!("{:.1} x", ours / peer)],
        None => ["-".to_owned(), "-".to_owned()],
    }
}

/// What did not go as it should, for the last column.
pub fn faults(report: &Report) -> String {
    match &report.first_fault {
        Some(fault) => format!("{} failed; first: {fault}", report.faults),
        None => String::new(),
    }
}
