// Adds exchanges for as long as it lives, and says of each that it is stored. usage: adding.ts FOLDER [POSTGRES_URL]
import {writeSync} from 'node:fs'
import {Secret} from '@essence/core/kit/secret'
import {openMemory} from '@essence/core/memory/memory'
import {openStore} from '@essence/core/store/open'

const [, , dataDir = '', url] = process.argv
const store = await openStore({dataDir, url: url === undefined ? undefined : new Secret(url)})
const memory = openMemory({store})
const conversation = await memory.open({speaker: 'a', session: 's'})
for (let turn = 1; ; turn++) {
  await conversation.add({user: `question ${turn}`, assistant: `answer ${turn}`})
  // Written before the next line runs, however soon it is killed.
  writeSync(1, `${turn}\n`)
}
