import { Command } from 'commander'
import { CRASH_VARIABLE } from '@mixun/core/durability'
import { fail } from '@mixun/core/errors'
import type { Home } from '@mixun/sdk/home'
import { helpIn } from './help-in.ts'
import { chooseLanguage, languageOption, type Phrase } from './language.ts'
import { openHome } from './open-home.ts'
import { Output } from './output.ts'

/** Options that every verb takes. */
export interface CommonOptions {
  readonly home?: string
  readonly json?: boolean
  readonly lang?: string
  readonly progress?: boolean
}

/** What a verb's action works with. */
export interface VerbContext<O extends CommonOptions> {
  readonly options: O
  readonly arguments: readonly string[]
  readonly output: Output
  /**
   * Opens the home folder of `--home` or MIXUN_HOME, asking for its passphrase at a terminal when the environment has
   * none. @throws ERR_HOME_MISSING, ERR_KEY_…
   */
  readonly home: () => Promise<Home>
}

export interface VerbDefinition<O extends CommonOptions> {
  /** Name and positional arguments, for example `import <file>`. */
  readonly usage: string
  readonly summary: Phrase
  /** Complete command lines shown by `--help`. */
  readonly examples: readonly string[]
  /** True for one that works on no home: it has no `--home`. */
  readonly isHomeless?: true
  readonly options: readonly { flags: string; text: Phrase; value?: string; required?: true }[]
  readonly action: (context: VerbContext<O>) => Promise<void> | void
}

/** Makes the command of one verb. */
export function verb<O extends CommonOptions>(definition: VerbDefinition<O>): Command {
  const helpLanguage = chooseLanguage(languageOption())
  const text = ([en, zh]: Phrase) => (helpLanguage === 'zh-CN' ? zh : en)
  const [name, ...positional] = definition.usage.split(' ')
  const command = helpIn(helpLanguage, new Command(name))
    .description(text(definition.summary))
    .showHelpAfterError()
  for (const argument of positional) command.argument(argument)
  for (const { flags, text: phrase, value, required } of definition.options) {
    if (required) command.requiredOption(flags, text(phrase))
    else command.option(flags, text(phrase), value)
  }
  if (definition.isHomeless !== true) {
    command.option(
      '--home <folder>',
      text(['home folder of the party (or MIXUN_HOME)', '机构主目录（或 MIXUN_HOME）']),
    )
  }
  command
    .option('--json', text(['print one JSON document', '输出 JSON']))
    .option('--lang <language>', text(['en or zh-CN', 'en 或 zh-CN']))
    .option('--progress', text(['write progress as lines to standard error', '以逐行方式向标准错误输出进度']))
    .addHelpText(
      'after',
      `\n${text(['Examples', '示例'])}:\n${definition.examples.map(e => `  ${e}`).join('\n')}`,
    )
  command.action(async (...received: unknown[]) => {
    const options = command.opts<O>()
    const output = new Output({
      json: options.json === true,
      language: chooseLanguage(options.lang),
      progressLines: options.progress === true,
    })
    let opened: Home | undefined
    try {
      refuseCrashPoints()
      await definition.action({
        options,
        arguments: received
          .slice(0, positional.length)
          .filter(value => value !== undefined)
          .map(String),
        output,
        home: async () => (opened = await openHome(homeFolder(options), output)),
      })
    } catch (error) {
      output.failure(error)
      process.exitCode = 1
    } finally {
      opened?.[Symbol.dispose]()
    }
  })
  return command
}

/** @throws ERR_PARAMETER_INSECURE */
function refuseCrashPoints(): void {
  if (process.env[CRASH_VARIABLE] === undefined) return
  fail(
    'ERR_PARAMETER_INSECURE',
    `${CRASH_VARIABLE} ends a process in the middle of its work and is for tests only`,
  )
}

/** The folder of `--home` or MIXUN_HOME; the current folder without either. */
export function homeFolder(options: CommonOptions): string {
  return options.home ?? process.env['MIXUN_HOME'] ?? '.'
}
