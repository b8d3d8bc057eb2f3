import { Command } from 'commander'
import { helpIn } from '../../help-in.ts'
import { chooseLanguage, languageOption, say } from '../../language.ts'
import { check } from './check.ts'
import { create } from './create.ts'
import { start, stop } from './daemons.ts'
import { destroy } from './destroy.ts'
import { fork } from './fork.ts'
import { serve } from './serve.ts'
import { publishCorrection } from './publish-correction.ts'
import { status } from './status.ts'

const language = chooseLanguage(languageOption())

/** A consortium on one machine, for trying things out. */
export const sandbox = helpIn(language, new Command('sandbox'))
  .description(say(language, ['a consortium on this machine, to try things out', '本机联盟沙盒，用于试用']))
  .helpCommand('help [command]', say(language, ['show the help of a command', '显示某命令的帮助']))
  .showHelpAfterError()

for (const command of [create, start, serve, status, stop, check, fork, publishCorrection, destroy]) {
  sandbox.addCommand(command)
}
