// An owner decides by a button, perhaps after somebody else, or too late.
import {openChannelAccess} from '@essence/core/access/channel/open'
import {decidePairing, pairingQuestion} from '@essence/core/channel/commands/decide-pairing'
import {wordsIn} from '@essence/core/channel/words/words'
import {expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

const open = async () => {
  const settings = {JUNE_DATA_DIR: temporaryFolder(), POSTGRES_URL: undefined, TIME_ZONE: undefined}
  const access = await openChannelAccess(settings, {named: [{channel: 'telegram', owners: ['1', '2'], allowed: []}]})
  onTestFinished(() => access.close())
  const asked = await access.ask({channel: 'telegram', kind: 'person', id: '66', name: 'Eve'}, 'telegram:4711')
  const press = (accepted: boolean, by: string, confirmation = pairingQuestion(asked?.pairing.code ?? '')) =>
    decidePairing({confirmation, accepted}, by, {access, channel: 'telegram'}, wordsIn('de'))
  return {access, press}
}

it('lets somebody in, and says the same to who presses it again', async () => {
  const {access, press} = await open()
  expect(await press(true, '1')).toBe('Eve, 66 darf jetzt mit mir sprechen.')
  expect(await press(true, '2')).toBe('Eve, 66 darf jetzt mit mir sprechen.')
  expect(await access.find({channel: 'telegram', kind: 'person', id: '66'})).toMatchObject({standing: 'allowed'})
})

it('says in their language how somebody stands on whom another owner decided, and that a code is too old', async () => {
  const {press} = await open()
  await press(false, '1')
  expect(await press(true, '2')).toBe('Eve, 66 ist gesperrt.')
  expect(await press(true, '2', pairingQuestion('23456789'))).toBe(wordsIn('de')('notAsking'))
})

it('is for owners, and for questions of this kind', async () => {
  const {access, press} = await open()
  expect(await press(true, '66')).toBe(wordsIn('de')('onlyOwner'))
  expect(await access.find({channel: 'telegram', kind: 'person', id: '66'})).toBeUndefined()
  expect(await press(true, '1', 'forget-all-1')).toBeUndefined()
})
