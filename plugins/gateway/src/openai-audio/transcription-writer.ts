import {deflateSync} from 'node:zlib'
import type {Transcript, TranscriptSegment, TranscriptWord} from '@essence/core/stt/port'
import {type TranscriptWriter, transcriptWriter} from '@essence/core/stt/transcript/transcript-writer'
import {joinTexts} from '@essence/core/text/join-texts'
import {sseEvent} from '../openai/sse.ts'
import {languageName} from './language-name.ts'
import type {TranscriptionFields} from './transcription-form.ts'

type Asked = Pick<TranscriptionFields, 'response_format' | 'temperature' | 'timestamp_granularities'>

/** Writes a transcript as OpenAI does. */
export const openAiWriter = (asked: Asked, task: 'transcribe' | 'translate'): TranscriptWriter => {
  const {response_format: format} = asked
  if (format === 'srt' || format === 'vtt') return transcriptWriter(format, false)
  if (format === 'text') return atEnd(({text}) => `${text}\n`)
  if (format === 'json') return atEnd(transcript => JSON.stringify({text: transcript.text, usage: usageOf(transcript)}))
  return atEnd(transcript => JSON.stringify(verbose(transcript, asked, task)))
}

/** Writes it as events while it grows: the pieces of text, put together, are the whole one. */
export const eventWriter = (): TranscriptWriter => {
  let text = ''
  return {
    head: '',
    event(event) {
      if (event.type !== 'final' || event.segment.text === '') return ''
      const before = text.length
      text = joinTexts([text, event.segment.text])
      return sseEvent({type: 'transcript.text.delta', delta: text.slice(before)})
    },
    end: transcript => sseEvent({type: 'transcript.text.done', text: transcript.text, usage: usageOf(transcript)}),
  }
}

const atEnd = (end: (transcript: Transcript) => string): TranscriptWriter => ({head: '', event: () => '', end})

const usageOf = ({audioMs}: Transcript) => ({type: 'duration', seconds: audioMs / 1000})

const verbose = (
  transcript: Transcript,
  {timestamp_granularities: granularities = ['segment'], temperature}: Asked,
  task: 'transcribe' | 'translate',
) => {
  const {text, segments, language, audioMs} = transcript
  return {
    task,
    // Of the text: a translation is English.
    language: languageName(task === 'translate' ? 'en' : language),
    duration: audioMs / 1000,
    text,
    ...(granularities.includes('segment') && {segments: segments.map((each, id) => segmentOf(each, id, temperature))}),
    ...(granularities.includes('word') && {words: segments.flatMap(({words = []}) => words.map(wordOf))}),
    usage: usageOf(transcript),
  }
}

/** What is not known here is 0: the chance of silence, which was left out before, and where the engine tells none, the confidence. */
const segmentOf = ({text, startMs, endMs, confidence}: TranscriptSegment, id: number, temperature: number) => ({
  id,
  // Hundredths of a second.
  seek: Math.round(startMs / 10),
  start: startMs / 1000,
  end: endMs / 1000,
  text,
  tokens: [],
  temperature,
  avg_logprob: confidence === undefined ? 0 : Math.log(Math.max(confidence, 1e-10)),
  compression_ratio: compressionRatio(text),
  no_speech_prob: 0,
})

const wordOf = ({text, startMs, endMs}: TranscriptWord) => ({word: text, start: startMs / 1000, end: endMs / 1000})

/** As Whisper measures repetition: bytes of the text for each of its compressed ones. */
const compressionRatio = (text: string): number => {
  const bytes = Buffer.from(text)
  return bytes.length / deflateSync(bytes).length
}
