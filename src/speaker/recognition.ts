import {EssenceError} from '../kit/errors.ts'
import {type EnrolledVoice, hearSentence, learnVoice, voiceOf} from './enrolment.ts'
import {identify, ranked} from './identify.ts'
import type {Enrolled, FindSpeech, SpeakerEmbedder, SpeakerRecognition, Voiceprints} from './port.ts'

export interface SpeakerParts {
  embedder: SpeakerEmbedder
  findSpeech: FindSpeech
  voiceprints: Voiceprints
  threshold: number
}

/** Letters of a person's name at most. */
const longestName = 128

/** Tells people apart by their voices, over a model, a detector of speech and what is kept of people. Closing it closes the model. */
export const speakerRecognition = ({
  embedder,
  findSpeech,
  voiceprints,
  threshold,
}: SpeakerParts): SpeakerRecognition => {
  const keep = async (person: string, {vector, speechMs, agreement}: EnrolledVoice): Promise<Enrolled> => {
    const others = (await voiceprints.all()).filter(each => each.model === embedder.model && each.person !== person)
    await voiceprints.put({person, model: embedder.model, vector, enrolledAt: new Date()})
    return {person, speechMs, agreement, resembles: ranked(vector, others).filter(({score}) => score >= threshold)}
  }
  return {
    model: embedder.model,
    threshold,
    async whoSpoke(audio, candidates, signal) {
      const all = await voiceprints.all()
      const asked = candidates && new Set(candidates)
      const enrolled = asked ? all.filter(({person}) => asked.has(person)) : all
      // Nothing is computed of a voice where there is nobody to compare it with.
      if (enrolled.length === 0) return {person: undefined, reason: 'nobody-enrolled'}
      return identify(await findSpeech(audio, signal), enrolled, {embedder, threshold}, signal)
    },
    async enrolled() {
      const all = await voiceprints.all()
      return all.filter(each => each.model === embedder.model).map(({person}) => person)
    },
    hearSentence: (audio, signal) => hearSentence(audio, {embedder, findSpeech}, 'The sentence', signal),
    async enrol(person, sentences, signal) {
      checkName(person)
      return await keep(person, await learnVoice(sentences, {embedder, findSpeech, threshold}, signal))
    },
    async learn(person, sentences) {
      checkName(person)
      return await keep(person, voiceOf(sentences, threshold))
    },
    forget: person => voiceprints.remove(person),
    close: () => embedder.close(),
  }
}

/** @throws USAGE */
const checkName = (person: string): void => {
  if (isName(person)) return
  throw new EssenceError(
    'USAGE',
    `"${person}" is no name of a person; expected 1 to ${longestName} letters, without blanks around them.`,
    {suggestions: ["The memory's name for them, as telegram:123."]},
  )
}

const isName = (person: string): boolean =>
  person !== '' &&
  person === person.trim() &&
  person.length <= longestName &&
  !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(person)
