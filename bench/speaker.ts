// Who is speaking: errors by length of a clip, people named rightly, wrongly and not at all, time, agreement with 3D-Speaker's own code.
// usage: npm run bench -- speaker MODEL.onnx PEOPLE [WEIGHTS.pt | COHORT]   PEOPLE has a folder of recordings for each person, COHORT of each
// of other voices, by which scores are then normalised
import {existsSync, statSync} from 'node:fs'
import {variables} from '@essence/core/config/schema'
import {speechBy} from '@essence/core/engines/speaker/recognition'
import {messageOf} from '@essence/core/kit/errors'
import {openSpeakerEmbedder} from '@essence/core/speaker/embedder'
import {learnVoice} from '@essence/core/speaker/enrolment'
import {ranked} from '@essence/core/speaker/identify'
import type {FindSpeech, Voiceprint} from '@essence/core/speaker/port'
import {cosine} from '@essence/core/speaker/vectors'
import {openVad} from '@essence/core/stt/vad/open-vad'
import {compare, median} from './harness.ts'
import {cohortOf, normalisations, type Rank, thresholdAt} from './speaker/cohort.ts'
import {equalErrors, errorsAt, type Heard, leastCost, outcomes, type Trials} from './speaker/errors.ts'
import {noisy} from './speaker/noisy.ts'
import {openPeer} from './speaker/peer.ts'
import {clipsOf, peopleIn} from './speaker/people.ts'

const [modelPath = '', folder = '', last = ''] = process.argv.slice(2)
const cohortFolder = existsSync(last) && statSync(last).isDirectory() ? last : undefined
const peerWeights = last === '' || cohortFolder ? undefined : last
const threshold = Number(variables.SPEAKER_THRESHOLD.default)
const lengths = [1, 2, 3, 5]
/** Of a person, of each length; to be identified twice as many. */
const mostClips = 20
const thresholds = [threshold - 0.1, threshold - 0.05, threshold, threshold + 0.05]
/** Seconds of speech from which a person is enrolled; who has less is a stranger only. */
const enrolledFrom = 20

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(7)

const measure = async (): Promise<void> => {
  const [vad, embedder] = [await openVad(), await openSpeakerEmbedder(modelPath)]
  const people = await peopleIn(folder, speechBy(vad))
  const seconds = people.reduce((sum, {speech}) => sum + speech.length / 16_000, 0)
  console.log(
    `${embedder.model}; ${people.length} people, ${(seconds / 60).toFixed(0)} min of speech, threshold ${threshold}`,
  )

  const vectorsOf = async (clips: readonly Float32Array[]): Promise<Float32Array[]> => {
    const vectors: Float32Array[] = []
    for (const clip of clips) vectors.push(await embedder.embed(clip))
    return vectors
  }

  /** Every clip against every other. */
  const trialsOf = async (length: number, change = (clip: Float32Array) => clip): Promise<Trials> => {
    const trials: Trials = {same: [], different: []}
    const done: {name: string; vector: Float32Array}[] = []
    for (const {name, speech} of people)
      for (const vector of await vectorsOf(clipsOf(speech, length, mostClips).map(change))) {
        for (const other of done) trials[other.name === name ? 'same' : 'different'].push(cosine(vector, other.vector))
        done.push({name, vector})
      }
    return trials
  }

  console.log(
    '\nclip against clip   pairs       equal errors (at)   least cost at 0.01   missed, false alarms at the threshold',
  )
  for (const [condition, change] of [
    ['', undefined],
    [', noise 10 dB', noisy],
  ] as const)
    for (const length of lengths) {
      const trials = await trialsOf(length, change)
      const {miss, threshold: at} = equalErrors(trials)
      const own = errorsAt(trials, threshold)
      const pairs = `${trials.same.length} + ${trials.different.length}`
      console.log(
        `${`${length} s${condition}`.padEnd(19)} ${pairs.padEnd(13)} ${percent(miss)} (${at.toFixed(2)})     ${leastCost(trials).cost.toFixed(3)}                ${percent(own.miss)} ${percent(own.falseAlarm)}`,
      )
      if (length === 3 && !change) compare('equal errors at 3 s, %', 100 * miss, {atMost: 2})
    }

  const asItIs: FindSpeech = async audio => ({audio, speechMs: audio.length / 16})
  const voiceprints: Voiceprint[] = []
  console.log()
  for (const {name, speech} of people.filter(each => each.speech.length >= enrolledFrom * 16_000)) {
    const sentences = clipsOf(speech, 3, 100).slice(0, 3)
    try {
      const {vector} = await learnVoice(sentences, {embedder, findSpeech: asItIs, threshold})
      voiceprints.push({person: name, model: embedder.model, vector, enrolledAt: new Date()})
    } catch (error) {
      console.log(`refused ${name}: ${messageOf(error)}`)
    }
  }

  /** Clips of everybody; of people who are enrolled without what they were enrolled with. */
  const clipsIn = async (length: number) => {
    const heard: {name: string; isEnrolled: boolean; vector: Float32Array}[] = []
    for (const {name, speech} of people) {
      const isEnrolled = voiceprints.some(({person}) => person === name)
      const clips = clipsOf(isEnrolled ? speech.subarray(9 * 16_000) : speech, length, 2 * mostClips)
      for (const vector of await vectorsOf(clips)) heard.push({name, isEnrolled, vector})
    }
    return heard
  }
  /** For each clip who is likest. */
  const heardIn = (clips: Awaited<ReturnType<typeof clipsIn>>, rank: Rank = ranked): Heard[] =>
    clips.map(({vector, ...about}) => ({...about, likest: rank(vector, voiceprints)}))

  console.log(
    `${voiceprints.length} people are enrolled by three sentences of 3 s; each clip is compared with all of them`,
  )
  console.log('clip    threshold   known     wrong person   unknown    strangers named')
  for (const length of lengths) {
    const heard = heardIn(await clipsIn(length))
    for (const at of thresholds) {
      const {known, wrong, unknown, named, enrolled, strangers} = outcomes(heard, at)
      console.log(
        `${`${length} s`.padEnd(10)} ${at.toFixed(2)}   ${percent(known)}    ${percent(wrong)}     ${percent(unknown)} of ${enrolled}   ${percent(named)} of ${strangers}`,
      )
      if (length !== 3 || at !== threshold) continue
      compare('wrong person at 3 s, %', 100 * wrong, {atMost: 0.5})
      compare('strangers named at 3 s, %', 100 * named, {atMost: 1})
    }
  }

  if (cohortFolder) {
    const cohort = await cohortOf(await peopleIn(cohortFolder, speechBy(vad)), clip => embedder.embed(clip))
    console.log(`\nby a cohort of ${cohort.length} voices, at thresholds that know as few as before`)
    for (const length of [2, 3]) {
      const clips = await clipsIn(length)
      const share = 1 - outcomes(heardIn(clips), threshold).known
      for (const [kind, rank] of Object.entries({cosine: ranked, ...normalisations(cohort)})) {
        const heard = heardIn(clips, rank)
        const {known, named} = outcomes(heard, kind === 'cosine' ? threshold : thresholdAt(share, heard))
        console.log(`${length} s, ${kind}: not known ${percent(1 - known)}, strangers named ${percent(named)}`)
      }
    }
  }

  console.log()
  const clips = people.flatMap(({speech}) => clipsOf(speech, 5, 3))
  const times: number[] = []
  const own: Float32Array[] = []
  for (const clip of clips) {
    // Of the processor, all threads of this process: what else runs on the machine does not count.
    const before = process.cpuUsage()
    own.push(await embedder.embed(clip))
    const {user, system} = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  compare('processor time for each second of speech', median(times) / 5000, {atMost: 0.1, digits: 4})
  if (peerWeights !== undefined) {
    const peer = openPeer(peerWeights)
    const agreements: number[] = []
    const theirs: number[] = []
    for (const [i, clip] of clips.entries()) {
      const {vector, ms} = await peer.embed(clip)
      agreements.push(cosine(vector, own[i] ?? new Float32Array()))
      theirs.push(ms)
    }
    peer.end()
    compare(`least cosine with 3D-Speaker's own code, ${clips.length} clips`, Math.min(...agreements), {
      atLeast: 0.9999,
      digits: 6,
    })
    compare('processor time, ours to theirs', median(times) / median(theirs), {atMost: 1.5})
  }
  await Promise.all([embedder.close(), vad.close()])
}

if (existsSync(modelPath) && existsSync(folder)) await measure()
else console.log('Nothing is measured: name a speaker model and a folder of people (docs/decisions/speaker.md).')
