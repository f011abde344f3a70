//! The vector instructions of a processor, chosen while the program runs.
//!
//! All `unsafe` of the crate that touches instructions is in this file: the methods of [`Simd`], which are only reached
//! through [`run`], and [`run`] and [`vectorized`], which ask the processor first.

/// As many numbers as one register holds.
pub(crate) trait Simd: Copy {
    /// How many: a power of two that divides 16.
    const WIDTH: usize;
    /// How many accumulators a tile may have: what the registers hold beside the operands, or 1 where there are none to speak of.
    const TILE: usize;
    /// Part `part` of sixteen numbers, counted in registers.
    fn load(from: &[f32; 16], part: usize) -> Self;
    fn store(self, to: &mut [f32; 16], part: usize);
    fn splat(x: f32) -> Self;
    /// `self * b + c`
    fn mul_add(self, b: Self, c: Self) -> Self;
}

/// A computation that is written once for all instruction sets.
pub(crate) trait Kernel {
    /// Must be `#[inline(always)]`, so that it is compiled for the instruction set of `V`.
    fn run<V: Simd>(self);
}

/// The instruction sets that there is code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Avx512,
    Avx2,
    Neon,
    Portable,
}

/// The widest that this processor has.
#[inline(always)]
pub(crate) fn level() -> Level {
    #[cfg(target_arch = "x86_64")]
    {
        let all = [
            is_x86_feature_detected!("avx512f"),
            is_x86_feature_detected!("avx512vl"),
            is_x86_feature_detected!("avx512bw"),
            is_x86_feature_detected!("avx512dq"),
        ];
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        if avx2 && all == [true; 4] {
            return Level::Avx512;
        }
        if avx2 {
            return Level::Avx2;
        }
    }
    if cfg!(target_arch = "aarch64") { Level::Neon } else { Level::Portable }
}

/// Runs a kernel with the widest registers of this processor.
pub(crate) fn run(kernel: impl Kernel) {
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
    ($(#[$doc:meta])* $visible:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$doc])*
        $visible fn $name($($argument: $type),*) {
            #[inline(always)]
            fn loops($($argument: $type),*) $body
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($argument: $type),*) {
                loops($($argument),*)
            }
            match $crate::engine::kernels::simd::level() {
                // SAFETY: the processor has said that it has AVX2 and FMA.
                #[cfg(target_arch = "x86_64")]
                $crate::engine::kernels::simd::Level::Avx512 | $crate::engine::kernels::simd::Level::Avx2 => unsafe {
                    avx2($($argument),*)
                },
                _ => loops($($argument),*),
            }
        }
    };
}
pub(crate) use vectorized;

/// Four numbers in any language: for processors without known vector instructions.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f32; 4]);

impl Simd for Portable {
    const WIDTH: usize = 4;
    const TILE: usize = 1;
    #[inline(always)]
    fn load(from: &[f32; 16], part: usize) -> Self {
        Portable(from.as_chunks().0[part])
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 16], part: usize) {
        to.as_chunks_mut().0[part] = self.0;
    }
    #[inline(always)]
    fn splat(x: f32) -> Self {
        Portable([x; 4])
    }
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        let mut y = c.0;
        (0..4).for_each(|i| y[i] += self.0[i] * b.0[i]);
        Portable(y)
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Kernel, Simd};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
    pub fn avx512(kernel: impl Kernel) {
        kernel.run::<Avx512>()
    }

    #[target_feature(enable = "avx2,fma")]
    pub fn avx2(kernel: impl Kernel) {
        kernel.run::<Avx2>()
    }

    #[derive(Clone, Copy)]
    pub struct Avx512(__m512);

    // SAFETY, here and for Avx2: reached only through `avx512` (`avx2`), whose caller has asked the processor;
    // `part` is reduced to a part that lies within the sixteen numbers.
    impl Simd for Avx512 {
        const WIDTH: usize = 16;
        const TILE: usize = 24;
        #[inline(always)]
        fn load(from: &[f32; 16], _: usize) -> Self {
            unsafe { Avx512(_mm512_loadu_ps(from.as_ptr())) }
        }
        #[inline(always)]
        fn store(self, to: &mut [f32; 16], _: usize) {
            unsafe { _mm512_storeu_ps(to.as_mut_ptr(), self.0) }
        }
        #[inline(always)]
        fn splat(x: f32) -> Self {
            unsafe { Avx512(_mm512_set1_ps(x)) }
        }
        #[inline(always)]
        fn mul_add(self, b: Self, c: Self) -> Self {
            unsafe { Avx512(_mm512_fmadd_ps(self.0, b.0, c.0)) }
        }
    }

    #[derive(Clone, Copy)]
    pub struct Avx2(__m256);

    impl Simd for Avx2 {
        const WIDTH: usize = 8;
        const TILE: usize = 12;
        #[inline(always)]
        fn load(from: &[f32; 16], part: usize) -> Self {
            unsafe { Avx2(_mm256_loadu_ps(from.as_ptr().add(part % 2 * 8))) }
        }
        #[inline(always)]
        fn store(self, to: &mut [f32; 16], part: usize) {
            unsafe { _mm256_storeu_ps(to.as_mut_ptr().add(part % 2 * 8), self.0) }
        }
        #[inline(always)]
        fn splat(x: f32) -> Self {
            unsafe { Avx2(_mm256_set1_ps(x)) }
        }
        #[inline(always)]
        fn mul_add(self, b: Self, c: Self) -> Self {
            unsafe { Avx2(_mm256_fmadd_ps(self.0, b.0, c.0)) }
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use super::Simd;
    use std::arch::aarch64::*;

    #[derive(Clone, Copy)]
    pub struct Neon(float32x4_t);

    // SAFETY: every aarch64 processor has NEON; `part` is reduced to a part that lies within the sixteen numbers.
    impl Simd for Neon {
        const WIDTH: usize = 4;
        const TILE: usize = 24;
        #[inline(always)]
        fn load(from: &[f32; 16], part: usize) -> Self {
            unsafe { Neon(vld1q_f32(from.as_ptr().add(part % 4 * 4))) }
        }
        #[inline(always)]
        fn store(self, to: &mut [f32; 16], part: usize) {
            unsafe { vst1q_f32(to.as_mut_ptr().add(part % 4 * 4), self.0) }
        }
        #[inline(always)]
        fn splat(x: f32) -> Self {
            unsafe { Neon(vdupq_n_f32(x)) }
        }
        #[inline(always)]
        fn mul_add(self, b: Self, c: Self) -> Self {
            unsafe { Neon(vfmaq_f32(c.0, self.0, b.0)) }
        }
    }
}
