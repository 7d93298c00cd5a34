import {readConfig} from '@essence/core/config/read'
import {openEngines} from '@essence/core/engines/open'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {describe, expect, it} from 'vitest'
import {sttServer, ttsServer} from '../rpc/serve.ts'

const settingsOf = async (flags: object) =>
  (await readConfig({env: {ENV_SH: '/dev/null', JUNE_TEST_MODE: 'mock'}, flags})).settings

describe('engines at a URL', () => {
  it('hear and speak like those in this process, and the summary says where they are', async () => {
    const [stt, tts] = [await sttServer(mockSpeechToText()), await ttsServer(await openMockTextToSpeech({}))]
    const engines = await openEngines(await settingsOf({STT_URL: stt.url, TTS_URL: tts.url}))
    expect(engines.lines.join('\n')).toContain(`(at ${stt.url}: a stand-in computes nothing)`)
    expect(engines.lines.join('\n')).toContain(`at ${tts.url}`)
    expect(engines.check?.heard).not.toBe('')
    await engines.close()
    await Promise.all([stt.close(), tts.close()])
  })

  it.each(['STT_URL', 'TTS_URL'])('are refused where %s names no service', async name => {
    const settings = await settingsOf({[name]: 'grpc://no-host,another:1'})
    await expect(openEngines(settings)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(name),
    })
  })

  it('are waited for while they are not there, and a stop ends the wait', async () => {
    const stop = new AbortController()
    const progress: string[] = []
    const onProgress = (message: string) => {
      progress.push(message)
      if (message.startsWith('waiting')) stop.abort()
    }
    const settings = await settingsOf({STT_URL: 'grpc://127.0.0.1:1'})
    await expect(openEngines(settings, {signal: stop.signal, onProgress})).rejects.toMatchObject({code: 'CANCELLED'})
    expect(progress.at(-1)).toBe('waiting for the speech recognition service (STT_URL=grpc://127.0.0.1:1)')
  })
})
