// Live conversation on the kit's tiny.en, SmolLM2 and Piper, in real time. Arguments: [voice [TURNS] | barge-in [TRIALS [for-her]] | loopback [MINUTES]]
import {bargeIn} from './conversation/barge-in.ts'
import {loopback} from './conversation/loopback.ts'
import {voiceToVoice} from './conversation/voice-to-voice.ts'

const [what, given, only] = process.argv.slice(2)
const count = given === undefined ? undefined : Number(given)
if (what === undefined || what === 'voice') await voiceToVoice(count ?? 24)
if (what === undefined || what === 'barge-in') await bargeIn(count ?? 20, only)
if (what === 'loopback') await loopback(count ?? 30)
