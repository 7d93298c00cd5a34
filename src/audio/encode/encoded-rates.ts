import {EssenceError} from '../../kit/errors.ts'
import {isSampleRate} from '../resample.ts'

/** `ogg`: Opus as messengers want a voice note; `wav`: 16-bit PCM; `mp3`. All mono. */
export type EncodedFormat = 'ogg' | 'wav' | 'mp3'

/** Opus counts in this rate whatever it codes, and is at its best at it; also what a voice note is expected to have. */
export const opusRate = 48_000

/** The rates Opus codes at, in Hz (RFC 6716, 2). */
const opusRates: readonly number[] = [8000, 12_000, 16_000, 24_000, opusRate]

/** The sample rates MP3 has, in Hz, lowest first (ISO 11172-3, 13818-3 and the usual 2.5 extension). */
export const mp3Rates: readonly number[] = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]

/** Bits a second that MP3's frames can have at a sample rate; in the extension LAME stops at 64000. */
const mp3Bitrates = (sampleRate: number): readonly number[] => {
  const kilo =
    sampleRate >= 32_000
      ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
      : [8, 16, 24, 32, 40, 48, 56, 64, ...(sampleRate >= 16_000 ? [80, 96, 112, 128, 144, 160] : [])]
  return kilo.map(each => each * 1000)
}

/** @throws USAGE for a sample rate (Hz) the format has not, with those it has */
export const checkRate = (format: EncodedFormat, sampleRate: number): void => {
  const rates = format === 'ogg' ? opusRates : mp3Rates
  if (format === 'wav' ? isSampleRate(sampleRate) : rates.includes(sampleRate)) return
  const expected = format === 'wav' ? '1000 to 768000' : rates.join(', ')
  throw new EssenceError('USAGE', `Cannot encode ${format} at ${sampleRate} Hz; expected ${expected}.`)
}

/**
 * Holds bits a second against what the format has. An encoder would take the nearest without a word.
 * @param sampleRate Hz, which MP3's depend on, where it is known
 * @throws USAGE, with the nearest there is
 */
export const checkBitrate = (format: EncodedFormat, bitrate: number, sampleRate?: number): void => {
  if (format === 'wav') {
    throw new EssenceError(
      'USAGE',
      `A bitrate was given (${bitrate}), but samples that are not compressed have none.`,
      {
        suggestions: ['Leave the bitrate out, or ask for opus or mp3.'],
      },
    )
  }
  if (format === 'ogg') {
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
