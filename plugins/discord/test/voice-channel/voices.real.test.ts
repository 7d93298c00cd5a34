// Who sits at somebody's microphone in a voice channel. The model is scripted: it knows people by their pitch.
import {wordsIn} from '@essence/core/channel/words/words'
import {speakerRecognition} from '@essence/core/speaker/recognition'
import {expect, it} from 'vitest'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {missingOpenssl} from '../../../../test/rpc/authority.ts'
import {allSpeech, circleEmbedder, keptVoiceprints, saidBy} from '../../../../test/speaker/scripted.ts'
import {alice, openVoice, pitchOf, tone, toneEngines} from './open-voice.ts'

const until = <T>(what: () => T) => expect.poll(what, {timeout: 20_000, interval: 10})

it.skipIf(missingOpenssl)(
  `what another voice says from somebody's account is answered apart, and June says that she does not know it${missingOpenssl}`,
  async () => {
    const circle = circleEmbedder()
    const recognition = speakerRecognition({
      embedder: {...circle, embed: audio => circle.embed(saidBy(pitchOf(audio) > 500 ? 180 : 0))},
      findSpeech: allSpeech,
      voiceprints: keptVoiceprints(),
      threshold: 0.7,
    })
    await recognition.learn(`discord:${alice}`, Array(3).fill({vector: Float32Array.of(1, 0), speechMs: 3000}))
    const spoken: string[] = []
    const {mind, trace} = scriptedMind()
    const engines = toneEngines({300: 'it is me', 700: 'who am I'}, {mind, answer: ['Well.']})
    const synthesize = engines.tts.synthesize.bind(engines.tts)
    engines.tts.synthesize = (text, options) => {
      spoken.push(text)
      return synthesize(text, options)
    }
    const {peer, join, spoke} = await openVoice({engines, more: {voices: recognition}})
    const person = peer.enter(alice, '1000')
    await join()
    await person.say(tone(300, 1500))
    await until(() => spoke().length).toBe(1)
    expect(engines.trace.requests.at(-1)).toMatchObject({
      speaker: `discord:${alice}`,
      among: {room: 'discord:voice:1000'},
    })
    await person.say(tone(700, 1500))
    await until(() => spoke().length).toBe(2)
    const strange = engines.trace.requests.at(-1)
    expect(strange).toMatchObject({text: 'who am I', tools: false, among: undefined})
    expect(strange?.speaker).toMatch(new RegExp(`^discord:${alice}#voice-`))
    expect(await strange?.live?.heard).toBeUndefined()
    expect(spoken).toContain(wordsIn('en')('speakerUnknown'))
    await until(() => trace.erased).toContain(strange?.speaker)
    // And they themselves go on where they were.
    await person.say(tone(300, 1500))
    await until(() => spoke().length).toBe(3)
    expect(engines.trace.requests.at(-1)).toMatchObject({speaker: `discord:${alice}`, tools: undefined})
  },
)
