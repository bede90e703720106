//! The browser's stream of server-sent events.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type EventSource;
    #[wasm_bindgen(constructor, catch)]
    fn new(url: &str) -> Result<EventSource, JsValue>;
    #[wasm_bindgen(method, js_name = addEventListener)]
    fn listen(this: &EventSource, kind: &str, handler: &Function);
    #[wasm_bindgen(method)]
    fn close(this: &EventSource);
}

/// What a stream says.
pub enum Heard {
    Opened,
    /// The data of an event.
    Data(String),
    /// It is of no use any more.
    Broken,
}

/// An open stream, until it is dropped.
pub struct Stream {
    source: EventSource,
    _handlers: [Closure<dyn Fn(JsValue)>; 3],
}

impl Stream {
    /// `None` where the browser has none.
    pub fn open(url: &str, heard: impl Fn(Heard) + Copy + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let handlers = [
            Closure::new(move |_| heard(Heard::Opened)),
            Closure::new(move |event: JsValue| {
                let data = Reflect::get(&event, &"data".into()).ok().and_then(|data| data.as_string());
                heard(data.map_or(Heard::Broken, Heard::Data));
            }),
            Closure::new(move |_| heard(Heard::Broken)),
        ];
        for (kind, handler) in ["open", "message", "error"].into_iter().zip(&handlers) {
            source.listen(kind, handler.as_ref().unchecked_ref());
        }
        Some(Self { source, _handlers: handlers })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}
