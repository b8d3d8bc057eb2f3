/** Languages of the command line. */
export type Language = 'en' | 'zh-CN'

/** A text in both languages; the order is English, Chinese. */
export type Phrase = readonly [en: string, zh: string]

/** The language asked for with `--lang`, else that of the environment. */
export function chooseLanguage(asked: string | undefined, env: NodeJS.ProcessEnv = process.env): Language {
  const name = asked ?? env['MIXUN_LANG'] ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? 'en'
  return name.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export function say(language: Language, phrase: Phrase): string {
  return language === 'zh-CN' ? phrase[1] : phrase[0]
}

/** What `--lang` says on a command line; help is written before the options are parsed. */
export function languageOption(argv: readonly string[] = process.argv): string | undefined {
  const at = argv.findIndex(argument => argument === '--lang' || argument.startsWith('--lang='))
  return argv[at] === '--lang' ? argv[at + 1] : argv[at]?.slice('--lang='.length)
}
