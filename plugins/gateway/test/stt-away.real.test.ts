// A turn while the recognition service is away, and when it is back: a real service and its client on loopback.

import {toPcm16} from '@essence/core/audio/pcm'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {expect, it} from 'vitest'
import {wavOf} from '../../../test/audio/sounds.ts'
import {scriptedEngines} from '../../../test/engines/scripted.ts'
import {sttServer} from '../../../test/rpc/serve.ts'
import {bursts} from '../../../test/stt/bursts.ts'
import {allLines, openGateway, postText} from './open-gateway.ts'

it('says that a part is away, answers what needs no ears, and hears again without a restart', async () => {
  const first = await sttServer(mockSpeechToText())
  const stt = await openRemoteRecognizer({url: first.url})
  await using gateway = await openGateway({...scriptedEngines(), stt})
  const wav = wavOf(toPcm16(bursts(1)))
  const turn = async () => {
    const headers = {'content-type': 'audio/wav'}
    return await allLines(await fetch(`${gateway.address}/api/turn`, {method: 'POST', headers, body: Buffer.from(wav)}))
  }
  expect((await turn()).map(({type}) => type)).toEqual(expect.arrayContaining(['transcript', 'speech', 'done']))

  await first.close()
  expect(await turn()).toEqual([
    {
      type: 'error',
      code: 'REMOTE_UNREACHABLE',
      // Where it should be is told in the log; the person at the page can do nothing about it.
      message: 'A part of me is not there at the moment. Please try again in a minute.',
      suggestions: [],
    },
  ])
  expect((await allLines(await postText(gateway.address, {text: 'how are you?'}))).at(-1)?.type).toBe('done')

  const second = await sttServer(mockSpeechToText(), {port: first.port})
  // The connection is tried again every second at least; the gateway is not touched.
  await expect.poll(async () => (await turn()).at(-1)?.type, {timeout: 20_000}).toBe('done')
  await stt.close()
  await second.close()
})
