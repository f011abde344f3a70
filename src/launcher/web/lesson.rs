//! A lesson as a module for a web page: what is made of its notebooks stands in `cells.rs`.
//!
//! The page starts a lesson and calls [`go`] again and again. Between two calls the whole state of the lesson lies in the
//! module's memory, so that a copy of the memory is the state.
#![allow(warnings)]

mod cells;

use digitos::exercises::{Answer, Given};
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::io::Write as _;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

pub type Outcome = Result<(), Box<dyn std::error::Error>>;
pub type Lesson = Pin<Box<dyn Future<Output = Outcome>>>;

/// What [`go`] returns: the lesson rests in the middle of a cell, stands before the next one, is over, or has failed.
const RESTS: u32 = 0;
const BEGINS: u32 = 1;
const OVER: u32 = 2;
const FAILED: u32 = 3;

/// A loop works for so long before it lets the page look for messages.
const PACE: Duration = Duration::from_millis(12);

thread_local! {
    static LESSON: RefCell<Option<Lesson>> = const { RefCell::new(None) };
    /// What the page has changed: cell, number of the mark, and its text.
    static CHANGES: RefCell<Vec<(u32, u32, String)>> = const { RefCell::new(Vec::new()) };
    static SPANISH: Cell<bool> = const { Cell::new(true) };
    static PAUSE: Cell<u32> = const { Cell::new(RESTS) };
    static RESTED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Whether the page has changed anything: numbers are asked for in the innermost loops.
static CHANGED: AtomicBool = AtomicBool::new(false);

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// To be called once, before anything else; a linker that does not find it would do the same again in every call.
#[unsafe(no_mangle)]
pub extern "C" fn _initialize() {
    // SAFETY: the page calls it first, and once
    unsafe { __wasm_call_ctors() }
}

/// Room for a text that the page is about to write.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    String::with_capacity(length).leak().as_mut_ptr()
}

/// Begins the lesson anew, in the language of this place in the list.
#[unsafe(no_mangle)]
pub extern "C" fn start(language: usize) {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    let (language, lesson) = cells::LANGUAGES[language];
    SPANISH.set(language == "es");
    LESSON.replace(Some(lesson()));
}

/// Runs on, until a loop rests or a cell is done.
#[unsafe(no_mangle)]
pub extern "C" fn go() -> u32 {
    RESTED.set(Some(Instant::now()));
    PAUSE.set(RESTS);
    let mut lesson = LESSON.take().expect("a lesson has been started");
    let state = match lesson.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => {
            LESSON.replace(Some(lesson));
            PAUSE.get()
        }
        Poll::Ready(Ok(())) => OVER,
        Poll::Ready(Err(error)) => {
            eprintln!("{error}");
            FAILED
        }
    };
    std::io::stdout().flush().expect("the page takes what is printed");
    state
}

/// Lets the panel draw, and take orders, while the lesson does not run.
#[unsafe(no_mangle)]
pub extern "C" fn beside() {
    digitos::visu::work_without_threads();
}

/// Forgets what the page has changed.
#[unsafe(no_mangle)]
pub extern "C" fn unchange() {
    CHANGES.take();
    CHANGED.store(false, Ordering::Relaxed);
}

/// From now on, a mark of a cell has this text, which stands in its [`room`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn change(cell: u32, mark: u32, text: *mut u8, length: usize) {
    // SAFETY: the page has filled the room that it asked for
    let text = unsafe { Vec::from_raw_parts(text, length, length) };
    CHANGES.with_borrow_mut(|changes| changes.push((cell, mark, String::from_utf8_lossy(&text).trim().to_owned())));
    CHANGED.store(true, Ordering::Relaxed);
}

fn changed(cell: u32, mark: u32) -> Option<String> {
    CHANGES.with_borrow(|changes| Some(changes.iter().find(|change| (change.0, change.1) == (cell, mark))?.2.clone()))
}

/// Stands between two cells.
pub async fn begin(_: u32) {
    yield_with(BEGINS).await;
}

/// Stands in each pass of a loop.
pub async fn rest() {
    if RESTED.get().is_none_or(|rested| rested.elapsed() >= PACE) {
        yield_with(RESTS).await;
    }
}

async fn yield_with(pause: u32) {
    let mut first = true;
    poll_fn(|_| {
        PAUSE.set(pause);
        if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}

/// A number of a cell: the notebook's, or the one that the page has in its place.
pub fn number<T: Number>(cell: u32, mark: u32, own: T) -> T {
    if !CHANGED.load(Ordering::Relaxed) {
        return own;
    }
    let Some(text) = changed(cell, mark) else { return own };
    let plain = text.replace('_', "");
    match plain.parse() {
        Ok(number) if T::is_finite(number) => number,
        _ => refuse(&text, T::expected(SPANISH.get())),
    }
}

/// A text of a cell, or the one that the page has in its place.
pub fn lines(cell: u32, mark: u32, own: &'static str) -> &'static str {
    changed(cell, mark).map_or(own, |text| text.leak())
}

/// A number that can be borrowed for ever, as one that stands in the program can.
pub fn lasting<T>(number: T) -> &'static T {
    Box::leak(Box::new(number))
}

fn refuse(found: &str, expected: String) -> ! {
    let point = found.replacen(',', ".", 1);
    match (found.contains(',') && point.parse::<f64>().is_ok(), SPANISH.get()) {
        (true, true) => eprintln!("`{found}` lleva coma, y en Rust los decimales van con punto: escribe {point}"),
        (true, false) => eprintln!("`{found}` has a comma, and in Rust decimals have a point: write {point}"),
        (false, true) => eprintln!("`{found}` no vale aquí: hace falta {expected}"),
        (false, false) => eprintln!("`{found}` does not fit here: it takes {expected}"),
    }
    std::process::abort()
}

/// A type of the numbers in a cell.
pub trait Number: FromStr + Copy {
    fn is_finite(self) -> bool;
    fn expected(spanish: bool) -> String;
}

macro_rules! numbers {
    ($($whole:ty)*; $($real:ty)*) => {
        $(impl Number for $whole {
            fn is_finite(self) -> bool { true }
            fn expected(spanish: bool) -> String {
                let (least, most) = (<$whole>::MIN, <$whole>::MAX);
                if spanish { format!("un número entero entre {least} y {most}") }
                else { format!("a whole number between {least} and {most}") }
            }
        })*
        $(impl Number for $real {
            fn is_finite(self) -> bool { <$real>::is_finite(self) }
            fn expected(spanish: bool) -> String {
                if spanish { "un número, como 0.5 o 1e-3".into() } else { "a number, such as 0.5 or 1e-3".into() }
            }
        })*
    };
}
numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize; f32 f64);

/// The answer that was typed in.
#[derive(Debug, Clone)]
pub struct Typed(Given);

impl Answer for Typed {
    fn given(&self) -> Given {
        self.0.clone()
    }
}

pub fn answer(cell: u32, mark: u32) -> Typed {
    Typed(changed(cell, mark).map_or(Given::Nothing, |text| read(&text)))
}

/// Reads an answer as Rust would: a number or a small calculation, a text, true or false, or a list. A text does without its
/// quotation marks, and a number may have a decimal comma.
fn read(text: &str) -> Given {
    let text = text.trim().trim_start_matches("vec!").trim_start_matches("array!").trim();
    let inner = |open: char, close: char| text.strip_prefix(open)?.strip_suffix(close);
    if text.is_empty() {
        Given::Nothing
    } else if let Some(list) = inner('[', ']') {
        items(list).into_iter().map(|item| Typed(read(item))).collect::<Vec<_>>().given()
    } else if let Some(quoted) = inner('"', '"').or(inner('\'', '\'')) {
        Given::Text(quoted.into())
    } else if let Ok(truth) = text.parse() {
        Given::Truth(truth)
    } else if let Some(number) = calculate(text).or_else(|| text.replacen(',', ".", 1).parse().ok()) {
        Given::Numbers(vec![number])
    } else {
        Given::Text(text.into())
    }
}

/// The items of a list, at the commas that stand in no brackets.
fn items(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (place, sign) in list.char_indices() {
        match sign {
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    if !list[start..].trim().is_empty() {
        items.push(&list[start..]);
    }
    items
}

/// Sums, products and brackets, and a few functions behind a point: `-0.25_f64.ln()`.
fn calculate(text: &str) -> Option<f64> {
    let mut rest = text;
    let value = sum(&mut rest)?;
    rest.trim().is_empty().then_some(value)
}

fn next(rest: &mut &str, signs: &[char]) -> Option<char> {
    let sign = rest.trim_start().chars().next().filter(|sign| signs.contains(sign))?;
    *rest = &rest.trim_start()[sign.len_utf8()..];
    Some(sign)
}

fn sum(rest: &mut &str) -> Option<f64> {
    let mut value = product(rest)?;
    while let Some(sign) = next(rest, &['+', '-', '−']) {
        let term = product(rest)?;
        value += if sign == '+' { term } else { -term };
    }
    Some(value)
}

fn product(rest: &mut &str) -> Option<f64> {
    let mut value = factor(rest)?;
    while let Some(sign) = next(rest, &['*', '/', '·', '×']) {
        let factor = factor(rest)?;
        value = if sign == '/' { value / factor } else { value * factor };
    }
    Some(value)
}

fn factor(rest: &mut &str) -> Option<f64> {
    if next(rest, &['-', '−']).is_some() {
        return Some(-factor(rest)?);
    }
    let mut value = if next(rest, &['(']).is_some() {
        let value = sum(rest)?;
        next(rest, &[')'])?;
        value
    } else {
        let text = rest.trim_start();
        let mut end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '_')).unwrap_or(text.len());
        if let Some(power) = text[end..].strip_prefix(['e', 'E']) {
            let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
            let count = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            end += if count > 0 { 1 + power.len() - digits.len() + count } else { 0 };
        }
        let digits = text[..end].replace('_', "");
        let method = digits.ends_with('.') && text[end..].starts_with(|c: char| c.is_alphabetic());
        end -= usize::from(method);
        *rest = &text[end..];
        let suffixes = ["f32", "f64", "usize", "u32", "u64", "i32", "i64", "u8"];
        suffixes.iter().for_each(|suffix| *rest = rest.strip_prefix(suffix).unwrap_or(rest));
        digits.trim_end_matches('.').parse().ok()?
    };
    let functions: [(&str, fn(f64) -> f64); 4] = [(".ln()", f64::ln), (".exp()", f64::exp), (".sqrt()", f64::sqrt), (".abs()", f64::abs)];
    while let Some((call, function)) = functions.iter().find(|(call, _)| rest.starts_with(call)) {
        *rest = &rest[call.len()..];
        value = function(value);
    }
    Some(value)
}

/// Shows the value at the end of a cell, as the notebook's kernel does: by its own method if it has one.
pub trait Shown {
    fn evcxr_display(&self);
}

impl<T: Debug> Shown for T {
    fn evcxr_display(&self) {
        println!("{self:?}");
    }
}
