/** A process of its own that writes some rows into the database that processes share: `dataDir count [url]`. */
import {Secret} from '@essence/core/kit/secret'
import {openShared} from '@essence/core/store/shared/open'

const [dataDir = '', count = '0', url] = process.argv.slice(2)
const db = await openShared({dataDir, url: url ? new Secret(url) : undefined})
for (let n = 0; n < Number(count); n++) {
  await db.run('insert into turns (at, channel, times) values (?, ?, ?)', [n, String(process.pid), '{}'])
}
await db.close()
