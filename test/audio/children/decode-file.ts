// Run as a process of its own, to see its memory: `decode-file.ts <file>`. Decodes a file as a stream.
import {decodeAudio} from '@essence/core/audio/decode/decode'

const [path = ''] = process.argv.slice(2)
let samples = 0
for await (const piece of decodeAudio({path})) samples += piece.length
process.stdout.write(JSON.stringify({seconds: samples / 16_000, maxRssBytes: process.resourceUsage().maxRSS * 1024}))
