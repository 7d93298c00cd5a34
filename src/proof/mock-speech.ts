/** Hz of the voices of the mock. */
export const mockRate = 16_000

/** dBFS of the loudest sample of what the mock says; speech is brought to one loudness. */
export const mockPeakDb = -13

/**
 * ms that the mock speaks: each letter is a tone of 60 ms, each word ends with 40 ms of silence, of which at most 30 stay at the
 * end of a sentence, and a sentence that ends with a stop is followed by 380 ms of pause. All but those 30 ms scale with the speed; at
 * another than 1 it is true to 3 ms.
 */
export const mockSpeechMs = (text: string, speed = 1): number => {
  const endMs = Math.min(30, 40 / speed)
  const sentenceMs = (sentence: string): number => {
    const words = sentence.match(/\w+/g) ?? []
    const spokenMs = words.reduce((ms, {length}) => ms + 60 * length + 40, -40) / speed + endMs
    return words.length === 0 ? 0 : spokenMs + (/[.!?]$/.test(sentence) ? 380 / speed : 0)
  }
  return (text.match(/[^.!?]+[.!?]?/g) ?? []).reduce((ms, sentence) => ms + sentenceMs(sentence), 0)
}
