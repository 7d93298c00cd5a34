import {styleText} from 'node:util'
import type {LiveEvent} from '../../../conversation/port.ts'
import {fitStart} from '../../../kit/display-width.ts'
import {joinTexts} from '../../../text/join-texts.ts'
import type {StatusLine} from '../../status-line.ts'
import {levelBar} from './level-bar.ts'

export interface LiveScreen {
  /** What is drawn over again and again. */
  line: StatusLine
  /** A line of the conversation. */
  print: (text: string) => void
  /** A remark about it. */
  note: (text: string) => void
  /** A remark for those who want to know. */
  detail: (text: string) => void
  warn: (text: string) => void
}

/** Columns of what was not heard that are shown. */
const shownUnheard = 100

/** ms between two drawings of the level. */
const redrawMs = 100

/**
 * Shows a live conversation: what was said by either side in lines, each once it is known that it was heard; below them the level of the
 * microphone, and what is being said.
 */
export const liveView = ({line, print, note, detail, warn}: LiveScreen) => {
  const level = levelBar()
  let [words, sentence, printed] = ['', '', '']
  let state: 'listening' | 'thinking' | 'speaking' | 'held' = 'listening'
  let drawn = Number.NEGATIVE_INFINITY

  const draw = (): void => {
    const saying = words ? `you   ${words}` : state === 'speaking' && sentence ? `june  ${sentence}` : `${state} …`
    line.show(`${level.text}  ${saying}`)
  }
  const say = (who: string, text: string): void => {
    if (text.trim() === '') return
    line.clear()
    print(`${who.padEnd(6)}${text.trim()}`)
  }
  /** The sentence that was heard to its end: June's name stands before the first. */
  const saySentence = (): void => {
    say(printed === '' ? 'june' : '', sentence)
    printed = joinTexts([printed, sentence])
    sentence = ''
  }
  const remark = (text: string, tell = note): void => {
    line.clear()
    tell(text)
  }

  const show = (event: LiveEvent): void => {
    switch (event.type) {
      case 'words':
        words = joinTexts([words, event.text])
        break
      case 'dismissed':
        words = ''
        remark(`      not taken for a turn: ${event.reason}`, detail)
        break
      case 'transcript':
        words = ''
        state = 'thinking'
        say('you', event.transcript.text)
        break
      case 'transcriptFailed':
        words = ''
        line.clear()
        warn(`What you said could not be understood: ${event.error.message}`)
        break
      case 'responseStarted':
        ;[sentence, printed] = ['', '']
        state = 'thinking'
        break
      case 'sentence':
        if (sentence !== '') saySentence()
        sentence = event.text
        state = 'speaking'
        break
      case 'held':
        state = 'held'
        break
      case 'resumed':
        state = 'speaking'
        break
      case 'responseEnded':
        end(event)
        state = 'listening'
        break
      default:
        return
    }
    draw()
  }

  const end = ({text, heard, status, error, ...event}: Extract<LiveEvent, {type: 'responseEnded'}>): void => {
    // By letters: how sentences are put together is of no account.
    const rest = afterLetters(heard, lettersOf(printed))
    const unheard = afterLetters(text, lettersOf(heard)).trim()
    const cut =
      heard !== '' && unheard !== '' ? styleText('dim', ` [not heard: ${fitStart(unheard, shownUnheard)}]`) : ''
    if (rest.trim() !== '' || cut) say(printed === '' ? 'june' : '', `${rest.trim()}${cut}`)
    ;[sentence, printed] = ['', '']
    if (error) {
      line.clear()
      warn(status === 'failed' ? `June could not answer: ${error.message}` : `It could not be spoken: ${error.message}`)
    }
    const {voiceToVoiceMs, waitedMs = 0, times} = event
    if (voiceToVoiceMs !== undefined)
      remark(
        `      ${seconds(voiceToVoiceMs)} s until she spoke, ${seconds(waitedMs)} s of them to see whether you go on`,
      )
    if (times) {
      const stages = [
        ['first words', times.ttftMs],
        ['first sound', times.ttfaMs],
        ['answer written', times.llmMs],
      ] as const
      const known = stages.flatMap(([stage, ms]) => (ms === undefined ? [] : [`${stage} ${Math.round(ms)} ms`]))
      remark(`      ${known.join(', ')}`, detail)
    }
  }

  return {
    show,
    /** What the microphone hears now. */
    hear(frame: Float32Array): void {
      level.take(frame)
      const now = performance.now()
      if (now - drawn < redrawMs) return
      drawn = now
      level.step()
      draw()
    },
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1)

const lettersOf = (text: string): number => text.replace(/\s/gu, '').length

/** What of a text comes after so many letters; spaces count for none. */
const afterLetters = (text: string, letters: number): string => {
  let left = letters
  let at = 0
  while (at < text.length && left > 0) if (!/\s/u.test(text[at++] as string)) left--
  return text.slice(at)
}
