import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {promisify} from 'node:util'
import {toPcm16} from '@essence/core/audio/pcm'
import {describe, expect, it} from 'vitest'
import {sine, wavOf} from '../../../../test/audio/sounds.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {python} from '../../../../test/peers/python-clients.ts'
import {openSeed} from './seed-gateway.ts'

const isHere = existsSync(python)

/** What it printed. */
const runPython = async (source: string, input = ''): Promise<string> => {
  const running = promisify(execFile)(python, ['-c', source], {timeout: 30_000})
  running.child.stdin?.end(input)
  return (await running).stdout
}

/** The examples of the requirements, but for the port. */
const rest = `
import requests
import json

# Create authentication token
response = requests.post("http://localhost:8000/auth/token",
                        params={"user_id": "test_user"})
token = response.json()["access_token"]

# Send chat message
headers = {"Authorization": f"Bearer {token}"}
response = requests.post("http://localhost:8000/chat",
                        json={"type": "text", "text": "Hello, June!"},
                        headers=headers)
print(response.json())
`

const socket = `
import asyncio
import websockets
import json

async def chat_with_june():
    uri = "ws://localhost:8000/ws/test_user"
    async with websockets.connect(uri) as websocket:
        # Send text message
        await websocket.send(json.dumps({
            "type": "text",
            "text": "Hello, June!"
        }))
        
        # Receive response
        response = await websocket.recv()
        data = json.loads(response)
        print(f"Response: {data['text']}")

asyncio.run(chat_with_june())
`

/** As the seed's own tester: \`full_round_trip\` as a field of the form. */
const upload = `
import base64, json, requests, sys
audio = base64.b64decode(sys.stdin.read())
first = requests.post("http://localhost:8000/api/v1/audio/transcribe", files={"audio": ("question.wav", audio, "audio/wav")})
second = requests.post("http://localhost:8000/api/v1/audio/transcribe",
    files={"audio": ("question.wav", audio)}, data={"full_round_trip": "true", "language": "en"})
spoken = requests.post("http://localhost:8000/api/v1/tts/speak", json={"text": "Good morning.", "language": "en", "voice_id": "default"})
wav = base64.b64decode(spoken.json()["audio_b64"])
print(json.dumps([first.json(), second.json(), wav[:4].decode(), spoken.json()["sample_rate"]]))
`

describe.skipIf(!isHere)(`Python's requests and websockets${isHere ? '' : ` (skipped: not in ${python})`}`, () => {
  const at = (address: string, source: string) => source.replaceAll('localhost:8000', new URL(address).host)

  it('run the REST example as it stands', async () => {
    const engines = scriptedEngines()
    await using gateway = await openSeed(engines)
    const printed = await runPython(at(gateway.address, rest))
    expect(printed).toContain("'text': 'You said: Hello, June!.'")
    expect(printed).toContain("'type': 'response'")
    expect(engines.trace.requests[0]?.speaker).toBe('user:test_user')
  })

  it('run the WebSocket example as it stands', async () => {
    await using gateway = await openSeed()
    expect(await runPython(at(gateway.address, socket))).toBe('Response: You said: Hello, June!.\n')
  })

  it('upload recordings, and have texts spoken', async () => {
    await using gateway = await openSeed(scriptedEngines({heard: 'open the door'}))
    const wav = Buffer.from(wavOf(toPcm16(sine(400, 1)))).toString('base64')
    const [heard, roundTrip, riff, rate] = JSON.parse(await runPython(at(gateway.address, upload), wav))
    expect(heard).toEqual({transcript: 'open the door', detected_language: 'en'})
    expect(roundTrip).toMatchObject({
      transcript: 'open the door',
      llm_response: 'You said: open the door.',
      sample_rate: 16_000,
    })
    expect(roundTrip.audio_data).toBe(roundTrip.audio_b64)
    expect([riff, rate]).toEqual(['RIFF', 16_000])
  })
})
