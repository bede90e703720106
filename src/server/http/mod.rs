//! HTTP: the router, its layers, the page, the assets, health.
