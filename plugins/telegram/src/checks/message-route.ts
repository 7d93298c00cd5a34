import {expectEqual} from '@essence/core/proof/expect'
import {healthUrlOf, jsonOf} from '@essence/core/proof/http-checks'
import type {ServiceCheck} from '@essence/core/proof/service-checks'

const path = '/api/agent/message'

/** What is posted, and how it is answered. */
const posts: readonly [what: string, body: string, status: number, answer: object][] = [
  ['a message', '{"message": "hello"}', 200, {success: true, message: 'You said: hello'}],
  [
    'a message of somebody',
    '{"message": "hi", "user_id": 5, "chat_id": "-6"}',
    200,
    {success: true, message: 'You said: hi'},
  ],
  ['no message', '{}', 400, {success: false, error: 'Expected JSON {"message": "1 to 4096 characters"}.'}],
]

export const messageRoute: ServiceCheck = {
  name: `POST ${path}`,
  async run(service, signal) {
    const url = new URL(path, healthUrlOf(service))
    const post = async (body: string): Promise<[status: number, text: string]> => {
      const response = await fetch(url, {method: 'POST', headers: {'content-type': 'application/json'}, body, signal})
      return [response.status, await response.text()]
    }
    for (const [what, body, status, answer] of posts) {
      const [found, text] = await post(body)
      expectEqual(`what ${what} is answered`, [found, jsonOf(path, text)], [status, answer])
    }
    const [status, text] = await post('{"message"')
    const {success, error} = jsonOf(path, text) as {success?: boolean; error?: string}
    expectEqual('what is answered to what is no JSON', [status, success, typeof error], [400, false, 'string'])
  },
}
