import type {Assistant} from '../assistant/port.ts'
import type {SpeechToText} from '../stt/port.ts'
import type {TextToSpeech} from '../tts/port.ts'
import type {EngineOptions} from './options.ts'

type Listener = EngineOptions['onTranscript']

/** The same recogniser, which reports its transcripts. */
export const tellHeard = (stt: SpeechToText, tell: Listener): SpeechToText => {
  if (!tell) return stt
  const {info, abilities, requestLimit} = stt
  return {
    info,
    abilities,
    requestLimit,
    async recognize(audio, options) {
      const transcript = await stt.recognize(audio, options)
      if (transcript.text) tell({heard: transcript.text})
      return transcript
    },
    async *stream(audio, options) {
      for await (const event of stt.stream(audio, options)) {
        if (event.type === 'final') tell({heard: event.segment.text})
        yield event
      }
    },
    close: () => stt.close(),
  }
}

/** The same assistant, which reports its answers, as far as they were taken. */
export const tellAnswered = (assistant: Assistant, tell: Listener): Assistant => {
  if (!tell) return assistant
  return {
    info: assistant.info,
    get mind() {
      return assistant.mind
    },
    get lacks() {
      return assistant.lacks
    },
    async *reply(request) {
      let answered = ''
      try {
        for await (const delta of assistant.reply(request)) {
          if (delta.kind === 'answer') answered += delta.text
          yield delta
        }
      } finally {
        if (answered) tell({answered, session: request.session})
      }
    },
    forget: (session, speaker) => assistant.forget(session, speaker),
    close: () => assistant.close(),
  }
}

/** The same voice, which reports what it is to speak. */
export const tellSpoken = (tts: TextToSpeech, tell: Listener): TextToSpeech => {
  if (!tell) return tts
  const {info, requestLimit, defaultVoice} = tts
  return {
    info,
    requestLimit,
    defaultVoice,
    voices: () => tts.voices(),
    synthesize(text, options) {
      tell({spoken: text})
      return tts.synthesize(text, options)
    },
    close: () => tts.close(),
  }
}
