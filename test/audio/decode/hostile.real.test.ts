// Files made to harm: damaged in every way, or pointing at other files and hosts.
import {readFileSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {runChild} from '../child.ts'
import {chunked, sine} from '../sounds.ts'
import {has, run} from '../witness.ts'

const folder = temporaryFolder()

describe('damaged files', () => {
  it('give sound or an error, say nothing on stderr, and leave no memory behind', async () => {
    const {printed, stderr} = await runChild('fuzz.ts', ['300'])
    expect(stderr).toBe('')
    // Both happen, or the damage is of no use.
    expect(printed['heard']).toBeGreaterThan(50)
    expect(printed['refused']).toBeGreaterThan(50)
    // It is 1 to 2 MB; with one IO buffer left behind for each file it was 12.
    expect(printed['grownBytes']).toBeLessThan(6e6)
  }, 120_000)

  it.skipIf(!has('ffmpeg'))(
    `also of other containers${has('ffmpeg') ? '' : ' (missing: ffmpeg)'}`,
    async () => {
      const names = ['a.m4a', 'a.webm', 'a.flac', 'a.mka', 'a.aac', 'a.aiff', 'a.caf', 'a.w64', 'a.mp4']
      const files = names.map(name => join(folder, name))
      for (const file of files) {
        run('ffmpeg', [
          '-v',
          'error',
          '-y',
          '-f',
          'lavfi',
          '-i',
          'sine=duration=0.5',
          ...(file.endsWith('webm') ? ['-c:a', 'libopus'] : []),
          file,
        ])
      }
      const {printed, stderr} = await runChild('fuzz.ts', ['600', ...files])
      expect(stderr).toBe('')
      expect(printed['heard']).toBeGreaterThan(100)
      expect(printed['grownBytes']).toBeLessThan(6e6)
    },
    120_000,
  )
})

describe('files that point elsewhere', () => {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.end()
  })
  let target = ''
  let url = ''
  beforeAll(async () => {
    // Good sound: were the pointer followed, it would be heard.
    target = join(folder, 'target.mp3')
    writeFileSync(target, await encodeToBytes(chunked(sine(440, 1), 16_000), 'mp3'))
    expect((await readAudio({path: target})).length).toBeGreaterThan(15_000)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.mp3`
  })
  afterAll(() => server.close())

  const pointers: Record<string, (to: string) => string> = {
    'list.m3u8': to => `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${to}\n#EXT-X-ENDLIST\n`,
    'list.ffconcat': to => `ffconcat version 1.0\nfile '${to}'\n`,
    'list.mpd': to =>
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1"><BaseURL>${to}</BaseURL><SegmentList><SegmentURL media="${to}"/></SegmentList></Representation></AdaptationSet></Period></MPD>`,
    'call.sdp': () => 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 40404 RTP/AVP 0\n',
    'data.txt': () => 'data:audio/wav;base64,UklGRg==',
  }

  it.skipIf(!has('ffprobe'))(
    `a reader that opens by name does follow${has('ffprobe') ? '' : ' (missing: ffprobe)'}`,
    () => {
      for (const name of ['list.m3u8', 'list.ffconcat']) {
        const path = join(folder, name)
        writeFileSync(path, pointers[name]?.('target.mp3') ?? '')
        expect(run('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv', path])).toContain(
          'mp3',
        )
      }
    },
  )

  it.each(Object.keys(pointers))('%s is refused, and follows nothing', async name => {
    for (const to of [
      target,
      `file://${target}`,
      `concat:${target}`,
      `subfile,,start,0,end,0,,:${target}`,
      '/etc/passwd',
      url,
    ]) {
      const text = pointers[name]?.(to) ?? ''
      const path = join(folder, name)
      writeFileSync(path, text)
      await expect(readAudio({path}), text).rejects.toMatchObject({code: 'AUDIO_UNREADABLE'})
      await expect(readAudio({bytes: Buffer.from(text)}), text).rejects.toMatchObject({code: 'AUDIO_UNREADABLE'})
    }
    expect(asked).toBe(0)
  })
})

describe('bombs', () => {
  it('an ID3 tag of 16 MB before the sound is passed over', async () => {
    const tag = Buffer.alloc(16 * 1024 ** 2, 'x')
    const size = [21, 14, 7, 0].map(shift => (tag.length >> shift) & 0x7f)
    const mp3 = await encodeToBytes(chunked(sine(440, 1), 16_000), 'mp3')
    const bytes = Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, ...size]), tag, mp3])
    expect((await readAudio({bytes})).length).toBeGreaterThan(15_000)
  })

  it.skipIf(!has('ffmpeg'))(`so is a Vorbis comment of 16 MB${has('ffmpeg') ? '' : ' (missing: ffmpeg)'}`, async () => {
    const path = join(folder, 'plain.flac')
    run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=duration=1:sample_rate=16000', path])
    const flac = readFileSync(path)
    const [comment, vendorBytes] = [Buffer.alloc(0xff_ffff, 'x'), 0xff_ffff - 8]
    comment.writeUInt32LE(vendorBytes)
    comment.writeUInt32LE(0, vendorBytes + 4)
    // After the marker and STREAMINFO, which have 4 and 38 bytes; the block's type is 4, its size 3 bytes.
    const bytes = Buffer.concat([flac.subarray(0, 42), Buffer.from([4, 0xff, 0xff, 0xff]), comment, flac.subarray(42)])
    expect(await readAudio({bytes})).toHaveLength(16_000)
    // And one that only claims to be there.
    const lying = Buffer.concat([flac.subarray(0, 42), Buffer.from([4, 0xff, 0xff, 0xff]), flac.subarray(42)])
    await expect(readAudio({bytes: lying})).rejects.toMatchObject({code: expect.stringMatching(/^AUDIO_/)})
  })

  it('packets that hold next to nothing do not keep it busy', async () => {
    const bytes = tinyPackets(100_000)
    await expect(readAudio({bytes})).rejects.toMatchObject({code: 'AUDIO_UNREADABLE'})
  })
})

/** A Matroska file of PCM with one sample in each block. */
const tinyPackets = (blocks: number): Uint8Array => {
  const element = (id: number[], data: Uint8Array): Buffer =>
    Buffer.concat([
      Uint8Array.from(id),
      Uint8Array.from([0x08, 0, 0, 0])
        .with(0, 0x10 | (data.length >>> 24))
        .with(1, data.length >>> 16)
        .with(2, data.length >>> 8)
        .with(3, data.length),
      data,
    ])
  const rate = Buffer.alloc(4)
  rate.writeFloatBE(16_000)
  const block = element([0xa3], Uint8Array.from([0x81, 0, 0, 0x80, 1, 2]))
  const audio = element(
    [0xe1],
    Buffer.concat([
      element([0xb5], rate),
      element([0x9f], Uint8Array.from([1])),
      element([0x62, 0x64], Uint8Array.from([16])),
    ]),
  )
  const entry = [
    element([0xd7], Uint8Array.from([1])),
    element([0x73, 0xc5], Uint8Array.from([1])),
    element([0x83], Uint8Array.from([2])),
    element([0x86], Buffer.from('A_PCM/INT/LIT')),
    audio,
  ]
  const tracks = element([0x16, 0x54, 0xae, 0x6b], element([0xae], Buffer.concat(entry)))
  const cluster = element(
    [0x1f, 0x43, 0xb6, 0x75],
    Buffer.concat([element([0xe7], Uint8Array.from([0])), ...new Array<Buffer>(blocks).fill(block)]),
  )
  const head = element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], Buffer.from('matroska')))
  return Buffer.concat([head, element([0x18, 0x53, 0x80, 0x67], Buffer.concat([tracks, cluster]))])
}
