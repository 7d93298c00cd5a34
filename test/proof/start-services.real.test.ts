import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {startServices} from '@essence/core/proof/start-services'
import type {PlannedService} from '@essence/core/service/plan-services'
import {expect, it, vi} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

/** A service whose whole program is given as text. */
const script = (name: string, source: string, provides?: string): PlannedService => {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, source)
  const env = {...process.env}
  return {
    name,
    command: process.execPath,
    args: [file],
    env,
    first: provides !== undefined,
    provides,
    port: undefined,
    ports: [],
  }
}

const summary = (more: string): string =>
  `process.send({type: 'ready', summary: {name: 'x', lines: [], notices: [], ${more}}});`
const stayUp = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1e6);`

const start = (services: PlannedService[], {readyMs = 30_000, signal = new AbortController().signal} = {}) =>
  startServices({services, readyMs, killAfterMs: 5000, signal, onProgress: () => {}})

it('starts those that others use first, and gives the others their addresses', async () => {
  const stt = script(
    'stt',
    `process.send({type: 'listening', health: 'http://h/health'});${summary(`url: 'grpc://127.0.0.1:1'`)}${stayUp}`,
    'STT_URL',
  )
  const door = script('door', `${summary('address: process.env.STT_URL')}${stayUp}`)
  await using running = await start([door, stt])
  expect(running.services.get('stt')).toMatchObject({url: 'grpc://127.0.0.1:1', health: 'http://h/health'})
  expect(running.services.get('door')).toMatchObject({address: 'grpc://127.0.0.1:1'})
  expect(running.deaths).toEqual([])
})

it('says why a service ended before it was ready', async () => {
  const broken = script('broken', `console.error('Error: the model is damaged'); process.exitCode = 8`)
  await expect(start([broken])).rejects.toMatchObject({
    code: 'UNHEALTHY',
    message: expect.stringMatching(/broken.*the model is damaged/),
  })
})

it('does not wait for ever for one that never is', async () => {
  await expect(start([script('mute', stayUp)], {readyMs: 500})).rejects.toMatchObject({
    code: 'UNHEALTHY',
    message: expect.stringMatching(/mute.*not ready after 1 s/),
  })
})

it('ends with the reason of an abort', async () => {
  const stop = new AbortController()
  const starting = start([script('slow', stayUp)], {signal: stop.signal})
  stop.abort(new Error('stopped'))
  await expect(starting).rejects.toThrow('stopped')
})

it('remembers that one ended in the middle', async () => {
  await using running = await start([script('mortal', `${summary('')}setTimeout(() => process.exit(9), 100)`)])
  await vi.waitFor(() =>
    expect(running.deaths[0]).toMatchObject({name: 'mortal', reason: expect.stringContaining('status 9')}),
  )
})
