import {join} from 'node:path'
import {supervisedCommands} from '@essence/core/cli/supervised'
import {isOn} from '@essence/core/service/supervised'
import {Config} from '@oclif/core'
import {expect, it} from 'vitest'

it('every service command of the plugins is found, with the ports its package names', async () => {
  const config = await Config.load({root: join(import.meta.dirname, '../..')})
  const found = new Map(supervisedCommands(config).map(command => [command.name, command]))
  expect(found.get('telegram')).toMatchObject({
    id: 'telegram-service',
    when: 'TELEGRAM_BOT_TOKEN',
    ports: [{host: 'TELEGRAM_SERVICE_HOST', port: 'TELEGRAM_SERVICE_PORT'}],
  })
  expect(found.get('inference')).toMatchObject({id: 'inference-api', provides: 'LLM_URL', port: 'LLM_PORT'})
  expect(found.get('stt')?.ports.map(({port}) => port)).toEqual(['STT_PORT', 'STT_METRICS_PORT'])
})

it('a service is on where its variable is set, and no other makes it needless', () => {
  const stt = {name: 'stt', unless: 'STT_URL'}
  const bot = {name: 'bot', when: 'BOT_TOKEN'}
  expect([isOn(stt, {}), isOn(stt, {STT_URL: 'grpc://x'}), isOn(bot, {}), isOn(bot, {BOT_TOKEN: 'x'})]).toEqual([
    true,
    false,
    false,
    true,
  ])
  const mind = {name: 'mind', unlessOurs: 'LLM_URL'}
  const urls = [undefined, 'grpc://x', 'grpcs://x', 'http://x/v1']
  expect(urls.map(url => isOn(mind, {LLM_URL: url}))).toEqual([true, false, false, true])
})
