//! A lesson as a module for a web page: what is made of its notebooks stands in `cells.rs`.
//!
//! The page starts a lesson and calls [`go`] again and again. Between two calls the whole state of the lesson lies in the
//! module's memory, so that a copy of the memory is the state.
#![allow(warnings)]

mod answers;
mod cells;

use answers::Typed;
use digitos::exercises::Given;
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
    /// What the page reads, ending with a zero byte.
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
    static SPANISH: Cell<bool> = const { Cell::new(true) };
    static PAUSE: Cell<u32> = const { Cell::new(RESTS) };
    static RESTED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Whether the page has changed anything: numbers are asked for in the innermost loops.
static CHANGED: AtomicBool = AtomicBool::new(false);

unsafe extern "C" {
    fn __wasm_call_ctors();
    #[cfg(threads)]
    fn __wasi_init_tp();
}

/// To be called once, before anything else. Without it, the linker would have the constructors run again in every call.
#[unsafe(no_mangle)]
pub extern "C" fn _initialize() {
    // SAFETY: the page calls it first, and once
    unsafe {
        #[cfg(threads)]
        __wasi_init_tp();
        __wasm_call_ctors();
    }
}

/// Lends threads to all sessions; again after each return to a state from before.
#[unsafe(no_mangle)]
pub extern "C" fn lend(count: usize) {
    digitos::lend_threads(count);
}

/// Whether the state can be copied, as far as the lent threads go.
#[unsafe(no_mangle)]
pub extern "C" fn helpers_rest() -> bool {
    digitos::lent_threads_rest()
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

/// Runs on, until a loop rests or a cell is done: a loop comes to its next pass if it makes a `single` one.
#[unsafe(no_mangle)]
pub extern "C" fn go(single: bool) -> u32 {
    RESTED.set((!single).then(Instant::now));
    PAUSE.set(RESTS);
    let mut lesson = LESSON.take().expect("a lesson has been started");
    let state = match lesson.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => {
            LESSON.replace(Some(lesson));
            PAUSE.get()
        }
        Poll::Ready(Ok(())) => OVER,
        Poll::Ready(Err(error)) => {
            if SPANISH.get() {
                eprintln!("La biblioteca no ha podido hacerlo, y dice en inglés por qué:\n\n{error}\n\nCorrige los números que has cambiado, aquí o más arriba, y ejecuta otra vez la celda.");
            } else {
                eprintln!("{error}\n\nCorrect the numbers that you have changed, here or further up, and run the cell again.");
            }
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

/// What has been answered so far, ending with a zero byte.
#[unsafe(no_mangle)]
pub extern "C" fn answered() -> *const u8 {
    say(digitos::exercises::answers_so_far())
}

/// The certificate for a name that stands in its [`room`], as HTML, or why there is none; ends with a zero byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn certificate(name: *mut u8, length: usize) -> *const u8 {
    // SAFETY: the page has filled the room that it asked for
    let name = unsafe { Vec::from_raw_parts(name, length, length) };
    let language = if SPANISH.get() { "es" } else { "en" };
    let figure = digitos::prelude::certificate(&String::from_utf8_lossy(&name), language);
    say(figure.map_or_else(|error| error.to_string(), |figure| figure.html()))
}

fn say(text: String) -> *const u8 {
    SAID.replace(text + "\0");
    SAID.with_borrow(|text| text.as_ptr())
}

/// What had been answered when the page went back to this state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answered_before(text: *mut u8, length: usize) {
    // SAFETY: the page has filled the room that it asked for
    let text = unsafe { Vec::from_raw_parts(text, length, length) };
    digitos::exercises::answered_before(&String::from_utf8_lossy(&text));
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
        _ => refuse(&text, text.replacen(',', ".", 1).parse::<T>().is_ok(), T::expected(SPANISH.get())),
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

fn refuse(found: &str, wants_point: bool, expected: String) -> ! {
    let point = found.replacen(',', ".", 1);
    match (found.contains(',') && wants_point, SPANISH.get()) {
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
pub fn answer(cell: u32, mark: u32) -> Typed {
    changed(cell, mark).map_or(Typed(Given::Nothing), |text| answers::read(&text))
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
