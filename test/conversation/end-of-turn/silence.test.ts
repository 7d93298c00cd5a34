import {silenceAlone} from '@essence/core/conversation/end-of-turn/silence'
import {expect, it} from 'vitest'

it('takes every silence for an end, and says why', async () => {
  const detector = silenceAlone('ONNX Runtime does not run here.')
  expect(detector.description).toBe('silence only: ONNX Runtime does not run here.')
  expect(await detector.endOfTurn(new Float32Array(16_000))).toBe(1)
  await detector.close()
})
