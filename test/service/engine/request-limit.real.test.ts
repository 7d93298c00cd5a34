// How many callers a service takes at once is said once, by its setting, and it is the engine's bound.
import {readConfig} from '@essence/core/config/read'
import {openRecognizer} from '@essence/core/engines/recognizer'
import {openSynthesizer} from '@essence/core/engines/synthesizer'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {speechToText} from '@essence/core/stt/recognizer'
import {expect, it, vi} from 'vitest'
import {recognition} from '../../../plugins/stt/src/kind.ts'
import {bursts} from '../../stt/bursts.ts'
import {scriptedEngine} from '../../stt/scripted-engine.ts'
import {engineServiceOf} from './open-service.ts'

/** A service whose engine computes nothing until it is let, called so many times at once; how each call ended. */
const callAtOnce = async (requestLimit: number, callers: number) => {
  const gate = Promise.withResolvers<void>()
  let warm = false
  const {engine} = scriptedEngine({
    async transcribes() {
      if (warm) await gate.promise
      return [{text: 'heard'}]
    },
  })
  const {service, metrics} = engineServiceOf(recognition, async () => speechToText(engine, {requestLimit}))
  const {url = ''} = await service.start(new AbortController().signal, () => {})
  warm = true
  const client = await openRemoteRecognizer({url})
  let refused = 0
  const calls = Array.from({length: callers}, () =>
    client.recognize(bursts(1)).then(
      ({text}) => text,
      (error: {code: string}) => {
        refused++
        return error.code
      },
    ),
  )
  await vi.waitFor(async () => {
    const [, active] = /stt_active_connections (\d+)/.exec(await metrics.registry.metrics()) ?? []
    expect(Number(active) + refused).toBe(callers)
  })
  gate.resolve()
  const ends = await Promise.all(calls)
  await client.close()
  await service.close()
  return ends
}

it('answers 40 callers at once under a limit of 64', async () => {
  expect(new Set(await callAtOnce(64, 40))).toEqual(new Set(['heard']))
})

it('refuses the one beyond the limit, and only that', async () => {
  expect((await callAtOnce(3, 4)).sort()).toEqual(['ENGINE_BUSY', 'heard', 'heard', 'heard'])
})

it.each([
  ['STT_QUEUE_LIMIT', openRecognizer],
  ['TTS_QUEUE_LIMIT', openSynthesizer],
] as const)('%s is the bound of the engine in this process', async (name, open) => {
  const {settings} = await readConfig({
    env: {[name]: '7', STT_DEVICE: 'cpu', STT_THREADS: '1', TTS_ENGINE: 'espeak', ENV_SH: '/dev/null'},
  })
  const engine = await open(settings)
  expect(engine.requestLimit).toBe(7)
  await engine.close()
})
