import {settingLines} from '@essence/core/cli/settings-view'
import type {SettingRow} from '@essence/core/config/describe'
import {displayWidth} from '@essence/core/kit/display-width'
import {describe, expect, it} from 'vitest'

const row = (name: string, value: string | null, origin: string, group = 'Speech'): SettingRow => ({
  ...{name, group, value, origin, set: value !== null, default: null, secret: false, planned: false},
  ...{expected: 'a text', help: 'Nothing.', services: [], problem: null},
})

const path = `/srv/${'folder/'.repeat(6)}june.env`

describe('settingLines', () => {
  it('stand under their headings, what is unset in one line', () => {
    const rows = [row('STT_MODEL', 'base', 'environment'), row('STT_URL', null, 'unset'), row('STT_X', null, 'unset')]
    expect(settingLines([...rows, row('TTS_SPEED', '1', 'default', 'Voice')], 80)).toEqual([
      `SETTING    ${'VALUE'.padEnd(32)}  FROM`,
      '',
      'Speech',
      `STT_MODEL  ${'base'.padEnd(32)}  environment`,
      'unset: STT_URL, STT_X',
      '',
      'Voice',
      `TTS_SPEED  ${'1'.padEnd(32)}  default`,
    ])
  })

  it('fit the terminal, nothing cut off', () => {
    const unset = Array.from({length: 20}, (_, at) => row(`STT_SETTING_NUMBER_${at}`, null, 'unset'))
    const lines = settingLines(
      [row('STT_MODEL', path, `${path}:12`), row('STT_LONG', 'x'.repeat(60), 'default'), ...unset],
      80,
    )
    expect(lines.filter(line => displayWidth(line) > 80)).toEqual([])
    const text = lines.join('\n')
    for (const whole of [path, `${path}:12`, 'x'.repeat(60), 'STT_SETTING_NUMBER_19']) expect(text).toContain(whole)
  })

  it('are a line each where there is room', () => {
    const [, , , line] = settingLines([row('STT_MODEL', path, `${path}:12`)], Number.POSITIVE_INFINITY)
    expect(line).toBe(`STT_MODEL  ${path}  ${path}:12`)
  })
})
