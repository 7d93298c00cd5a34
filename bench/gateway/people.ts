import {once} from 'node:events'
import {wavHeader} from '@essence/core/audio/encode/wav'
import WebSocket from 'ws'
import {codedSamples} from './engines.ts'

/** Asks one question, a number of its own, and gives the text that came. @throws what was answered in its place */
export interface Person {
  name: string
  ask: (number: number) => Promise<string>
  /** Answers that came without a question. */
  unasked: () => number
  close: () => void
}

/** What the engines of this benchmark answer. */
export const expected = ({name}: Person, number: number): string => `user:${name} asked: number ${number}`

/** By `POST /chat`, with a token. */
export const byRest = async (address: string, name: string): Promise<Person> => {
  const given = await fetch(`${address}/auth/token?user_id=${name}`, {method: 'POST'})
  const {access_token: token} = (await given.json()) as {access_token: string}
  const headers = {'content-type': 'application/json', authorization: `Bearer ${token}`}
  return {
    name,
    async ask(number) {
      const body = JSON.stringify({text: `number ${number}`})
      const response = await fetch(`${address}/chat`, {method: 'POST', headers, body})
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
      return ((await response.json()) as {text: string}).text
    },
    unasked: () => 0,
    close: () => {},
  }
}

/** By WebSocket, in writing or in streamed speech. */
export const bySocket = async (address: string, name: string, speaks: boolean): Promise<Person> => {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws/${name}`, {perMessageDeflate: false})
  let answer: {resolve: (text: string) => void; reject: (error: Error) => void} | undefined
  let unasked = 0
  socket.on('message', data => {
    const message = JSON.parse(String(data))
    if (message.type !== 'response' && message.type !== 'error') return
    if (!answer) unasked++
    else if (message.type === 'error') answer.reject(new Error(message.message))
    else answer.resolve(message.text)
    answer = undefined
  })
  socket.on('close', () => answer?.reject(new Error('The connection was closed.')))
  await once(socket, 'open')
  const say = (frame: object): void => socket.send(JSON.stringify(frame))
  return {
    name,
    ask(number) {
      const {promise, resolve, reject} = Promise.withResolvers<string>()
      answer = {resolve, reject}
      if (!speaks) say({type: 'text', text: `number ${number}`})
      else {
        const samples = Buffer.from(codedSamples(number, 500).buffer)
        say({type: 'audio_start'})
        socket.send(wavHeader(16_000, samples.length))
        for (let at = 0; at < samples.length; at += 3200) socket.send(samples.subarray(at, at + 3200))
        say({type: 'audio_end'})
      }
      return promise
    },
    unasked: () => unasked,
    close: () => socket.close(),
  }
}
