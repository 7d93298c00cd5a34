import {mockReply} from '../../assistant/mock.ts'
import type {EngineInfo} from '../../compute/engine-info.ts'
import type {Settings} from '../../config/schema.ts'
import {remoteRecognizer, remoteSynthesizer} from '../../engines/remote/speech.ts'
import {EssenceError} from '../../kit/errors.ts'
import {askGatewayInTurn} from './gateway-client.ts'
import type {RoundTripPath} from './one-trip.ts'

export interface PathOptions {
  settings: Settings
  /** Addresses of the services; that of the gateway may change while the test runs. */
  stt: string
  tts: string
  gateway: () => string
  language: string
  voice: string | undefined
  /** ms for services to be ready that run already. */
  readyMs: number
  signal: AbortSignal
}

/**
 * Connects to the pieces of a round trip, and makes sure that each is what it must be: speech that is real, a mind that is the stand-in.
 * @throws CONFIG_INVALID where one is not; what the connections throw
 */
export const openPath = async (options: PathOptions): Promise<RoundTripPath & AsyncDisposable> => {
  const {settings, stt: sttUrl, tts: ttsUrl, gateway, language, voice, readyMs: waitMs, signal} = options
  const stt = await remoteRecognizer({...settings, STT_URL: sttUrl}, {signal, waitMs})
  const tts = await remoteSynthesizer({...settings, TTS_URL: ttsUrl}, {signal, waitMs})
  if (!stt || !tts) throw new EssenceError('BUG', 'A round trip without speech.')
  const close = async (): Promise<void> => {
    await stt.close()
    await tts.close()
  }
  try {
    refuseStandIn('Speech recognition', sttUrl, stt.info)
    refuseStandIn('Speech synthesis', ttsUrl, tts.info)
    await refuseOtherMind(gateway(), language, waitMs, signal)
  } catch (error) {
    await close()
    throw error
  }
  return {stt, tts, gateway, language, voice, [Symbol.asyncDispose]: close}
}

const refuseStandIn = (what: string, url: string, {engine}: EngineInfo): void => {
  if (engine !== 'mock') return
  throw new EssenceError('CONFIG_INVALID', `${what} at ${url} is a stand-in; a round trip needs a real one.`, {
    suggestions: ['Start it in the mode of the test: essence test-mode stt_tts_roundtrip'],
  })
}

/** A mind that answers as it likes leaves nothing to compare with. */
const refuseOtherMind = async (
  gateway: string,
  language: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const text = 'good morning'
  const request = () => ({gateway, body: {text}, language, speak: false, signal})
  const {answer} = await askGatewayInTurn(request, waitMs)
  if (answer === mockReply(text)) return
  throw new EssenceError(
    'CONFIG_INVALID',
    `The gateway at ${gateway} answered "${text}" with "${answer.slice(0, 80)}"; a round trip needs the stand-in, which says "${mockReply(text)}".`,
    {suggestions: ['Start it in the mode of the test: essence test-mode stt_tts_roundtrip']},
  )
}
