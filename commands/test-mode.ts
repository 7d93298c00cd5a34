import {BaseCommand} from '@essence/core/cli/base-command'
import {Args} from '@oclif/core'

export default class TestMode extends BaseCommand<typeof TestMode> {
  static override summary = 'Make services mocks, or real again, in the environment file.'
  static override description =
    `mock makes all services mocks, stt_tts_roundtrip all but speech; off makes them real again. JUNE_TEST_MODE is written to the file that ENV_SH
names, or else to .env in the working directory, and what would win over it there (STT_MODE, TTS_MODE, GATEWAY_MODE, INFERENCE_MODE) is taken
out; all else in it stays. show says what each service would run, and why.`
  static override examples = [
    '<%= config.bin %> test-mode show',
    '<%= config.bin %> test-mode stt_tts_roundtrip',
    {description: 'For one command, without the file:', command: 'JUNE_TEST_MODE=mock <%= config.bin %> up'},
  ]
  static override args = {
    mode: Args.string({description: 'show, mock, stt_tts_roundtrip or off.', default: 'show'}),
  }

  protected async execute(): Promise<unknown> {
    const [
      {setTestMode, testModeAction, writtenText},
      {explainModes, modeLines},
      {installedSettings},
      {modeProblems},
      {invalidConfig},
      {resultColumns},
    ] = await Promise.all([
      import('@essence/core/cli/proof/set-test-mode'),
      import('@essence/core/cli/proof/mode-view'),
      import('@essence/core/cli/installed-settings'),
      import('@essence/core/engines/modes'),
      import('@essence/core/config/read'),
      import('@essence/core/cli/table'),
    ])
    const action = testModeAction(this.args.mode)
    // What is wrong with a plugin's settings is told when they are read below.
    const set =
      action === 'show' ? undefined : await setTestMode(action, await installedSettings(this.config, () => {}))
    if (set) this.note(writtenText(action, set.path, set.written))
    const inspection = await this.inspectSettings()
    for (const name of set?.names ?? []) {
      if (inspection.origins[name]?.kind === 'environment')
        this.warn(`${name} is set in the environment, which wins over ${set?.path}.`)
    }
    const services = await explainModes(inspection)
    for (const line of modeLines(services, resultColumns())) this.log(line)
    const {file = null, settings} = inspection
    this.report = {file, written: set?.written ?? null, testMode: settings.JUNE_TEST_MODE ?? null, services}
    const wrong = modeProblems(inspection)
    if (wrong.length > 0) throw invalidConfig(wrong)
    return this.report
  }
}
