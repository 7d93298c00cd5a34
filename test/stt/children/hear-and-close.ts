// Opens a model, hears some audio twice at once, closes: what a command does. Nothing of it may reach stdout or stderr.
import {openWhisper} from '@essence/core/stt/whisper'
import {bursts} from '../bursts.ts'

const [modelPath = ''] = process.argv.slice(2)
const engine = await openWhisper({modelPath, threads: 1})
const heard = await Promise.all([1, 2].map(seconds => engine.recognize(bursts(seconds))))
await engine.close()
process.stdout.write(JSON.stringify(heard.map(({text}) => text)))
