import type { Command } from 'commander'
import type { Language } from './language.ts'

const TITLES_ZH: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Commands:': '命令：',
}

/** What commander itself writes into the help of a command, in a language. */
export function helpIn(language: Language, command: Command): Command {
  if (language === 'en') return command
  command.configureHelp({ styleTitle: title => TITLES_ZH[title] ?? title })
  return command.helpOption('-h, --help', '显示帮助')
}
