//! Charts: charming options built from report data, and the one thin binding to ECharts.
