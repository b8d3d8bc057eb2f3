import type { RecordClass } from '@mixun/core/domain'
import type { RegistryView } from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { publishedClasses } from '../publish/publish.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const DAY_MS = 86_400_000
/** An epoch lasts a week, and a month at most: SECURITY.md, statements 1 and 3. */
const EPOCH_DAYS = { usual: 8, most: 31 }

const PUBLISH = [
  'run mixun publish: it begins a new epoch with a new key',
  '请执行 mixun publish 以开启新一期',
] as const

const PUBLISH_JOINT = [
  'run mixun joint-book publish: it encodes the book anew under new keys',
  '请执行 mixun joint-book publish，以新密钥重新编码',
] as const

/** The epochs of this party's tables: published, not too old, their keys at hand; and those of its joint tables. */
export function examineTables(home: Home, registry: RegistryView, now: number): Finding[] {
  return [
    ...publishedClasses(home).map(className => examineClass(home, registry, now, className)),
    ...examineJointTables(home, registry),
  ]
}

function examineClass(home: Home, registry: RegistryView, now: number, className: RecordClass): Finding {
  const provider = home.identity.partyId
  const table = registry.currentTable(provider, className)
  const begun = table && registry.tableVersion(provider, className, table.epoch, 0)?.createdAt
  if (table === undefined || begun === undefined) {
    return warning(
      'tables',
      [`class ${className}: nothing is published`, `${className} 类：尚未发布`],
      PUBLISH,
    )
  }
  const days = Math.floor((now - begun) / DAY_MS)
  const what = [
    `class ${className}: epoch ${table.epoch} is ${days} days old, ${table.rowCount} rows`,
    `${className} 类：第 ${table.epoch} 期已 ${days} 天，${table.rowCount} 行`,
  ] as const
  if (!home.keys.hasOprfKey(className, table.epoch)) {
    return problem('tables', [`${what[0]}, and its key is missing`, `${what[1]}，且密钥缺失`], PUBLISH)
  }
  if (days > EPOCH_DAYS.most) return problem('tables', what, PUBLISH)
  return days > EPOCH_DAYS.usual ? warning('tables', what, PUBLISH) : ok('tables', what)
}

function examineJointTables(home: Home, registry: RegistryView): Finding[] {
  const own = registry.policy.joint.allTables().filter(({ provider }) => provider === home.identity.partyId)
  const held = home.keys.jointVersions()
  return own.map(({ dataset, version }) => {
    const what = [
      `data set ${dataset}: joint table ${version}`,
      `数据集 ${dataset}：联合查询表第 ${version} 版`,
    ] as const
    if (held.includes(version)) return ok('tables', what)
    return problem(
      'tables',
      [`${what[0]}, and its keys are missing`, `${what[1]}，且密钥缺失`],
      PUBLISH_JOINT,
    )
  })
}
