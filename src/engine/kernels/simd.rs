//! The vector instructions of a processor, chosen while the program runs.
//!
//! All `unsafe` of the crate that touches instructions is in this file: the methods of [`Simd`], which are only reached
//! through [`run`], and [`run`] itself, which asks the processor first.

/// As many numbers as one register holds.
pub(crate) trait Simd: Copy {
    /// How many: a power of two that divides 16.
    const WIDTH: usize;
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

/// Runs a kernel with the widest registers of this processor.
pub(crate) fn run(kernel: impl Kernel) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has just said that it has AVX-512.
            return unsafe { x86::avx512(kernel) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has just said that it has AVX2 and FMA.
            return unsafe { x86::avx2(kernel) };
        }
    }
    #[cfg(target_arch = "aarch64")]
    return kernel.run::<neon::Neon>();
    #[cfg(not(target_arch = "aarch64"))]
    kernel.run::<Portable>()
}

/// Compiles plain loops for the registers of this processor.
#[inline(always)]
pub(crate) fn vectorized(loops: impl FnOnce()) {
    struct Loops<F>(F);
    impl<F: FnOnce()> Kernel for Loops<F> {
        #[inline(always)]
        fn run<V: Simd>(self) {
            (self.0)()
        }
    }
    run(Loops(loops))
}

/// Four numbers in any language: for processors without known vector instructions.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f32; 4]);

impl Simd for Portable {
    const WIDTH: usize = 4;
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
        Portable(std::array::from_fn(|i| self.0[i] * b.0[i] + c.0[i]))
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
