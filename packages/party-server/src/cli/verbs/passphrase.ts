import { fail } from '@mixun/core/errors'
import { passphraseFromFile, type PassphraseSource } from '@mixun/sdk/keystore'
import type { Output } from '../output.ts'
import { askTwice, NO_PASSPHRASE_OPTION, type PassphraseOptions } from '../passphrase.ts'
import { warnWithoutPassphrase } from '../open-home.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions, PassphraseOptions {
  readonly newPassphraseFile?: string
}

export const passphrase = verb<Options>({
  usage: 'passphrase',
  summary: ['change the passphrase of the keys in this home', '修改本主目录密钥的口令'],
  examples: [
    'mixun passphrase --home ./jia',
    'mixun passphrase --new-passphrase-file ./jia-new.txt --home ./jia',
  ],
  options: [
    {
      flags: '--new-passphrase-file <file>',
      text: [
        'file of mode 600 with the new one; asked for at a terminal without it',
        '新口令文件（权限 600）',
      ],
    },
    NO_PASSPHRASE_OPTION,
  ],
  action: async ({ options, home, output }) => {
    const opened = await home()
    opened.changePassphrase({ passphrase: await newPassphrase(options, output) })
    const { isProtected } = opened.keys
    warnWithoutPassphrase(opened, output)
    output.result({ home: opened.root, isProtected }, [
      isProtected
        ? [`the keys of ${opened.root} have a new passphrase`, `${opened.root} 的密钥口令已修改`]
        : [`the keys of ${opened.root} have no passphrase now`, `${opened.root} 的密钥现已不设口令`],
      [
        'next: destroy copies of the old file keys/keystore: the old passphrase still opens them',
        '下一步：销毁旧 keys/keystore 文件的副本：旧口令仍可打开它们',
      ],
    ])
  },
})

async function newPassphrase(options: Options, output: Output): Promise<PassphraseSource> {
  const { newPassphraseFile: file } = options
  if (options.passphrase === false) return null
  if (file !== undefined) return () => passphraseFromFile(file)
  // Not of the environment: that has the old one.
  if (!process.stdin.isTTY) {
    fail('ERR_KEY_PASSPHRASE_MISSING', 'expected --new-passphrase-file, --no-passphrase or a terminal')
  }
  const chosen = await askTwice(output)
  return () => chosen
}
