import { utf8 } from '@mixun/core/bytes'
import { Home } from '@mixun/sdk/home'

/** Of every home that the bench makes. */
const PASSPHRASE = 'passphrase of the bench'

/** The environment in which programs open the bench's homes; a passphrase file of ours would come first. */
export const passphraseEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  MIXUN_PASSPHRASE_FILE: '',
  MIXUN_PASSPHRASE: PASSPHRASE,
})

/** Opens a home that the bench made. */
export const openHome = (folder: string): Home => Home.open(folder, { passphrase: utf8(PASSPHRASE) })
