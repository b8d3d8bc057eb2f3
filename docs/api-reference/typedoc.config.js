import { fileURLToPath } from 'node:url'
import { importPaths } from './plugin.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

export default {
  name: 'Mixun',
  plugin: ['./plugin.js'],
  entryPoints: [...importPaths().keys()].map(file => root + file),
  basePath: root,
  tsconfig: `${root}tsconfig.json`,
  readme: 'none',
  out: `${root}docs/api-reference/html`,
  disableSources: true,
  excludePrivate: true,
  excludeExternals: true,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  treatValidationWarningsAsErrors: true,
}
