//! The vector instructions of a processor, chosen while the program runs.
//!
//! All `unsafe` of the crate that touches instructions is in this file: the methods of [`Simd`], which are only reached
//! through [`run`]; [`run`] and [`vectorized`], which ask the processor first; [`prefetch`]; and [`turn`] and its like
//! for numbers.

use std::mem::transmute;

/// Sixteen numbers, one for each image of a slice, in as many registers as it takes.
pub(crate) trait Simd: Copy {
    /// How many of them a tile may have as its sums: what the registers hold beside the operands.
    const TILE: usize;
    /// Whether eight numbers take half the time of sixteen.
    const HALVES: bool;
    /// The same with the second eight left out: they are not read, not computed and not written.
    type Half: Simd;
    fn load(from: &[f32; 16]) -> Self;
    /// From two places.
    #[inline(always)]
    fn load_halves(first: &[f32; 8], second: &[f32; 8]) -> Self {
        // SAFETY: twice eight numbers are sixteen.
        Self::load(&unsafe { transmute::<[[f32; 8]; 2], [f32; 16]>([*first, *second]) })
    }
    /// The first four of each.
    #[inline(always)]
    fn load_quarters(parts: [&[f32; 16]; 4]) -> Self {
        let mut quarters = [[0.0; 4]; 4];
        for i in 0..4 {
            quarters[i] = *parts[i].first_chunk().expect("4 of 16");
        }
        // SAFETY: four times four numbers are sixteen.
        Self::load(&unsafe { transmute::<[[f32; 4]; 4], [f32; 16]>(quarters) })
    }
    fn store(self, to: &mut [f32; 16]);
    fn splat(x: f32) -> Self;
    /// `self * b + c`
    fn mul_add(self, b: Self, c: Self) -> Self;
}

/// sums[p][c] += a[p] · b[c]: the inside of every tile.
#[inline(always)]
pub(crate) fn add_products<V: Simd, const P: usize, const C: usize>(sums: &mut [[V; C]; P], a: &[f32; P], b: &[V; C]) {
    for p in 0..P {
        let a = V::splat(a[p]);
        for c in 0..C {
            sums[p][c] = a.mul_add(b[c], sums[p][c]);
        }
    }
}

/// A computation that is written once for all instruction sets.
pub(crate) trait SimdLoop {
    /// Must be `#[inline(always)]`, so that it is compiled for the instruction set of `V`.
    fn run<V: Simd>(self);
}

/// The instruction sets that there is code for. (No processor has them all.)
#[allow(dead_code)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Avx512,
    Avx2,
    Neon,
    Portable,
}

/// The widest that this processor has. For a test of the others, `--cfg digitos_simd="avx2"` or `"portable"` allows no wider;
/// with `"portable_wide"`, plain numbers go through the tiles of AVX-512.
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
    if cfg!(target_arch = "aarch64") { Level::Neon } else { Level::Portable }
}

/// Runs a kernel with the widest registers of this processor.
pub(crate) fn run(kernel: impl SimdLoop) {
    match level() {
        // SAFETY: the processor has said that it has AVX-512.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { x86::avx512(kernel) },
        // SAFETY: the processor has said that it has AVX2 and FMA.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::avx2(kernel) },
        #[cfg(target_arch = "aarch64")]
        Level::Neon => kernel.run::<neon::Neon>(),
        _ => kernel.run::<Portable>(),
    }
}

/// A function whose plain loops are compiled for AVX2 too, where there is such. (Wider ones would only wait for memory, and
/// each more is compiled before a student sees the first result.)
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
                // SAFETY: the processor has said that it has AVX2 and FMA.
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

/// Lets the processor fetch what is so many items behind the beginning of `x` in memory, if it can; there need not be
/// anything.
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

/// Exchanges rows and columns of bytes: shuffled together like two halves of a pack of cards, four times.
#[inline(never)]
pub(crate) fn turn(rows: &mut [[u8; 16]; 16]) {
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

/// A byte of each in turn.
#[inline(always)]
fn interleaved(a: [u8; 16], b: [u8; 16]) -> [[u8; 16]; 2] {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128i, _mm_unpackhi_epi8, _mm_unpacklo_epi8};
        // SAFETY: every x86-64 has SSE2, and any sixteen bytes are one of its registers.
        unsafe {
            let [a, b] = transmute::<[[u8; 16]; 2], [__m128i; 2]>([a, b]);
            transmute::<[__m128i; 2], [[u8; 16]; 2]>([_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b)])
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    std::array::from_fn(|half| std::array::from_fn(|i| if i % 2 == 0 { a } else { b }[8 * half + i / 2]))
}

/// Rows and columns of numbers exchanged: `put` gets four numbers of a column at a time, with the column and where in it
/// they begin.
#[inline(always)]
pub(crate) fn columns(rows: &[[f32; 16]; 16], mut put: impl FnMut(usize, usize, [f32; 4])) {
    for first in (0..16).step_by(4) {
        for column in (0..16).step_by(4) {
            let mut block = [[0.0; 4]; 4];
            for (i, four) in block.iter_mut().enumerate() {
                *four = *rows[first + i][column..].first_chunk().expect("4 of 16");
            }
            for (i, four) in turned_block(block).iter().enumerate() {
                put(column + i, first, *four);
            }
        }
    }
}

/// The same for four rows and columns: shuffled together like cards, twice.
#[inline(always)]
fn turned_block(rows: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m128, _mm_unpackhi_ps, _mm_unpacklo_ps};
        // SAFETY: every x86-64 has SSE, and any four numbers are one of its registers.
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

/// Plain numbers: for processors without known vector instructions.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f32; 16]);

impl Simd for Portable {
    const TILE: usize = if cfg!(digitos_simd = "portable_wide") { 24 } else { 1 };
    const HALVES: bool = false;
    type Half = Self;
    #[inline(always)]
    fn load(from: &[f32; 16]) -> Self {
        Portable(*from)
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 16]) {
        *to = self.0;
    }
    #[inline(always)]
    fn splat(x: f32) -> Self {
        Portable([x; 16])
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

/// The four methods for `$count` registers of `$width` numbers each.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! registers {
    ($name:ident: $count:literal of $register:ident, $width:literal; tile $tile:literal, half $half:ident;
     $splat:ident; |$a:ident, $b:ident, $c:ident| $mul_add:expr) => {
        #[derive(Clone, Copy)]
        pub struct $name([$register; $count]);

        // SAFETY: reached only through `run`, which has asked the processor; all registers together hold at most sixteen numbers.
        impl Simd for $name {
            const TILE: usize = $tile;
            const HALVES: bool = $count > 1;
            type Half = $half;
            #[inline(always)]
            fn load(from: &[f32; 16]) -> Self {
                // not the instruction by its name: where debug assertions are on, that checks its pointer each time
                let from: &[[f32; $width]; 16 / $width] = unsafe { transmute(from) };
                let mut x = Self::splat(0.0);
                for i in 0..$count {
                    x.0[i] = unsafe { transmute::<[f32; $width], $register>(from[i]) };
                }
                x
            }
            #[inline(always)]
            fn store(self, to: &mut [f32; 16]) {
                let to: &mut [[f32; $width]; 16 / $width] = unsafe { transmute(to) };
                for i in 0..$count {
                    to[i] = unsafe { transmute::<$register, [f32; $width]>(self.0[i]) };
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
    use super::{Simd, SimdLoop};
    use std::arch::x86_64::*;
    use std::mem::transmute;

    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
    pub fn avx512(kernel: impl SimdLoop) {
        kernel.run::<Avx512>()
    }

    #[target_feature(enable = "avx2,fma")]
    pub fn avx2(kernel: impl SimdLoop) {
        kernel.run::<Avx2>()
    }

    registers!(Avx512: 1 of __m512, 16; tile 24, half Avx2Half;
        _mm512_set1_ps; |a, b, c| _mm512_fmadd_ps(a, b, c));
    registers!(Avx2: 2 of __m256, 8; tile 6, half Avx2Half;
        _mm256_set1_ps; |a, b, c| _mm256_fmadd_ps(a, b, c));
    registers!(Avx2Half: 1 of __m256, 8; tile 12, half Avx2Half;
        _mm256_set1_ps; |a, b, c| _mm256_fmadd_ps(a, b, c));
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use super::Simd;
    use std::arch::aarch64::*;
    use std::mem::transmute;

    registers!(Neon: 4 of float32x4_t, 4; tile 6, half NeonHalf;
        vdupq_n_f32; |a, b, c| vfmaq_f32(c, a, b));
    registers!(NeonHalf: 2 of float32x4_t, 4; tile 12, half NeonHalf;
        vdupq_n_f32; |a, b, c| vfmaq_f32(c, a, b));
}
