import { Mixun } from '@mixun/sdk'
import type { Home } from '@mixun/sdk/home'
import type { Output } from './output.ts'
import { fetching } from './progress.ts'

/** The firm's client, with progress while its mirror of the ledger is brought up to date. @throws as `Mixun.open` */
export async function openClient(home: Home, output: Output): Promise<Mixun> {
  const onProgress = (done: number, total: number) => output.progress(fetching(done, total))
  const mixun = await Mixun.open(home, { onProgress })
  output.endProgress()
  return mixun
}
