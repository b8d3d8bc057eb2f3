/** Languages of the example. */
export type Language = 'en' | 'zh-CN'

/** A text in both languages: English, Chinese. */
export type Phrase = readonly [en: string, zh: string]

/** The language asked for, else that of the environment. */
export function chooseLanguage(asked: string | undefined, env: NodeJS.ProcessEnv = process.env): Language {
  const name = asked ?? env['MIXUN_LANG'] ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? 'en'
  return name.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export function say(language: Language, phrase: Phrase): string {
  return language === 'zh-CN' ? phrase[1] : phrase[0]
}
