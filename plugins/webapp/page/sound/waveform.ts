/** Parts a waveform is drawn in. */
const parts = 48

/** The greatest sample of each part, 0..1, the loudest being 1. */
export const peaksOf = (pcm: Int16Array): number[] => {
  const peaks = Array.from({length: parts}, (_, part) => {
    let peak = 0
    const end = Math.floor(((part + 1) * pcm.length) / parts)
    for (let at = Math.floor((part * pcm.length) / parts); at < end; at++) peak = Math.max(peak, Math.abs(pcm[at] ?? 0))
    return peak
  })
  const loudest = Math.max(1, ...peaks)
  return peaks.map(peak => peak / loudest)
}
