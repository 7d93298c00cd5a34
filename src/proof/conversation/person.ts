import {companders} from '../../audio/g711.ts'
import {toPcm16} from '../../audio/pcm.ts'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {Condition} from '../../kit/flow/condition.ts'
import type {Clock} from './clock.ts'
import {type Mixer, openMixer, personRate} from './mixer.ts'
import type {Noise, Utterance} from './record.ts'
import type {SessionOptions} from './scenario.ts'
import {openSession, type Session, sessionUpdate} from './session.ts'
import {openTelephone} from './telephone.ts'
import type {ClientEvent, Connect, Wire} from './wire.ts'

/** A person with a microphone and a loudspeaker, connected to June. Times are ms since the microphone was opened. */
export interface Person {
  readonly session: Session
  readonly mixer: Mixer
  readonly utterances: Utterance[]
  readonly noises: Noise[]
  /** The most ms by which a piece of sound was sent too late: this machine is busy. */
  readonly lateMs: number
  now(): number
  send(event: ClientEvent): void
  /**
   * Looks after every event and every 20 ms until there is something, at the latest at `byMs`.
   * @throws REMOTE_UNREACHABLE where the gateway hung up, CANCELLED
   */
  until<T>(look: () => T | undefined, byMs: number): Promise<T | undefined>
  /** Loses the network, for so many ms; what the microphone hears meanwhile is sent once it is back. */
  drop(forMs: number): void
  close(): Promise<void>
}

export interface PersonOptions {
  options: SessionOptions
  language: string
  connect: Connect
  clock: Clock
  /** Of the noise in the room. */
  seed: number
  signal: AbortSignal
}

/** ms of a frame of the microphone. */
const frameMs = 20
const frameSamples = (personRate * frameMs) / 1000

/** @throws what connecting throws */
export const openPerson = async ({options, language, connect, clock, seed, signal}: PersonOptions): Promise<Person> => {
  const hungUp = new AbortController()
  const tick = new Condition()
  let [wire, failure]: [Wire | undefined, unknown] = [undefined, undefined]
  let epoch = clock.now()
  const now = (): number => clock.now() - epoch
  const unsent: ClientEvent[] = []
  const send = (event: ClientEvent): void => {
    if (wire) wire.send(event)
    else unsent.push(event)
  }
  const session = openSession({options, now, send})
  const mixer = openMixer({seed, echoOf: session.loudspeaker.sound})

  const fail = (error: unknown): void => {
    failure ??= error
    tick.changed()
  }
  const open = async (): Promise<void> => {
    let mine: Wire | undefined
    mine = await connect(
      {
        onEvent(event) {
          session.receive(event)
          tick.changed()
        },
        onClose(reason) {
          // One that this person closed is no longer theirs; one that never opened is told by its refusal.
          if (mine !== undefined && wire === mine && !hungUp.signal.aborted)
            fail(new EssenceError('REMOTE_UNREACHABLE', `The gateway ended the conversation: ${reason}.`))
        },
      },
      {model: options.model, session: session.id},
    )
    if (hungUp.signal.aborted) return mine.close()
    wire = mine
    for (const event of unsent.splice(0)) send(event)
  }
  await open()
  send(sessionUpdate(options, language))
  epoch = clock.now()

  let lateMs = 0
  const telephone = openTelephone()
  const encode = (pcm: Float32Array): Buffer =>
    options.format === 'pcm' ? toPcm16(pcm) : companders[options.format].encode(telephone(pcm))
  const stopped = AbortSignal.any([signal, hungUp.signal])
  /** Real time: a frame is sent when it is over; one that is late is sent at once. */
  const microphone = async (): Promise<void> => {
    while (!stopped.aborted) {
      lateMs = Math.max(lateMs, now() - mixer.atMs - frameMs)
      while (mixer.atMs + frameMs <= now()) {
        const audio = encode(mixer.next(frameSamples)).toString('base64')
        send({type: 'input_audio_buffer.append', audio})
      }
      tick.changed()
      await clock.sleep(Math.max(0, mixer.atMs + frameMs - now()), stopped).catch(() => {})
    }
    tick.changed()
  }
  const recording = microphone().catch(fail)

  return {
    ...{session, mixer, utterances: [], noises: [], now, send},
    get lateMs() {
      return lateMs
    },
    async until(look, byMs) {
      let found = look()
      await tick.until(() => {
        if (stopped.aborted || failure !== undefined) return true
        found = look()
        return found !== undefined || now() >= byMs
      })
      throwIfCancelled(signal)
      if (failure !== undefined) throw failure
      return found
    },
    drop(forMs) {
      const lost = wire
      wire = undefined
      lost?.close(true)
      session.note('network', 'lost')
      clock
        .sleep(forMs, stopped)
        .then(open)
        .then(() => session.note('network', 'back'), fail)
    },
    async close() {
      hungUp.abort()
      wire?.close()
      await recording
    },
  }
}
