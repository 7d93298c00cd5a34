/** A process that keeps a SQLite file to itself, as a backup does: `path ms`. Says `locked` once it has it. */
import {DatabaseSync} from 'node:sqlite'
import {setTimeout as pause} from 'node:timers/promises'

const [path = '', ms = '0'] = process.argv.slice(2)
const db = new DatabaseSync(path, {timeout: 5000})
db.exec('begin exclusive')
process.stdout.write('locked\n')
await pause(Number(ms))
db.exec('commit')
db.close()
