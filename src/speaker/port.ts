/** Makes of a voice a vector in which the same person lies close, whatever is said. */
export interface SpeakerEmbedder {
  /** File name and digest of the model: vectors of different models have nothing to do with each other. */
  readonly model: string
  /** Numbers of a vector. */
  readonly dimension: number
  /**
   * @param audio speech of one person: mono, 16 kHz, −1..1, at least 0.5 s; the first 30 s count
   * @returns a unit vector of `dimension` numbers
   * @throws NO_SPEECH (too short, or digital silence), CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  embed(audio: Float32Array, signal?: AbortSignal): Promise<Float32Array>
  close(): Promise<void>
}

/** What is speech in a sound. */
export interface FoundSpeech {
  /** The stretches of speech, one after the other: mono, 16 kHz, −1..1. */
  audio: Float32Array
  /** ms in which a voice sounds: less than the audio lasts, which has the pauses between words. */
  speechMs: number
}

/**
 * Leaves out of a sound what is no speech.
 * @param audio mono, 16 kHz, −1..1
 * @throws CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE
 */
export type FindSpeech = (audio: Float32Array, signal?: AbortSignal) => Promise<FoundSpeech>

/** How one sentence of somebody sounds to a model; what was said is not in it. */
export interface Sentence {
  /** A unit vector. */
  vector: Float32Array
  /** ms of speech in it. */
  speechMs: number
}

/** How a person sounds to a model. */
export interface Voiceprint {
  /** As the memory calls the person: `cli`, `telegram:123`. */
  person: string
  /** `SpeakerEmbedder.model`: to another one this says nothing. */
  model: string
  /** A unit vector. */
  vector: Float32Array
  enrolledAt: Date
}

/** Keeps the voiceprints of people, one of each. They are biometric data: nothing else leaves this port with them. */
export interface Voiceprints {
  /** Keeps a voiceprint in the place of the one the person has. @throws STORE_UNAVAILABLE, DATA_DIR_UNWRITABLE, DISK_FULL */
  put(voiceprint: Voiceprint): Promise<void>
  /** @returns those of all people, by name. @throws STORE_UNAVAILABLE, DECRYPTION_FAILED */
  all(): Promise<Voiceprint[]>
  /** @returns false where the person has none. @throws as `put` */
  remove(person: string): Promise<boolean>
  /** Writes those anew that stand as they would not be written now: a key has come, gone or changed. @throws as `put`, DECRYPTION_FAILED */
  renew(): Promise<void>
}

/** How a vector is written where it is kept. */
export interface VectorForm {
  /** @returns JSON, or what is sealed, which never begins with `[` */
  write(vector: Float32Array, person: string): string
  /** @throws DECRYPTION_FAILED (changed, of another person, of a key that is not here), STORE_UNAVAILABLE (no vector) */
  read(text: string, person: string): Float32Array
  /** Whether it would be written so today. */
  isCurrent(text: string): boolean
}

/** Who spoke, and how alike the voices are (cosine, −1..1); or why it is not known, with who came closest. */
export type Identification =
  | {person: string; score: number}
  | {
      person: undefined
      reason: 'too-short' | 'nobody-enrolled' | 'unknown-voice'
      nearest?: {person: string; score: number} | undefined
    }

/** Tells people apart by their voices. */
export interface SpeakerRecognition {
  /** The model, for people. */
  readonly model: string
  /** From which likeness on two voices are one person's. */
  readonly threshold: number
  /**
   * @param audio what one person said: mono, 16 kHz, −1..1
   * @param candidates who may have spoken: the people of the group or the voice channel. Default: everyone enrolled
   * @throws CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed), STORE_UNAVAILABLE
   */
  whoSpoke(
    audio: Float32Array,
    candidates?: readonly string[] | undefined,
    signal?: AbortSignal,
  ): Promise<Identification>
  /** @returns the people whose voices can be told with this model. @throws STORE_UNAVAILABLE */
  enrolled(): Promise<string[]>
  /**
   * Hears a sentence to enrol somebody with: one of three, which may come one after the other.
   * @param audio mono, 16 kHz, −1..1
   * @throws NO_SPEECH (it is too short), CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE
   */
  hearSentence(audio: Float32Array, signal?: AbortSignal): Promise<Sentence>
  /**
   * Keeps how a person sounds, from three sentences of theirs.
   * @returns also who is enrolled under another name and sounds the same
   * @throws USAGE (not three, or no name), NO_SPEECH (a sentence is too short), SPEAKER_MISMATCH (not one voice), CANCELLED,
   * ENGINE_FAILED, ENGINE_UNAVAILABLE, and as `Voiceprints.put`
   */
  enrol(person: string, sentences: readonly Float32Array[], signal?: AbortSignal): Promise<Enrolled>
  /** The same, from sentences that were heard before with this model. @throws USAGE, SPEAKER_MISMATCH, and as `Voiceprints.put` */
  learn(person: string, sentences: readonly Sentence[]): Promise<Enrolled>
  /** Erases how a person sounds. @returns false where nothing was kept. @throws as `Voiceprints.put` */
  forget(person: string): Promise<boolean>
  close(): Promise<void>
}

export interface Enrolled {
  person: string
  /** ms of speech in the sentences. */
  speechMs: number
  /** Of the two sentences that are least alike. */
  agreement: number
  /** Others who are enrolled and sound like this person: perhaps the same one under another name. */
  resembles: {person: string; score: number}[]
}
