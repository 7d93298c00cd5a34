// `essence up` with real services as real processes; mocks stand in for the engines.
import {once} from 'node:events'
import {existsSync, readFileSync} from 'node:fs'
import {type AddressInfo, createServer} from 'node:net'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {freePort} from '../kit/free-port.ts'
import {startEssence} from '../kit/start-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

/** Where it is killed, the services notice that their supervisor is gone, and stop. */
const up = (port: number, flags: string[] = [], more: Record<string, string> = {}) => {
  const env = {
    ENV_SH: '/dev/null',
    JUNE_DATA_DIR: folder,
    MODEL_CACHE_DIR: folder,
    JUNE_TEST_MODE: 'mock',
    GATEWAY_PORT: `${port}`,
    STT_PORT: '0',
    STT_METRICS_PORT: '0',
    TTS_PORT: '0',
    TTS_METRICS_PORT: '0',
    LLM_PORT: '0',
    INFERENCE_METRICS_PORT: '0',
    ...more,
  }
  return startEssence(['up', ...flags], env, folder)
}

const isAlive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
const healthOf = async (port: number) => {
  const response = await fetch(`http://127.0.0.1:${port}/health`)
  return (await response.json()) as {status: string}
}

describe('essence up', () => {
  it('says where to talk, starts again what was killed, and leaves nothing behind when it is stopped', async () => {
    const port = await freePort()
    const {child, said, ended, until} = up(port)
    const [, first] = await until(/gateway +ready in .* process (\d+)/)
    await until(/Ctrl-C stops June/)
    expect(said.stderr).toContain(`talk to it  http://127.0.0.1:${port}`)
    expect(said.stderr).toContain('Telegram is off')
    expect(await healthOf(port)).toMatchObject({status: 'healthy'})

    process.kill(Number(first), 'SIGKILL')
    const [, second] = await until(
      /was ended by SIGKILL; starting again[\s\S]*gateway +│ starting \(process (\d+)\)[\s\S]*gateway +│ ready in/,
    )
    expect(second).not.toBe(first)
    expect(await healthOf(port)).toMatchObject({status: 'healthy'})

    child.kill('SIGTERM')
    expect(await ended).toMatchObject({status: 0, signal: null})
    expect(said.stderr).toMatch(/Stopping: [\s\S]*gateway +│ stopped\n/)
    expect([first, second].map(Number).filter(isAlive)).toEqual([])
    expect(said.stdout).toBe('')
    // Nobody holds the port any more.
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
  })

  it('under --json prints one document when it is up, and nothing more', async () => {
    const port = await freePort()
    const {child, said, ended, until} = up(port, ['--json'])
    await until(/\n}\n$/, 'stdout')
    expect(await healthOf(port)).toMatchObject({status: 'healthy'})
    child.kill('SIGINT')
    expect(await ended).toMatchObject({status: 0, signal: null})
    expect(JSON.parse(said.stdout)).toMatchObject({
      ok: true,
      command: 'up',
      data: {
        services: expect.arrayContaining([
          expect.objectContaining({
            name: 'gateway',
            state: 'ready',
            summary: expect.objectContaining({
              address: `http://127.0.0.1:${port}`,
              engines: ['stt', 'llm', 'tts'].map(role => ({role, info: expect.objectContaining({engine: 'mock'})})),
            }),
          }),
        ]),
      },
    })
    expect(said.stderr).toBe('')
  })

  it.each([[[]], [['--json']]])(
    'where a port is taken, starts nothing, says which setting to change, and ends with status 7: %j',
    async flags => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const {port} = server.address() as AddressInfo
      const {said, ended} = up(port, flags)
      expect(await ended).toMatchObject({status: 7, signal: null})
      server.close()
      const message = `Port ${port} on 127.0.0.1 is taken by another program.`
      if (flags.length > 0) {
        expect(JSON.parse(said.stdout)).toMatchObject({ok: false, error: {code: 'PORT_IN_USE', message}})
      } else {
        expect(said.stderr).toContain(`GATEWAY_PORT=${port + 1}`)
        expect(said.stderr).not.toMatch(/starting|Ctrl-C/)
      }
    },
  )

  it('beside one that is up says where that is, and starts nothing', async () => {
    const port = await freePort()
    const first = up(port)
    await first.until(/gateway +│ listening at/)
    const second = up(await freePort())
    expect(await second.ended).toMatchObject({status: 7})
    expect(second.said.stderr.replace(/\s+(›\s+)?/g, ' ')).toMatch(
      new RegExp(
        `June is up already at http://127.0.0.1:${port}, since [-\\d]+ [:\\d]+ \\(process ${first.child.pid}\\)`,
      ),
    )
    expect(second.said.stderr).not.toContain('starting')
    first.child.kill('SIGTERM')
    await first.ended
    expect(existsSync(join(folder, 'up.json'))).toBe(false)
  })

  it('where a model that was chosen is missing, ends at once, with the error once and what to do', async () => {
    const {said, ended} = up(await freePort(), [], {STT_MODE: 'real', STT_MODEL: 'absent'})
    expect(await ended).toMatchObject({status: 6})
    const text = said.stderr.replace(/\s+(›\s+)?/g, ' ')
    expect(text).toContain('June could not start. stt: STT_MODEL is "absent", but no such model is in')
    expect(text).toContain('See which models there are: essence models list --kind stt')
    expect(text).not.toContain('Ctrl-C stops June')
  })

  it('gives the others the addresses of the speech services; one that is killed comes back at the same', async () => {
    const port = await freePort()
    const {child, said, ended, until} = up(port)
    await until(/Ctrl-C stops June/)
    const [, url] = said.stderr.match(/speech recognition: mock.*at (grpc:\/\/127\.0\.0\.1:\d+)\n/) ?? []
    const status = await fetch(`http://127.0.0.1:${port}/api/status`)
    expect(await status.text()).toContain(`speech recognition: mock, on cpu (at ${url}: a stand-in computes nothing)`)
    const [, pid] = await until(/stt +ready in .* process (\d+)/)
    process.kill(Number(pid), 'SIGKILL')
    await until(/stt +│ was ended by SIGKILL; starting again in \d+ ms[\s\S]*stt +│ ready in/)
    const turn = await fetch(`http://127.0.0.1:${port}/api/turn`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({text: 'hello'}),
    })
    expect(turn.status).toBe(200)
    await turn.text()
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({status: 0, signal: null})
  })

  it.each([
    [{LOG_LEVEL: 'DEBUG', LOG_TRANSCRIPTS: 'true', ENABLE_METRICS: 'false'}, 404, ['heard', 'spoken', 'answered']],
    [{LOG_LEVEL: 'DEBUG'}, 200, []],
    [{LOG_TRANSCRIPTS: 'true'}, 200, []],
  ])('with %j, /metrics answers %i, and logged of what is said is %j', async (env, metrics, logged) => {
    const port = await freePort()
    const {child, said, ended, until} = up(port, [], env)
    await until(/Ctrl-C stops June/)
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(metrics)
    child.kill('SIGTERM')
    await ended
    // The live check of the gateway speaks, hears and answers.
    const kinds = ['heard', 'spoken', 'answered'].filter(kind => said.stderr.includes(`"${kind}":"`))
    expect(kinds).toEqual(logged)
  })

  it('starts none of its own where another one is named', async () => {
    const {child, until, ended, said} = up(await freePort(), [], {STT_URL: 'grpc://127.0.0.1:9'})
    await until(/tts +│ ready in/)
    child.kill('SIGTERM')
    await ended
    expect(said.stderr).not.toMatch(/^stt +│/m)
  })
})
