//! The one thin binding to ECharts: load the script when a chart comes into view, draw, resize, tell what is behind an item
//! and open its expenses, keep a picture, and dispose.
//!
//! It holds what must not cross threads, so it exists in the browser only, and inside effects.

use super::{Drawing, State, look::SURFACE};
use crate::app::effect::effect;
use js_sys::{Array, Function, Promise, Reflect};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlDivElement, HtmlScriptElement};

#[wasm_bindgen]
extern "C" {
    /// An ECharts instance.
    type Echarts;
    #[wasm_bindgen(js_namespace = echarts, js_name = init, catch)]
    fn init(place: &HtmlDivElement) -> Result<Echarts, JsValue>;
    #[wasm_bindgen(method, js_name = setOption)]
    fn set_option(this: &Echarts, option: &JsValue, how: &JsValue);
    #[wasm_bindgen(method)]
    fn resize(this: &Echarts);
    #[wasm_bindgen(method)]
    fn dispose(this: &Echarts);
    #[wasm_bindgen(method, js_name = getDataURL)]
    fn data_url(this: &Echarts, how: &JsValue) -> String;
    #[wasm_bindgen(method)]
    fn on(this: &Echarts, event: &str, handler: &Function);

    /// The browser's observers of elements. Their one argument is a list of entries.
    type IntersectionObserver;
    #[wasm_bindgen(constructor)]
    fn new(callback: &Function) -> IntersectionObserver;
    #[wasm_bindgen(method)]
    fn observe(this: &IntersectionObserver, element: &HtmlDivElement);
    #[wasm_bindgen(method)]
    fn disconnect(this: &IntersectionObserver);

    type ResizeObserver;
    #[wasm_bindgen(constructor)]
    fn new(callback: &Function) -> ResizeObserver;
    #[wasm_bindgen(method)]
    fn observe(this: &ResizeObserver, element: &HtmlDivElement);
    #[wasm_bindgen(method)]
    fn disconnect(this: &ResizeObserver);
}

/// A chart on the page, and all that hangs on it.
struct Live {
    chart: Echarts,
    sizes: ResizeObserver,
    _resized: Closure<dyn Fn()>,
    _clicked: Closure<dyn Fn(JsValue)>,
    /// The option calls these for as long as it stands.
    short: Closure<dyn Fn(f64) -> String>,
    tip: Closure<dyn Fn(JsValue) -> String>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.sizes.disconnect();
        self.chart.dispose();
    }
}

/// Waits until the box is in view, and calls back once.
struct Watch {
    observer: IntersectionObserver,
    _seen: Closure<dyn Fn(Array)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Draws `drawing` into `place` for as long as the component lives.
pub fn draw(place: NodeRef<html::Div>, drawing: Signal<Drawing>, patterns: Signal<bool>, script: String, state: State) {
    let live = StoredValue::new_local(None::<Live>);
    let watch = StoredValue::new_local(None::<Watch>);
    let seen = RwSignal::new(false);
    let navigate = use_navigate();

    effect(move || {
        if let Some(element) = place.get() {
            watch.set_value(Some(watch_for(&element, seen)));
        }
    });
    effect(move || {
        if !seen.get() {
            return;
        }
        watch.set_value(None);
        let (script, navigate) = (script.clone(), navigate.clone());
        spawn_local(async move {
            let loaded = load(&script).await;
            // The page may have been left while the script was on its way.
            let Some(element) = place.try_get_untracked().flatten() else { return };
            let open = move |link: &str| navigate(link, Default::default());
            match loaded.and_then(|()| begin(&element, drawing, open)) {
                Ok(begun) => {
                    live.set_value(Some(begun));
                    state.drawn.set(true);
                }
                Err(_) => state.failed.set(true),
            }
        });
    });
    let with_live = move |what: &dyn Fn(&Live)| live.with_value(|live| live.as_ref().map_or((), what));
    effect(move || {
        if state.drawn.get() {
            drawing.with(|drawing| with_live(&|live| live.show(drawing, patterns.get())));
        }
    });
    effect(move || {
        if state.saving.get() > 0 {
            drawing.with_untracked(|drawing| with_live(&|live| live.save(drawing.kind())));
        }
    });
    on_cleanup(move || {
        live.try_update_value(Option::take);
        watch.try_update_value(Option::take);
    });
}

fn watch_for(element: &HtmlDivElement, seen: RwSignal<bool>) -> Watch {
    let callback = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
        let in_view = |entry: JsValue| Reflect::get(&entry, &"isIntersecting".into()).is_ok_and(|v| v.is_truthy());
        if entries.iter().any(in_view) {
            seen.try_set(true);
        }
    });
    let observer = IntersectionObserver::new(callback.as_ref().unchecked_ref());
    observer.observe(element);
    Watch { observer, _seen: callback }
}

/// Makes the chart of an element, without anything in it yet.
fn begin(element: &HtmlDivElement, drawing: Signal<Drawing>, open: impl Fn(&str) + 'static) -> Result<Live, JsValue> {
    let chart = init(element)?;
    let resized = {
        let chart: Echarts = chart.clone().unchecked_into();
        Closure::<dyn Fn()>::new(move || chart.resize())
    };
    let sizes = ResizeObserver::new(resized.as_ref().unchecked_ref());
    sizes.observe(element);
    let clicked = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        if let Some(link) = of_item(drawing, &event, Drawing::link) {
            open(&link);
        }
    });
    chart.on("click", clicked.as_ref().unchecked_ref());
    let units = drawing.get_untracked().units();
    let short = Closure::<dyn Fn(f64) -> String>::new(move |minor| units.short(minor));
    let tip = Closure::<dyn Fn(JsValue) -> String>::new(move |event: JsValue| {
        of_item(drawing, &event, Drawing::tip).unwrap_or_default()
    });
    Ok(Live { chart, sizes, _resized: resized, _clicked: clicked, short, tip })
}

/// What the drawing says of the item that an event is about, or the first of its items.
fn of_item(drawing: Signal<Drawing>, event: &JsValue, say: impl Fn(&Drawing, usize, usize) -> Option<String>) -> Option<String> {
    let item = if Array::is_array(event) { event.unchecked_ref::<Array>().get(0) } else { event.clone() };
    let (series, item) = index(&item, "seriesIndex").zip(index(&item, "dataIndex"))?;
    drawing.try_with_untracked(|drawing| say(drawing, series, item)).flatten()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small index, and checked to be none below zero")]
fn index(event: &JsValue, name: &str) -> Option<usize> {
    Reflect::get(event, &name.into()).ok()?.as_f64().filter(|n| *n >= 0.0).map(|n| n as usize)
}

impl Live {
    fn show(&self, drawing: &Drawing, patterns: bool) {
        let Ok(option) = drawing.option().serialize(&Serializer::json_compatible()) else { return };
        // Real functions, not text: the policy allows no `eval`, and nobody's words become code (S29).
        if let Some(axis) = drawing.money_axis() {
            set_at(&option, &[axis, "axisLabel", "formatter"], self.short.as_ref());
        }
        set_at(&option, &["tooltip", "formatter"], self.tip.as_ref());
        set_at(&option, &["aria", "decal", "show"], &patterns.into());
        let how = js_sys::Object::new();
        set_at(&how, &["notMerge"], &JsValue::TRUE);
        self.chart.set_option(&option, &how);
    }

    /// Gives the picture to the browser, to be kept as a file.
    fn save(&self, name: &str) {
        let how = js_sys::Object::new();
        set_at(&how, &["pixelRatio"], &2.into());
        set_at(&how, &["backgroundColor"], &SURFACE.into());
        let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
        let Some(link) = link else { return };
        let picture = [("href", self.chart.data_url(&how)), ("download", format!("outlay-{name}.png"))];
        if picture.iter().all(|(name, value)| link.set_attribute(name, value).is_ok()) {
            link.click();
        }
    }
}

/// Sets a property deep in an object; nothing where the way there is missing.
fn set_at(object: &JsValue, path: &[&str], value: &JsValue) {
    let Some((last, way)) = path.split_last() else { return };
    let mut at = object.clone();
    for name in way {
        match Reflect::get(&at, &(*name).into()) {
            Ok(next) if next.is_object() => at = next,
            _ => return,
        }
    }
    // Only a frozen object refuses, and these are our own.
    let _ = Reflect::set(&at, &(*last).into(), value);
}

thread_local! {
    /// The script, loading or loaded; one for all charts.
    static SCRIPT: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// The DOM id of the script. The document fetches it ahead where a chart is in view from the start (see `shell`).
const LOADER: &str = "chart-script";

/// Loads ECharts once. After a failure the next chart tries again.
async fn load(script: &str) -> Result<(), JsValue> {
    let promise = SCRIPT.with_borrow_mut(|known| known.get_or_insert_with(|| append(script)).clone());
    let loaded = JsFuture::from(promise).await;
    if loaded.is_err() {
        SCRIPT.with_borrow_mut(Option::take);
        if let Some(script) = document().get_element_by_id(LOADER) {
            script.remove();
        }
    }
    loaded.map(|_| ())
}

fn append(src: &str) -> Promise {
    if Reflect::has(&window(), &"echarts".into()).unwrap_or_default() {
        return Promise::resolve(&JsValue::NULL);
    }
    Promise::new(&mut |resolve, reject| {
        let loading = document().get_element_by_id(LOADER).map_or_else(|| begin_loading(src), Ok);
        let heard = loading.and_then(|script| {
            script.add_event_listener_with_callback("load", &resolve)?;
            script.add_event_listener_with_callback("error", &reject)
        });
        if let Err(cause) = heard {
            // Told to the waiting chart; there is nobody else to tell.
            let _ = reject.call1(&JsValue::NULL, &cause);
        }
    })
}

fn begin_loading(src: &str) -> Result<Element, JsValue> {
    let script: HtmlScriptElement = document().create_element("script")?.unchecked_into();
    script.set_id(LOADER);
    script.set_src(src);
    document().head().ok_or(JsValue::NULL)?.append_child(&script)?;
    Ok(script.into())
}
