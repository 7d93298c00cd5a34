// Enrolments that have begun, as processes share them: in SQLite, and in a real PostgreSQL.
import {type Begun, openBegunEnrolments} from '@essence/core/channel/voices/begun-enrolments'
import {afterAll, describe, expect, it, onTestFinished} from 'vitest'
import {openApart, sharedKinds} from '../../store/shared-databases.ts'

const begun = (until: number): Begun => ({
  ...{model: 'circle', taken: [{vector: [1, 0], speechMs: 3000}], said: {'17': '2/3'}, isOpen: true},
  until,
})

describe.each(sharedKinds())('enrolments in $name $missing', ({missing, prepare, stop}) => {
  afterAll(stop)

  it.skipIf(missing)('are gone on with by whoever opens them, and leave nothing once they have lapsed', async () => {
    const place = await prepare()
    const settings = {JUNE_DATA_DIR: place.dataDir, POSTGRES_URL: place.url}
    const first = await openBegunEnrolments(settings)
    await first.put('telegram:42', begun(1000))
    await first.put('telegram:43', begun(2000))
    await first.close()
    const next = await openBegunEnrolments(settings)
    onTestFinished(() => next.close())
    expect(await next.of('telegram:42', 900)).toEqual(begun(1000))
    await next.put('telegram:43', {...begun(3000), taken: []})
    // Of others too, by anybody's message.
    expect(await next.of('telegram:44', 2500)).toBeUndefined()
    const db = await openApart(place)
    onTestFinished(() => db.close())
    expect(await db.run('select person from enrolments')).toEqual([{person: 'telegram:43'}])
    await next.remove('telegram:43')
    expect(await next.of('telegram:43', 2500)).toBeUndefined()
  })
})
