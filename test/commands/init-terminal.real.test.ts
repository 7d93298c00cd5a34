// `essence init` on a terminal, which `script` of util-linux makes.
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {expect, it} from 'vitest'
import {peerFor, standInRepos} from '../models/setup.ts'
import {botApi, nobody, place, script, token} from './init-place.ts'

const terminal = script ? it : it.skip
const why = script ? '' : ' (skipped: no program script)'

const ours = ['STT_LANGUAGE=en', 'TIME_ZONE=Europe/Berlin']

/** As it is read: without what moves the cursor. */
const plain = (text: string): string => stripVTControlCharacters(text).replaceAll('\r', '')

terminal(
  `asks for what is missing, tries each token, finds the owner, writes all at the end, and June answers${why}`,
  async () => {
    const peer = await botApi()
    const {file, ask, written, isWritten, run} = place(peer.root)
    const {child, ended, answer, said} = ask()
    await answer('Token of the bot, not shown [Enter: none]: ', 'AAnonsense\r')
    await answer('expected a token', '')
    await answer('not shown [Enter: none]: ', '4711:AAanother-token-of-nobody\r')
    await answer('does not know the token', '')
    await answer('not shown [Enter: none]: ', `${token}\r`)
    await answer('@june_test_bot', '')
    await answer('[Enter: none]: ', '')
    peer.userSends({from: 7, text: 'I am a stranger'})
    await answer('id 7, wrote to the bot. Is that you? [y/N] ', '\r')
    await answer('[Enter: none]: ', '')
    peer.userSends({from: 42, text: 'hello'})
    await answer('id 42, wrote to the bot. Is that you? [y/N] ', 'y\r')
    await answer('Language [auto]: ', 'en\r')
    await answer('Time zone [', 'Europe/Berln\r')
    await answer('Did you mean', '')
    expect(isWritten()).toBe(false)
    await answer('Time zone [', 'Europe/Berlin\r')
    const {stdout, status} = await ended
    expect(status).toBe(0)
    expect(written()).toEqual([
      ...[`TELEGRAM_BOT_TOKEN=${token}`, 'TELEGRAM_OWNER_USERS=42', 'TELEGRAM_AUTHORIZED_USERS=42', ...ours],
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(stdout).not.toContain('AAexample')
    expect(stdout).not.toContain('AAanother')
    const text = plain(stdout)
    expect(text).toMatch(/✓ +TELEGRAM_BOT_TOKEN +set +new, @june_test_bot\n/)
    expect(text).toMatch(/june {2}You said: /)
    expect(text).toMatch(/ms since the end of the question:\n +\d+ {2}/)
    // June answers both once she runs: nothing was acknowledged.
    expect(peer.state.updates).toHaveLength(2)
    expect(said.stderr + child.spawnargs.join()).not.toContain('AAexample')

    const before = readFileSync(file, 'utf8')
    const again = await run(['--no-turn'])
    expect(again).toMatchObject({status: 0, stdout: expect.stringContaining(`All is set in ${file}`)})
    expect(again.stdout).toMatch(/✓ +TELEGRAM_BOT_TOKEN +set +kept, @june_test_bot\n/)
    expect(readFileSync(file, 'utf8')).toBe(before)
  },
)

terminal(`Enter leaves Telegram out, which is not asked for again until --change names it${why}`, async () => {
  const {ask, written, run} = place(nobody)
  const first = ask('--no-turn')
  await first.answer('Token of the bot, not shown [Enter: none]: ', '\r')
  await first.answer('Telegram stays off', '')
  await first.answer('Language [auto]: ', '\r')
  await first.answer('Time zone [', 'Europe/Berlin\r')
  expect(await first.ended).toMatchObject({status: 0})
  expect(written()).toEqual(['STT_LANGUAGE=auto', 'TIME_ZONE=Europe/Berlin'])
  expect(await run(['--no-turn'])).toMatchObject({status: 0, stdout: expect.stringMatching(/^All is set/)})
  const changed = ask('--no-turn', '--change', 'TELEGRAM_BOT_TOKEN', '--change', 'TIME_ZONE')
  await changed.answer('Token of the bot, not shown [Enter: none]: ', `${token}\r`)
  await changed.answer('Go on without trying it? [Y/n] ', '\r')
  await changed.answer('[Enter: none]: ', '42\r')
  await changed.answer('Time zone [Europe/Berlin]: ', 'UTC\r')
  expect(await changed.ended).toMatchObject({status: 0})
  expect(written()).toContain('TIME_ZONE=UTC')
  expect(written()).toContain(`TELEGRAM_BOT_TOKEN=${token}`)
})

terminal(`asks which models, and whether now${why}`, async () => {
  const peer = await peerFor({repos: standInRepos()})
  const {ask, folder, written} = place(nobody, {HF_ENDPOINT: peer.endpoint, JUNE_TEST_MODE: ''})
  const {answer, ended} = ask('--no-turn', '--language', 'en', '--time-zone', 'Europe/Berlin')
  await answer('Token of the bot, not shown [Enter: none]: ', '\r')
  await answer('are free in', '')
  await answer('Number or name [', 'light\r')
  await answer('now? Otherwise essence up does, while June runs. [Y/n] ', 'n\r')
  expect(await ended).toMatchObject({status: 0})
  expect(written()).toEqual([...ours, 'MODEL_PROFILE=light'])
  const choice = JSON.parse(readFileSync(join(folder, 'data/models-choice.json'), 'utf8'))
  expect(choice).toEqual({models: 'light', installed: false})
})

terminal.each([
  ['Ctrl-C', '\u0003', 130],
  ['kill -9', undefined, 137],
])(`%s leaves nothing behind${why}`, async (_, keys, status) => {
  const peer = await botApi()
  const {ask, folder} = place(peer.root)
  const {answer, ended, kill} = ask()
  await answer('not shown [Enter: none]: ', `${token}\r`)
  await answer('@june_test_bot', '')
  await answer('[Enter: none]: ', keys ?? '')
  if (keys === undefined) kill()
  expect(await ended).toMatchObject({status})
  expect(readdirSync(folder)).toEqual(['data'])
})
