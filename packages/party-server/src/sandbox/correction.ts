import { fail } from '@mixun/core/errors'
import { release } from '../publish/release.ts'
import { importAndApprove } from './create.ts'
import type { SandboxFolder } from './folder.ts'
import { exportOf, reportersOf } from './people.ts'

/**
 * The firm that reported a person first withdraws the record: a later batch, approved, released as an urgent delta.
 *
 * @returns the firm and its table's new version
 * @throws ERR_INPUT_RANGE when nobody reported the person, ERR_IMPORT_DUPLICATE when it was withdrawn before
 */
export async function publishCorrection(
  folder: SandboxFolder,
  number: number,
): Promise<{ firm: string; version: number }> {
  const [firm] = reportersOf(number, folder.plan.firms)
  if (firm === undefined) return fail('ERR_INPUT_RANGE', `nobody reported person ${number}`)
  using home = folder.openHome(firm)
  await importAndApprove(home, exportOf([number], '已撤销'))
  const lines = await release(home, { urgent: true })
  return { firm, version: Math.max(...lines.map(({ version }) => version)) }
}
