import { rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileDurably } from '@mixun/sdk/home'
import { type Finding, failure, ok, problem, warning } from './finding.ts'

const MEBIBYTE = 1_048_576
/** A publication needs about three times its table, 512 bytes a row, for a moment. */
const LITTLE = 1_024 * MEBIBYTE
const TOO_LITTLE = 64 * MEBIBYTE
const TEST_BYTES = 65_536

const NEXT = ['free space on this disk, or move the home folder', '请释放磁盘空间或迁移主目录'] as const

/** Whether the home can be written to, and for how long. */
export function examineDisk(root: string): Finding[] {
  const file = join(root, 'data', 'write-test')
  try {
    writeFileDurably(file, new Uint8Array(TEST_BYTES), 0o600)
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['EACCES', 'EROFS', 'EPERM'].includes(String(error.code))
    ) {
      return [
        problem(
          'disk',
          [
            `cannot write to ${join(root, 'data')} (${String(error.code)})`,
            `无法写入 ${join(root, 'data')}（${String(error.code)}）`,
          ],
          [
            'run as the owner of the home, on a disk that is writable',
            '请以主目录所有者身份运行，并确认磁盘可写',
          ],
        ),
      ]
    }
    return [failure('disk', error)]
  } finally {
    rmSync(file, { force: true })
  }
  const { bavail, bsize } = statfsSync(root)
  const free = bavail * bsize
  const what = [`${Math.floor(free / MEBIBYTE)} MiB free`, `剩余 ${Math.floor(free / MEBIBYTE)} MiB`] as const
  if (free < TOO_LITTLE) return [problem('disk', what, NEXT)]
  return [free < LITTLE ? warning('disk', what, NEXT) : ok('disk', what)]
}
