import {spawn} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {type SupervisedService, type SupervisorEvent, supervise} from '@essence/core/service/supervisor'
import {type Outcome, runAll} from '@essence/core/service/up'
import {describe, expect, it} from 'vitest'
import {followOutput} from '../kit/follow-output.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

/** A service whose whole program is given as text. */
const script = (name: string, source: string): SupervisedService => {
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, source)
  return {name, command: process.execPath, args: [file], env: process.env}
}

const ready = `process.send({type: 'ready', summary: {name: 'x', lines: [], notices: []}});`
const stayUp = 'setInterval(() => {}, 1e6);'
const stopOnTerm = `process.on('SIGTERM', () => process.exit(0));`

/** Supervises until told to stop, keeping every event; `on` reacts to them. */
const watch = (
  service: SupervisedService,
  on: (event: SupervisorEvent, stop: AbortController) => void,
  settings = {},
) => {
  const stop = new AbortController()
  const events: SupervisorEvent[] = []
  const onEvent = (event: SupervisorEvent): void => {
    events.push(event)
    on(event, stop)
  }
  const force = new AbortController()
  const options = {onEvent, signal: stop.signal, force: force.signal, killAfterMs: 10_000, backoffMs: 1, ...settings}
  return {done: supervise(service, options), events, stop, force}
}

const typesOf = (events: SupervisorEvent[]) => events.filter(event => event.type !== 'line').map(event => event.type)

/** True while the process exists and is not a zombie. */
const isAlive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

describe('supervise', () => {
  it('starts a service that was killed again, and drains it when told to stop', async () => {
    let starts = 0
    const {done, events} = watch(script('killed', `${stopOnTerm}${ready}${stayUp}`), (event, stop) => {
      if (event.type !== 'ready') return
      starts++
      if (starts === 1 && event.pid) process.kill(event.pid, 'SIGKILL')
      else stop.abort()
    })
    await done
    expect(typesOf(events)).toEqual(['starting', 'ready', 'restarting', 'starting', 'ready', 'stopped'])
    expect(events.find(event => event.type === 'restarting')).toMatchObject({
      reason: expect.stringContaining('SIGKILL'),
    })
  })

  it('gives up at once where another start cannot help, with the error as the CLI printed it', async () => {
    const source = `console.error(' ›   Error: Port 8000 is taken\\n ›   by another program.\\n ›   Code: PORT_IN_USE'); process.exitCode = 7`
    const {done, events} = watch(script('hopeless', source), () => {})
    await done
    expect(typesOf(events)).toEqual(['starting', 'gave-up'])
    expect(events.at(-1)).toMatchObject({
      exit: 7,
      reason: expect.stringContaining('Port 8000 is taken by another program.'),
    })
  })

  it('gives up after quick ends in a row', async () => {
    const {done, events} = watch(script('quick', 'process.exitCode = 1'), () => {}, {maxQuickEnds: 3})
    await done
    expect(typesOf(events).filter(type => type === 'starting')).toHaveLength(3)
    expect(events.at(-1)?.type).toBe('gave-up')
  })

  it('kills a service that ignores SIGTERM, and what it had started', async () => {
    const source = `process.on('SIGTERM', () => {});
      const {spawn} = await import('node:child_process');
      const grandchild = spawn(process.execPath, ['-e', '${stayUp}'], {stdio: 'ignore'});
      console.log('grandchild ' + grandchild.pid); ${ready}${stayUp}`
    const {done, events} = watch(script('stubborn', source), (event, stop) => event.type === 'ready' && stop.abort(), {
      killAfterMs: 50,
    })
    await done
    const line = events.find(event => event.type === 'line')
    const pid = Number(line?.type === 'line' && line.line.split(' ')[1])
    expect(pid).toBeGreaterThan(0)
    expect(isAlive(pid)).toBe(false)
  })

  it('starts a service again although something it left behind holds its output', async () => {
    const source = `${stopOnTerm}
      const {spawn} = await import('node:child_process');
      spawn(process.execPath, ['-e', '${stayUp}'], {stdio: ['ignore', 'inherit', 'inherit']});
      ${ready}${stayUp}`
    let starts = 0
    const {done, events} = watch(script('holding', source), (event, stop) => {
      if (event.type !== 'ready') return
      starts++
      if (starts === 1 && event.pid) process.kill(event.pid, 'SIGKILL')
      else stop.abort()
    })
    await done
    expect(typesOf(events)).toEqual(['starting', 'ready', 'restarting', 'starting', 'ready', 'stopped'])
  })

  it('starts a service again that another server refused', async () => {
    const {done, events} = watch(script('refused', 'process.exitCode = 5'), () => {}, {maxQuickEnds: 2})
    await done
    expect(typesOf(events)).toEqual(['starting', 'restarting', 'starting', 'gave-up'])
  })

  it('does not take the last line of a log for the reason of an end', async () => {
    const source = `console.error('{"level":"info","msg":"ready"}'); console.error('[12:00:00.000] INFO: ready'); process.kill(process.pid, 'SIGKILL')`
    const {done, events} = watch(script('logging', source), () => {}, {maxQuickEnds: 1})
    await done
    expect(events.at(-1)).toMatchObject({type: 'gave-up', reason: 'was ended by SIGKILL'})
  })

  it('takes the last error or warning of a log for it, not the details below a line', async () => {
    const lines = [
      '{"level":"error","msg":"call failed","err":{"message":"The engine has ended."}}',
      '[12:00:00.000] INFO (x): turn',
      '    totalMs: 14103',
      'a line of a library',
    ]
    const source = `for (const line of ${JSON.stringify(lines)}) console.error(line); process.kill(process.pid, 'SIGKILL')`
    const {done, events} = watch(script('faulty', source), () => {}, {maxQuickEnds: 1})
    await done
    expect(events.at(-1)).toMatchObject({reason: 'was ended by SIGKILL: call failed: The engine has ended.'})
  })

  it('says what could not be started', async () => {
    const service = {name: 'absent', command: join(folder, 'no-such-program'), args: [], env: process.env}
    const {done, events} = watch(service, () => {}, {maxQuickEnds: 1})
    await done
    expect(events.at(-1)).toMatchObject({type: 'gave-up', reason: expect.stringContaining('ENOENT')})
  })
})

describe('runAll', () => {
  it('does not call ready what ended before the others were', async () => {
    const [again, go] = [join(folder, 'again'), join(folder, 'go')]
    const readyAfter = (file: string) =>
      `const wait = setInterval(() => { if (existsSync('${file}')) { clearInterval(wait); ${ready}${stayUp} } }, 10)`
    const head = `import {existsSync, writeFileSync} from 'node:fs'; ${stopOnTerm}`
    // Ready at once and gone; when started again, ready only after the other.
    const flaky = script(
      'flaky',
      `${head} if (existsSync('${again}')) { ${readyAfter(go)} } else { writeFileSync('${again}', ''); ${ready.replace(');', ', () => process.exit(1));')} }`,
    )
    const started: (number | undefined)[] = []
    let sawFirstEnd = false
    const announced: Outcome[] = []
    await runAll({
      services: [flaky, script('slow', `${head} ${readyAfter(`${again}-ended`)}`)],
      killAfterMs: 10_000,
      onEvent: event => {
        if (event.type === 'starting' && event.name === 'flaky') started.push(event.pid)
        if (event.type === 'restarting') {
          sawFirstEnd = true
          writeFileSync(`${again}-ended`, '')
        }
        if (event.type === 'ready' && event.name === 'slow') writeFileSync(go, '')
      },
      onStarted: outcomes => {
        announced.push(...outcomes)
        process.emit('SIGTERM')
      },
    })
    expect(sawFirstEnd).toBe(true)
    expect(announced).toMatchObject([
      {name: 'flaky', state: 'ready', pid: started[1]},
      {name: 'slow', state: 'ready'},
    ])
  })

  it('fails where none could be started, without calling that up, and says of each why', async () => {
    const announced: unknown[] = []
    const run = runAll({
      services: [script('one', 'process.exitCode = 3'), script('two', 'process.exitCode = 4')],
      killAfterMs: 100,
      onEvent: () => {},
      onStarted: outcomes => announced.push(outcomes.map(outcome => outcome.state)),
    })
    await expect(run).rejects.toMatchObject({
      code: 'UNHEALTHY',
      message: 'June could not start. one: ended with status 3 · two: ended with status 4',
      report: {services: [{name: 'one', state: 'gave-up'}, {name: 'two'}]},
    })
    expect(announced).toEqual([])
  })

  it('starts the others once those they use listen, not only when those are ready', async () => {
    const file = join(folder, 'loaded')
    const listening = `process.send({type: 'listening', url: 'grpc://127.0.0.1:1'});`
    const wait = `const wait = setInterval(() => { if (existsSync('${file}')) { clearInterval(wait); ${ready}${stayUp} } }, 10)`
    const used = script('used', `import {existsSync} from 'node:fs'; ${stopOnTerm}${listening}${wait}`)
    const urls: [string, string][] = []
    const seen: string[] = []
    await runAll({
      services: [{...used, first: true}, script('user', `${stopOnTerm}${ready}${stayUp}`)],
      killAfterMs: 10_000,
      onFirst: known => urls.push(...known),
      onEvent: ({type, name}) => {
        seen.push(`${name} ${type}`)
        if (name === 'user' && type === 'ready') writeFileSync(file, '')
      },
      onStarted: () => void process.emit('SIGTERM'),
    })
    expect(urls).toEqual([['used', 'grpc://127.0.0.1:1']])
    expect(seen.indexOf('user ready')).toBeLessThan(seen.indexOf('used ready'))
    // What is used ends last: work in progress needs it.
    expect(seen.slice(-2)).toEqual(['user stopped', 'used stopped'])
  })

  it('kills all on a second signal, and starts none of them again', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); ${ready}${stayUp}`
    const seen: string[] = []
    await runAll({
      services: [{...script('used', stubborn), first: true}, script('user', stubborn)],
      killAfterMs: 60_000,
      onEvent: ({type, name}) => seen.push(`${name} ${type}`),
      onDrain: () => setTimeout(() => process.emit('SIGTERM'), 50),
      onStarted: () => void process.emit('SIGTERM'),
    })
    expect(seen.filter(one => /restarting|stopped/.test(one)).sort()).toEqual(['used stopped', 'user stopped'])
  })

  it('ends at once where one that the others use is given up at the start, with the advice of its error', async () => {
    const failed = `process.send({type: 'failed', message: 'No such model.', suggestions: ['Download it.']}); process.exitCode = 3`
    const listening = `process.send({type: 'listening', url: 'grpc://127.0.0.1:1'}, () => { ${failed} });`
    const run = runAll({
      services: [{...script('used', listening), first: true}, script('user', `${stopOnTerm}${stayUp}`)],
      killAfterMs: 10_000,
      onEvent: () => {},
      onStarted: () => {},
    })
    await expect(run).rejects.toMatchObject({
      message: 'June could not start. used: No such model.',
      suggestions: ['Download it.', 'Ask for a diagnosis: essence doctor'],
    })
  })
})

const root = resolve(import.meta.dirname, '../..')

/** A process that runs one real `runService`, announcing on stdout what happens to it. */
const serviceProcess = (drain: string) => {
  const source = `
    import {Health} from '@essence/core/service/health'
    import {openLog} from '@essence/core/service/log'
    import {runService} from '@essence/core/service/run-service'
    const say = text => console.log(text)
    await runService({
      start: async () => ({name: 'x', lines: [], notices: []}),
      drain: ${drain},
      close: async () => say('closed'),
    }, {log: openLog('x', {LOG_LEVEL: 'ERROR', LOG_FORMAT: 'json'}), health: new Health('x', '0'), drainMs: 60_000, onReady: () => say('ready ' + process.pid)})
    say('clean end')
    `
  return {
    command: process.execPath,
    args: ['--conditions=essence-source', '--input-type=module', '-e', source],
    cwd: root,
  }
}

const start = ({command, args, cwd}: ReturnType<typeof serviceProcess>) => {
  const child = spawn(command, args, {cwd, stdio: ['ignore', 'pipe', 'inherit']})
  return {child, ...followOutput(child)}
}

describe('runService', () => {
  it('stops when its supervisor was gone before it began', async () => {
    const {command, args} = serviceProcess('async () => {}')
    const late = `process.disconnect(); await new Promise(setImmediate); ${args.at(-1)}`
    const child = spawn(command, [...args.slice(0, -1), late], {cwd: root, stdio: ['ignore', 'pipe', 'inherit', 'ipc']})
    const {ended} = followOutput(child)
    expect(await ended).toMatchObject({status: 0, signal: null, stdout: 'closed\nclean end\n'})
  })

  it('drains, closes and ends with status 0 on SIGTERM', async () => {
    const {child, until, ended, said} = start(serviceProcess(`async () => say('drained')`))
    await until('ready')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({status: 0})
    expect(said.stdout).toMatch(/ready \d+\ndrained\nclosed\nclean end\n/)
  })

  it('ends at once on a second signal', async () => {
    const {child, until, ended} = start(
      serviceProcess(`async () => { say('draining'); await new Promise(r => setTimeout(r, 1e6)) }`),
    )
    await until('ready')
    child.kill('SIGINT')
    await until('draining')
    child.kill('SIGINT')
    expect(await ended).toMatchObject({status: null, signal: 'SIGINT'})
  })

  it('stops when its supervisor is killed', async () => {
    const {command, args} = serviceProcess('async () => {}')
    const parent = `
      import {spawn} from 'node:child_process'
      const child = spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, {detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc']})
    `
    const {child, until, said} = start({
      command: process.execPath,
      args: ['--input-type=module', '-e', parent],
      cwd: root,
    })
    await until('ready')
    child.kill('SIGKILL')
    // The service holds the other end of this pipe: it closes when the service is gone.
    await until('clean end')
    expect(said.stdout).toContain('closed')
  })
})
