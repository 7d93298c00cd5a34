import {BaseSequencer, type TestSpecification} from 'vitest/node'

/**
 * Files that take 45 s or more, in the order in which they begin; those that listen in real time are not beside two that compute. Durations
 * are known only where tests have run before: on a fresh checkout vitest goes by the size of files, and one of these that began last would
 * leave the other cores idle.
 */
export const long = [
  'test/release/packaging/release.real.test.ts',
  'test/commands/talk.real.test.ts',
  'test/commands/voice-commands.real.test.ts',
  'test/stt/conformance.real.test.ts',
  'test/commands/test.real.test.ts',
  'test/documents/documents.real.test.ts',
  'test/store/encryption.real.test.ts',
  'test/commands/memory.real.test.ts',
  'test/commands/up-models.real.test.ts',
  'test/channel/delivery/worker.real.test.ts',
  'plugins/telegram/test/stuck-decoding.real.test.ts',
  'plugins/webapp/test/talk/talk-faults.real.test.ts',
  'plugins/discord/test/voice-channel/keys.real.test.ts',
  'plugins/webapp/test/talk/talk.real.test.ts',
  'plugins/discord/test/voice-channel/keeping.real.test.ts',
  'plugins/telegram/test/steps/steps.real.test.ts',
  'plugins/telegram/test/kills.real.test.ts',
  'test/weights/talk.weights.test.ts',
  'test/weights/held-answers.weights.test.ts',
  'plugins/gateway/test/realtime/whole-talk.weights.test.ts',
  'test/weights/first-start.weights.test.ts',
  'test/weights/round-trip.weights.test.ts',
  'plugins/webapp/test/whole-page.weights.test.ts',
]

/** Long files begin before all others of their project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({moduleId}: TestSpecification): number => {
      const rank = long.findIndex(path => moduleId.endsWith(`/${path}`))
      return rank === -1 ? long.length : rank
    }
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other))
  }
}
