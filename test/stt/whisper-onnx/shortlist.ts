import {mostProbable} from '@essence/core/stt/whisper-onnx/sample'
import {type Shortlist, shortlisted, shortlistOf} from '@essence/core/stt/whisper-onnx/shortlist'
import type {SpecialTokens} from '@essence/core/stt/whisper-onnx/tokens'

/** The shortlist of a step, from the logits of the whole vocabulary: what the decoder's graph computes, written plainly. */
export const shortlistFrom = (
  logits: Float32Array,
  {end, firstTime}: SpecialTokens,
  suppressed: ReadonlySet<number> = new Set(),
): Shortlist => {
  const text = logits.slice(0, end)
  for (const token of suppressed) if (token < end) text[token] = Number.NEGATIVE_INFINITY
  const tokens = mostProbable(text, shortlisted)
  const most = text[tokens[0] ?? 0] ?? 0
  const peak =
    most === Number.NEGATIVE_INFINITY ? 0 : -Math.log(text.reduce((sum, one) => sum + Math.exp(one - most), 0))
  const words = Float32Array.from(tokens, token => text[token] ?? 0)
  return shortlistOf(tokens, words, peak, Float32Array.of(logits[end] ?? 0, ...logits.subarray(firstTime)))
}
