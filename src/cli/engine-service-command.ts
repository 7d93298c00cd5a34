import type {Command} from '@oclif/core/command'
import type {SettingsGroup, Variable, Variables} from '../config/declaration.ts'
import type {Config, ReadOptions} from '../config/read.ts'
import type {FlagValues} from '../config/sources.ts'
import type {ServedEngine} from '../service/engine/kind.ts'
import type {EngineKindOf} from '../service/engine/run.ts'
import {BaseCommand} from './base-command.ts'
import {Flags} from './flags.ts'

/** The variable that each flag of an engine service stands for. */
export type EngineFlagVariables = Record<'model' | 'device' | 'host' | 'port', string>

/** @param model what the model is to people: `Model that listens` */
export const engineFlags = (model: string, variables: EngineFlagVariables) => ({
  model: Flags.string({summary: `${model}: an id of the catalogue, or the path of a file (${variables.model}).`}),
  device: Flags.string({summary: `Where it computes: auto, cuda, vulkan, metal or cpu (${variables.device}).`}),
  host: Flags.string({summary: `Address to listen on (${variables.host}).`}),
  port: Flags.integer({summary: `Port of gRPC (${variables.port}).`}),
})

type EngineCommand = typeof Command & {flags: ReturnType<typeof engineFlags>}

/** A command that runs an engine as a service: `essence stt`, `essence tts`. */
export abstract class EngineServiceCommand<
  Engine extends ServedEngine,
  V extends Variables = Record<never, Variable>,
> extends BaseCommand<EngineCommand> {
  // Again: oclif's manifest takes statics from the command and the class above it, not from further up.
  static override enableJsonFlag = true

  protected abstract readonly variables: EngineFlagVariables
  /** What the plugin of this command declares. */
  protected readonly own?: SettingsGroup<V>

  /** Loads what is served: its libraries take their time. */
  protected abstract loadKind(): Promise<EngineKindOf<Engine, Config<V>['settings']>>

  protected async execute(): Promise<unknown> {
    const {variables, flags, own} = this
    const given: FlagValues = {
      [variables.model]: flags.model,
      [variables.device]: flags.device,
      [variables.host]: flags.host,
      [variables.port]: flags.port,
    }
    const [{runEngineService}, kindOf] = await Promise.all([import('../service/engine/run.ts'), this.loadKind()])
    await runEngineService({
      kindOf,
      settings: await this.settings(given as ReadOptions<V>['flags'], own),
      version: this.config.version,
      warn: message => this.warn(message),
      onReady: summary => {
        this.announce(summary)
        if (!process.send) this.note([...summary.lines, ...summary.notices].join('\n'))
      },
    })
    return null
  }
}
