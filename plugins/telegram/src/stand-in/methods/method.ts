import type {ApiMethods} from 'grammy/types'

type Arguments<M extends keyof ApiMethods> = NonNullable<Parameters<ApiMethods[M]>[0]>

/** Answers calls of one method. @throws Refusal */
export type Method<M extends keyof ApiMethods> = (
  args: Arguments<M>,
  files: Map<string, Buffer>,
) => ReturnType<ApiMethods[M]>

/** Those of some methods. */
export type Methods<M extends keyof ApiMethods> = {[Name in M]: Method<Name>}
