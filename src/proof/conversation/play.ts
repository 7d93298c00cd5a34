import {messageOf, throwIfCancelled} from '../../kit/errors.ts'
import {type Anchor, answeredMs, judgeExpectation, secondsOf, spokenOver} from './expectation.ts'
import {openPerson, type Person, type PersonOptions} from './person.ts'
import {type Prepared, prepareSounds, type Voices} from './prepare.ts'
import type {Scenario} from './scenario.ts'
import {cough, mhm} from './sounds.ts'
import type {Step} from './steps.ts'
import {heardFor, listen, reached, StepFailure} from './waits.ts'

export interface PlayOptions extends Pick<PersonOptions, 'connect' | 'clock' | 'seed' | 'signal'> {
  voices: Voices
}

/** What came of a scenario. */
export interface Played {
  scenario: Scenario
  /** Why it did not go as expected; empty: it did. */
  failures: string[]
  /** Those who took part, with all that happened to them. */
  people: Person[]
}

/** ms that June has where an expectation does not say. */
const patienceMs = 10_000

/**
 * Plays a scenario through the Realtime API; the first step that fails ends it. A voice or a recording that is not there fails it as well:
 * other scenarios are not lost for it.
 * @throws CANCELLED
 */
export const playScenario = async (scenario: Scenario, options: PlayOptions): Promise<Played> => {
  const {voices, seed, signal} = options
  const people: Person[] = []
  const failures: string[] = []
  const fail = (error: unknown): void => {
    throwIfCancelled(signal)
    failures.push(messageOf(error))
  }
  const take = async (steps: readonly Step[], prepared: Stage['prepared']): Promise<void> => {
    try {
      const person = await openPerson({...options, options: scenario.session, language: scenario.language})
      people.push(person)
      const others: Promise<void>[] = []
      try {
        await playSteps(steps, {person, prepared, scenario, seed, another: each => others.push(take(each, prepared))})
      } finally {
        await Promise.all(others)
        await person.close()
      }
    } catch (error) {
      fail(error)
    }
  }
  await prepareSounds(scenario, voices, seed).then(prepared => take(scenario.steps, prepared), fail)
  // What was refused may be why.
  if (failures.length > 0) failures.push(...people.flatMap(({session}) => session.errors.map(refused)))
  return {scenario, failures, people}
}

const refused = (message: string): string => `The gateway refused: ${message}`

interface Stage {
  person: Person
  prepared: (step: Step) => Prepared | undefined
  scenario: Scenario
  seed: number
  another: (steps: readonly Step[]) => void
}

const playSteps = async (steps: readonly Step[], stage: Stage): Promise<void> => {
  let anchor: Anchor = {startMs: 0, endMs: 0, said: undefined, language: stage.scenario.language}
  for (const step of steps) {
    try {
      anchor = (await playStep(step, anchor, stage)) ?? anchor
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error
      const at = (stage.person.now() / 1000).toFixed(2)
      throw new Error(`line ${step.line}, after ${at} s: ${error.message}`)
    }
  }
}

/** @returns the sound that what follows is measured from, where the step makes one */
const playStep = async (step: Step, anchor: Anchor, stage: Stage): Promise<Anchor | undefined> => {
  const {person, scenario} = stage
  const {session, mixer} = person
  switch (step.kind) {
    case 'say':
    case 'recording':
      return speak(step, stage)
    case 'interrupt':
      await heardFor(step.after, person)
      return speak(step, stage)
    case 'mhm':
    case 'cough': {
      const options = step.kind === 'mhm' ? step.mhm : step.cough
      await heardFor(options.after, person)
      const pcm = stage.prepared(step)?.pcm ?? (step.kind === 'mhm' ? mhm(stage.seed) : cough(stage.seed))
      const place = mixer.play(pcm, options.db)
      person.noises.push({what: step.kind, ...place})
      session.note('person', step.kind)
      await reached(place.endMs, person)
      return {...place, said: undefined, language: scenario.language}
    }
    case 'silence':
      await reached(person.now() + step.silence, person)
      return undefined
    case 'listen':
      await listen(step.listen?.within, anchor, person)
      return {...anchor, answeredMs: person.now()}
    case 'behind': {
      const pcm = stage.prepared(step)?.pcm
      mixer.behind(pcm, step.behind === 'nothing' ? 0 : step.behind.db)
      lasting('behind', step.behind === 'nothing' ? undefined : (Object.keys(step.behind)[0] ?? ''), person)
      return momentOf(person, scenario)
    }
    case 'echo':
      mixer.echo(step.echo === 'off' ? undefined : {db: step.echo.db, delayMs: step.echo.delay})
      lasting('echo', step.echo === 'off' ? undefined : 'echo', person)
      return undefined
    case 'drop':
      await heardFor(step.after, person)
      person.drop(step.drop)
      return undefined
    case 'text':
      person.send({
        type: 'conversation.item.create',
        item: {type: 'message', role: 'user', content: [{type: 'input_text', text: step.text}]},
      })
      person.send({type: 'response.create'})
      session.note('person', `writes "${step.text}"`)
      return momentOf(person, scenario)
    case 'commit':
      person.send({type: 'input_audio_buffer.commit'})
      person.send({type: 'response.create'})
      session.note('person', 'ends the turn')
      return undefined
    case 'another':
      stage.another(step.another)
      return undefined
    case 'expect': {
      const byMs = Math.max(anchor.endMs + (step.expect.within ?? patienceMs), person.now())
      const verdict = await person.until(() => {
        const found = judgeExpectation(person, anchor, step.expect)
        return found.met || found.final ? found : undefined
      }, byMs)
      const last = verdict ?? judgeExpectation(person, anchor, step.expect)
      if (!last.met) throw new StepFailure(`expected ${shown(step.expect)}; ${last.why}`)
      return undefined
    }
    case 'absent': {
      const byMs = Math.max(anchor.endMs, person.now()) + step.for
      const found = await person.until(() => presentOf(step.absent, anchor, person), byMs)
      if (found !== undefined)
        throw new StepFailure(
          `expected no ${step.absent} for ${step.for / 1000} s; there was one after ${secondsOf(found)}`,
        )
      return undefined
    }
  }
}

/** A sound that goes on from now, until another of its kind begins. */
const lasting = (kind: 'behind' | 'echo', what: string | undefined, {noises, session, now}: Person): void => {
  const before = noises.findLast(
    each => each.endMs === Number.POSITIVE_INFINITY && (each.what === 'echo') === (kind === 'echo'),
  )
  if (before) before.endMs = now()
  if (what !== undefined) noises.push({what, startMs: now(), endMs: Number.POSITIVE_INFINITY})
  session.note('person', `${kind}: ${what ?? 'nothing'}`)
}

/** As in the scenario, on one line. */
const shown = (expectation: object): string =>
  Object.entries(expectation)
    .map(([key, value]) => {
      if (value instanceof RegExp) return `${key}: ${value}`
      return `${key}: ${typeof value === 'number' && key !== 'wer' ? `${value} ms` : JSON.stringify(value)}`
    })
    .join(', ')

const momentOf = (person: Person, {language}: Scenario): Anchor => {
  const at = person.now()
  return {startMs: at, endMs: at, said: undefined, language}
}

const speak = async (step: Extract<Step, {kind: 'say' | 'interrupt' | 'recording'}>, stage: Stage): Promise<Anchor> => {
  const {person, scenario} = stage
  const {pcm, said = '', drops} = stage.prepared(step) ?? {pcm: new Float32Array(), drops: []}
  const language = ('language' in step ? step.language : undefined) ?? scenario.language
  const place = person.mixer.play(pcm, step.db)
  const interrupts = spokenOver(person, place) !== undefined
  person.utterances.push({said, language, ...place, interrupts})
  person.session.note('person', said === '' ? 'a recording' : `"${said}"`)
  for (const {atMs, forMs} of drops) {
    await reached(place.startMs + atMs, person)
    person.drop(forMs)
  }
  await reached(place.endMs, person)
  person.session.note('person', 'is done')
  return {...place, said: said === '' ? undefined : said, language}
}

/** When what must be absent was there: an interruption since the person's sound, an answer since one was listened to. */
const presentOf = (
  what: Extract<Step, {kind: 'absent'}>['absent'],
  anchor: Anchor,
  person: Person,
): number | undefined => {
  const {responses} = person.session
  const since = anchor.answeredMs ?? anchor.startMs
  const after = (ms: number | undefined): boolean => ms !== undefined && ms >= anchor.startMs
  if (what === 'response') return responses.find(({createdMs}) => createdMs >= since)?.createdMs
  if (what === 'speech') return answeredMs(person, {...anchor, startMs: since})
  return responses.find(({interruptedMs}) => after(interruptedMs))?.interruptedMs
}
