import {EssenceError} from '../../kit/errors.ts'
import {isSampleRate, sampleRates} from '../resample.ts'

/** `ogg`: Opus as messengers want a voice note; `wav`: 16-bit PCM; `mp3`; `aac`: ADTS frames; `flac`: of 16 bits. All mono. */
export type EncodedFormat = 'ogg' | 'wav' | 'mp3' | 'aac' | 'flac'

/** Opus counts in this rate whatever it codes, and is at its best at it; also what a voice note is expected to have. */
export const opusRate = 48_000

/** The rates Opus codes at, in Hz (RFC 6716, 2). */
const opusRates: readonly number[] = [8000, 12_000, 16_000, 24_000, opusRate]

/** The sample rates MP3 has, in Hz, lowest first (ISO 11172-3, 13818-3 and the usual 2.5 extension). */
export const mp3Rates: readonly number[] = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]

/** The sample rates AAC has, in Hz, in the order of their numbers in an ADTS header (ISO 14496-3, 1.6.3.4). */
export const aacRates: readonly number[] = [
  ...[96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000],
]

/** Bits a second that MP3's frames can have at a sample rate; in the extension LAME stops at 64000. */
const mp3Bitrates = (sampleRate: number): readonly number[] => {
  const kilo =
    sampleRate >= 32_000
      ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
      : [8, 16, 24, 32, 40, 48, 56, 64, ...(sampleRate >= 16_000 ? [80, 96, 112, 128, 144, 160] : [])]
  return kilo.map(each => each * 1000)
}

/** More no player takes, though the format could say it. */
export const maxFlacRate = 192_000

const fixedRates: Partial<Record<EncodedFormat, readonly number[]>> = {ogg: opusRates, mp3: mp3Rates, aac: aacRates}

/** @throws USAGE for a sample rate (Hz) the format has not, with those it has */
export const checkRate = (format: EncodedFormat, sampleRate: number): void => {
  const rates = fixedRates[format]
  const max = format === 'flac' ? maxFlacRate : sampleRates.max
  if (rates ? rates.includes(sampleRate) : isSampleRate(sampleRate) && sampleRate <= max) return
  const expected = rates?.join(', ') ?? `${sampleRates.min} to ${max}`
  throw new EssenceError('USAGE', `Cannot encode ${format} at ${sampleRate} Hz; expected ${expected}.`)
}

/**
 * Holds bits a second against what the format has. An encoder would take the nearest without a word.
 * @param sampleRate Hz, which MP3's depend on, where it is known
 * @throws USAGE, with the nearest there is
 */
export const checkBitrate = (format: EncodedFormat, bitrate: number, sampleRate?: number): void => {
  if (format === 'wav' || format === 'flac') {
    throw new EssenceError(
      'USAGE',
      `A bitrate was given (${bitrate}), but a format that keeps every sample has none.`,
      {
        suggestions: ['Leave the bitrate out, or ask for opus or mp3.'],
      },
    )
  }
  if (format === 'ogg' || format === 'aac') {
    if (Number.isInteger(bitrate) && bitrate >= 6000 && bitrate <= 256_000) return
    throw new EssenceError('USAGE', `Cannot encode at ${bitrate} bits a second; expected 6000 to 256000.`)
  }
  if (sampleRate === undefined) return
  const bitrates = mp3Bitrates(sampleRate)
  if (bitrates.includes(bitrate)) return
  const distance = (one: number): number => Math.abs(one - bitrate)
  const near = bitrates.reduce((best, one) => (distance(one) < distance(best) ? one : best))
  throw new EssenceError(
    'USAGE',
    `MP3 of ${sampleRate} Hz cannot have ${bitrate} bits a second; the nearest it has is ${near}.`,
    {suggestions: [`It has ${bitrates.join(', ')}.`]},
  )
}
