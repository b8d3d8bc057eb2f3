import { wipe } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { Home } from '@mixun/sdk/home'
import type { Output } from './output.ts'
import { askPassphrase } from './passphrase.ts'

/** Opens a home with the passphrase of the environment, or with one that the person at the terminal types. */
export async function openHome(root: string, output: Output): Promise<Home> {
  const home = tryOpen(root) ?? (await openAsking(root, output))
  warnWithoutPassphrase(home, output)
  return home
}

/** Says that the keys of a home lie open. */
export function warnWithoutPassphrase(home: Home, output: Output): void {
  if (home.keys.isProtected) return
  output.warning([
    `the keys of ${home.root} have no passphrase: whoever can read the folder has them; mixun passphrase sets one`,
    `${home.root} 的密钥未设口令：能读取该目录者即可取得密钥；可用 mixun passphrase 设置`,
  ])
}

function tryOpen(root: string): Home | undefined {
  try {
    return Home.open(root)
  } catch (error) {
    const isAsked = error instanceof MixunError && error.code === 'ERR_KEY_PASSPHRASE_MISSING'
    if (isAsked && process.stdin.isTTY) return undefined
    throw error
  }
}

async function openAsking(root: string, output: Output): Promise<Home> {
  const passphrase = await askPassphrase([`passphrase of ${root}: `, `${root} 的口令：`], output)
  try {
    return Home.open(root, { passphrase })
  } finally {
    wipe(passphrase)
  }
}
