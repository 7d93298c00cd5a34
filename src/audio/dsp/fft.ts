/** A spectrum of `size` complex values, in place: forward without a factor, inverse by 1/size. */
export interface Fft {
  readonly size: number
  forward(re: Float64Array, im: Float64Array): void
  inverse(re: Float64Array, im: Float64Array): void
}

/** The fast Fourier transform of one size, radix 2. @param size a power of two */
export const fft = (size: number): Fft => {
  const bits = Math.log2(size)
  const reversed = Uint32Array.from({length: size}, (_, i) => {
    let r = 0
    for (let bit = 0; bit < bits; bit++) r |= ((i >> bit) & 1) << (bits - 1 - bit)
    return r
  })
  const cos = Float64Array.from({length: size / 2}, (_, i) => Math.cos((2 * Math.PI * i) / size))
  const sin = Float64Array.from({length: size / 2}, (_, i) => Math.sin((2 * Math.PI * i) / size))

  /** @param sign −1 forward, 1 inverse */
  const transform = (re: Float64Array, im: Float64Array, sign: number): void => {
    for (let i = 0; i < size; i++) {
      const j = reversed[i] as number
      if (j <= i) continue
      const [a, b] = [re[i] as number, im[i] as number]
      re[i] = re[j] as number
      im[i] = im[j] as number
      re[j] = a
      im[j] = b
    }
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half)
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = cos[k * step] as number
          const s = sign * (sin[k * step] as number)
          const low = start + k
          const high = low + half
          const [x, y] = [re[high] as number, im[high] as number]
          const tr = x * c - y * s
          const ti = x * s + y * c
          const [u, v] = [re[low] as number, im[low] as number]
          re[high] = u - tr
          im[high] = v - ti
          re[low] = u + tr
          im[low] = v + ti
        }
      }
    }
  }
  return {
    size,
    forward: (re, im) => transform(re, im, -1),
    inverse(re, im) {
      transform(re, im, 1)
      for (let i = 0; i < size; i++) {
        re[i] = (re[i] as number) / size
        im[i] = (im[i] as number) / size
      }
    },
  }
}
