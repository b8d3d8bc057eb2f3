import { Command } from 'commander'
import { chooseLanguage, languageOption, say } from '../../language.ts'
import { check } from './check.ts'
import { create } from './create.ts'
import { start, stop } from './daemons.ts'
import { destroy } from './destroy.ts'
import { fork } from './fork.ts'
import { serve } from './serve.ts'
import { publishCorrection } from './publish-correction.ts'
import { status } from './status.ts'

/** A consortium on one machine, for trying things out. */
export const sandbox = new Command('sandbox')
  .description(
    say(chooseLanguage(languageOption()), [
      'a consortium on this machine, to try things out',
      '本机联盟沙盒，用于试用',
    ]),
  )
  .showHelpAfterError()

for (const command of [create, start, serve, status, stop, check, fork, publishCorrection, destroy]) {
  sandbox.addCommand(command)
}
