//! Vector instructions, chosen at run time by what the processor supports.
//!
//! All `unsafe` code of the crate that uses instructions is in this file: the methods of [`Simd`], which are reached only
//! through [`run`]; [`run`] and [`vectorized`], which detect the instruction set first; [`prefetch`]; and the transposes,
//! [`transpose_bytes_16x16`] and [`for_each_column`].

use super::memory::LANES;
use std::mem::transmute;
use std::ops::Range;

/// 16 numbers, one of each image of a slice, in one, two or four registers.
pub(crate) trait Simd: Copy {
    /// How many accumulators of this type fit into the registers beside the operands.
    const TILE: usize;
    /// Whether 8 numbers take half the time of 16, as they need half the registers.
    const HALVES: bool;
    /// Which of the 16 numbers it loads, computes and stores. WebAssembly runs every loop twice, once for each half.
    const COVERS: Range<usize>;
    /// A type that covers only the first 8 of the 16 numbers.
    type Half: Simd;
    fn load(from: &[f32; LANES]) -> Self;
    /// Loads 8 numbers from each of two places.
    #[inline(always)]
    fn load_halves(first: &[f32; 8], second: &[f32; 8]) -> Self {
        // SAFETY: 2 × 8 numbers have the layout of 16.
        Self::load(&unsafe { transmute::<[[f32; 8]; 2], [f32; LANES]>([*first, *second]) })
    }
    /// Loads the first 4 numbers of each of four places.
    #[inline(always)]
    fn load_quarters(parts: [&[f32; LANES]; 4]) -> Self {
        let mut quarters = [[0.0; 4]; 4];
        for i in 0..4 {
            quarters[i] = *parts[i].first_chunk().expect("4 of 16");
        }
        // SAFETY: 4 × 4 numbers have the layout of 16.
        Self::load(&unsafe { transmute::<[[f32; 4]; 4], [f32; LANES]>(quarters) })
    }
    fn store(self, to: &mut [f32; LANES]);
    fn splat(x: f32) -> Self;
    /// `self * b + c`
    fn mul_add(self, b: Self, c: Self) -> Self;
}

/// The numbers `at..at + N` of `x`, with a single comparison: in the innermost loops, each instruction counts.
#[inline(always)]
pub(crate) fn chunk_at<const N: usize>(x: &[f32], at: usize) -> &[f32; N] {
    assert!(at < x.len().saturating_sub(N - 1));
    // SAFETY: at + N ≤ x.len()
    unsafe { &*x.as_ptr().add(at).cast() }
}

/// Calls `f(i, numbers)` for each of the first `rows` rows of a matrix, with the N numbers of the row from `first` on.
#[inline(always)]
pub(crate) fn each_row<const N: usize>(x: &[f32], place: [usize; 3], mut f: impl FnMut(usize, &[f32; N])) {
    let [columns, first, rows] = place;
    assert!(first + N <= columns && rows <= x.len() / columns);
    let mut at = x.as_ptr().wrapping_add(first);
    for i in 0..rows {
        // SAFETY: row i lies within the matrix, and the numbers within the row.
        f(i, unsafe { &*at.cast() });
        at = at.wrapping_add(columns);
    }
}

/// sums[p][c] += a[p] · b[c], an outer product: the innermost step of every tile.
#[inline(always)]
pub(crate) fn add_products<V: Simd, const P: usize, const C: usize>(sums: &mut [[V; C]; P], a: &[f32; P], b: &[V; C]) {
    for p in 0..P {
        let a = V::splat(a[p]);
        for c in 0..C {
            sums[p][c] = a.mul_add(b[c], sums[p][c]);
        }
    }
}

/// A loop that is written once and compiled for each instruction set.
pub(crate) trait SimdLoop {
    /// Must be `#[inline(always)]`, so that it is compiled for the instruction set of `V`.
    fn run<V: Simd>(&mut self);
}

/// The instruction sets that the crate has code for. (On each architecture, some are never constructed.)
#[allow(dead_code)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Avx512,
    Avx2,
    Neon,
    Wasm,
    Portable,
}

/// The widest instruction set of this processor. To test the others, `--cfg digitos_simd="avx2"` or `"portable"` sets an
/// upper limit; `"portable_wide"` runs portable code through the tiles of AVX-512.
#[inline(always)]
pub(crate) fn level() -> Level {
    if cfg!(any(digitos_simd = "portable", digitos_simd = "portable_wide")) {
        return Level::Portable;
    }
    #[cfg(target_arch = "x86_64")]
    {
        let all = [
            is_x86_feature_detected!("avx512f"),
            is_x86_feature_detected!("avx512vl"),
            is_x86_feature_detected!("avx512bw"),
            is_x86_feature_detected!("avx512dq"),
        ];
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        if avx2 && all == [true; 4] && !cfg!(digitos_simd = "avx2") {
            return Level::Avx512;
        }
        if avx2 {
            return Level::Avx2;
        }
    }
    if cfg!(target_arch = "aarch64") {
        Level::Neon
    } else if cfg!(all(target_arch = "wasm32", target_feature = "simd128")) {
        Level::Wasm
    } else {
        Level::Portable
    }
}

/// Runs a loop with the widest instruction set of this processor.
pub(crate) fn run(mut kernel: impl SimdLoop) {
    match level() {
        // SAFETY: the processor is known to have AVX-512.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { x86::avx512(kernel) },
        // SAFETY: the processor is known to have AVX2 and FMA.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::avx2(kernel) },
        #[cfg(target_arch = "aarch64")]
        Level::Neon => kernel.run::<neon::Neon>(),
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Level::Wasm => {
            kernel.run::<wasm::Low>();
            kernel.run::<wasm::High>()
        }
        _ => kernel.run::<Portable>(),
    }
}

/// Defines a function that is compiled twice, for the baseline and for AVX2, so that the compiler vectorizes its loops. (They
/// are limited by memory, so AVX-512 would gain nothing, and each copy adds to the time until a student sees a result.)
macro_rules! vectorized {
    ($(#[$doc:meta])* $visible:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$doc])*
        $visible fn $name($($argument: $type),*) $(-> $result)? {
            #[inline(always)]
            fn loops($($argument: $type),*) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($argument: $type),*) $(-> $result)? {
                loops($($argument),*)
            }
            match $crate::engine::simd::level() {
                // SAFETY: the processor is known to have AVX2 and FMA.
                #[cfg(target_arch = "x86_64")]
                $crate::engine::simd::Level::Avx512 | $crate::engine::simd::Level::Avx2 => unsafe {
                    avx2($($argument),*)
                },
                _ => loops($($argument),*),
            }
        }
    };
}
pub(crate) use vectorized;

/// Prefetches the cache line `ahead` items after the start of `x`. The address may lie outside of any allocation.
#[inline(always)]
pub(crate) fn prefetch<T, const N: usize>(x: &[T; N], ahead: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 has SSE, and a hint reads nothing, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(x.as_ptr().wrapping_add(ahead).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (x, ahead);
}

/// Transposes 16 × 16 bytes: interleaving the first half of the rows with the second half, four times over, does it.
#[inline(never)]
pub(crate) fn transpose_bytes_16x16(rows: &mut [[u8; 16]; 16]) {
    let mut other = [[0; 16]; 16];
    for _ in 0..2 {
        shuffle(rows, &mut other);
        shuffle(&other, rows);
    }
}

#[inline(always)]
fn shuffle(from: &[[u8; 16]; 16], to: &mut [[u8; 16]; 16]) {
    for i in 0..8 {
        [to[2 * i], to[2 * i + 1]] = interleaved(from[i], from[i + 8]);
    }
}

/// a₀ b₀ a₁ b₁ …
#[inline(always)]
fn interleaved(a: [u8; 16], b: [u8; 16]) -> [[u8; 16]; 2] {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128i, _mm_unpackhi_epi8, _mm_unpacklo_epi8};
        // SAFETY: every x86-64 has SSE2, and any 16 bytes are a value of its registers.
        unsafe {
            let [a, b] = transmute::<[[u8; 16]; 2], [__m128i; 2]>([a, b]);
            transmute::<[__m128i; 2], [[u8; 16]; 2]>([_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b)])
        }
    }
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    {
        wasm::interleaved(a, b)
    }
    #[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
    std::array::from_fn(|half| std::array::from_fn(|i| if i % 2 == 0 { a } else { b }[8 * half + i / 2]))
}

/// Transposes 16 × 16 numbers: calls `put(column, row, numbers)` with 4 numbers of a column at a time, from `row` down.
#[inline(always)]
pub(crate) fn for_each_column(rows: &[[f32; LANES]; LANES], mut put: impl FnMut(usize, usize, [f32; 4])) {
    for first in (0..LANES).step_by(4) {
        for column in (0..LANES).step_by(4) {
            let mut block = [[0.0; 4]; 4];
            for (i, four) in block.iter_mut().enumerate() {
                *four = *rows[first + i][column..].first_chunk().expect("4 of 16");
            }
            for (i, four) in transposed_4x4(block).iter().enumerate() {
                put(column + i, first, *four);
            }
        }
    }
}

/// Transposes 4 × 4 numbers: interleaving the first half of the rows with the second half, twice over, does it.
#[inline(always)]
fn transposed_4x4(rows: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128, _mm_unpackhi_ps, _mm_unpacklo_ps};
        // SAFETY: every x86-64 has SSE, and any 4 numbers are a value of its registers.
        let mut rows = unsafe { transmute::<[[f32; 4]; 4], [__m128; 4]>(rows) };
        for _ in 0..2 {
            let [a, b, c, d] = rows;
            rows =
                unsafe { [_mm_unpacklo_ps(a, c), _mm_unpackhi_ps(a, c), _mm_unpacklo_ps(b, d), _mm_unpackhi_ps(b, d)] };
        }
        unsafe { transmute::<[__m128; 4], [[f32; 4]; 4]>(rows) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    std::array::from_fn(|i| rows.map(|row| row[i]))
}

/// An array, for processors without known vector instructions.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f32; LANES]);

impl Simd for Portable {
    const TILE: usize = if cfg!(digitos_simd = "portable_wide") { 24 } else { 1 };
    const HALVES: bool = false;
    const COVERS: Range<usize> = 0..LANES;
    type Half = Self;
    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        Portable(*from)
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        *to = self.0;
    }
    #[inline(always)]
    fn splat(x: f32) -> Self {
        Portable([x; LANES])
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        let mut y = c.0;
        for (i, y) in y.iter_mut().enumerate() {
            *y += self.0[i] * b.0[i];
        }
        Portable(y)
    }
}

/// Implements [`Simd`] with `$count` registers of `$width` numbers each, for the numbers from `$from` on.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "wasm32"))]
macro_rules! registers {
    ($name:ident: $count:literal of $register:ident, $width:literal, from $from:literal; tile $tile:literal, half $half:ident;
     $splat:ident; |$a:ident, $b:ident, $c:ident| $mul_add:expr) => {
        #[derive(Clone, Copy)]
        pub struct $name([$register; $count]);

        // SAFETY: reached only through `run`, which detects the instruction set; the registers together hold at most 16 numbers.
        #[allow(unused_unsafe)] // WebAssembly's instructions are safe
        impl Simd for $name {
            const TILE: usize = $tile;
            const HALVES: bool = $count * $width == LANES && $count > 1;
            const COVERS: std::ops::Range<usize> = $from..$from + $count * $width;
            type Half = $half;
            #[inline(always)]
            fn load(from: &[f32; LANES]) -> Self {
                // not the load intrinsic: with debug assertions on, it would check its pointer each time
                let from: &[[f32; $width]; LANES / $width] = unsafe { transmute(from) };
                let mut x = Self::splat(0.0);
                for i in 0..$count {
                    x.0[i] = unsafe { transmute::<[f32; $width], $register>(from[$from / $width + i]) };
                }
                x
            }
            #[inline(always)]
            fn store(self, to: &mut [f32; LANES]) {
                let to: &mut [[f32; $width]; LANES / $width] = unsafe { transmute(to) };
                for i in 0..$count {
                    to[$from / $width + i] = unsafe { transmute::<$register, [f32; $width]>(self.0[i]) };
                }
            }
            #[inline(always)]
            fn splat(x: f32) -> Self {
                $name([unsafe { $splat(x) }; $count])
            }
            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                let mut y = c;
                for i in 0..$count {
                    let ($a, $b, $c) = (self.0[i], b.0[i], c.0[i]);
                    y.0[i] = unsafe { $mul_add };
                }
                y
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{LANES, Simd, SimdLoop};
    use std::arch::x86_64::*;
    use std::mem::transmute;

    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
    pub fn avx512(mut kernel: impl SimdLoop) {
        kernel.run::<Avx512>()
    }

    #[target_feature(enable = "avx2,fma")]
    pub fn avx2(mut kernel: impl SimdLoop) {
        kernel.run::<Avx2>()
    }

    registers!(Avx512: 1 of __m512, 16, from 0; tile 24, half Avx2Half;
        _mm512_set1_ps; |a, b, c| _mm512_fmadd_ps(a, b, c));
    registers!(Avx2: 2 of __m256, 8, from 0; tile 6, half Avx2Half;
        _mm256_set1_ps; |a, b, c| _mm256_fmadd_ps(a, b, c));
    registers!(Avx2Half: 1 of __m256, 8, from 0; tile 12, half Avx2Half;
        _mm256_set1_ps; |a, b, c| _mm256_fmadd_ps(a, b, c));
}

/// A page has no way to ask for instructions while it runs: each set is a build of its own. With relaxed SIMD, `mul_add`
/// rounds once, as on processors; without, twice, as the portable code does.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm {
    use super::{LANES, Simd};
    use std::arch::wasm32::*;
    use std::mem::transmute;

    #[inline(always)]
    fn mul_add(a: v128, b: v128, c: v128) -> v128 {
        #[cfg(target_feature = "relaxed-simd")]
        return f32x4_relaxed_madd(a, b, c);
        #[cfg(not(target_feature = "relaxed-simd"))]
        f32x4_add(c, f32x4_mul(a, b))
    }

    registers!(Low: 2 of v128, 4, from 0; tile 4, half Low; f32x4_splat; |a, b, c| mul_add(a, b, c));
    registers!(High: 2 of v128, 4, from 8; tile 4, half High; f32x4_splat; |a, b, c| mul_add(a, b, c));

    #[inline(always)]
    pub fn interleaved(a: [u8; 16], b: [u8; 16]) -> [[u8; 16]; 2] {
        // SAFETY: any 16 bytes are a value of a register.
        unsafe {
            let [a, b] = transmute::<[[u8; 16]; 2], [v128; 2]>([a, b]);
            transmute::<[v128; 2], [[u8; 16]; 2]>([
                i8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(a, b),
                i8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(a, b),
            ])
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use super::{LANES, Simd};
    use std::arch::aarch64::*;
    use std::mem::transmute;

    registers!(Neon: 4 of float32x4_t, 4, from 0; tile 6, half NeonHalf;
        vdupq_n_f32; |a, b, c| vfmaq_f32(c, a, b));
    registers!(NeonHalf: 2 of float32x4_t, 4, from 0; tile 12, half NeonHalf;
        vdupq_n_f32; |a, b, c| vfmaq_f32(c, a, b));
}
